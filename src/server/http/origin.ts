/** By which address a client reached us: absolute addresses in answers are made of it, and a page of a foreign name
 *  that was made to point at this machine (DNS rebinding) is turned away. */
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../loopback.ts';

/** Origins by Host header. */
export interface Origins {
  /** scheme://host[:port] of a request; null when its Host is not one of ours. */
  of(request: IncomingMessage): string | null;
}

const hostHeader = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;
const maxRemembered = 200;

/** How the server may be reached. `onlyLoopback`: by names of this machine only. `fallback`: host:port for a request
 *  without a Host. `named`: the origin by which others reach it (WIRECHIEF_ORIGIN); names that are neither this one nor
 *  this machine's are turned away then. */
export interface OriginRules {
  readonly onlyLoopback: boolean;
  readonly fallback: string;
  readonly named: string | null;
}

/** Origins by these rules. */
export function createOrigins({ onlyLoopback, fallback, named }: OriginRules): Origins {
  const known = new Map<string, string | null>();
  const namedHost = named === null ? null : new URL(named).host;
  const judge = (host: string): string | null => {
    const name = hostHeader.exec(host)?.[1];
    if (name === undefined) return null;
    if (namedHost !== null && host.toLowerCase() === namedHost) return named;
    if ((onlyLoopback || named !== null) && !isLoopback(name)) return null;
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

/** Are these two names of one server? Equal, or both of this machine, whose names (localhost, 127.0.0.1, ::1) and
 *  forwarded ports lead to the same one. */
export function areSameOrigin(one: string, other: string): boolean {
  if (one === other) return true;
  return [one, other].every((origin) => URL.canParse(origin) && isLoopback(new URL(origin).hostname));
}
