/** One tab of a person holds the phone and the stream; the others say where it is. A lock of the browser decides, so a
 *  tab that crashes gives it free. Source: ui.md §4.8. */

/** What a tab is told about the lock. */
export interface TabEvents {
  readonly onHeld: () => void;
  readonly onElsewhere: () => void;
}

/** A tab's claim. */
export interface TabClaim {
  /** Takes the lock from the tab that has it. */
  readonly takeOver: () => void;
  readonly release: () => void;
}

/** Claims the lock of this person. A browser without locks (insecure origin) treats each tab as the only one. */
export function claimTab(person: string, { onHeld, onElsewhere }: TabEvents): TabClaim {
  const locks = navigator.locks;
  if (locks === undefined) {
    onHeld();
    return { takeOver: () => undefined, release: () => undefined };
  }
  const name = `wirechief.phone.${person}`;
  const closing = new AbortController();
  let letGo: () => void = () => undefined;
  const hold = () =>
    new Promise<void>((resolve) => {
      letGo = resolve;
      onHeld();
    });
  const ask = (options: LockOptions) => {
    locks.request(name, options, hold).catch((error: unknown) => {
      if (closing.signal.aborted) return;
      if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
      // Another tab took it: wait in line, to have it back when that tab closes.
      onElsewhere();
      ask({ signal: closing.signal });
    });
  };
  locks
    .request(name, { ifAvailable: true }, (lock) => (lock === null ? onElsewhere() : undefined))
    .then(() => ask({ signal: closing.signal }))
    .catch(reportError);
  return {
    takeOver: () => ask({ steal: true }),
    release: () => {
      closing.abort();
      letGo();
    },
  };
}
