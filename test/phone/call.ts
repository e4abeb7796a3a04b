import type { SipRequest, SipResponse } from '../../src/voice/sip/message.ts';
import { type Account, authorization } from './digest.ts';
import { compose, type Line, newBranch, type Peer, type Signalling } from './line.ts';

/** The URI of a message's Contact. */
export const targetOf = (message: SipRequest | SipResponse, otherwise: string): string =>
  /<([^>]+)>/.exec(message.headers.get('contact') ?? '')?.[1] ?? otherwise;

interface Invite {
  readonly uri: string;
  readonly branch: string;
  readonly headers: readonly Line[];
  readonly cseq: number;
}

/** What a call begins with. `own` and `far` are From and To of our requests; `asked` the INVITE of a call towards us. */
export interface CallParts {
  readonly id: string;
  readonly own: string;
  readonly tag: string;
  readonly peer: Peer;
  readonly far: string;
  readonly target: string;
  readonly routes: readonly string[];
  readonly contact: string;
  readonly asked: SipRequest | null;
}

/** The dialog of one call, as the phone keeps it. */
export class Call {
  readonly id: string;
  readonly own: string;
  readonly tag: string;
  readonly peer: Peer;
  far: string;
  target: string;
  routes: readonly string[];
  /** The INVITE towards us until it is answered. */
  asked: SipRequest | null;
  readonly #line: Signalling;
  readonly #contact: string;
  #cseq = 0;
  #invite: Invite = { uri: '', branch: '', headers: [], cseq: 0 };
  #ack = '';

  constructor(line: Signalling, parts: CallParts) {
    this.#line = line;
    this.id = parts.id;
    this.own = parts.own;
    this.tag = parts.tag;
    this.peer = parts.peer;
    this.far = parts.far;
    this.target = parts.target;
    this.routes = parts.routes;
    this.asked = parts.asked;
    this.#contact = parts.contact;
  }

  /** INVITE, and once more with credentials after a challenge. */
  async invite(
    uri: string,
    headers: readonly Line[],
    sdp: string,
    account: Account | undefined,
    rings: () => void,
  ): Promise<SipResponse> {
    const send = (extra: readonly Line[]): Promise<SipResponse> => {
      this.#cseq += 1;
      this.#invite = { uri, branch: newBranch(), headers: [...headers, ...extra], cseq: this.#cseq };
      return this.#line.ask({ method: 'INVITE', ...this.#invite, body: sdp }, this.peer, (response) => {
        if (response.status >= 180) rings();
      });
    };
    const response = await send([]);
    if (response.status < 300) return response;
    this.acknowledgeRefusal(response);
    const challenged = response.status === 401 || response.status === 407;
    const answer =
      challenged && account !== undefined ? authorization(response, account, 'INVITE', uri) : null;
    if (answer === null) return response;
    const second = await send([answer]);
    if (second.status >= 300) this.acknowledgeRefusal(second);
    return second;
  }

  /** The ACK of a 3xx to 6xx belongs to the INVITE's own transaction. */
  acknowledgeRefusal(response: SipResponse): void {
    const headers: Line[] = [
      ['Via', response.headers.get('via') ?? ''],
      ['Max-Forwards', '70'],
      ['From', this.own],
      ['To', response.headers.get('to') ?? ''],
      ['Call-ID', this.id],
      ['CSeq', `${response.cseq.number} ACK`],
    ];
    this.#line.send(compose(`ACK ${this.#invite.uri || this.target} SIP/2.0`, headers), this.peer);
  }

  /** The ACK of a 2xx. */
  acknowledge(response: SipResponse, sdp = ''): void {
    const headers: Line[] = [
      ['Via', this.#line.via(newBranch())],
      ['Max-Forwards', '70'],
      ...this.#within(),
      ['CSeq', `${response.cseq.number} ACK`],
    ];
    this.#ack = compose(`ACK ${this.target} SIP/2.0`, headers, sdp);
    this.repeatAck();
  }

  repeatAck(): void {
    if (this.#ack !== '') this.#line.send(this.#ack, this.peer);
  }

  #within(): Line[] {
    return [
      ...this.routes.map((route): Line => ['Route', route]),
      ['From', this.own],
      ['To', this.far],
      ['Call-ID', this.id],
    ];
  }

  /** A request inside the dialog. */
  ask(method: string, extra: readonly Line[], body: string): Promise<SipResponse> {
    this.#cseq += 1;
    const headers: Line[] = [...this.#within(), ['Contact', `<${this.#contact}>`], ...extra];
    return this.#line.ask({ method, uri: this.target, headers, cseq: this.#cseq, body }, this.peer);
  }

  /** CANCEL of the INVITE under way. */
  cancel(): Promise<SipResponse> {
    const { uri, branch, cseq } = this.#invite;
    const headers: Line[] = [
      ['From', this.own],
      ['To', `<${uri}>`],
      ['Call-ID', this.id],
    ];
    return this.#line.ask({ method: 'CANCEL', uri, headers, cseq, branch }, this.peer);
  }
}
