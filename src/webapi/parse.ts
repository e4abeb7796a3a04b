import { Refusal } from '../tables/index.ts';
import type { ApiRequest } from './api.ts';
import { parsePath } from './parse/address.ts';
import type { QueryOptions, Segment } from './parse/ast.ts';
import { type JsonObject, parseBody } from './parse/body.ts';
import { parseOptions } from './parse/options.ts';
import { type Preferences, parsePrefer } from './parse/prefer.ts';

/** A request in its parts, every one of them checked for syntax, none of them for meaning: no table is known here.
 *  `root`: `{origin}/api/data/v9.x`, absolute. `ifMatch` and `ifNoneMatch`: `*`, or the version inside an etag. */
export interface ParsedRequest {
  readonly method: string;
  readonly root: string;
  readonly url: string;
  readonly segments: readonly Segment[];
  readonly options: QueryOptions;
  readonly preferences: Preferences;
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
  /** As they came, for what only one kind of address reads: names of files, ranges. */
  readonly headers: ApiRequest['headers'];
  /** Whether rows are refused that repeat others by the rules of duplicate detection. */
  readonly detectsDuplicates: boolean;
  /** The bytes of a body that is not JSON, as they arrive; null without one. */
  readonly bytes: () => AsyncIterable<Uint8Array> | null;
  /** Reads the JSON body. Refuses unsupportedMediaType, malformedBody. */
  readonly body: () => JsonObject;
}

/** The longest URL read, in characters: of a request by itself, and inside $batch. Source: webapi.md §1. */
export const urlLimit = 32_768;
export const batchUrlLimit = 65_536;

const base = /^\/api\/data\/v9\.[0-2](?=\/|\?|$)/;

/** Reads a request. Refuses segmentNotFound, malformedQuery, unterminatedLiteral, tooManyConditions, notImplemented.
 *  Source: webapi.md §1, §2, §8. */
export function parse(request: ApiRequest, longest: number = urlLimit): ParsedRequest {
  const { headers } = request;
  // Half a surrogate pair cannot be written into the links of an answer.
  const url = request.url.replace(/\p{Surrogate}/gu, '\ufffd');
  if (url.length > longest)
    throw new Refusal('malformedQuery', `The URL is longer than ${longest} characters.`);
  const version = base.exec(url)?.[0];
  if (version === undefined) throw new Refusal('segmentNotFound', url.split('?', 1)[0] ?? '');
  const mark = url.indexOf('?');
  const path = url.slice(version.length + 1, mark < 0 ? undefined : mark);
  return {
    method: request.method,
    root: request.origin + version,
    url: request.origin + url,
    segments: parsePath(mark === version.length ? '' : path),
    options: parseOptions(mark < 0 ? '' : url.slice(mark + 1)),
    preferences: parsePrefer(headers.prefer),
    ifMatch: condition(headers['if-match']),
    ifNoneMatch: condition(headers['if-none-match']),
    headers,
    detectsDuplicates: headers['mscrm.suppressduplicatedetection']?.trim().toLowerCase() === 'false',
    bytes: () => bytesOf(request),
    body: () => bodyOf(request),
  };
}

function bodyOf({ stream, body, headers }: ApiRequest): JsonObject {
  const type = headers['content-type'];
  if (stream) throw new Refusal('unsupportedMediaType', type ?? '');
  return parseBody(body, type);
}

async function* once(body: string | Buffer): AsyncIterable<Uint8Array> {
  yield typeof body === 'string' ? Buffer.from(body) : body;
}

function bytesOf({ stream, body }: ApiRequest): AsyncIterable<Uint8Array> | null {
  return stream ?? (body === null ? null : once(body));
}

/** Most clients send `If-None-Match: null`, which means nothing (webapi.md §18 trap 1). */
function condition(header: string | undefined): string | null {
  const text = header?.trim();
  if (!text || text === 'null') return null;
  if (text === '*') return text;
  const version = /^(?:W\/)?"([^"]{0,100})"$/.exec(text)?.[1];
  return version ?? text;
}
