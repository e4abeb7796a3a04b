/** GET /events: opens the push stream for the caller of a token. */
import type { FastifyInstance } from 'fastify';
import type { Change } from '../../store/index.ts';
import { Refusal } from '../../tables/index.ts';
import { parseTopics } from '../push/topics.ts';
import type { Context } from './context.ts';
import { answer, refusalAnswer } from './send.ts';
import { authenticated } from './webapi.ts';

/** Adds the route of the push stream. */
export function addEventRoutes(app: FastifyInstance, context: Context): void {
  app.get('/events', { exposeHeadRoute: false }, (request, reply) => {
    authenticated(context, request, reply, ({ caller, expiresAt }, { push, api }) => {
      try {
        const query = new URLSearchParams((request.raw.url ?? '').split('?', 2)[1] ?? '');
        const topics = parseTopics(query.get('topics'), caller.userId);
        const lastEventId = parseLastEventId(request.headers['last-event-id']);
        reply.hijack();
        const hears = (changes: readonly Change[]) => api.mayHear(caller, changes);
        push
          .subscribe({ response: reply.raw, topics, hears, lastEventId, expiresAt })
          .catch((error: unknown) => {
            context.log(`push stream: ${String(error)}`);
            reply.raw.destroy();
          });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        answer(reply, refusalAnswer(error));
      }
    });
  });
}

/** The position after which the stream goes on; an empty or missing one means "from now". */
function parseLastEventId(header: string | string[] | undefined): number | null {
  if (header === undefined || header === '') return null;
  const id = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null;
  if (id === null)
    throw new Refusal('invalidArgument', 'Last-Event-ID must be the id of an event of this stream.');
  return id;
}
