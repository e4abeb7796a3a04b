/** The SIP sockets of a phone: one UDP socket, or one TCP connection per peer and a listener. */
import { createSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { Framer } from '../../src/voice/sip/framing.ts';
import type { SipRequest, SipResponse } from '../../src/voice/sip/message.ts';
import { parseMessage } from '../../src/voice/sip/parse.ts';

/** A message that a phone understands. */
export type Message = SipRequest | SipResponse;

/** Open sockets. `send` takes the peer's address and port; answers over TCP take the connection that is open to it. */
export interface Wire {
  readonly port: number;
  send(bytes: Buffer | string, address: string, port: number): void;
  close(): Promise<void>;
}

/** What a phone is told: the message and where it came from. */
export type Received = (message: Message, address: string, port: number) => void;

function take(bytes: Buffer, address: string, port: number, received: Received): void {
  const message = parseMessage(bytes);
  if (message.kind === 'request' || message.kind === 'response') received(message, address, port);
  else if (message.kind !== 'keepAlive')
    throw new Error(`the server sent a bad message:\n${bytes.toString('latin1')}`);
}

/** Opens one UDP socket on a free port. */
export async function openUdp(address: string, received: Received): Promise<Wire> {
  const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 18 });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, address, () => resolve());
  });
  socket.on('message', (bytes, from) => take(bytes, from.address, from.port, received));
  let open = true;
  return {
    port: socket.address().port,
    send: (bytes, to, port) => {
      if (open) socket.send(bytes, port, to);
    },
    close: () =>
      new Promise((resolve) => {
        open = false;
        socket.close(() => resolve());
      }),
  };
}

/** Listens on a free TCP port, and connects where it has to send. */
export async function openTcp(address: string, received: Received): Promise<Wire> {
  const sockets = new Map<string, Socket>();
  const adopt = (socket: Socket, name: string, from: string, port: number): Socket => {
    const framer = new Framer();
    sockets.set(name, socket);
    socket.on('data', (chunk) => {
      for (const frame of framer.push(chunk)) {
        if (frame.kind === 'message') take(frame.bytes, from, port, received);
        else if (frame.kind === 'broken') throw new Error(`the server sent a bad stream: ${frame.reason}`);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(name));
    return socket;
  };
  const server = createServer((socket) => {
    const from = socket.remoteAddress ?? '';
    adopt(socket, `${from} ${socket.remotePort}`, from, socket.remotePort ?? 0);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const bound = server.address();
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    send: (bytes, to, port) => {
      const name = `${to} ${port}`;
      (sockets.get(name) ?? adopt(connect({ host: to, port }), name, to, port)).write(bytes);
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.values()) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
