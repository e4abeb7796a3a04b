import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Engine } from '../conversation/index.ts';
import type { Store, StoreWatch } from '../store/index.ts';
import { Refusal } from '../tables/index.ts';
import { openAccessBook } from './access/access-book.ts';
import { mayHear } from './access/hearing.ts';
import { type Books, identify } from './access/identity.ts';
import type { ApiRequest, ApiResponse, Caller, WebApi } from './api.ts';
import { answerBatch } from './batch/answer-batch.ts';
import { refuseLasting } from './batch/change-set.ts';
import type { Serving } from './batch/serving.ts';
import { detecting } from './duplicates/find.ts';
import {
  type Database,
  type Exchange,
  guardedDatabase,
  ownDatabase,
  refuseMethod,
  sharedDatabase,
} from './exchange.ts';
import { bulkDelete, stepOfBulkDelete } from './jobs/bulk-delete.ts';
import { metadataDocument, serviceDocument } from './metadata.ts';
import { answerDefinitions } from './metadata-request.ts';
import { answerOperation } from './operation-request.ts';
import { parsePrefer } from './parse/prefer.ts';
import { batchUrlLimit, parse, urlLimit } from './parse.ts';
import { resolveAddress } from './plan/address.ts';
import { Protection, type ProtectionOptions } from './protection/protection.ts';
import { StatementNames } from './read.ts';
import { answerRead } from './read-request.ts';
import { commonHeaders, jsonResponse, refusalResponse } from './response.ts';
import { openSettingsBook } from './settings-book.ts';
import { answerWrite } from './write-request.ts';

/** What the Web API is made of. `onFault` hears of our own bugs, with the id that the answer names. */
export interface WebApiParts {
  readonly store: Store;
  readonly engine: Pick<Engine, 'run'>;
  readonly onFault: (error: unknown, requestId: string) => void;
  /** Whether service protection refuses, and from which limits on; off when left out. */
  readonly protection?: Omit<ProtectionOptions, 'nowMs'>;
  /** Where tokens come from, for the challenge, when that is not this server. */
  readonly authority?: () => string;
}

/** Makes the Web API: one function from request to response. Every refusal becomes an answer in the Dataverse form; a
 *  fault becomes 500, named by the request's id and reported to `onFault`. Source: webapi.md. */
export function createWebApi(parts: WebApiParts): WebApi {
  const names = new StatementNames();
  const nowMs = (): number => performance.now();
  const protection = new Protection({ isOn: false, ...parts.protection, nowMs });
  const books: Books = { access: openAccessBook(parts.store), settings: openSettingsBook(parts.store) };
  parts.store.onTimer(bulkDelete, (timer) => stepOfBulkDelete(parts.store, books, timer));
  return {
    mayHear: (caller, changes) => mayHear(parts.store, books.access, caller, changes),
    isAdministrator: async ({ userId }) => (await books.access.of(userId))?.profile.isAdministrator ?? false,
    handle: (request, caller, watch) =>
      protection.protect(caller.userId, async () => {
        const requestId = randomUUID();
        const stages = new Stages();
        const sitting: Sitting = { parts: heard(parts, watch), names, books, caller, lap: stages.lap };
        const response = await answer(sitting, request, alone).catch((error: unknown) =>
          refused(parts, error, request, requestId),
        );
        return withHeaders(response, { ...idsOf(requestId), 'Server-Timing': stages.header() });
      }),
    challenge: (request, reason) =>
      withHeaders(challenge(request, reason, parts.authority), idsOf(randomUUID())),
  };
}

/** The parts with a watch that hears of what is asked of them. */
function heard(parts: WebApiParts, watch: StoreWatch | undefined): WebApiParts {
  if (watch === undefined) return parts;
  const engine: WebApiParts['engine'] = { run: (event, actor) => parts.engine.run(event, actor, watch) };
  return { ...parts, store: parts.store.heardBy(watch), engine };
}

