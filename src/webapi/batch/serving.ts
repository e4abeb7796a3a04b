import type { ApiRequest, ApiResponse } from '../api.ts';
import type { Database } from '../exchange.ts';
import type { BatchRequest } from './read-batch.ts';

/** How a batch gets its requests answered. */
export interface Serving {
  /** Answers one request, in the change set's transaction when it is given one. Throws what is refused, and faults. */
  serve(request: ApiRequest, changeSet: Database | null): Promise<ApiResponse>;
  /** The answer to what was thrown for a request. */
  refused(error: unknown, request: ApiRequest): ApiResponse;
  /** Runs a change set in one transaction, in the name that the headers tell; `work` may be run again from the start. */
  transact<R>(headers: ApiRequest['headers'], work: (changeSet: Database) => Promise<R>): Promise<R>;
}

/** Headers that say in whose name a request works: one without its own takes them from the outer request. Preferences
 *  are each request's own. Source: webapi.md §10; published documentation, batch. */
export const callerHeaders = ['mscrmcallerid', 'callerobjectid'] as const;

/** A request of a batch as if it had come by itself. */
export function toApiRequest(outer: ApiRequest, request: BatchRequest): ApiRequest {
  const headers: Record<string, string | undefined> = { ...request.headers };
  if (callerHeaders.every((name) => headers[name] === undefined))
    for (const name of callerHeaders) headers[name] = outer.headers[name];
  const { method, body } = request;
  return { method, url: pathOf(outer, request.url), origin: outer.origin, headers, body };
}

/** Path and query of a URL: absolute, a path of the server, or relative to the API's root. */
function pathOf(outer: ApiRequest, url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '');
  if (path.startsWith('/api/')) return path;
  const root = outer.url.slice(0, outer.url.indexOf('/', '/api/data/'.length));
  return `${root}/${path.replace(/^\//, '')}`;
}
