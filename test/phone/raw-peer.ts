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

  private constructor(socket: Socket, server: number) {
    this.#socket = socket;
    this.#server = server;
    socket.on('message', (bytes) => {
      const message = parseMessage(bytes);
      if (message.kind !== 'request' && message.kind !== 'response') {
        throw new Error(`the server sent a bad message:\n${bytes.toString('latin1')}`);
      }
      this.inbox.push(message);
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
