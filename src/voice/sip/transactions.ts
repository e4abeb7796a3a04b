import {
  type ClientEvents,
  type ClientTransaction,
  InviteClient,
  type Outgoing,
  PlainClient,
} from './client-transaction.ts';
import type { Hop } from './hop.ts';
import type { SipRequest, SipResponse } from './message.ts';
import {
  InviteServer,
  PlainServer,
  type ServerEvents,
  type ServerTransaction,
  type TransactionParts,
} from './server-transaction.ts';
import { hostText } from './uri.ts';

const cookie = 'z9hG4bK';

/** The name under which a request and its retransmissions, its ACK and its CANCEL meet.
 *  Peers older than RFC 3261 send no branch with the cookie: they are told apart by the header values of §17.2.3. */
function serverKey(request: SipRequest, method: string): string {
  const { via } = request;
  const branch = via.parameters.get('branch') ?? '';
  if (branch.startsWith(cookie) && branch.length > cookie.length) {
    return `${branch} ${hostText(via.host).toLowerCase()}:${via.port ?? ''} ${method}`;
  }
  const fromTag = request.from.parameters.get('tag') ?? '';
  const top = `${via.host} ${via.port ?? ''} ${branch}`;
  return `old ${request.callId} ${request.cseq.number} ${fromTag} ${top} ${request.uri} ${method}`;
}

const clientKey = (branch: string, method: string): string => `${branch} ${method}`;

/** Every live transaction, found by what a message says.
 *  Source: RFC 3261 §17.1.3, §17.2.3, §8.2.2.2. */
export class Transactions {
  readonly #parts: TransactionParts;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();
  /** Call-ID, From tag and CSeq of live INVITEs → their key, to notice a request that came by two ways. */
  readonly #invites = new Map<string, string>();

  constructor(parts: TransactionParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#servers.size + this.#clients.size;
  }

  /** How many of our own requests still await their final response. */
  get waiting(): number {
    let count = 0;
    for (const { state } of this.#clients.values())
      if (state === 'calling' || state === 'proceeding') count += 1;
    return count;
  }

  /** The transaction this request belongs to; an ACK belongs to the INVITE's. */
  serverOf(request: SipRequest): ServerTransaction | null {
    return (
      this.#servers.get(serverKey(request, request.method === 'ACK' ? 'INVITE' : request.method)) ?? null
    );
  }

  /** The INVITE that this CANCEL means, or null. */
  cancelledBy(cancel: SipRequest): ServerTransaction | null {
    return this.#servers.get(serverKey(cancel, 'INVITE')) ?? null;
  }

  /** Did this INVITE, sent once by its caller, already come by another way? */
  isMerged(request: SipRequest): boolean {
    const key = this.#invites.get(mergeKey(request));
    return key !== undefined && key !== serverKey(request, request.method);
  }

  /** Begins a server transaction. */
  serve(request: SipRequest, hop: Hop, unconfirmed: () => void = () => undefined): ServerTransaction {
    const key = serverKey(request, request.method);
    const isInvite = request.method === 'INVITE';
    const events: ServerEvents = {
      unconfirmed,
      ended: () => {
        this.#servers.delete(key);
        if (isInvite && this.#invites.get(mergeKey(request)) === key) this.#invites.delete(mergeKey(request));
      },
    };
    const kind = isInvite ? InviteServer : PlainServer;
    const transaction = new kind(this.#parts, request, hop, events);
    this.#servers.set(key, transaction);
    if (isInvite) this.#invites.set(mergeKey(request), key);
    return transaction;
  }

  /** Sends a request in a new client transaction. `branch` is that of its topmost Via. */
  send(outgoing: Outgoing, branch: string, hop: Hop, events: Omit<ClientEvents, 'ended'>): ClientTransaction {
    const key = clientKey(branch, outgoing.method);
    const kind = outgoing.method === 'INVITE' ? InviteClient : PlainClient;
    const transaction = new kind(this.#parts, outgoing, hop, {
      ...events,
      ended: () => this.#clients.delete(key),
    });
    this.#clients.set(key, transaction);
    transaction.start();
    return transaction;
  }

  /** Gives a response to the transaction that waits for it; false when none does. */
  receive(response: SipResponse): boolean {
    const branch = response.via.parameters.get('branch') ?? '';
    const transaction = this.#clients.get(clientKey(branch, response.cseq.method));
    transaction?.receive(response);
    return transaction !== undefined;
  }

  /** Stops all timers; nothing is sent any more. */
  drop(): void {
    for (const transaction of [...this.#servers.values(), ...this.#clients.values()]) transaction.drop();
    this.#servers.clear();
    this.#clients.clear();
    this.#invites.clear();
  }
}

const mergeKey = (request: SipRequest): string =>
  `${request.callId} ${request.from.parameters.get('tag') ?? ''} ${request.cseq.number}`;
