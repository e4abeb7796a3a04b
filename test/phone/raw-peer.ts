/** A peer that does only what the test says, message by message. */
import { createSocket, type Socket } from 'node:dgram';
import type { SipRequest, SipResponse } from '../../src/voice/sip/message.ts';
import { parseMessage } from '../../src/voice/sip/parse.ts';
import { waitFor } from './wait.ts';

/** One UDP socket with everything that came to it and was not looked at yet. */
export class RawPeer {
  readonly inbox: (SipRequest | SipResponse)[] = [];
  readonly #socket: Socket;
  readonly #server: number;
  #agreeing = false;

  private constructor(socket: Socket, server: number) {
    this.#socket = socket;
    this.#server = server;
    socket.on('message', (bytes) => {
      const message = parseMessage(bytes);
      if (message.kind !== 'request' && message.kind !== 'response') {
        // A refusal repeats what was wrong with the request.
        if (this.#agreeing) return;
        throw new Error(`the server sent a bad message:\n${bytes.toString('latin1')}`);
      }
      if (this.#agreeing) this.#agreeTo(message);
      else this.inbox.push(message);
    });
  }

  /** Opens a peer that speaks to this port of 127.0.0.1. */
  static async open(server: number): Promise<RawPeer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
    return new RawPeer(socket, server);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends bytes; of text, line ends become CRLF and `{port}` the peer's own. */
  async send(message: string | Buffer): Promise<void> {
    const bytes =
      typeof message === 'string'
        ? Buffer.from(message.replaceAll('{port}', String(this.port)).replace(/\r?\n/g, '\r\n'), 'latin1')
        : message;
    await new Promise((resolve) => this.#socket.send(bytes, this.#server, '127.0.0.1', resolve));
  }

  /** Takes the next message that fits out of the inbox, waiting for it. `what`: "200 INVITE" or "BYE". */
  async next(what: string, timeoutMs = 2_000): Promise<SipRequest | SipResponse> {
    const fits = (message: SipRequest | SipResponse): boolean =>
      message.kind === 'request'
        ? message.method === what
        : `${message.status} ${message.cseq.method}` === what;
    await waitFor(what, () => this.inbox.some(fits), { timeoutMs, state: () => this.seen() });
    const at = this.inbox.findIndex(fits);
    const [message] = this.inbox.splice(at, 1);
    if (message === undefined) throw new Error('unreachable');
    return message;
  }

  /** Replies to a request. `status` is "200 OK"; To gets the tag "peer" when it has none. */
  async reply(
    request: SipRequest | SipResponse,
    status: string,
    more: readonly string[] = [],
    body = '',
  ): Promise<void> {
    const { headers } = request;
    const to = headers.get('to') ?? '';
    await this.send(
      [
        `SIP/2.0 ${status}`,
        ...headers.all('via').map((via) => `Via: ${via}`),
        `From: ${headers.get('from')}`,
        `To: ${to}${/;tag=/.test(to) ? '' : ';tag=peer'}`,
        `Call-ID: ${headers.get('call-id')}`,
        `CSeq: ${headers.get('cseq')}`,
        ...more,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  }

  /** From now on every request is answered at once, INVITE with 486, all others with 200, and nothing is kept. */
  agree(): void {
    this.#agreeing = true;
    for (const message of this.inbox.splice(0)) this.#agreeTo(message);
  }

  #agreeTo(message: SipRequest | SipResponse): void {
    if (message.kind !== 'request' || message.method === 'ACK') return;
    void this.reply(message, message.method === 'INVITE' ? '486 Busy Here' : '200 OK');
  }

  /** What lies in the inbox, in words. */
  seen(): string {
    return this.inbox
      .map((message) =>
        message.kind === 'request' ? message.method : `${message.status} ${message.cseq.method}`,
      )
      .join(', ');
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

let made = 0;

/** Text of a request of the peer's, in the dialog "dialog-test"; `to` with its tag once there is a dialog. */
export function dialogText(
  method: string,
  cseq: number,
  to: string,
  more: readonly string[] = [],
  body = '',
): string {
  made += 1;
  return [
    `${method} sip:+4570000001@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKd${made}`,
    'From: <sip:ann@example.com>;tag=peer',
    `To: ${to}`,
    'Call-ID: dialog-test',
    `CSeq: ${cseq} ${method}`,
    'Contact: <sip:ann@127.0.0.1:{port}>',
    ...more,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
