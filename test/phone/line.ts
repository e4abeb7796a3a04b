/** The signalling of a phone: requests with their retransmissions, and answers. */
import { randomBytes } from 'node:crypto';
import type { SipRequest, SipResponse } from '../../src/voice/sip/message.ts';
import { openTcp, openUdp, type Wire } from './wire.ts';

/** One header line. */
export type Line = readonly [name: string, value: string];

/** A request to send, all but Via and CSeq's number. */
export interface Question {
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly Line[];
  readonly cseq: number;
  readonly body?: string;
  readonly branch?: string;
}

/** The other end of the signalling. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

interface Pending {
  readonly resolve: (response: SipResponse) => void;
  readonly provisional: (response: SipResponse) => void;
  stop(): void;
}

/** A refusal or a silence, as a test sees it. */
export class CallRefused extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(`${status} ${reason}`);
    this.name = 'CallRefused';
    this.status = status;
  }
}

/** A branch. */
export const newBranch = (): string => `z9hG4bK${randomBytes(6).toString('hex')}`;

/** Lines and body → text of a message. */
export function compose(start: string, headers: readonly Line[], body = ''): string {
  const type =
    body === '' || headers.some(([name]) => name === 'Content-Type')
      ? []
      : [['Content-Type', 'application/sdp']];
  const lines = [...headers, ...type, ['Content-Length', String(Buffer.byteLength(body))]];
  return `${start}\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`;
}

/** The sockets and open questions of one phone. */
export class Signalling {
  /** Every status that came, in order, as "INVITE 180". */
  readonly seen: string[] = [];
  onRequest: (request: SipRequest, peer: Peer) => void = () => undefined;
  /** A 2xx to an INVITE came again: its ACK was lost. */
  onRepeat: (response: SipResponse) => void = () => undefined;
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly #pending = new Map<string, Pending>();
  #wire: Wire | null = null;
  #last: { readonly bytes: string; readonly peer: Peer } | null = null;

  constructor(address: string, transport: 'udp' | 'tcp') {
    this.address = address;
    this.transport = transport;
  }

  async open(): Promise<void> {
    const open = this.transport === 'udp' ? openUdp : openTcp;
    this.#wire = await open(this.address, (message, address, port) => {
      if (message.kind === 'request') this.onRequest(message, { address, port });
      else this.#answered(message);
    });
  }

  get port(): number {
    return this.#wire?.port ?? 0;
  }

  get uri(): string {
    const host = this.address.includes(':') ? `[${this.address}]` : this.address;
    return `${host}:${this.port}`;
  }

  via(branch: string): string {
    return `SIP/2.0/${this.transport.toUpperCase()} ${this.uri};branch=${branch};rport`;
  }

  send(text: string | Buffer, peer: Peer): void {
    this.#wire?.send(text, peer.address, peer.port);
  }

  /** Sends the last INVITE once more, bytes unchanged. */
  repeatInvite(): void {
    if (this.#last !== null) this.send(this.#last.bytes, this.#last.peer);
  }

  /** Sends a request; resolves with its final response, rejects with 408 after `timeoutMs` without one. */
  ask(
    question: Question,
    peer: Peer,
    provisional: Pending['provisional'] = () => undefined,
    timeoutMs = 32_000,
  ) {
    const { method, uri, headers, cseq, body, branch = newBranch() } = question;
    const via = this.via(branch);
    const text = compose(
      `${method} ${uri} SIP/2.0`,
      [['Via', via], ['Max-Forwards', '70'], ...headers, ['CSeq', `${cseq} ${method}`]],
      body,
    );
    if (method === 'INVITE') this.#last = { bytes: text, peer };
    return new Promise<SipResponse>((resolve, reject) => {
      const key = `${branch} ${method}`;
      let waitMs = 500;
      let again: NodeJS.Timeout | null = null;
      const repeat = (): void => {
        this.send(text, peer);
        waitMs = Math.min(waitMs * 2, 4_000);
        again = setTimeout(repeat, waitMs);
      };
      if (this.transport === 'udp') again = setTimeout(repeat, waitMs);
      const calm = (): void => clearTimeout(again ?? undefined);
      const limit = setTimeout(() => {
        this.#pending.get(key)?.stop();
        reject(new CallRefused(408, `no answer to ${method}`));
      }, timeoutMs);
      const stop = (): void => {
        calm();
        clearTimeout(limit);
        this.#pending.delete(key);
      };
      this.#pending.set(key, {
        resolve,
        stop,
        provisional: (response) => {
          calm();
          if (method === 'INVITE') clearTimeout(limit);
          provisional(response);
        },
      });
      this.send(text, peer);
    });
  }

  #answered(response: SipResponse): void {
    const key = `${response.via.parameters.get('branch') ?? ''} ${response.cseq.method}`;
    const pending = this.#pending.get(key);
    this.seen.push(`${response.cseq.method} ${response.status}`);
    if (pending === undefined) {
      if (response.cseq.method === 'INVITE' && response.status < 300) this.onRepeat(response);
      return;
    }
    if (response.status < 200) {
      pending.provisional(response);
      return;
    }
    pending.stop();
    pending.resolve(response);
  }

  /** Answers a request. */
  answer(
    request: SipRequest,
    peer: Peer,
    status: number,
    reason: string,
    extra: readonly Line[] = [],
    body = '',
  ): void {
    const copied = ['via', 'record-route', 'from', 'to', 'call-id', 'cseq'].flatMap((name) =>
      request.headers.all(name).map((value): Line => [name, value]),
    );
    const tagged = copied.map(([name, value]): Line => {
      const tag = extra.find(([other]) => other === 'To-Tag')?.[1];
      return name === 'to' && tag !== undefined && !/;tag=/.test(value)
        ? [name, `${value};tag=${tag}`]
        : [name, value];
    });
    const rest = extra.filter(([name]) => name !== 'To-Tag');
    this.send(compose(`SIP/2.0 ${status} ${reason}`, [...tagged, ...rest], body), peer);
  }

  async close(): Promise<void> {
    for (const pending of [...this.#pending.values()]) pending.stop();
    await this.#wire?.close();
    this.#wire = null;
  }
}
