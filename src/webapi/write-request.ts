import type { Transaction } from '../store/index.ts';
import { type Guid, Refusal } from '../tables/index.ts';
import { isPartyList, replaceParties } from './activity-parties.ts';
import type { ApiResponse } from './api.ts';
import { type Exchange, type RowsAddress, refuseMethod, runRead, transact } from './exchange.ts';
import { answerFileWrite, isFileWrite } from './files/upload.ts';
import { noOptions } from './parse/options.ts';
import type { ParsedRequest } from './parse.ts';
import { isSingle, type Place } from './plan/address.ts';
import type { Entity } from './plan/entity.ts';
import { KeyedRow, planPropertyWrite, planWrite, withKey, withoutKey } from './plan/write.ts';
import { planAnnotations, refuseUnserved } from './plan.ts';
import { changeReference } from './reference-request.ts';
import { appliedHeader, jsonResponse, noContent, rowBody } from './response.ts';
import { existingRow, type RowHere, rowAt } from './target.ts';
import {
  type Conditions,
  createMember,
  createRow,
  deleteRow,
  type Upsert,
  updateRow,
  upsertByKey,
  upsertRow,
  versionOf,
} from './write.ts';

/** Answers a POST, PATCH, PUT or DELETE of rows. Refuses methodNotAllowed and what planning and the store refuse.
 *  Source: webapi.md §2, §3, §6, §7. */
export async function answerWrite(exchange: Exchange, address: RowsAddress): Promise<ApiResponse> {
  const { property } = address;
  if (property && isFileWrite(exchange, address)) return answerFileWrite(exchange, address, property);
  refuseUnserved(exchange.request);
  refuseQuery(exchange.request, address);
  if (address.suffix === 'ref') return changeReference(exchange, address);
  if (address.suffix !== null) return refuseMethod(exchange);
  if (address.property) return changeProperty(exchange, address);
  switch (exchange.request.method) {
    case 'POST':
      return isSingle(address.place) ? refuseMethod(exchange) : create(exchange, address.place);
    case 'PATCH':
      return update(exchange, address);
    case 'DELETE':
      return remove(exchange, address);
    case 'PUT':
      return isPartyList(address.place) ? replaceParties(exchange, address.place) : refuseMethod(exchange);
    default:
      return refuseMethod(exchange);
  }
}

function refuseQuery({ options }: ParsedRequest, address: RowsAddress): void {
  const { filter, orderBy, top, count, skipToken, id } = options;
  if (filter || orderBy.length > 0 || top !== null || count || skipToken !== null)
    throw new Refusal('malformedQuery', 'A write takes no query options but $select and $expand.');
  if (id !== null && address.suffix !== 'ref')
    throw new Refusal('malformedQuery', "The query option '$id' does not fit this address.");
}

const addressOf = ({ request }: Exchange, entity: Entity, id: Guid): string =>
  `${request.root}/${entity.table.entitySetName}(${id})`;

/** Runs the write in one transaction and answers with the row when a representation is wanted. */
async function writeAndShow(
  exchange: Exchange,
  write: (transaction: Transaction) => Promise<RowHere & { readonly created: boolean }>,
): Promise<ApiResponse> {
  const { request } = exchange;
  const { preferences } = request;
  exchange.lap('plan');
  return transact(exchange, async (transaction) => {
    const { entity, id, created } = await write(transaction);
    exchange.lap('write');
    const location = addressOf(exchange, entity, id);
    if (!preferences.representation) return noContent({ 'OData-EntityId': location, Location: location });
    const place: Place = { root: entity, rootId: id, steps: [] };
    // $expand is ignored on update (webapi.md §6).
    const { select, expand } = request.options;
    const options = { ...noOptions, select, expand: created ? expand : [] };
    const shown: ParsedRequest = { ...request, options };
    const { plan, row } = await runRead(
      exchange,
      { kind: 'rows', place, property: null, suffix: null },
      transaction,
      shown,
    );
    if (!row?.value) throw new Refusal('recordNotFound', entity.table.logicalName, id);
    return jsonResponse(created ? 201 : 200, rowBody(plan, row.value), {
      'OData-EntityId': location,
      Location: location,
      ETag: `W/"${row.version}"`,
      ...appliedHeader(
        preferences,
        planAnnotations(preferences.annotations) ? ['representation', 'annotations'] : ['representation'],
      ),
    });
  });
}

