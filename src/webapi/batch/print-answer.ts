/** The answer of a batch, in the form clients read: the delimiter on the very first line, words only after the status,
 *  JSON after an empty line. Source: webapi.md §10. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { ApiResponse } from '../api.ts';

/** The answer to one request; `contentId` is echoed. */
export interface PartAnswer {
  readonly response: ApiResponse;
  readonly contentId: string | null;
}

/** The answers of a batch in the order of its requests: one, or those of a change set. */
export type ItemAnswer = PartAnswer | readonly PartAnswer[];

const line = '\r\n';

const isSet = (item: ItemAnswer): item is readonly PartAnswer[] => Array.isArray(item);

/** The answer to the batch. `status`: 200, or that of the failure it stopped at. */
export function printAnswer(status: number, items: readonly ItemAnswer[]): ApiResponse {
  const boundary = `batchresponse_${randomUUID()}`;
  const pieces: (string | Buffer)[] = [];
  for (const item of items) {
    pieces.push(`--${boundary}${line}`);
    if (isSet(item)) printSet(item, pieces);
    else printPart(item, pieces);
  }
  pieces.push(`--${boundary}--${line}`);
  return {
    status,
    headers: { 'OData-Version': '4.0', 'Content-Type': `multipart/mixed; boundary=${boundary}` },
    body: joined(pieces),
  };
}

function printSet(parts: readonly PartAnswer[], pieces: (string | Buffer)[]): void {
  const boundary = `changesetresponse_${randomUUID()}`;
  pieces.push(`Content-Type: multipart/mixed; boundary=${boundary}${line}${line}`);
  for (const part of parts) {
    pieces.push(`--${boundary}${line}`);
    printPart(part, pieces);
  }
  pieces.push(`--${boundary}--${line}`);
}

function printPart({ response, contentId }: PartAnswer, pieces: (string | Buffer)[]): void {
  const { status, headers, body } = response;
  const id = contentId === null ? '' : `Content-ID: ${contentId}${line}`;
  const own = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}${line}`)
    .join('');
  pieces.push(
    `Content-Type: application/http${line}Content-Transfer-Encoding: binary${line}${id}${line}`,
    `HTTP/1.1 ${status} ${wordsOf(status)}${line}${own}${line}`,
  );
  if (body !== null) pieces.push(body);
  pieces.push(line);
}

/** Letters and spaces: clients match the status line with a pattern that knows nothing else. */
const wordsOf = (status: number): string => (STATUS_CODES[status] ?? 'Unknown').replace(/[^A-Za-z ]/g, ' ');

function joined(pieces: readonly (string | Buffer)[]): string | Buffer {
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}
