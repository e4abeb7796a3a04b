/** Where a page of change tracking ends, in `$skiptoken`. */
import { Refusal } from '../../tables/index.ts';

const damaged = (): never => {
  throw new Refusal('malformedQuery', 'The $skiptoken is damaged or belongs to another query.');
};

/** The first read is paged by the cookie of every read; `istracking` says so, and the token that will end it goes along:
 *  what changes while the client reads pages must not be missed. */
export const printFirstRead = (cookie: string, token: string): string =>
  cookie.replace(/istracking="False" \/>$/, `istracking="True" token="${token}" />`);

/** The cookie and the token of a further page of a first read, null for another one. */
export function readFirstRead(text: string): { readonly cookie: string; readonly token: string } | null {
  const found = /^(.*)istracking="True" token="([^"]{1,60})" \/>$/s.exec(text);
  return found ? { cookie: `${found[1]}istracking="False" />`, token: found[2] ?? '' } : null;
}

/** A place among the changes of a delta. `upTo`: where the delta ends, the same on all its pages. */
export interface DeltaCursor {
  readonly page: number;
  readonly upTo: number;
  readonly from: { readonly deleted: boolean; readonly seq: number };
}

/** Writes the place after which the next page begins. */
export const printDelta = ({ page, upTo, from }: DeltaCursor): string =>
  `<cookie pagenumber="${page}" pagingcookie="${upTo}!${from.deleted ? 1 : 0}!${from.seq}" istracking="True" />`;

/** Reads it. Refuses malformedQuery. */
export function readDelta(text: string): DeltaCursor {
  const found =
    /^<cookie pagenumber="(\d{1,7})" pagingcookie="(\d{1,15})!([01])!(\d{1,15})" istracking="True" \/>$/.exec(
      text,
    );
  if (found === null) return damaged();
  const [, page, upTo, deleted, seq] = found;
  return { page: Number(page), upTo: Number(upTo), from: { deleted: deleted === '1', seq: Number(seq) } };
}
