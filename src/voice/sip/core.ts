import type { Clock } from './clock.ts';
import type { Hop } from './hop.ts';
import type { SipRequest } from './message.ts';
import type { Transactions } from './transactions.ts';

/** One party of a dialog, as the agent sees it: requests inside the dialog, and ACKs of 2xx. */
export interface DialogParty {
  request(request: SipRequest, hop: Hop): void;
  ack(request: SipRequest): void;
  /** Ends the call, whatever its state, because the server stops. */
  shutDown(): void;
}

/** What calls need of the agent that carries them. */
export interface Core {
  readonly clock: Clock;
  readonly transactions: Transactions;
  readonly log: (line: string) => void;
  /** Is this address one of a trunk? */
  isTrunk(address: string): boolean;
  send(bytes: Buffer, hop: Hop): void;
  /** Our Contact towards this peer, in angle brackets. */
  contact(hop: Hop, user: string | null): string;
  /** Our Via towards this peer. */
  via(hop: Hop, branch: string): string;
  /** Our host name or address towards this peer, as written in a URI. */
  host(hop: Hop): string;
  enter(key: string, party: DialogParty): void;
  leave(key: string): void;
}
