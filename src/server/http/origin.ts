/** By which address a client reached us: absolute addresses in answers are made of it, and a page of a foreign name
 *  that was made to point at this machine (DNS rebinding) is turned away. */
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../config.ts';

/** Origins by Host header. */
export interface Origins {
  /** scheme://host[:port] of a request; null when its Host is not one of ours. */
  of(request: IncomingMessage): string | null;
}

const hostHeader = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;
const maxRemembered = 200;

/** `onlyLoopback`: answer to names of this machine only. `fallback`: host:port for a request without a Host. */
export function createOrigins(onlyLoopback: boolean, fallback: string): Origins {
  const known = new Map<string, string | null>();
  const judge = (host: string): string | null => {
    const name = hostHeader.exec(host)?.[1];
    if (name === undefined || (onlyLoopback && !isLoopback(name))) return null;
    return `http://${host.toLowerCase()}`;
  };
  return {
    of: ({ headers }) => {
      const host = headers.host ?? fallback;
      const before = known.get(host);
      if (before !== undefined) return before;
      if (known.size >= maxRemembered) known.clear();
      const origin = judge(host);
      known.set(host, origin);
      return origin;
    },
  };
}
