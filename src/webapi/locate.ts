import type { Reader } from '../store/index.ts';
import { type Guid, Refusal } from '../tables/index.ts';
import { Checks } from './access/checks.ts';
import type { JsonObject } from './parse/body.ts';
import { isSingle, type KeyValues, type Place } from './plan/address.ts';
import type { Asker } from './plan/asker.ts';
import type { Entity } from './plan/entity.ts';
import { Planning } from './plan/filter.ts';
import { planPlace } from './plan/place.ts';
import { literalJson } from './plan/value.ts';
import { locateText } from './sql/place.ts';
import { Values } from './sql/text.ts';

/** A row that was found. */
export interface Located {
  readonly entity: Entity;
  readonly id: Guid;
}

/** The row at a place that is one row: by key or alternate key, through lookups and collections, as the caller may read
 *  it; null when a lookup on the way is empty. One statement, in the reader or transaction given.
 *  Refuses methodNotAllowed for a set, recordNotFound, keyValuesNotFound. Source: webapi.md §1, §4. */
export async function locate(
  reader: Pick<Reader, 'query'>,
  place: Place,
  asker: Asker,
): Promise<Located | null> {
  if (!isSingle(place)) throw new Refusal('methodNotAllowed', 'of one row on a set');
  const values = new Values();
  const plans = planPlace(place, new Planning(new Map(), asker));
  const [row] = await reader.query({ text: locateText(plans, values), values: values.list });
  const plan = plans.find(({ scope }) => scope.entity.table.logicalName === row?.table);
  if (plan && typeof row?.id === 'string') return { entity: plan.scope.entity, id: row.id };
  await refuseMissing(reader, asker, place, row?.found !== false);
  return null;
}

/** Refuses for a place at which there is no row that may be read, unless it is the end of a lookup. `found`: the row it
 *  starts from is there. A row named by its id that is there all the same is one the caller may not read.
 *  Refuses recordNotFound, keyValuesNotFound, accessDenied. Source: webapi.md §4. */
export async function refuseMissing(
  reader: Pick<Reader, 'query'>,
  asker: Asker,
  place: Place,
  found: boolean,
): Promise<void> {
  const last = place.steps.at(-1);
  if (!last || !found) return refuseKey(reader, asker, place.root, place.rootId, place.rootKey);
  if (last.kind === 'collection') return refuseKey(reader, asker, last.entity, last.id, last.key);
}

async function refuseKey(
  reader: Pick<Reader, 'query'>,
  { access, userId }: Asker,
  { table }: Entity,
  id: string | null,
  key: KeyValues | undefined,
): Promise<never> {
  if (key) throw new Refusal('keyValuesNotFound', table.logicalName);
  if (id !== null) await new Checks(access, userId).need(table, id, 'read').answer(reader);
  throw new Refusal('recordNotFound', table.logicalName, id ?? '');
}

/** The columns of an alternate key with their values as a body writes them, for an upsert that creates.
 *  Source: webapi.md §6, upsert by alternate key. */
export function keyBody({ values }: KeyValues): JsonObject {
  return Object.fromEntries(values.map(({ property, literal }) => [property.column, literalJson(literal)]));
}
