import type { Hop } from './hop.ts';
import type { TransportParts } from './listening.ts';
import { listenTcp, type TcpTransport } from './tcp.ts';
import { listenUdp, type UdpTransport } from './udp.ts';

/** The open sockets. `send` never throws; what cannot be sent is told to `failed`. */
export interface Transports {
  readonly port: number;
  send(bytes: Buffer, to: Hop, failed?: (error: Error) => void): void;
  /** Live TCP connections. */
  connections(): number;
  close(): Promise<void>;
}

/** Opens UDP and TCP on one port; port 0 takes any that is free for both. Rejects with `listenError`. */
export async function openTransports(port: number, parts: TransportParts): Promise<Transports> {
  let udp: UdpTransport | null = null;
  let tcp: TcpTransport | null = null;
  for (let attempt = 1; tcp === null; attempt += 1) {
    udp = await listenUdp(port, parts);
    try {
      tcp = await listenTcp(udp.port, parts);
    } catch (error) {
      await udp.close();
      if (port !== 0 || attempt === 10) throw error;
    }
  }
  const [datagrams, streams] = [udp, tcp];
  if (datagrams === null) throw new Error('no UDP socket');
  return {
    port: datagrams.port,
    send(bytes, to, failed = () => undefined) {
      if (to.transport === 'udp') datagrams.send(bytes, to, failed);
      else streams.send(bytes, to, failed);
    },
    connections: () => streams.connections(),
    async close() {
      await Promise.all([datagrams.close(), streams.close()]);
    },
  };
}