/** What stays the same for all requests that come in one HTTP request. */
interface Sitting {
  readonly parts: WebApiParts;
  readonly names: StatementNames;
  readonly books: Books;
  readonly caller: Caller;
  readonly lap: (stage: string) => void;
}

/** Where a request stands: by itself, in a batch, or in a change set of one. */
interface Within {
  readonly batch: boolean;
  readonly changeSet: Database | null;
}
const alone: Within = { batch: false, changeSet: null };

/** The answer to what was thrown: a refusal in the Dataverse form, a fault reported and named by the id. */
function refused(
  { onFault }: WebApiParts,
  error: unknown,
  request: ApiRequest,
  requestId: string = randomUUID(),
): ApiResponse {
  if (!(error instanceof Refusal)) onFault(error, requestId);
  const refusal = error instanceof Refusal ? error : new Refusal('unexpected', requestId);
  return refusalResponse(refusal, parsePrefer(request.headers.prefer));
}

/** How the requests of a batch are answered. */
function servingOf(sitting: Sitting): Serving {
  const { parts, books, caller } = sitting;
  const { store } = parts;
  const inside: Sitting = { ...sitting, lap: () => undefined };
  return {
    serve: (request, changeSet) => answer(inside, request, { batch: true, changeSet }),
    refused: (error, request) => refused(parts, error, request),
    transact: async (headers, work) => {
      const { caller: actor } = await identify(store, books, caller, headers);
      return ownDatabase(store).transact({ actor: actor.userId, cause: 'POST $batch' }, (transaction) =>
        work(sharedDatabase(transaction)),
      );
    },
  };
}

async function answerBatchRequest(
  sitting: Sitting,
  request: ApiRequest,
  within: Within,
): Promise<ApiResponse> {
  if (within.batch) throw new Refusal('batchInvalid', 'A batch holds requests, not other batches.');
  if (request.method !== 'POST') throw new Refusal('methodNotAllowed', request.method.slice(0, 40));
  const response = await answerBatch(request, servingOf(sitting));
  sitting.lap('batch');
  return response;
}

async function answer(sitting: Sitting, request: ApiRequest, within: Within): Promise<ApiResponse> {
  const { parts, names, books, caller, lap } = sitting;
  const { store, engine } = parts;
  const parsed = parse(request, within.batch ? batchUrlLimit : urlLimit);
  const own = await identify(store, books, caller, request.headers);
  const identity = parsed.detectsDuplicates ? { ...own, guarding: detecting(own.guarding) } : own;
  const database = guardedDatabase(within.changeSet ?? ownDatabase(store), identity.guarding);
  const exchange: Exchange = { request: parsed, ...identity, database, engine, log: store, names, lap };
  lap('parse');
  const address = resolveAddress(parsed.segments);
  switch (address.kind) {
    case 'service':
    case 'metadata':
      return parsed.method === 'GET' ? document(address.kind, exchange) : refuseMethod(exchange);
    case 'definitions':
      return answerDefinitions(exchange, address.segments);
    case 'batch':
      return answerBatchRequest(sitting, request, within);
    case 'operation':
      if (within.changeSet) refuseLasting(address.name);
      return answerOperation(exchange, address);
    case 'rows':
      return parsed.method === 'GET' ? answerRead(exchange, address) : answerWrite(exchange, address);
  }
}

function document(kind: 'service' | 'metadata', { request }: Exchange): ApiResponse {
  const unserved = request.options.unserved.find((name) => kind === 'service' || name !== 'annotations');
  if (unserved !== undefined)
    throw new Refusal('notImplemented', `The query option '${unserved}' is not implemented.`);
  if (kind === 'service') return jsonResponse(200, serviceDocument(request.root));
  const headers = { ...commonHeaders, 'Content-Type': 'application/xml' };
  // dynamics-web-api asks for them in Prefer.
  const annotated =
    /[?&]annotations=true(?:&|$)/i.test(request.url) || request.preferences.annotations.includes('*');
  return { status: 200, headers, body: metadataDocument(annotated) };
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
