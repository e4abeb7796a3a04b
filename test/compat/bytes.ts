/** Requests whose bodies or answers are bytes, against the Web API of the harness. */
import { buffer } from 'node:stream/consumers';
import type { ApiResponse } from '../../src/webapi/index.ts';
import { caller, origin, type TestWebApi } from './harness.ts';

/** An answer with all its bytes. */
export interface BytesAnswer {
  readonly status: number;
  readonly headers: ApiResponse['headers'];
  readonly bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

async function* inPieces(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/** Sends bytes as a stream, in pieces of `piece` bytes; a text is sent as JSON. */
export async function callBytes(
  { api }: TestWebApi,
  method: string,
  path: string,
  {
    body,
    headers = {},
    piece = 65_536,
    as = caller.userId,
  }: {
    readonly body?: Buffer | object;
    readonly headers?: { readonly [name: string]: string };
    readonly piece?: number;
    readonly as?: string;
  } = {},
): Promise<BytesAnswer> {
  const isBytes = Buffer.isBuffer(body);
  const response = await api.handle(
    {
      method,
      url: `/api/data/v9.2/${path.replaceAll(' ', '%20')}`,
      origin,
      headers: {
        ...(isBytes
          ? { 'content-type': 'application/octet-stream', 'content-length': String(body.length) }
          : {}),
        ...headers,
      },
      body: body === undefined || isBytes ? null : JSON.stringify(body),
      ...(isBytes ? { stream: inPieces(body, piece) } : {}),
    },
    { ...caller, userId: as },
  );
  const bytes = response.stream ? await buffer(response.stream) : Buffer.from(response.body ?? '');
  const isJson = response.headers['Content-Type']?.startsWith('application/json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    json: isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : null,
  };
}
