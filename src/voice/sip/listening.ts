import type { Clock } from './clock.ts';
import type { Hop } from './hop.ts';

/** What both transports need. `received` gets every datagram and every message of a stream; it must not throw.
 *  `broken`: the stream could not be read on behind these bytes, and at most a refusal may follow. */
export interface TransportParts {
  readonly host: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly received: (bytes: Buffer, from: Hop) => void;
  readonly broken: (head: Buffer, from: Hop) => void;
}

/** One clear line for a port that cannot be opened: names port, protocol and what to do. */
export function listenError(error: unknown, protocol: 'UDP' | 'TCP', host: string, port: number): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const why: Record<string, string> = {
    EADDRINUSE: 'is taken by another program; stop it or choose another port',
    EACCES: 'may not be opened by this user; choose a port above 1023',
    EADDRNOTAVAIL: `cannot be opened: ${host} is no address of this machine`,
  };
  return new Error(`SIP port ${port}/${protocol} on ${host} ${why[code] ?? `cannot be opened (${code})`}`, {
    cause: error,
  });
}
