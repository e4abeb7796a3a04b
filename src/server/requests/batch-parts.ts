/** The requests inside a logged $batch and how each was answered (webapi.md §10). */
import type { LoggedRequest } from './request-log.ts';

/** One of them. `status` is null where none was kept: not answered, or cut off. `changeSet`: which change set of the batch
 *  it belongs to, from 1; a change set that failed has one answer, which is that of each of its requests. */
export interface BatchPart {
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly changeSet: number | null;
}

/** Is it a request of requests? */
export function isBatch({ url }: LoggedRequest): boolean {
  return /\/(?:\$|%24)batch(?:\?|$)/i.test(url);
}

/** The parts in the order in which they were asked. */
export function partsOf({ headers, body, answerHeaders, answer }: LoggedRequest): BatchPart[] {
  const asked = piecesOf(body ?? '', boundaryIn(typeOf(headers)));
  const answered = piecesOf(answer ?? '', boundaryIn(typeOf(answerHeaders)));
  let changeSets = 0;
  return asked.flatMap((piece, index): BatchPart[] => {
    const given = answered[index] ?? '';
    const inner = boundaryIn(headOf(piece));
    if (inner === null) return partOf(piece, statusIn(given), null);
    changeSets += 1;
    const innerOfAnswer = boundaryIn(headOf(given));
    const each = innerOfAnswer === null ? null : piecesOf(given, innerOfAnswer);
    return piecesOf(piece, inner).flatMap((one, place) =>
      partOf(one, statusIn(each === null ? given : (each[place] ?? '')), changeSets),
    );
  });
}

function typeOf(headers: LoggedRequest['headers']): string {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
}

/** The header lines of a piece. */
const headOf = (piece: string): string => piece.split('\n\n', 1)[0] ?? '';

/** The boundary that a multipart type names; null when it names none. */
function boundaryIn(head: string): string | null {
  const found = /multipart\/mixed\b[^\r\n]*?;\s*boundary\s*=\s*(?:"([^"\r\n]+)"|([^\s;"]+))/i.exec(head);
  return found?.[1] ?? found?.[2] ?? null;
}

/** What stands between the boundaries. What was kept may end anywhere. */
function piecesOf(text: string, boundary: string | null): string[] {
  if (boundary === null) return [];
  const pieces: string[][] = [];
  for (const line of text.split(/\r?\n/)) {
    const end = line.trimEnd();
    if (end === `--${boundary}--`) break;
    if (end === `--${boundary}`) pieces.push([]);
    else pieces.at(-1)?.push(line);
  }
  return pieces.map((lines) => lines.join('\n'));
}

function partOf(piece: string, status: number | null, changeSet: number | null): BatchPart[] {
  const [, method = '', url = ''] = /^([A-Z]+) (\S+) HTTP\/\d/m.exec(piece) ?? [];
  return method === '' ? [] : [{ method, url, status, changeSet }];
}

function statusIn(piece: string): number | null {
  const status = /^HTTP\/\d\.\d (\d{3})/m.exec(piece)?.[1];
  return status === undefined ? null : Number(status);
}
