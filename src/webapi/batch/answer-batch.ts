/** A $batch: reads it whole, runs its requests in order, prints their answers. Source: webapi.md §10. */
import { Refusal } from '../../tables/index.ts';
import type { ApiRequest, ApiResponse } from '../api.ts';
import { refusalResponse } from '../response.ts';
import { runChangeSet } from './change-set.ts';
import { resolveReferences } from './content-ids.ts';
import { type ItemAnswer, type PartAnswer, printAnswer } from './print-answer.ts';
import { type BatchItem, readBatch } from './read-batch.ts';
import { type Serving, toApiRequest } from './serving.ts';

/** The most characters that all answers of one batch may have together; an answer is held in memory. Ours. */
const answerLimit = 134_217_728;

/** Answers a batch. Refuses batchInvalid, unsupportedMediaType; what one of its requests refuses stands in the answer. */
export async function answerBatch(outer: ApiRequest, serving: Serving): Promise<ApiResponse> {
  const text = typeof outer.body === 'string' ? outer.body : (outer.body?.toString('utf8') ?? '');
  const items = readBatch(outer.headers['content-type'], text);
  const goesOn = /(?:^|[,;\s])odata\.continue-on-error(?:\s*=\s*"?true"?)?(?=[,;\s]|$)/i.test(
    outer.headers.prefer ?? '',
  );
  const ids = new Map<string, string>();
  const answers: ItemAnswer[] = [];
  let room = answerLimit;
  for (const item of items) {
    const answer = await runItem(outer, item, serving, ids, room);
    answers.push(answer);
    const parts: readonly PartAnswer[] = 'response' in answer ? [answer] : answer;
    for (const { response } of parts) room -= response.body?.length ?? 0;
    const failed = parts.find(({ response }) => response.status >= 400);
    if (failed && !goesOn) return printAnswer(failed.response.status, answers);
  }
  return printAnswer(200, answers);
}

async function runItem(
  outer: ApiRequest,
  item: BatchItem,
  serving: Serving,
  ids: Map<string, string>,
  room: number,
): Promise<ItemAnswer> {
  if (item.kind === 'changeSet') return runChangeSet(outer, item.requests, serving, ids);
  const { request } = item;
  const { contentId } = request;
  let apiRequest = toApiRequest(outer, request);
  try {
    apiRequest = toApiRequest(outer, resolveReferences(request, ids));
    const response = await serving.serve(apiRequest, null);
    const location = response.headers['OData-EntityId'];
    if (contentId !== null && location !== undefined) ids.set(contentId, location);
    return { contentId, response: request.method === 'GET' ? withinRoom(response, room) : response };
  } catch (error) {
    return { contentId, response: serving.refused(error, apiRequest) };
  }
}

/** A read that would make the whole answer too large is answered with a refusal instead. */
function withinRoom(response: ApiResponse, room: number): ApiResponse {
  if (response.stream)
    return refusalResponse(
      new Refusal('notImplemented', 'Reading a file inside a $batch is not implemented.'),
      null,
    );
  if ((response.body?.length ?? 0) <= room) return response;
  const message = `The answers of this batch together are larger than ${answerLimit} bytes: read less in one batch.`;
  return refusalResponse(new Refusal('invalidArgument', message), null);
}
