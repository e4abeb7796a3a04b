/** The HTTP listener: bytes to the Web API, to sign-in, to the push stream and to the screens. It listens from the
 *  first moment, so that a taken port is known at once, and answers 503 until there is something to serve. */
import type { AddressInfo, Socket } from 'node:net';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { Refusal } from '../../tables/index.ts';
import { type Answer, errorAnswer } from '../answer.ts';
import type { Config } from '../config.ts';
import { codeOf, messageOf } from '../errors.ts';
import { isLoopback } from '../loopback.ts';
import { exitCodes, StartError } from '../start-error.ts';
import type { WebFiles } from '../web-files.ts';
import { addAdminRoutes } from './admin.ts';
import type { Context, Services } from './context.ts';
import { addEventRoutes } from './events.ts';
import { refusalOfHeaders } from './headers.ts';
import { limits as defaultLimits, type Limits } from './limits.ts';
import { addOAuthRoutes } from './oauth.ts';
import { createOrigins, type Origins } from './origin.ts';
import { addPageRoutes } from './pages.ts';
import { addRequestRoutes } from './requests.ts';
import { answer, refusalAnswer } from './send.ts';
import { handleUpgrades } from './upgrade.ts';
import { addApiRoutes } from './webapi.ts';

/** The running listener. */
export interface Listener {
  readonly port: number;
  /** How many connections are open. */
  connections(): Promise<number>;
  /** Begins to serve; null goes back to answering 503. */
  serve(services: Services | null): void;
  /** Stops taking requests, lets those under way end for `graceMs`, then cuts the rest off. */
  close(graceMs?: number): Promise<void>;
}

/** What the listener is made of. */
export interface ListenerOptions {
  readonly config: Pick<Config, 'host' | 'port'> & Partial<Pick<Config, 'origin'>>;
  readonly web: WebFiles;
  readonly log: (line: string) => void;
  readonly limits?: Partial<Limits>;
}

/** Starts listening. Refuses: StartError when the port is taken or not ours to take. */
export async function listen({ config, web, log, limits: changed }: ListenerOptions): Promise<Listener> {
  let services: Services | null = null;
  const limits: Limits = { ...defaultLimits, ...changed };
  const onlyLoopback = isLoopback(config.host);
  const origins = createOrigins({
    onlyLoopback,
    fallback: `localhost:${config.port}`,
    named: config.origin ?? null,
  });
  const context: Context = {
    services: () => services,
    origin: (request) => origins.of(request) ?? '',
    limits,
    log,
  };
  const app = createApp(limits, log);
  addOriginCheck(app, origins);
  addApiRoutes(app, context);
  addOAuthRoutes(app, context);
  addEventRoutes(app, context);
  addRequestRoutes(app, context, web);
  addAdminRoutes(app, context);
  addPageRoutes(app, context, web);
  handleUpgrades(app.server, context, origins);
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    throw listenError(error, config);
  }
  return {
    port: portOf(app.server.address()),
    connections: () =>
      new Promise((resolve, reject) => {
        app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    serve: (next) => {
      services = next;
    },
    close: async (graceMs = 3000) => {
      services = null;
      const cutOff = setTimeout(() => app.server.closeAllConnections(), graceMs);
      await app.close();
      clearTimeout(cutOff);
    },
  };
}

function createApp(limits: Limits, log: (line: string) => void): FastifyInstance {
  const app = Fastify({
    bodyLimit: limits.maxBodyBytes,
    connectionTimeout: limits.silenceTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      connectionsCheckingInterval: limits.checkEveryMs,
    },
    routerOptions: { maxParamLength: limits.maxHeaderBytes },
    forceCloseConnections: 'idle',
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => answer(reply, requestError(error, request, limits)),
  });
  app.server.maxConnections = limits.maxConnections;
  // Bodies stay bytes: the Web API and the token endpoint read them themselves.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if ((error.statusCode ?? 500) >= 500)
      log(`${request.method} ${request.url}: ${error.stack ?? error.message}`);
    answer(reply, requestError(error, request, limits));
  });
  return app;
}

function addOriginCheck(app: FastifyInstance, origins: Origins): void {
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = refusalOfHeaders(request.raw);
    if (refusal !== null) return answer(reply, refusalAnswer(refusal));
    if (origins.of(request.raw) !== null) return done();
    const message = `This server does not answer to the name "${request.headers.host}". WIRECHIEF_ORIGIN, or WIRECHIEF_HOST set to an address that others reach, allows other names than localhost.`;
    answer(reply, errorAnswer(421, message));
  });
}

/** What went wrong before a route was reached, or in one. */
function requestError(error: FastifyError, request: FastifyRequest, limits: Limits): Answer {
  const status = error.statusCode ?? 500;
  if (status === 413) {
    // A route may take less than the server does.
    const { bodyLimit = limits.maxBodyBytes } = request.routeOptions;
    return refusalAnswer(new Refusal('bodyTooLarge', bodyLimit));
  }
  if (status === 415)
    return refusalAnswer(new Refusal('unsupportedMediaType', request.headers['content-type'] ?? ''));
  if (status >= 400 && status < 500) return errorAnswer(status, error.message);
  return errorAnswer(500, 'An unexpected error occurred.');
}

const brokenRequests: Record<string, readonly [status: number, phrase: string, message: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The URL and headers are too long.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request took too long to arrive.'],
};

/** Answers what is not HTTP, too long or too slow, and hangs up. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, phrase, message] = brokenRequests[error.code ?? ''] ?? [
    400,
    'Bad Request',
    'This is not HTTP.',
  ];
  const body = JSON.stringify({ error: { code: '', message } });
  const head = `HTTP/1.1 ${status} ${phrase}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  socket.end(head + body);
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function listenError(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): StartError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is taken. Stop the other program, or set WIRECHIEF_PORT to a free port.`,
    EACCES: `Port ${port} needs more rights than this user has. Set WIRECHIEF_PORT to a port above 1023.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine. Set WIRECHIEF_HOST to one that is, or to 127.0.0.1.`,
    ENOTFOUND: `The host name ${host} is not known. Set WIRECHIEF_HOST to an address of this machine.`,
  };
  const reason = reasons[codeOf(error) ?? ''] ?? `Cannot listen on ${host}:${port}: ${messageOf(error)}.`;
  return new StartError(reason, exitCodes.unavailable, { cause: error });
}
