/** /admin: what a server tells its administrators, and lets them do to it in development. */
import type { FastifyInstance } from 'fastify';
import { type Answer, jsonAnswer } from '../answer.ts';
import { readClockOrder } from '../clock-order.ts';
import { administered } from './administered.ts';
import type { Context } from './context.ts';

/** Adds the routes of administration. */
export function addAdminRoutes(app: FastifyInstance, context: Context): void {
  app.get(
    '/admin/clock',
    administered(context, async ({ clock }) => ok(await clock.read())),
  );
  app.get(
    '/admin/lint',
    administered(context, async ({ lint }) => ok({ value: await lint() })),
  );
  app.post(
    '/admin/clock',
    administered(context, async ({ clock }, { body }) =>
      ok(await clock.perform(readClockOrder(Buffer.isBuffer(body) ? body : null))),
    ),
  );
}

const ok = (body: unknown): Answer => jsonAnswer(200, body, { 'cache-control': 'no-store' });
