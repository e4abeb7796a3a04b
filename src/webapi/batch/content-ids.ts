/** References to what an earlier request of the batch made: `$<Content-ID>` as the start of a URL, in a bind and in an
 *  `@odata.id`. Source: webapi.md §7, §10. */
import { Refusal } from '../../tables/index.ts';
import { isObject, type Json, type JsonObject } from '../parse/body.ts';
import type { BatchRequest } from './read-batch.ts';

/** Content-ID → the address of the row that the request made or changed. */
export type ContentIds = ReadonlyMap<string, string>;

const reference = /^\$([\w.~:-]{1,100})(?=[/?(]|$)/;
/** Segments that begin with a dollar sign of their own. */
const words: ReadonlySet<string> = new Set(['batch', 'metadata', 'count', 'ref', 'value']);

/** The request with every reference replaced by the address it stands for.
 *  Refuses contentIdNotFound for one that no earlier request declared. */
export function resolveReferences(request: BatchRequest, known: ContentIds): BatchRequest {
  const url = resolveUrl(request.url, known);
  const body = request.body?.includes('"$') ? resolveBody(request.body, known) : request.body;
  return url === request.url && body === request.body ? request : { ...request, url, body };
}

/** Whether the request may only run when all before it have: it names other rows. */
export const dependsOnOthers = ({ url, body }: BatchRequest): boolean =>
  url.startsWith('$') || (body?.includes('@odata.') ?? false);

function resolveUrl(url: string, known: ContentIds): string {
  const text = url.startsWith('/$') ? url.slice(1) : url;
  const id = reference.exec(text)?.[1];
  if (id === undefined || (words.has(id) && !known.has(id))) return url;
  return addressOf(id, known) + text.slice(id.length + 1);
}

function addressOf(id: string, known: ContentIds): string {
  const address = known.get(id);
  if (address === undefined) throw new Refusal('contentIdNotFound', id);
  return address;
}

function resolveBody(body: string, known: ContentIds): string {
  let parsed: Json;
  try {
    parsed = JSON.parse(body) as Json;
  } catch {
    // What is no JSON is refused where bodies are read.
    return body;
  }
  return JSON.stringify(resolveValue(parsed, known, false, 0));
}

/** Deeper than any body that is accepted. */
const depthLimit = 200;

function resolveValue(value: Json, known: ContentIds, names: boolean, depth: number): Json {
  if (typeof value === 'string') return names && value.startsWith('$') ? resolveUrl(value, known) : value;
  if (depth > depthLimit) return value;
  if (isObject(value)) return resolveObject(value, known, depth);
  return Array.isArray(value) ? value.map((one) => resolveValue(one, known, names, depth + 1)) : value;
}

function resolveObject(value: JsonObject, known: ContentIds, depth: number): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const names = name === '@odata.id' || name.endsWith('@odata.bind');
      return [name, resolveValue(member, known, names, depth + 1)];
    }),
  );
}
