import { Refusal } from '../../tables/index.ts';
import { parsePath } from '../parse/address.ts';
import type { Json } from '../parse/body.ts';
import { isSingle, type Place, resolveAddress } from './address.ts';

const base = /^(?:https?:\/{1,2}[^/?#]{1,300})?\/api\/data\/v9\.[0-2]\//;

/** Reads the address of a row, by its key or an alternate one: `/contacts(id)`, `contacts(id)`, or absolute. `locate` finds
 *  the row. Refuses malformedBody, segmentNotFound, keyNotDeclared. Source: webapi.md §7, bind values. */
export function readRowPlace(value: Json): Place {
  if (typeof value !== 'string') throw new Refusal('malformedBody', 'A reference to a row must be a text.');
  const [, contentId] = /^\$([\w.~:-]{1,100})/.exec(value) ?? [];
  if (contentId) throw new Refusal('contentIdNotFound', contentId);
  const address = resolveAddress(parsePath(value.replace(base, '').replace(/^\//, '')));
  if (
    address.kind !== 'rows' ||
    !isSingle(address.place) ||
    address.place.steps.length > 0 ||
    address.property ||
    address.suffix
  )
    throw new Refusal('malformedBody', `'${value.slice(0, 200)}' is not the address of a row.`);
  return address.place;
}
