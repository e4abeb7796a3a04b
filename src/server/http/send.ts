/** Writes answers to sockets. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Refusal } from '../../tables/index.ts';
import { type Answer, jsonAnswer } from '../answer.ts';

/** Writes an answer past Fastify: no serialisation, no hooks, one write. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.statusCode = status;
  for (const name in headers) response.setHeader(name, headers[name] ?? '');
  if (body === null) response.end();
  else response.end(body);
}

/** Takes the reply over from Fastify and writes the answer. */
export function answer(reply: FastifyReply, given: Answer): void {
  reply.hijack();
  send(reply.raw, given);
}

/** A refusal in the error form of the Web API, with the id that clients log (webapi.md §2, §4). */
export function refusalAnswer(refusal: Refusal, requestId: string = randomUUID()): Answer {
  return jsonAnswer(
    refusal.status,
    { error: { code: refusal.code, message: refusal.message } },
    { 'odata-version': '4.0', 'x-ms-service-request-id': requestId, REQ_ID: requestId },
  );
}
