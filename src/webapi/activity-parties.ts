/** The parties of an activity as one list: who sent it, who it is for. Source: webapi.md §7, activity parties. */

import { activityparty } from '../tables/dataverse/index.ts';
import { Refusal } from '../tables/index.ts';
import type { ApiResponse } from './api.ts';
import { type Exchange, transact } from './exchange.ts';
import { isObject } from './parse/body.ts';
import type { Place } from './plan/address.ts';
import type { Collection } from './plan/entity.ts';
import { planWrite } from './plan/write.ts';
import { noContent } from './response.ts';
import { existingRow } from './target.ts';
import { createMember, deleteRow } from './write.ts';

/** Whether the place is the list of an activity's parties. */
export function isPartyList({ steps }: Place): boolean {
  const last = steps.at(-1);
  return last?.kind === 'collection' && last.id === null && !last.key && isOfActivity(last.collection);
}

const isOfActivity = (collection: Collection): boolean =>
  collection.kind === 'many' &&
  collection.table.logicalName === activityparty.logicalName &&
  collection.column === 'activityid';

/** Replaces the list: `PUT emails(id)/email_activity_parties {"value": [{…}]}` → 204. All of it or nothing.
 *  Refuses malformedBody, recordNotFound and what creating a party refuses. */
export async function replaceParties(exchange: Exchange, place: Place): Promise<ApiResponse> {
  const last = place.steps.at(-1);
  const { value } = exchange.request.body();
  if (!Array.isArray(value) || !value.every(isObject))
    throw new Refusal('malformedBody', 'The body of a PUT of activity parties is {"value": [{…}, …]}.');
  await transact(exchange, async (transaction) => {
    const holder = await existingRow(exchange, transaction, { ...place, steps: place.steps.slice(0, -1) });
    const { table } = holder.entity;
    // Two who replace the list at once would leave both lists behind.
    if (!(await transaction.lock(table, holder.id)))
      throw new Refusal('recordNotFound', table.logicalName, holder.id);
    const former = await transaction.rows(activityparty, {
      activityid: { table: table.logicalName, id: holder.id },
    });
    for (const { activitypartyid } of former)
      if (activitypartyid) await deleteRow(transaction, activityparty, activitypartyid);
    if (last?.kind !== 'collection') throw new TypeError('the list of parties is no collection');
    for (const party of value) {
      const write = planWrite(last.entity, party, 'create');
      await createMember(transaction, holder.entity, holder.id, last.collection, write);
    }
  });
  exchange.lap('write');
  return noContent();
}
