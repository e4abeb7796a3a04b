/** A change set: all of its requests in one transaction, or none. Source: webapi.md §10. */
import { Refusal } from '../../tables/index.ts';
import type { ApiRequest, ApiResponse } from '../api.ts';
import type { Database } from '../exchange.ts';
import { type ContentIds, dependsOnOthers, resolveReferences } from './content-ids.ts';
import type { ItemAnswer, PartAnswer } from './print-answer.ts';
import type { BatchRequest } from './read-batch.ts';
import { callerHeaders, type Serving, toApiRequest } from './serving.ts';

const methods: ReadonlySet<string> = new Set(['POST', 'PATCH', 'PUT', 'DELETE']);

/** How many creates that need nothing of each other are under way at once: while the store writes some of them as one
 *  statement, the others are read and planned. */
const atOnce = 256;

/** What went wrong, and with which request. */
class PartFailure extends Error {
  readonly request: ApiRequest;
  readonly error: unknown;

  constructor(request: ApiRequest, error: unknown) {
    // The store looks at the cause, to see whether the transaction may be tried again.
    super('a request of a change set failed', { cause: (error instanceof Error && error.cause) || error });
    this.request = request;
    this.error = error;
  }
}

/** Runs a change set. Its answers, or the one answer to what failed; `ids` learns what was made only when it stays. */
export async function runChangeSet(
  outer: ApiRequest,
  requests: readonly BatchRequest[],
  serving: Serving,
  ids: Map<string, string>,
): Promise<ItemAnswer> {
  try {
    const headers = headersOf(outer, requests);
    const { answers, made } = await serving.transact(headers, async (changeSet) => {
      const known = new Map(ids);
      return { answers: await runAll(outer, requests, serving, changeSet, known), made: known };
    });
    for (const [id, address] of made) ids.set(id, address);
    return answers;
  } catch (error) {
    const failure = error instanceof PartFailure ? error : null;
    const response = serving.refused(failure ? failure.error : error, failure?.request ?? outer);
    return { contentId: null, response };
  }
}

/** The headers that say in whose name all of the requests work: there is one hand in one transaction. */
function headersOf(outer: ApiRequest, requests: readonly BatchRequest[]): ApiRequest['headers'] {
  const all = requests.map((request) => toApiRequest(outer, request).headers);
  const [first = outer.headers] = all;
  if (all.every((headers) => callerHeaders.every((name) => headers[name] === first[name]))) return first;
  throw new Refusal('notImplemented', 'A change set in the names of several users is not implemented.');
}

async function runAll(
  outer: ApiRequest,
  requests: readonly BatchRequest[],
  serving: Serving,
  changeSet: Database,
  known: Map<string, string>,
): Promise<PartAnswer[]> {
  const answers: PartAnswer[] = [];
  for (let start = 0; start < requests.length; ) {
    const group = groupFrom(requests, start);
    start += group.length;
    const responses = await runGroup(group, (request) => runOne(outer, request, serving, changeSet, known));
    for (const [place, response] of responses.entries()) {
      const contentId = group[place]?.contentId ?? null;
      const address = response.headers['OData-EntityId'];
      if (contentId !== null && address !== undefined) known.set(contentId, address);
      answers.push({ contentId, response });
    }
  }
  return answers;
}

/** The next request, or all creates from there on that may run side by side: into one set, naming no other row. */
function groupFrom(requests: readonly BatchRequest[], start: number): readonly BatchRequest[] {
  const first = requests[start];
  if (!first || !isLoneCreate(first)) return requests.slice(start, start + 1);
  let end = start + 1;
  for (let next = requests[end]; next && next.url === first.url && isLoneCreate(next); next = requests[end])
    end += 1;
  return requests.slice(start, end);
}

const isLoneCreate = (request: BatchRequest): boolean =>
  request.method === 'POST' &&
  /\/\w+$/.test(request.url) &&
  request.headers.prefer === undefined &&
  !dependsOnOthers(request);

/** SQLSTATE of a statement behind one that failed: it says nothing of its own request. */
const isConsequence = (error: unknown): boolean =>
  error instanceof PartFailure &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === '25P02';

/** Runs the requests in their order, up to `atOnce` of them under way. Ends when none is any more: the transaction must
 *  not go on behind a failure's back. Throws the first failure that is not another's consequence. */
async function runGroup(
  group: readonly BatchRequest[],
  run: (request: BatchRequest) => Promise<ApiResponse>,
): Promise<ApiResponse[]> {
  const responses: ApiResponse[] = [];
  const failures: unknown[] = [];
  const waiting = group.entries();
  const work = async (): Promise<void> => {
    // All workers draw from the one list.
    for (const [place, request] of waiting) {
      if (failures.length > 0) return;
      try {
        responses[place] = await run(request);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, group.length) }, work));
  if (failures.length > 0) throw failures.find((failure) => !isConsequence(failure)) ?? failures[0];
  return responses;
}

async function runOne(
  outer: ApiRequest,
  request: BatchRequest,
  serving: Serving,
  changeSet: Database,
  known: ContentIds,
): Promise<ApiResponse> {
  let apiRequest = toApiRequest(outer, request);
  try {
    if (!methods.has(request.method)) throw new Refusal('changeSetMethod', request.method);
    apiRequest = toApiRequest(outer, resolveReferences(request, known));
    return await serving.serve(apiRequest, changeSet);
  } catch (error) {
    throw new PartFailure(apiRequest, error);
  }
}

/** Messages that act on a call while they run: what they did stays done. */
const lasting = /^(?:CCaaS|wirechief)_/;

/** Refuses a message that a failing change set could not undo. Refuses invalidArgument. */
export function refuseLasting(message: string): void {
  if (lasting.test(message))
    throw new Refusal(
      'invalidArgument',
      `${message} acts on the call at once, which a change set that fails could not undo: send it outside of a change set.`,
    );
}
