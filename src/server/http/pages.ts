/** /healthz, /coverage.json and the screens; everything else is not there. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { coverage } from '../../webapi/index.ts';
import { type Answer, errorAnswer, jsonAnswer } from '../answer.ts';
import { messageOf } from '../errors.ts';
import { tokenSource } from '../oauth/pages-sign-in.ts';
import type { WebFiles } from '../web-files.ts';
import { within } from '../within.ts';
import type { Context } from './context.ts';
import { answer } from './send.ts';

const healthTimeoutMs = 2000;

/** Adds /healthz, /coverage.json and the screens. */
export function addPageRoutes(app: FastifyInstance, context: Context, web: WebFiles): void {
  app.get('/healthz', async (_request, reply) => {
    answer(reply, await health(context));
  });
  app.get('/coverage.json', (_request, reply) => {
    answer(reply, jsonAnswer(200, coverage(), { 'cache-control': 'no-cache' }));
  });
  app.get('/*', async (request, reply) => {
    answer(reply, (await screenFor(request, context, web)) ?? notFound(request));
  });
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    answer(reply, notFound(request));
  });
}

/** The file or screen at the address of a request; null when there is none. */
export function screenFor(request: FastifyRequest, context: Context, web: WebFiles): Promise<Answer | null> {
  const { headers } = request;
  return web.answer(pathOf(request), {
    accept: headers.accept,
    acceptEncoding: headers['accept-encoding'],
    ifNoneMatch: headers['if-none-match'],
    connectTo: () => tokenSource(context.services()?.external ?? null),
  });
}

async function health(context: Context) {
  const headers = { 'cache-control': 'no-store' };
  const services = context.services();
  if (services === null) {
    return jsonAnswer(503, { status: 'starting' }, { ...headers, 'retry-after': '1' });
  }
  try {
    const details = await within(healthTimeoutMs, 'the database', services.health());
    return jsonAnswer(200, { status: 'ok', ...details }, headers);
  } catch (error) {
    context.log(`/healthz: ${messageOf(error)}`);
    return jsonAnswer(503, { status: 'unavailable' }, headers);
  }
}

function pathOf(request: FastifyRequest): string {
  const path = (request.raw.url ?? '/').split('?', 1)[0] ?? '/';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function notFound({ method, raw }: FastifyRequest) {
  const path = (raw.url ?? '').split('?', 1)[0]?.slice(0, 200);
  return errorAnswer(404, `There is nothing at ${method} ${path}. The Web API is at /api/data/v9.2/.`);
}
