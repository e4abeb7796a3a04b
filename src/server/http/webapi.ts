/** /api/data/v9.0 to v9.2: the hot path. The token is looked up before the body is read, and the Web API's answer is
 *  written past Fastify. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../tables/index.ts';
import type { ApiRequest, ApiResponse, Caller, WebApi } from '../../webapi/index.ts';
import type { Answer } from '../answer.ts';
import { type Authenticated, bearerToken } from '../authenticator.ts';
import { codeOf, messageOf, stackOf } from '../errors.ts';
import type { Context, Services } from './context.ts';
import { inUtf8 } from './headers.ts';
import { answer, refusalAnswer, send } from './send.ts';

const versions = /^\/api\/data\/v9\.[0-2](?:[/?]|$)/;

/** Adds the routes of the Web API. */
export function addApiRoutes(app: FastifyInstance, context: Context): void {
  app.register((scope, _options, done) => {
    // Files are larger than what memory should hold: they reach the Web API as they arrive, and it sets the limits.
    scope.addContentTypeParser('application/octet-stream', (_request, payload, parsed) =>
      parsed(null, payload),
    );
    addApiRoute(scope, context);
    done();
  });
}

function addApiRoute(app: FastifyInstance, context: Context): void {
  const callers = new WeakMap<IncomingMessage, Caller>();
  app.all('/api/data/*', {
    onRequest: (request, reply, done) => {
      authenticated(context, request, reply, ({ caller }) => {
        callers.set(request.raw, caller);
        done();
      });
    },
    handler: (request, reply) => {
      const services = context.services();
      const caller = callers.get(request.raw);
      if (services === null || caller === undefined) return answer(reply, starting());
      if (!versions.test(request.raw.url ?? '')) {
        return answer(reply, refusalAnswer(new Refusal('segmentNotFound', versionOf(request.raw.url ?? ''))));
      }
      reply.hijack();
      const body = Buffer.isBuffer(request.body)
        ? inUtf8(request.body, request.headers['content-type'])
        : null;
      const { raw } = request;
      const stream = request.body === raw && raw.headers['content-length'] !== '0' ? raw : null;
      handle(services.api, toApiRequest(request.raw, context, body, stream), caller)
        .then((given) => (given.stream ? sendStream(reply.raw, given, given.stream) : send(reply.raw, given)))
        // What is left of a body that was refused must not stand in the way of the next request.
        .then(() => stream?.resume())
        .catch((error: unknown) => {
          const id = randomUUID();
          context.log(`request ${id} ${request.method} ${request.raw.url}: ${stackOf(error)}`);
          sendFault(reply.raw, id);
        });
    },
  });
}

/** The answer to a fault. A header that cannot be written may have left a part of the answer behind, so the head is
 *  emptied first. */
function sendFault(response: ServerResponse, id: string): void {
  if (!response.headersSent) for (const name of response.getHeaderNames()) response.removeHeader(name);
  send(response, refusalAnswer(new Refusal('unexpected', id), id));
}

/** Writes an answer piece by piece, no faster than the client takes it. A client that hangs up ends it; so does a fault in
 *  the middle, which the client sees as an answer that is cut off. */
async function sendStream(
  response: ServerResponse,
  { status, headers }: Pick<ApiResponse, 'status' | 'headers'>,
  stream: AsyncIterable<Uint8Array>,
): Promise<void> {
  response.writeHead(status, { ...headers });
  await pipeline(Readable.from(stream), response).catch((error: unknown) => {
    if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** A fault that is thrown instead of rejected must reach the same place. */
async function handle(api: WebApi, request: ApiRequest, caller: Caller) {
  return api.handle(request, caller);
}

/** Goes on with the caller of a request; else answers 401 with the challenge, or 503 while there is nothing to serve. */
export function authenticated(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  next: (authenticated: Authenticated, services: Services) => void,
): void {
  const services = context.services();
  if (services === null) {
    answer(reply, starting());
    return;
  }
  const refuse = (reason: string): void =>
    answer(reply, services.api.challenge(toApiRequest(request.raw, context, null), reason));
  const token = bearerToken(request.raw.headers.authorization);
  const origin = context.origin(request.raw);
  const known = token === null ? undefined : services.authenticator.known(token, origin);
  if (known !== undefined) next(known, services);
  else if (token === null)
    refuse('A bearer token is needed. The header WWW-Authenticate names who issues it.');
  else {
    services.authenticator
      .check(token, origin)
      .then(
        (found) => {
          if (found === null) refuse('The token is not valid here or is past its time.');
          else if (found instanceof Refusal) answer(reply, refusalAnswer(found));
          else next(found, services);
        },
        (error: unknown) => {
          context.log(`checking a token: ${messageOf(error)}`);
          answer(
            reply,
            refusalAnswer(new Refusal('unavailable', 'The token cannot be checked now. Try again later.')),
          );
        },
      )
      // What comes after the check failed: a fault of ours, and no reason to say that the token is to blame.
      .catch((error: unknown) => {
        const id = randomUUID();
        context.log(`request ${id} ${request.method} ${request.raw.url}: ${stackOf(error)}`);
        sendFault(reply.raw, id);
      });
  }
}

/** 503 before the server is up and while it stops. */
export function starting(): Answer {
  const { status, headers, body } = refusalAnswer(
    new Refusal('unavailable', 'The server is starting or stopping.'),
  );
  return { status, headers: { ...headers, 'retry-after': '1' }, body };
}

function toApiRequest(
  raw: IncomingMessage,
  context: Context,
  body: Buffer | null,
  stream: IncomingMessage | null = null,
): ApiRequest {
  return {
    // Whoever stops reading early still has an answer to send over the same socket.
    ...(stream ? { stream: stream.iterator({ destroyOnReturn: false }) } : {}),
    method: raw.method ?? 'GET',
    url: raw.url ?? '/',
    origin: context.origin(raw),
    headers: toHeaders(raw.headers),
    body: body !== null && body.length === 0 ? null : body,
  };
}

/** Node joins repeated headers by a comma already, set-cookie apart, which no client sends. */
function toHeaders(given: IncomingHttpHeaders): ApiRequest['headers'] {
  const headers: Record<string, string | undefined> = {};
  for (const name in given) {
    const value = given[name];
    headers[name] = typeof value === 'object' ? value.join(', ') : value;
  }
  return headers;
}

function versionOf(url: string): string {
  return url.split('/')[3]?.split('?')[0] ?? '';
}
