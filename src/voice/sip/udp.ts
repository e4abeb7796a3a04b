import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type Hop, plainAddress } from './hop.ts';
import { listenError, type TransportParts } from './listening.ts';

/** One bound UDP socket. */
export interface UdpTransport {
  readonly port: number;
  send(bytes: Buffer, to: Hop, failed: (error: Error) => void): void;
  close(): Promise<void>;
}

// A burst of retransmissions must not be lost in the kernel while the event loop is held up.
const receiveBufferBytes = 1 << 20;

/** Binds the UDP socket. Rejects when the port cannot be had. */
export async function listenUdp(port: number, parts: TransportParts): Promise<UdpTransport> {
  const socket = createSocket({
    type: isIPv6(parts.host) ? 'udp6' : 'udp4',
    recvBufferSize: receiveBufferBytes,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => reject(listenError(error, 'UDP', parts.host, port)));
    socket.bind(port, parts.host, () => {
      socket.removeAllListeners('error');
      resolve();
    });
  });
  let open = true;
  socket.on('error', (error) => parts.log(`sip: UDP socket: ${error.message}`));
  socket.on('message', (bytes, info) => {
    parts.received(bytes, { transport: 'udp', address: plainAddress(info.address), port: info.port });
  });
  return {
    port: socket.address().port,
    send(bytes, to, failed) {
      if (!open) return;
      try {
        socket.send(bytes, to.port, to.address, (error) => {
          if (error !== null) failed(error);
        });
      } catch (error) {
        failed(error instanceof Error ? error : new Error(String(error)));
      }
    },
    close: () =>
      new Promise((resolve) => {
        if (!open) return resolve();
        open = false;
        socket.close(() => resolve());
      }),
  };
}
