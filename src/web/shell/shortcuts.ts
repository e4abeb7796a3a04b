/** Keys with Alt, matched by place on the keyboard because Option on a Mac types another character. Source: ui.md §10. */
import { useEffect, useRef } from 'react';

/** What each key does: letters in lower case, digits as they are. */
export interface Shortcuts {
  readonly [key: string]: () => unknown;
}

/** Listens while the component is on the page. The newest listener of a key wins nothing over others: each is called. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const newest = useRef(shortcuts);
  useEffect(() => {
    newest.current = shortcuts;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
      const action = newest.current[event.code.replace(/^(Key|Digit)/, '').toLowerCase()];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

/** The list for the help card. */
export const shortcutList: readonly (readonly [string, string])[] = [
  ['Alt+A', 'Accept the oldest offer'],
  ['Alt+X', 'Reject the oldest offer'],
  ['Alt+M', 'Mute'],
  ['Alt+H', 'Hold'],
  ['Alt+I', 'Keypad'],
  ['Alt+P', 'Presence'],
  ['Alt+0', 'Home'],
  ['Alt+1 … Alt+9', 'Session 1 … 9'],
];
