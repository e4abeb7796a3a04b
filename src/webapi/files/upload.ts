import { Refusal } from '../../tables/index.ts';
import type { ApiResponse } from '../api.ts';
import { type Exchange, type RowsAddress, transact } from '../exchange.ts';
import type { Property } from '../plan/entity.ts';
import { commonHeaders, noContent } from '../response.ts';
import { versionOf } from '../write.ts';
import { chunkBytes, fileKind, maxBytesOf, refuseTooLarge, requestBytes } from './column.ts';
import { typeOfName, uploadName } from './name.ts';
import { type FilePlace, readFilePlace } from './place.ts';
import { readContentRange } from './range.ts';
import { clearFile, settleFile } from './settle.ts';
import { beginUpload, blockAt, orDiscard, readUpload, takeStream } from './stage.ts';

/** Whether a write of this address brings bytes, or takes them away: what `answerFileWrite` answers. A JSON body for a
 *  picture is a write of one property like any other. */
export function isFileWrite({ request }: Exchange, { property, suffix }: RowsAddress): boolean {
  const kind = fileKind(property);
  if (kind === null || suffix === 'ref') return false;
  if (request.method === 'DELETE') return true;
  const isJson = /^\s*application\/json/i.test(request.headers['content-type'] ?? '');
  const isTransfer = request.headers['x-ms-transfer-mode'] !== undefined || request.options.special.size > 0;
  return isTransfer || (request.method === 'PATCH' && kind === 'file') || !isJson;
}

/** Answers an upload in one request or in chunks, and DELETE of a file column. Refuses methodNotAllowed, recordNotFound,
 *  versionMismatch, privilegeMissing, invalidArgument, fileTooLarge, fileBlocked, imageNotProcessed, bodyTooLarge.
 *  Source: webapi.md §15. */
export async function answerFileWrite(
  exchange: Exchange,
  address: RowsAddress,
  property: Property,
): Promise<ApiResponse> {
  const { request } = exchange;
  refuseOptions(exchange, address);
  if (request.method !== 'DELETE' && request.method !== 'PATCH' && request.method !== 'PUT')
    throw new Refusal('methodNotAllowed', request.method.slice(0, 40));
  const found = await readFilePlace(exchange, address.place, property);
  if (found === null) throw new Refusal('recordNotFound', property.name, '');
  const { at } = found;
  if (request.method === 'DELETE') {
    await transact(exchange, (transaction) => clearFile(transaction, at, versionOf(request.ifMatch)));
    return noContent();
  }
  const token = request.options.special.get('sessiontoken');
  if (token !== undefined) return takeChunk(exchange, at, token);
  if (request.headers['x-ms-transfer-mode'] !== undefined) return beginChunks(exchange, at);
  return takeWhole(exchange, at);
}

const uploadOptions: ReadonlySet<string> = new Set(['x-ms-file-name', 'sessiontoken']);

function refuseOptions({ request }: Exchange, { suffix }: RowsAddress): void {
  const { options } = request;
  const misplaced = [...options.special.keys(), ...options.unserved].find((name) => !uploadOptions.has(name));
  const query = options.select !== null || options.expand.length > 0 || options.filter !== null;
  if (misplaced !== undefined || query || options.top !== null || options.count)
    throw new Refusal(
      'malformedQuery',
      `The query option '${misplaced ?? '$select'}' does not fit this address.`,
    );
  if (suffix === 'count') throw new Refusal('segmentNotFound', '$count');
}

async function takeWhole(exchange: Exchange, at: FilePlace): Promise<ApiResponse> {
  const { request } = exchange;
  // A picture has no name of its own.
  const own = fileKind(at.property) === 'image' ? `${at.property.column}.png` : undefined;
  const name = uploadName(request.headers, request.options.special, own);
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > requestBytes) throw new Refusal('bodyTooLarge', requestBytes);
  refuseTooLarge(at.property, declared);
  const bytes = request.bytes();
  if (bytes === null)
    throw new Refusal('invalidArgument', 'The request has no body: send the bytes of the file.');
  const upload = await beginUpload(exchange, at, name);
  return orDiscard(exchange, upload, async () => {
    const most = Math.min(requestBytes, maxBytesOf(at.property));
    const tooMany = (came: number): void => refuseTooLarge(at.property, came);
    await takeStream(exchange, upload, bytes, { from: 0, most, tooMany });
    await complete(exchange, at, upload, name);
    return noContent();
  });
}

async function complete(exchange: Exchange, at: FilePlace, upload: string, name: string): Promise<void> {
  const version = versionOf(exchange.request.ifMatch);
  await transact(exchange, async (transaction) => {
    const blocks = (await transaction.files.blocks(upload)).map(({ block }) => block);
    await settleFile(transaction, at, upload, { blocks, name, type: typeOfName(name) }, version);
  });
}

async function beginChunks(exchange: Exchange, at: FilePlace): Promise<ApiResponse> {
  const { request } = exchange;
  if (request.headers['x-ms-transfer-mode']?.trim().toLowerCase() !== 'chunked')
    throw new Refusal('invalidArgument', 'The header x-ms-transfer-mode takes the value chunked.');
  const name = uploadName(request.headers, request.options.special);
  const token = await beginUpload(exchange, at, name);
  const { table, row, property } = at;
  return {
    status: 200,
    headers: {
      ...commonHeaders,
      'Accept-Ranges': 'bytes',
      Location: `${request.root}/${table.entitySetName}(${row})/${property.name}?sessiontoken=${token}`,
      'x-ms-chunk-size': String(chunkBytes),
      'Access-Control-Expose-Headers': 'x-ms-chunk-size',
    },
    body: null,
  };
}

/** 206 while bytes are missing, 204 with the chunk that completes the file. Chunks may come in any order, and again. */
async function takeChunk(exchange: Exchange, at: FilePlace, token: string): Promise<ApiResponse> {
  const { request } = exchange;
  const upload = await readUpload(exchange, token, at);
  const range = readContentRange(request.headers['content-range']);
  refuseTooLarge(at.property, range.size);
  const bytes = request.bytes();
  const length = range.to - range.from;
  const wrongLength = (came: number): never => {
    throw new Refusal(
      'invalidArgument',
      `Content-Range tells ${length} bytes, but the body has ${came} or more.`,
    );
  };
  if (bytes === null) return wrongLength(0);
  const came = await takeStream(exchange, upload.id, bytes, {
    from: range.from,
    most: length,
    tooMany: wrongLength,
  });
  if (came !== length) return wrongLength(came);
  const isWhole = await holdsAll(exchange, upload.id, range.size);
  if (!isWhole) return { status: 206, headers: commonHeaders, body: null };
  await complete(exchange, at, upload.id, upload.name);
  return noContent();
}

/** Whether the blocks lie one after another from the first byte to the last. */
async function holdsAll({ database }: Exchange, upload: string, size: number): Promise<boolean> {
  let next = 0;
  for (const { block, length } of await database.reader.files.blocks(upload)) {
    if (block !== blockAt(next)) return false;
    next += length;
  }
  return next === size;
}
