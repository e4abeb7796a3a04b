/** A logged request as JSON. */
import type { Change } from '../../store/index.ts';
import { isBatch, partsOf } from './batch-parts.ts';
import { type LoggedRequest, stagesOf } from './request-log.ts';

/** One line of the list. */
export function summaryOf(request: LoggedRequest) {
  const { seq, id, at, method, url, caller, status, statements, rows, bodyBytes, answerBytes } = request;
  const stages = Object.entries(stagesOf(request)).map(([name, ms]) => [name, round(ms)]);
  return {
    seq,
    id,
    at: at.toISOString(),
    caller,
    method,
    url,
    status,
    durationMs: round(request.durationMs),
    stagesMs: Object.fromEntries(stages),
    statements,
    rowsChanged: rows,
    conversations: request.conversations,
    requestBytes: bodyBytes,
    responseBytes: answerBytes,
  };
}

/** All of it. `changes`: from the change log. */
export function detailOf(request: LoggedRequest, changes: readonly Change[], base: string) {
  const { headers, body, answerHeaders, answer, transactions } = request;
  return {
    ...summaryOf(request),
    request: { headers, body },
    response: { headers: answerHeaders, body: answer },
    ...(isBatch(request) ? { parts: partsOf(request) } : {}),
    transactions,
    changes: changes.map(({ seq, table, id, operation, before, after, transaction, conversation }) => ({
      seq,
      transaction,
      conversation,
      table,
      id,
      operation,
      before,
      after,
    })),
    curl: `${base}/requests/${request.id}.curl`,
    test: `${base}/requests/${request.id}.test.ts`,
  };
}

const round = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 100) / 100);
