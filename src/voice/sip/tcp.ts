import { connect, createServer, type Socket } from 'node:net';
import type { Timer } from './clock.ts';
import { type Frame, Framer } from './framing.ts';
import { type Hop, plainAddress } from './hop.ts';
import { listenError, type TransportParts } from './listening.ts';

/** The TCP listener and every open connection, in both directions. */
export interface TcpTransport {
  send(bytes: Buffer, to: Hop, failed: (error: Error) => void): void;
  connections(): number;
  close(): Promise<void>;
}

/** Bounds against slow, silent and greedy peers. Times in milliseconds, sizes in bytes. */
export const tcpLimits = {
  connections: 1024,
  connectionsPerAddress: 256,
  /** From the first byte of a message to its last. */
  messageMs: 10_000,
  /** From connecting to the first complete message. */
  firstMessageMs: 32_000,
  idleMs: 3_600_000,
  connectMs: 10_000,
  unsentBytes: 1 << 20,
} as const;

const pong = Buffer.from('\r\n');

interface Connection {
  readonly id: number;
  readonly socket: Socket;
  readonly address: string;
  readonly port: number;
  readonly framer: Framer;
  deadline: Timer | null;
  /** The deadline is that of a message begun. */
  inMessage: boolean;
}

class Connections implements TcpTransport {
  readonly #parts: TransportParts;
  readonly #byId = new Map<number, Connection>();
  readonly #byPeer = new Map<string, Connection>();
  readonly #perAddress = new Map<string, number>();
  #lastId = 0;
  #closing = false;
  stop: () => void = () => undefined;

  constructor(parts: TransportParts) {
    this.#parts = parts;
  }

  connections(): number {
    return this.#byId.size;
  }

  /** A peer connected. Beyond the limits it is cut off at once. */
  accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    const crowded = (this.#perAddress.get(address) ?? 0) >= tcpLimits.connectionsPerAddress;
    if (this.#closing || crowded || this.#byId.size >= tcpLimits.connections) {
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    const connection = this.#add(socket, address, socket.remotePort ?? 0);
    this.#deadline(connection, tcpLimits.firstMessageMs, 'no message');
  }

  send(bytes: Buffer, to: Hop, failed: (error: Error) => void): void {
    const known =
      (to.connection === undefined ? undefined : this.#byId.get(to.connection)) ??
      this.#byPeer.get(`${to.address} ${to.port}`);
    if (this.#closing && known === undefined) return;
    const connection = known ?? this.#open(to);
    if (connection === null) {
      failed(new Error('too many connections'));
      return;
    }
    if (connection.socket.writableLength > tcpLimits.unsentBytes) {
      connection.socket.destroy(new Error('peer does not read'));
    }
    connection.socket.write(bytes, (error) => {
      if (error !== null && error !== undefined) failed(error);
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.stop();
    await Promise.all(
      Array.from(this.#byId.values(), ({ socket }) => {
        const closed = new Promise((resolve) => socket.once('close', resolve));
        // What was written must leave; a peer that does not take it gets no second chance.
        if (socket.writableLength > 0) socket.end(() => socket.destroy());
        else socket.destroy();
        const cut = this.#parts.clock.after(500, () => socket.destroy());
        return closed.then(() => cut.cancel());
      }),
    );
  }

  #open(to: Hop): Connection | null {
    if (this.#byId.size >= tcpLimits.connections) return null;
    const socket = connect({ host: to.address, port: to.port });
    const connection = this.#add(socket, to.address, to.port);
    this.#deadline(connection, tcpLimits.connectMs, 'no connection');
    socket.once('connect', () => this.#clearDeadline(connection));
    return connection;
  }

  #add(socket: Socket, address: string, port: number): Connection {
    this.#lastId += 1;
    const connection: Connection = {
      id: this.#lastId,
      socket,
      address,
      port,
      framer: new Framer(),
      deadline: null,
      inMessage: false,
    };
    this.#byId.set(connection.id, connection);
    this.#byPeer.set(`${address} ${port}`, connection);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    socket.setTimeout(tcpLimits.idleMs, () => socket.destroy());
    socket.on('data', (chunk) => this.#received(connection, chunk));
    socket.on('error', (error) => this.#parts.log(`sip: TCP ${address}:${port}: ${error.message}`));
    socket.on('close', () => this.#remove(connection));
    return connection;
  }

  #remove(connection: Connection): void {
    const { id, address, port } = connection;
    this.#clearDeadline(connection);
    this.#byId.delete(id);
    if (this.#byPeer.get(`${address} ${port}`) === connection) this.#byPeer.delete(`${address} ${port}`);
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }

  #received(connection: Connection, chunk: Buffer): void {
    const frames = connection.framer.push(chunk);
    // A deadline that runs from the first byte of a message is not moved by further bytes of the same message.
    if (frames.length > 0) this.#clearDeadline(connection);
    for (const frame of frames) this.#frame(connection, frame);
    if (connection.framer.partial && !connection.inMessage) {
      this.#deadline(connection, tcpLimits.messageMs, 'message not completed');
      connection.inMessage = true;
    }
  }

  #frame(connection: Connection, frame: Frame): void {
    const { id, address, port, socket } = connection;
    if (frame.kind === 'ping') {
      if (socket.writableLength < tcpLimits.unsentBytes) socket.write(pong);
      return;
    }
    const from: Hop = { transport: 'tcp', address, port, connection: id };
    if (frame.kind === 'message') {
      this.#parts.received(frame.bytes, from);
      return;
    }
    this.#parts.log(`sip: TCP ${address}:${port}: ${frame.reason}; connection closed`);
    this.#parts.broken(frame.head, from);
    socket.end();
    this.#deadline(connection, 1_000, 'closing');
  }

  #deadline(connection: Connection, ms: number, reason: string): void {
    this.#clearDeadline(connection);
    connection.deadline = this.#parts.clock.after(ms, () => {
      this.#parts.log(`sip: TCP ${connection.address}:${connection.port}: ${reason}; connection closed`);
      connection.socket.destroy(reason === 'no connection' ? new Error(reason) : undefined);
    });
  }

  #clearDeadline(connection: Connection): void {
    connection.deadline?.cancel();
    connection.deadline = null;
    connection.inMessage = false;
  }
}

/** Listens on TCP. Rejects when the port cannot be had. */
export async function listenTcp(port: number, parts: TransportParts): Promise<TcpTransport> {
  const connections = new Connections(parts);
  const server = createServer((socket) => connections.accept(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, 'TCP', parts.host, port)));
    server.listen({ port, host: parts.host }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  server.on('error', (error) => parts.log(`sip: TCP listener: ${error.message}`));
  connections.stop = () => server.close();
  return connections;
}
