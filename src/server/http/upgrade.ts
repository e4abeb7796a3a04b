/** HTTP upgrades: the softphone's WebSocket goes to the voice layer, everything else is turned away. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Context } from './context.ts';
import type { Origins } from './origin.ts';

/** Listens to the upgrades of a server. */
export function handleUpgrades(server: Server, context: Context, origins: Origins): void {
  server.on('upgrade', (request, socket, head) => {
    // A peer that leaves while it is being turned away is no fault of ours.
    socket.on('error', () => socket.destroy());
    const services = context.services();
    const refusal =
      services === null ? ([503, 'The server is starting or stopping.'] as const) : judge(request, origins);
    if (refusal !== null) return turnAway(socket, ...refusal);
    services?.voice.upgrade(request, socket, head);
  });
}

function judge(request: IncomingMessage, origins: Origins): readonly [number, string] | null {
  const origin = origins.of(request);
  if (origin === null) return [421, 'This server does not answer to that host name.'];
  if (request.url?.split('?')[0] !== '/softphone' || request.headers.upgrade?.toLowerCase() !== 'websocket') {
    return [
      400,
      'Only /softphone can be upgraded, to WebSocket; send other requests without an Upgrade header.',
    ];
  }
  // A page of another site may not phone in the name of whoever looks at it. Programs send no Origin.
  const from = request.headers.origin;
  if (from !== undefined && withoutScheme(from) !== withoutScheme(origin)) {
    return [403, 'Only pages of this server may open the softphone.'];
  }
  return null;
}

/** A proxy in front may speak TLS, so only the host is compared. */
function withoutScheme(origin: string): string {
  return origin.toLowerCase().replace(/^https?:\/\//, '');
}

function turnAway(socket: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ error: { code: '', message } });
  const head = [
    `HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Refused'}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
