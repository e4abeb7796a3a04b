/** Small answers that every session gives alike. */
import type { AnswerParts } from './answers.ts';
import { contentTypeOf } from './body.ts';
import type { Core } from './core.ts';
import type { SipRequest } from './message.ts';
import { SipRefusal } from './refusal.ts';
import type { ServerTransaction } from './server-transaction.ts';

/** Keys by INFO are the only INFO there is a use for. */
const infoBodies = ['application/dtmf-relay', 'application/dtmf'];

/** Answers and, for a refusal, says so in the log (status and method, never contents). */
export function respond(
  core: Core,
  transaction: ServerTransaction,
  status: number,
  reason: string,
  parts: AnswerParts = {},
): void {
  const { method, callId } = transaction.request;
  if (status >= 400) core.log(`sip: ${method} of ${callId} answered ${status} ${reason}`);
  transaction.respond(status, reason, parts);
}

/** Runs a handler; a refusal becomes the response, a fault 500 and a line in the log. */
export function guarded(core: Core, transaction: ServerTransaction, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof SipRefusal) {
      respond(core, transaction, error.status, error.message, { headers: error.headers });
      return;
    }
    const { method, callId } = transaction.request;
    core.log(`sip: fault in ${method} of ${callId}: ${error instanceof Error ? error.stack : String(error)}`);
    respond(core, transaction, 500, 'Server Internal Error');
  }
}

/** The Reason header's text or value, else "BYE". Source: RFC 3326. */
export function reasonOf(request: SipRequest): string {
  const value = request.headers.get('reason');
  if (value === null) return request.method;
  return /;[ \t]*text[ \t]*=[ \t]*"([^"]*)"/i.exec(value)?.[1] ?? value;
}

/** Answers an INFO: 200 for keys and for an empty one, 469 for a package (RFC 6086), 415 for anything else. */
export function answerInfo(
  core: Core,
  transaction: ServerTransaction,
  tell: (contentType: string, body: string) => void,
): void {
  const { request } = transaction;
  if (request.headers.get('info-package') !== null) {
    throw new SipRefusal(469, 'Bad Info Package', { 'Recv-Info': '' });
  }
  if (request.body.length > 0) {
    const type = contentTypeOf(request);
    if (!infoBodies.includes(type)) {
      throw new SipRefusal(415, 'Unsupported Media Type', { Accept: infoBodies.join(', ') });
    }
    tell(type, request.body.toString('utf8'));
  }
  respond(core, transaction, 200, 'OK');
}