/** The place of a write whose row is not shown: the last in its transaction, where that ends with the request. */
const placeOf = ({ database, request }: Exchange): 'last' | undefined =>
  database.ends && !request.preferences.representation ? 'last' : undefined;

async function create(exchange: Exchange, place: Place): Promise<ApiResponse> {
  const last = place.steps.at(-1);
  const body = exchange.request.body();
  if (!last)
    return writeAndShow(exchange, async (transaction) => ({
      entity: place.root,
      // Planned anew at each attempt: a deep insert fills in ids as it goes.
      id: await createRow(transaction, planWrite(place.root, body, 'create'), placeOf(exchange)),
      created: true,
    }));
  if (last.kind !== 'collection') return refuseMethod(exchange);
  return writeAndShow(exchange, async (transaction) => {
    const holder = await existingRow(exchange, transaction, { ...place, steps: place.steps.slice(0, -1) });
    const write = planWrite(last.entity, body, 'create');
    const id = await createMember(transaction, holder.entity, holder.id, last.collection, write);
    return { entity: last.entity, id, created: true };
  });
}

function conditionsOf({ ifMatch, ifNoneMatch }: ParsedRequest): Conditions {
  return { ifMatch, createOnly: ifNoneMatch === '*', unless: ifNoneMatch === '*' ? null : ifNoneMatch };
}

async function update(exchange: Exchange, { place }: RowsAddress): Promise<ApiResponse> {
  if (!isSingle(place)) return refuseMethod(exchange);
  const { request } = exchange;
  const body = request.body();
  const conditions = { ...conditionsOf(request), place: placeOf(exchange) };
  return writeAndShow(exchange, async (transaction) => {
    const { entity, id } = await rowAt(exchange, transaction, place);
    const writes: Upsert = {
      table: entity.table,
      create: () => planWrite(entity, body, 'create'),
      update: () => planWrite(entity, body, 'update'),
    };
    if (!(id instanceof KeyedRow)) {
      const outcome = await upsertRow(transaction, id, writes, conditions);
      return { entity, id, created: outcome === 'created' };
    }
    const { key } = id;
    const keyed: Upsert = {
      table: entity.table,
      create: () => withKey(writes.create(), key),
      update: () => withoutKey(writes.update(), key),
    };
    const made = await upsertByKey(transaction, id, keyed, conditions);
    return { entity, id: made.id, created: made.outcome === 'created' };
  });
}

/** Deletes a row. What a lookup leads to is not deleted by the lookup's name, which whoever meant its `$ref` would regret.
 *  Source: webapi.md §6, one property: "not for navigation properties". */
async function remove(exchange: Exchange, { place }: RowsAddress): Promise<ApiResponse> {
  if (!isSingle(place) || place.steps.at(-1)?.kind === 'navigation') return refuseMethod(exchange);
  const version = versionOf(exchange.request.ifMatch);
  await transact(exchange, async (transaction) => {
    const { entity, id } = await existingRow(exchange, transaction, place);
    await deleteRow(transaction, entity.table, id, version);
  });
  exchange.lap('write');
  return noContent();
}

async function changeProperty(exchange: Exchange, { place, property }: RowsAddress): Promise<ApiResponse> {
  const { request } = exchange;
  if (!property || (request.method !== 'PUT' && request.method !== 'DELETE')) return refuseMethod(exchange);
  const body = request.method === 'PUT' ? request.body() : { value: null };
  const { value } = body;
  if (value === undefined)
    throw new Refusal('malformedBody', 'The body of a PUT of one property is {"value": …}.');
  const version = versionOf(request.ifMatch);
  await transact(exchange, async (transaction) => {
    const { entity, id } = await existingRow(exchange, transaction, place);
    await updateRow(transaction, entity.table, id, planPropertyWrite(entity, property.name, value), version);
  });
  exchange.lap('write');
  return noContent();
}
