/** From the body of a $batch to the requests in it, all of them before any is run: a body that is wrong anywhere does
 *  nothing. Source: webapi.md §10. */
import { Refusal } from '../../tables/index.ts';
import { boundaryOf, firstLine, isMultipart, readHeaders, splitParts } from './multipart.ts';

/** One request of a batch. `url` as it stands in the request line: absolute, a path, or a reference `$1`. */
export interface BatchRequest {
  readonly contentId: string | null;
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: string | null;
}

/** A request by itself, or the requests of a change set. */
export type BatchItem =
  | { readonly kind: 'request'; readonly request: BatchRequest }
  | { readonly kind: 'changeSet'; readonly requests: readonly BatchRequest[] };

/** The most requests a batch may hold. Source: webapi.md §10. */
export const requestLimit = 1000;

/** Reads a batch. Refuses unsupportedMediaType for another type than multipart/mixed, batchInvalid. */
export function readBatch(contentType: string | undefined, body: string): readonly BatchItem[] {
  if (contentType === undefined || !isMultipart(contentType))
    throw new Refusal(
      'batchInvalid',
      `A batch is sent as multipart/mixed; boundary=…, not as '${contentType ?? ''}'.`,
    );
  const parts = splitParts(body, boundaryOf(contentType), requestLimit);
  if (parts.length === 0) throw new Refusal('batchInvalid', 'The batch holds no request.');
  const items = parts.map(readItem);
  const count = items.reduce((sum, item) => sum + (item.kind === 'request' ? 1 : item.requests.length), 0);
  if (count > requestLimit)
    throw new Refusal('batchInvalid', `A batch may hold at most ${requestLimit} requests. Split it.`);
  return items;
}

function readItem(part: string): BatchItem {
  const { headers, rest } = readHeaders(withoutEmptyLines(part));
  const type = headers['content-type'];
  if (type === undefined || !isMultipart(type))
    return { kind: 'request', request: readRequest(headers, rest) };
  const requests = splitParts(rest, boundaryOf(type), requestLimit).map((inner) => {
    const head = readHeaders(withoutEmptyLines(inner));
    if (isMultipart(head.headers['content-type']))
      throw new Refusal('batchInvalid', 'A change set holds requests, not other change sets.');
    return readRequest(head.headers, head.rest);
  });
  if (requests.length === 0) throw new Refusal('batchInvalid', 'A change set holds no request.');
  const ids = requests.flatMap(({ contentId }) => contentId ?? []);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined)
    throw new Refusal('batchInvalid', `The Content-ID '${twice}' stands twice in one change set.`);
  return { kind: 'changeSet', requests };
}

const withoutEmptyLines = (text: string): string => text.replace(/^[\r\n]+/, '');

const contentIdForm = /^[\w.~:-]{1,100}$/;

/** The request inside a part: request line, header lines, an empty line, the body. */
function readRequest(mime: BatchRequest['headers'], text: string): BatchRequest {
  if (!/^application\/http\s*(?:;|$)/i.test(mime['content-type'] ?? ''))
    throw new Refusal(
      'batchInvalid',
      `A part of a batch has the type application/http or multipart/mixed, not '${(mime['content-type'] ?? '').slice(0, 100)}'.`,
    );
  const { line, rest } = firstLine(text);
  const { headers, rest: body } = readHeaders(rest);
  // The product's own documents give the Content-ID as a header of the part; some clients put it with the request.
  const contentId = mime['content-id'] ?? headers['content-id'] ?? null;
  if (contentId !== null && !contentIdForm.test(contentId))
    throw new Refusal('batchInvalid', `'${contentId.slice(0, 100)}' is not a Content-ID.`);
  return { contentId, ...readRequestLine(line), headers, body: body.trim() === '' ? null : body };
}

/** Spaces in a URL are the client's business: the line ends with the last ` HTTP/`. Source: webapi.md §10. */
function readRequestLine(line: string): { readonly method: string; readonly url: string } {
  const end = line.lastIndexOf(' HTTP/');
  const start = line.indexOf(' ');
  const method = line.slice(0, start);
  const url = line.slice(start + 1, end).trim();
  const isLine = start > 0 && end > start && /^[A-Za-z]{1,20}$/.test(method) && url !== '';
  if (!isLine || !/^ HTTP\/\d(?:\.\d)?\s*$/.test(line.slice(end)))
    throw new Refusal(
      'batchInvalid',
      `'${line.slice(0, 100)}' is not a request line such as 'GET /api/data/v9.2/contacts HTTP/1.1'.`,
    );
  return { method: method.toUpperCase(), url };
}
