import { Refusal } from '../../tables/index.ts';
import type { ApiResponse } from '../api.ts';
import type { Exchange, RowsAddress } from '../exchange.ts';
import type { Property } from '../plan/entity.ts';
import { commonHeaders, noContent, refusalResponse } from '../response.ts';
import { chunkBytes, fileKind } from './column.ts';
import { disposition, headerText } from './name.ts';
import { type FilePlace, fileAt, readFilePlace } from './place.ts';
import { readRange, type Span } from './range.ts';

/** What is given out: its name, its type and how to read a part of it. */
interface Content {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** The bytes of the span in pieces of `step` bytes. */
  readonly read: (span: Span, step: number) => AsyncIterable<Buffer>;
}

/** Pieces of a download; a multiple of three, so that their base64 texts join to that of the whole. */
const pieceBytes = 786_432;

/** Whether a GET of this address gives bytes: what `answerFileRead` answers. */
export const isFileRead = ({ property, suffix }: RowsAddress): boolean =>
  fileKind(property) !== null && suffix !== 'ref';

/** Answers GET of a file column: with `/$value` the bytes, without it JSON with the bytes in base64; both take a Range.
 *  Of a picture that is the thumbnail, with `?size=full` the picture as it was uploaded. Refuses recordNotFound,
 *  privilegeMissing, rangeNotSatisfiable. Source: webapi.md §15. */
export async function answerFileRead(
  exchange: Exchange,
  address: RowsAddress,
  property: Property,
): Promise<ApiResponse> {
  const { request } = exchange;
  const { special, unserved } = request.options;
  const misplaced = [...special.keys(), ...unserved].find((name) => name !== 'size');
  const size = special.get('size');
  if (misplaced !== undefined)
    throw new Refusal('malformedQuery', `The query option '${misplaced}' does not fit this address.`);
  const found = await readFilePlace(exchange, address.place, property);
  if (found === null) return noContent();
  const wantsThumbnail = fileKind(property) === 'image' && size?.toLowerCase() !== 'full';
  const content = wantsThumbnail ? thumbnail(found.value, property) : await stored(exchange, found.at);
  if (content === null) return noContent();
  let span: Span | null;
  try {
    span = readRange(request.headers.range, content.size);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = refusalResponse(error, request.preferences);
    return { ...refused, headers: { ...refused.headers, 'Content-Range': `bytes */${content.size}` } };
  }
  return address.suffix === 'value'
    ? bytesResponse(content, span)
    : jsonBytesResponse(exchange, found.at, content, span);
}

async function stored(exchange: Exchange, at: FilePlace): Promise<Content | null> {
  const file = await fileAt(exchange, at);
  if (file === null) return null;
  const { id, name, type, size } = file;
  return {
    name,
    type,
    size,
    read: ({ from, to }, step) => exchange.database.reader.files.read(id, from, to, step),
  };
}

function thumbnail(value: unknown, { column }: Property): Content | null {
  if (typeof value !== 'string') return null;
  const bytes = Buffer.from(value, 'base64');
  return {
    name: `${column}.png`,
    type: 'image/png',
    size: bytes.length,
    read: async function* ({ from, to }, step) {
      for (let start = from; start < to; start += step)
        yield bytes.subarray(start, Math.min(start + step, to));
    },
  };
}

function headersOf({ name, type, size }: Content, span: Span | null): ApiResponse['headers'] {
  const exposed = ['x-ms-file-size', 'x-ms-file-name', ...(span ? ['x-ms-chunk-size'] : []), 'mimetype'];
  return {
    ...commonHeaders,
    'x-ms-file-size': String(size),
    'x-ms-file-name': headerText(name),
    mimetype: type,
    'Content-Disposition': disposition(name),
    'Accept-Ranges': 'bytes',
    'Access-Control-Expose-Headers': exposed.join('; '),
    ...(span
      ? {
          'x-ms-chunk-size': String(chunkBytes),
          'Content-Range': `bytes ${span.from}-${span.to - 1}/${size}`,
        }
      : {}),
  };
}

function bytesResponse(content: Content, span: Span | null): ApiResponse {
  const { from, to } = span ?? { from: 0, to: content.size };
  return {
    status: span ? 206 : 200,
    headers: {
      ...headersOf(content, span),
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(to - from),
    },
    body: null,
    stream: content.read({ from, to }, pieceBytes),
  };
}

function jsonBytesResponse(
  exchange: Exchange,
  at: FilePlace,
  content: Content,
  span: Span | null,
): ApiResponse {
  const whole = span ?? { from: 0, to: content.size };
  const address = `${at.table.entitySetName}(${at.row})/${at.property.name}`;
  const context = JSON.stringify(`${exchange.request.root}/$metadata#${address}`);
  const head = `{"@odata.context":${context},"value":"`;
  const base64Length = 4 * Math.ceil((whole.to - whole.from) / 3);
  return {
    status: span ? 206 : 200,
    headers: {
      ...headersOf(content, span),
      'Content-Type': 'application/json; odata.metadata=minimal',
      'Content-Length': String(Buffer.byteLength(head) + base64Length + 2),
    },
    body: null,
    stream: inJson(head, content.read(whole, pieceBytes)),
  };
}

async function* inJson(head: string, pieces: AsyncIterable<Buffer>): AsyncIterable<Uint8Array> {
  yield Buffer.from(head);
  for await (const piece of pieces) yield Buffer.from(piece.toString('base64'));
  yield Buffer.from('"}');
}
