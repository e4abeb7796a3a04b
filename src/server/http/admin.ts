/** /admin: what a server in development lets its administrators do to it. */
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
  app.post(
    '/admin/clock',
    administered(context, async ({ clock }, { body }) =>
      ok(await clock.perform(readClockOrder(Buffer.isBuffer(body) ? body : null))),
    ),
  );
}

const ok = (body: unknown): Answer => jsonAnswer(200, body, { 'cache-control': 'no-store' });
