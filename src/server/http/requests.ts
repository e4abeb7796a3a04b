/** GET /requests: the request log, for administrators (mission.md B5). A browser that opens the address gets the screen
 *  instead, which then asks for the same as JSON with its token. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../tables/index.ts';
import { type Answer, jsonAnswer } from '../answer.ts';
import { stackOf } from '../errors.ts';
import { toCurl, toTest } from '../requests/exports.ts';
import type { LoggedRequest, RequestQuery } from '../requests/request-log.ts';
import { detailOf, summaryOf } from '../requests/show.ts';
import type { WebFiles } from '../web-files.ts';
import { administered } from './administered.ts';
import type { Context, Services } from './context.ts';
import { screenFor } from './pages.ts';
import { answer, refusalAnswer } from './send.ts';

const noStore = { 'cache-control': 'no-store', vary: 'accept' };
const most = 1000;
const usual = 100;

type Work = (services: Services, request: FastifyRequest, origin: string) => Promise<Answer> | Answer;

/** Adds the routes of the request log. */
export function addRequestRoutes(app: FastifyInstance, context: Context, web: WebFiles): void {
  const serve = (work: Work) => (request: FastifyRequest, reply: FastifyReply) => {
    if (isForPerson(request)) return showScreen(request, reply);
    administered(context, (services) => work(services, request, context.origin(request.raw)))(request, reply);
  };
  const showScreen = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    screenFor(request, context, web)
      .then((screen) => answer(reply, screen ?? refusalAnswer(new Refusal('segmentNotFound', request.url))))
      .catch((error: unknown) => {
        context.log(`/requests: ${stackOf(error)}`);
        answer(reply, refusalAnswer(new Refusal('unexpected', request.id)));
      });
  };
  app.get(
    '/requests',
    serve(({ requests }, request) => {
      const query = queryOf(request);
      const found = requests.list(query);
      const last = found.length === query.top ? found.at(-1) : undefined;
      return jsonAnswer(200, { value: found.map(summaryOf), next: nextOf(request, last) }, noStore);
    }),
  );
  app.get<{ Params: { name: string } }>(
    '/requests/:name',
    serve(async ({ requests }, request, origin) => {
      const [, id = '', form] = /^(.*?)(\.curl|\.test\.ts)?$/.exec(nameOf(request)) ?? [];
      const entry = requests.find(id);
      if (entry === null) throw new Refusal('segmentNotFound', id.slice(0, 100));
      if (form === '.curl') return textAnswer(toCurl(entry, origin));
      if (form === '.test.ts') return textAnswer(toTest(entry, origin));
      await requests.settled(entry);
      return jsonAnswer(200, detailOf(entry, await requests.changes(entry), origin), noStore);
    }),
  );
}

/** A browser names text/html and never JSON when a person opens an address; the texts to copy are texts for everyone. */
function isForPerson({ headers, url }: FastifyRequest): boolean {
  const accept = headers.accept ?? '';
  return /text\/html/i.test(accept) && !/json/i.test(accept) && !/\.(?:curl|test\.ts)(?:\?|$)/.test(url);
}

const nameOf = ({ params }: FastifyRequest): string =>
  typeof params === 'object' && params !== null && 'name' in params ? String(params.name) : '';

function textAnswer(body: string): Answer {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', ...noStore }, body };
}

const searchOf = ({ raw }: FastifyRequest): URLSearchParams =>
  new URLSearchParams((raw.url ?? '').split('?', 2)[1] ?? '');

const rules: { readonly [name: string]: readonly [pattern: RegExp, right: string] } = {
  status: [/^[1-5](?:\d\d|xx)$/, 'a status as 404, or a class as 4xx'],
  caller: [/^(?:none|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i, 'the id of a user, or none'],
  path: [/^.{1,200}$/, 'a part of the URL'],
  top: [/^(?:[1-9]\d{0,2}|1000)$/, `a number from 1 to ${most}`],
  before: [/^\d{1,15}$/, 'the seq of a request'],
};

/** Refuses invalidArgument naming the parameter. */
function queryOf(request: FastifyRequest): RequestQuery {
  const search = searchOf(request);
  for (const [name, value] of search) {
    const rule = rules[name];
    if (rule === undefined) {
      throw new Refusal(
        'invalidArgument',
        `There is no parameter "${name}"; there are ${Object.keys(rules).join(', ')}.`,
      );
    }
    if (!rule[0].test(value)) throw new Refusal('invalidArgument', `${name} must be ${rule[1]}.`);
  }
  const [status, caller, path] = ['status', 'caller', 'path'].map((name) => search.get(name)?.toLowerCase());
  const before = search.get('before');
  return {
    top: Number(search.get('top') ?? usual),
    ...(status === undefined ? {} : { status }),
    ...(caller === undefined ? {} : { caller }),
    ...(path === undefined ? {} : { path }),
    ...(before === null ? {} : { before: Number(before) }),
  };
}

/** The address of the page after `last`; null when this was the last one. */
function nextOf(request: FastifyRequest, last: LoggedRequest | undefined): string | null {
  if (last === undefined) return null;
  const search = searchOf(request);
  search.set('before', String(last.seq));
  return `/requests?${search}`;
}
