/** The Web API with each request in the log, the refused ones included. */
import { randomUUID } from 'node:crypto';
import type { ApiRequest, WebApi } from '../../webapi/index.ts';
import type { Ongoing, RequestLog } from './request-log.ts';

/** Puts the log around the Web API. */
export function watchedApi(api: WebApi, log: RequestLog): WebApi {
  const begin = ({ method, url, headers }: ApiRequest): Ongoing =>
    log.begin({ id: randomUUID(), method, url, headers });
  return {
    ...api,
    handle: async (request, caller) => {
      const ongoing = begin(request);
      ongoing.heard(caller.userId, request.stream === undefined ? request.body : sizeOf(request));
      const response = await api.handle(request, caller, ongoing);
      ongoing.end(response);
      return response;
    },
    challenge: (request, reason) => {
      const ongoing = begin(request);
      const response = api.challenge(request, reason);
      ongoing.end(response);
      return response;
    },
  };
}

const sizeOf = ({ headers }: ApiRequest): number => Number(headers['content-length']) || 0;
