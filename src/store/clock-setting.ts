/** A clock that was set, stopped or made to run at another speed: what it shows when, and what becomes of it. Pure. */

/** At the instant `real` the clock showed `shown`, and since then it runs `factor` times as fast; 0: it stands. */
export interface ClockSetting {
  readonly real: Date;
  readonly shown: Date;
  readonly factor: number;
}

/** What may be done to a clock: set it to an instant, let it run `factor` times as fast, make it the real one again. */
export type ClockChange =
  | { readonly kind: 'set'; readonly to: Date }
  | { readonly kind: 'factor'; readonly factor: number }
  | { readonly kind: 'real' };

/** The fastest a clock runs: an hour each second. */
export const fastest = 3600;

/** Where every clock stops: the last instant that a column takes. */
export const lastInstant = new Date(Date.UTC(9999, 11, 31, 23, 59, 59, 999));

/** What the clock shows at a real instant; null: the real clock. Milliseconds since 1970, both. It never shows less at a
 *  later instant. */
export function shownAt(setting: ClockSetting | null, realMs: number): number {
  if (setting === null) return realMs;
  const { real, shown, factor } = setting;
  const ranMs = Math.max(0, realMs - real.getTime()) * factor;
  return Math.min(Math.floor(shown.getTime() + ranMs), lastInstant.getTime());
}

/** Real milliseconds from `realMs` until the clock shows `shownMs`: 0 or less when it does already, Infinity when it never
 *  will. */
export function msUntil(setting: ClockSetting | null, shownMs: number, realMs: number): number {
  const leftMs = shownMs - shownAt(setting, realMs);
  if (leftMs <= 0 || setting === null) return leftMs;
  const { real, shown, factor } = setting;
  if (factor === 0) return Number.POSITIVE_INFINITY;
  // From the setting and not from what is shown, which is cut to milliseconds.
  return Math.ceil((shownMs - shown.getTime()) / factor) - (realMs - real.getTime());
}

/** The setting after a change at `realMs`; null: the real clock. A clock that changes its speed shows what it showed. */
export function afterChange(
  setting: ClockSetting | null,
  change: ClockChange,
  realMs: number,
): ClockSetting | null {
  const real = new Date(realMs);
  switch (change.kind) {
    case 'real':
      return null;
    case 'set':
      return { real, shown: change.to, factor: setting?.factor ?? 1 };
    case 'factor':
      return { real, shown: new Date(shownAt(setting, realMs)), factor: change.factor };
  }
}

/** The setting as it is kept. `version`: counts the changes, so that what was read earlier never replaces what is newer. */
export function printSetting(setting: ClockSetting | null, version: number): string {
  return JSON.stringify({ version, ...setting });
}

/** Reads it; a database whose clock was never touched has none. Throws for a text that is no setting: only we write it. */
export function readSetting(text: string | null): {
  readonly setting: ClockSetting | null;
  readonly version: number;
} {
  if (text === null) return { setting: null, version: 0 };
  const read = JSON.parse(text) as {
    version: number;
    real?: string;
    shown?: string;
    factor?: number;
  };
  const { version, real, shown, factor } = read;
  if (real === undefined || shown === undefined || factor === undefined) return { setting: null, version };
  return { setting: { real: new Date(real), shown: new Date(shown), factor }, version };
}
