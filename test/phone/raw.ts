/** Bytes to a server as they are, for messages that no phone would send. */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/** What came back: text, and for TCP whether the server closed the connection. */
export interface Echo {
  readonly text: string;
  readonly closed: boolean;
}

/** Sends one datagram; resolves with everything that came until `enough` says so or the time is over. */
export function sendDatagram(
  bytes: Buffer | string,
  to: { readonly address?: string; readonly port: number },
  enough: (text: string) => boolean = (text) => text !== '',
  timeoutMs = 300,
): Promise<Echo> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    let text = '';
    const finish = (): void => {
      clearTimeout(limit);
      socket.close();
      resolve({ text, closed: false });
    };
    const limit = setTimeout(finish, timeoutMs);
    socket.on('error', reject);
    socket.on('message', (reply) => {
      text += reply.toString('latin1');
      if (enough(text)) finish();
    });
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      const filled = typeof bytes === 'string' ? bytes.replaceAll('{port}', String(port)) : bytes;
      socket.send(Buffer.from(filled as string, 'latin1'), to.port, to.address ?? '127.0.0.1');
    });
  });
}

/** Sends chunks over one TCP connection; resolves like `sendDatagram`, or when the server closes. */
export function sendStream(
  chunks: readonly (Buffer | string)[],
  to: { readonly port: number },
  enough: (text: string) => boolean = (text) => text !== '',
  timeoutMs = 300,
): Promise<Echo> {
  return new Promise((resolve) => {
    const socket = connect({ port: to.port, host: '127.0.0.1' });
    let text = '';
    let closed = false;
    const finish = (): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve({ text, closed });
    };
    const limit = setTimeout(finish, timeoutMs);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (enough(text)) finish();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed = true;
      finish();
    });
    for (const chunk of chunks) socket.write(chunk);
  });
}
