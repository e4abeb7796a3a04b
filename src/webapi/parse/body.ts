import { Refusal } from '../../tables/index.ts';

/** A JSON value as parsed. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** With whatever parameters: charset, odata.metadata, type=entry. */
const json = /^\s*application\/json\s*(;|$)/i;

/** The deepest nesting of a body, as for queries. */
const depthLimit = 100;

/** Whether the value is a JSON object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a body that must be a JSON object; none or white space counts as an empty one. A body whose type is not told is
 *  taken for JSON. Refuses unsupportedMediaType for any other type; malformedBody: no JSON, no object, a null character
 *  in a text, too deep. Source: webapi.md §2, §6. */
export function parseBody(body: string | Buffer | null, contentType?: string): JsonObject {
  const text = typeof body === 'string' ? body : (body?.toString('utf8') ?? '');
  const content = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (content.trim() === '') return {};
  if (contentType !== undefined && !json.test(contentType))
    throw new Refusal('unsupportedMediaType', contentType);
  let value: Json;
  try {
    value = JSON.parse(content) as Json;
  } catch (error) {
    throw new Refusal(
      'malformedBody',
      `The body is not JSON: ${error instanceof Error ? error.message : ''}`,
    );
  }
  if (!isObject(value)) throw new Refusal('malformedBody', 'The body must be a JSON object.');
  check(value, 0);
  return value;
}

function check(value: Json, depth: number): void {
  if (depth > depthLimit)
    throw new Refusal('malformedBody', `The body is nested more than ${depthLimit} levels deep.`);
  if (typeof value === 'string' && value.includes('\u0000'))
    throw new Refusal('malformedBody', 'A text of the body holds a null character.');
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name.includes('\u0000'))
      throw new Refusal('malformedBody', 'A name in the body holds a null character.');
    check(member, depth + 1);
  }
}
