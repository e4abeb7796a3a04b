/** A logged request as JSON. */
import type { Change } from '../../store/index.ts';
import type { LoggedRequest } from './request-log.ts';

/** One line of the list. */
export function summaryOf(request: LoggedRequest) {
  const { seq, id, at, method, url, caller, status, statements, rows, bodyBytes, answerBytes } = request;
  return {
    seq,
    id,
    at: at.toISOString(),
    caller,
    method,
    url,
    status,
    durationMs: round(request.durationMs),
    statements,
    rowsChanged: rows,
    requestBytes: bodyBytes,
    responseBytes: answerBytes,
  };
}

/** All of it. `changes`: from the change log. */
export function detailOf(request: LoggedRequest, changes: readonly Change[], base: string) {
  const { headers, body, answerHeaders, answer, transactions } = request;
  const stages = Object.fromEntries(Object.entries(request.stages).map(([name, ms]) => [name, round(ms)]));
  return {
    ...summaryOf(request),
    stagesMs: stages,
    request: { headers, body },
    response: { headers: answerHeaders, body: answer },
    ...(request.url.includes('$batch') ? { parts: partsOf(request) } : {}),
    transactions,
    changes: changes.map(({ seq, table, id, operation, before, after, transaction }) => ({
      seq,
      transaction,
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

/** The requests inside a $batch, in order, each with the status of its answer where one was kept (webapi.md §10). */
function partsOf({ body, answer }: LoggedRequest) {
  const asked = [...(body ?? '').matchAll(/^(GET|POST|PATCH|PUT|DELETE) (\S+) HTTP\/1\.1\r?$/gm)];
  const statuses = [...(answer ?? '').matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  return asked.map(([, method, url], index) => ({ method, url, status: statuses[index] ?? null }));
}

const round = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 100) / 100);
