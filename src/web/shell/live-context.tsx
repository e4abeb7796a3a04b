import { createContext, useContext } from 'react';
import type { Live } from './live.ts';
import type { Me } from './me-queries.ts';

/** The running parts and the signed-in person, for every screen inside the shell. */
export interface LiveValue {
  readonly live: Live;
  readonly me: Me;
}

/** Provided by the shell once the person is known. */
export const LiveContext = createContext<LiveValue | null>(null);

/** The running parts. Throws outside the shell: our bug. */
export function useLive(): LiveValue {
  const value = useContext(LiveContext);
  if (value === null) throw new Error('useLive is for screens inside the shell.');
  return value;
}
