/** The one place where themes are made: our own ink-blue ramp on Fluent's parts. Source: ui.md §12. */
import {
  type BrandVariants,
  createDarkTheme,
  createLightTheme,
  type Theme,
} from '@fluentui/react-components';
import { useSyncExternalStore } from 'react';

const ink: BrandVariants = {
  10: '#020e15',
  20: '#051d2a',
  30: '#082b3e',
  40: '#0a3850',
  50: '#0a4563',
  60: '#0a5376',
  70: '#0a618b',
  80: '#0b6fa0',
  90: '#2480b0',
  100: '#3d91bf',
  110: '#57a2cd',
  120: '#72b3d9',
  130: '#8fc4e4',
  140: '#acd5ee',
  150: '#cbe5f6',
  160: '#e9f5fc',
};

const fonts = "'Segoe UI', 'Inter Variable', system-ui, -apple-system, sans-serif";
const own = { fontFamilyBase: fonts };

const light: Theme = { ...createLightTheme(ink), ...own };
// Fluent takes ramp step 80 as the dark theme's brand text, which is too dim on near-black: 4.5:1 needs step 110.
const dark: Theme = {
  ...createDarkTheme(ink),
  ...own,
  colorBrandForeground1: ink[110],
  colorBrandForeground2: ink[120],
  colorBrandForegroundLink: ink[120],
};

const query = matchMedia('(prefers-color-scheme: dark)');
const subscribe = (listener: () => void) => {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
};

/** The theme that fits the system's setting, changing with it. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => query.matches) ? dark : light;
}
