/** The smallest HTTP listener that can stand before the Web API of the harness. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { caller, type TestWebApi } from './harness.ts';

export async function listen(web: TestWebApi): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer({ maxHeaderSize: 80_000 }, (request, response) => {
    const origin = `http://${request.headers.host}`;
    const headers: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(request.headers))
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
    text(request)
      .then((body) =>
        web.api.handle(
          { method: request.method ?? '', url: request.url ?? '', origin, headers, body: body || null },
          caller,
        ),
      )
      .then((answer) => response.writeHead(answer.status, answer.headers).end(answer.body))
      .catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
