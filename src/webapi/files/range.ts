/** Ranges of bytes, as headers write them. `to` is the first byte that is not meant. */
import { Refusal } from '../../tables/index.ts';

/** A part of a file. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The part that a Range header asks for, null for the whole file: without the header, and for one that is of another
 *  unit, malformed or of several parts, as RFC 9110 §14.2 allows. Refuses rangeNotSatisfiable. */
export function readRange(header: string | undefined, size: number): Span | null {
  const [, first = '', last = ''] = /^\s*bytes\s*=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  const refuse = (): never => {
    throw new Refusal('rangeNotSatisfiable', (header ?? '').trim(), size);
  };
  if (first === '')
    return Number(last) === 0 || size === 0 ? refuse() : { from: Math.max(0, size - Number(last)), to: size };
  const from = Number(first);
  if (last !== '' && Number(last) < from) return null;
  if (from >= size) return refuse();
  return { from, to: last === '' ? size : Math.min(Number(last) + 1, size) };
}

/** The place of a chunk in its file. Refuses invalidArgument. Source: webapi.md §15. */
export function readContentRange(header: string | undefined): Span & { readonly size: number } {
  const found = /^\s*bytes\s+(\d{1,15})-(\d{1,15})\/(\d{1,15})\s*$/i.exec(header ?? '');
  const [from, last, size] = found ? [Number(found[1]), Number(found[2]), Number(found[3])] : [0, -1, 0];
  if (found === null || last < from || last >= size)
    throw new Refusal(
      'invalidArgument',
      'A chunk says where it belongs by a header such as Content-Range: bytes 0-4194303/25870370.',
    );
  return { from, to: last + 1, size };
}
