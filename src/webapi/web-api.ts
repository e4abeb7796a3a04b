import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Engine } from '../conversation/index.ts';
import type { Store } from '../store/index.ts';
import { Refusal } from '../tables/index.ts';
import { openAccessBook } from './access/access-book.ts';
import { mayHear } from './access/hearing.ts';
import { type Books, identify } from './access/identity.ts';
import type { ApiRequest, ApiResponse, Caller, WebApi } from './api.ts';
import { type Exchange, guardedDatabase, ownDatabase, refuseMethod } from './exchange.ts';
import { metadataDocument, serviceDocument } from './metadata.ts';
import { answerOperation } from './operation-request.ts';
import { parsePrefer } from './parse/prefer.ts';
import { parse } from './parse.ts';
import { resolveAddress } from './plan/address.ts';
import { StatementNames } from './read.ts';
import { answerRead } from './read-request.ts';
import { commonHeaders, jsonResponse, refusalResponse } from './response.ts';
import { openSettingsBook } from './settings-book.ts';
import { answerWrite } from './write-request.ts';

/** What the Web API is made of. `onFault` hears of our own bugs, with the id that the answer names. */
export interface WebApiParts {
  readonly store: Store;
  readonly engine: Engine;
  readonly onFault: (error: unknown, requestId: string) => void;
  /** Where tokens come from, for the challenge, when that is not this server. */
  readonly authority?: () => string;
}

/** Makes the Web API: one function from request to response. Every refusal becomes an answer in the Dataverse form; a
 *  fault becomes 500, named by the request's id and reported to `onFault`. Source: webapi.md. */
export function createWebApi(parts: WebApiParts): WebApi {
  const names = new StatementNames();
  const books: Books = { access: openAccessBook(parts.store), settings: openSettingsBook(parts.store) };
  return {
    mayHear: (caller, changes) => mayHear(parts.store, books.access, caller, changes),
    handle: async (request, caller) => {
      const requestId = randomUUID();
      const stages = new Stages();
      const response = await answer(parts, names, books, request, caller, stages).catch((error: unknown) => {
        if (!(error instanceof Refusal)) parts.onFault(error, requestId);
        const refusal = error instanceof Refusal ? error : new Refusal('unexpected', requestId);
        return refusalResponse(refusal, parsePrefer(request.headers.prefer));
      });
      return withHeaders(response, { ...idsOf(requestId), 'Server-Timing': stages.header() });
    },
    challenge: (request, reason) =>
      withHeaders(challenge(request, reason, parts.authority), idsOf(randomUUID())),
  };
}

async function answer(
  parts: WebApiParts,
  names: StatementNames,
  books: Books,
  request: ApiRequest,
  caller: Caller,
  stages: Stages,
): Promise<ApiResponse> {
  const parsed = parse(request);
  const { store, engine } = parts;
  const identity = await identify(store, books, caller, request.headers);
  const database = guardedDatabase(ownDatabase(store), identity.guarding);
  const exchange: Exchange = { request: parsed, ...identity, database, engine, names, lap: stages.lap };
  stages.lap('parse');
  const address = resolveAddress(parsed.segments);
  switch (address.kind) {
    case 'service':
    case 'metadata':
      return parsed.method === 'GET' ? document(address.kind, exchange) : refuseMethod(exchange);
    case 'operation':
      return answerOperation(exchange, address);
    case 'rows':
      return parsed.method === 'GET' ? answerRead(exchange, address) : answerWrite(exchange, address);
  }
}

function document(kind: 'service' | 'metadata', { request }: Exchange): ApiResponse {
  const [unserved] = request.options.unserved;
  if (unserved !== undefined)
    throw new Refusal('notImplemented', `The query option '${unserved}' is not implemented.`);
  if (kind === 'service') return jsonResponse(200, serviceDocument(request.root));
  const headers = { ...commonHeaders, 'Content-Type': 'application/xml' };
  return { status: 200, headers, body: metadataDocument() };
}

const withHeaders = (response: ApiResponse, headers: ApiResponse['headers']): ApiResponse => ({
  ...response,
  headers: { ...response.headers, ...headers },
});

/** Clients log the first of them. Source: webapi.md §2. */
const idsOf = (requestId: string): ApiResponse['headers'] => ({
  'x-ms-service-request-id': requestId,
  REQ_ID: requestId,
});

/** 401 with the challenge that clients read the authority from. Source: webapi.md §17. */
function challenge(
  request: ApiRequest,
  reason: string,
  authority: WebApiParts['authority'] = () => `${request.origin}/oauth2/authorize`,
): ApiResponse {
  const refused = refusalResponse(new Refusal('unauthorized', reason), null);
  const authenticate = `Bearer authorization_uri=${authority()}, resource_id=${request.origin}/`;
  return { ...refused, headers: { ...refused.headers, 'WWW-Authenticate': authenticate } };
}

/** How long each stage of the walk took, for the Server-Timing header. */
class Stages {
  private last = performance.now();
  private readonly laps: string[] = [];

  readonly lap = (stage: string): void => {
    const now = performance.now();
    this.laps.push(`${stage};dur=${(now - this.last).toFixed(2)}`);
    this.last = now;
  };

  header(): string {
    return this.laps.join(', ');
  }
}
