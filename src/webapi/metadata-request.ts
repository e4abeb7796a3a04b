import { Refusal } from '../tables/index.ts';
import type { ApiResponse } from './api.ts';
import { answerDefinitionWrite } from './definitions-request.ts';
import type { Exchange } from './exchange.ts';
import { type DefinitionPlace, definitionPlace } from './metadata/place.ts';
import { contextList, renderAll } from './metadata/render.ts';
import type { Segment } from './parse/ast.ts';
import { jsonResponse, noContent, textResponse } from './response.ts';

/** Answers a request for definitions: a query, or a change of them. Refuses what the steps refuse.
 *  Source: webapi.md §13. */
export async function answerDefinitions(
  exchange: Exchange,
  segments: readonly Segment[],
): Promise<ApiResponse> {
  if (exchange.request.method !== 'GET') return answerDefinitionWrite(exchange, segments);
  return query(exchange, definitionPlace(segments));
}

function query({ request }: Exchange, place: DefinitionPlace): ApiResponse {
  const { options } = request;
  refuseOptions(options, place);
  const wanted = { select: options.select, filter: options.filter, expand: options.expand };
  if (place.property !== null) return member(request.root, place);
  const found = renderAll(place.nodes, place.type, wanted, options.aliases);
  if (place.counted) return textResponse(String(found.length));
  const context = `${request.root}/$metadata#${place.path.replace(/\([^()]*\)$/, '')}`;
  if (place.one) {
    const [one] = found;
    if (one === undefined) return noContent();
    const shown = { '@odata.context': `${context}${contextList(wanted)}/$entity`, ...one };
    return jsonResponse(200, JSON.stringify(shown));
  }
  const count = options.count ? { '@odata.count': found.length } : {};
  const shown = { '@odata.context': `${context}${contextList(wanted)}`, ...count, value: found };
  return jsonResponse(200, JSON.stringify(shown));
}

/** Definitions have neither order nor pages. */
function refuseOptions(options: Exchange['request']['options'], place: DefinitionPlace): void {
  const refuse = (name: string): never => {
    throw new Refusal('malformedQuery', `The query parameter ${name} is not supported.`);
  };
  if (options.orderBy.length > 0) refuse('$orderby');
  if (options.top !== null) refuse('$top');
  if (options.apply) refuse('$apply');
  if (options.skipToken !== null) refuse('$skiptoken');
  if (options.filter && (place.one || place.path.startsWith('GlobalOptionSetDefinitions'))) refuse('$filter');
}

function member(root: string, { nodes, path, property }: DefinitionPlace): ApiResponse {
  const value = nodes[0]?.members[property ?? ''] ?? null;
  if (value === null) return noContent();
  const context = { '@odata.context': `${root}/$metadata#${path}` };
  const isRecord = typeof value === 'object' && !Array.isArray(value);
  return jsonResponse(200, JSON.stringify(isRecord ? { ...context, ...value } : { ...context, value }));
}
