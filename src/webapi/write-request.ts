import type { Transaction } from '../store/index.ts';
import { type Guid, Refusal } from '../tables/index.ts';
import type { ApiResponse } from './api.ts';
import { type Exchange, type RowsAddress, refuseMethod, runRead, transact } from './exchange.ts';
import { answerFileWrite, isFileWrite } from './files/upload.ts';
import { noOptions } from './parse/options.ts';
import type { ParsedRequest } from './parse.ts';
import { isSingle, type Place } from './plan/address.ts';
import type { Entity } from './plan/entity.ts';
import { planPropertyWrite, planWrite } from './plan/write.ts';
import { planAnnotations, refuseUnserved } from './plan.ts';
import { changeReference } from './reference-request.ts';
import { appliedHeader, jsonResponse, noContent, rowBody } from './response.ts';
import { createMember, createRow, deleteRow, updateRow, upsertRow, versionOf } from './write.ts';

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
  entity: Entity,
  write: (transaction: Transaction) => Promise<{ readonly id: Guid; readonly created: boolean }>,
): Promise<ApiResponse> {
  const { request } = exchange;
  const { preferences } = request;
  exchange.lap('plan');
  return transact(exchange, async (transaction) => {
    const { id, created } = await write(transaction);
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

async function create(exchange: Exchange, place: Place): Promise<ApiResponse> {
  const last = place.steps.at(-1);
  if (!last) {
    const body = exchange.request.body();
    return writeAndShow(exchange, place.root, async (transaction) => ({
      // Planned anew at each attempt: a deep insert fills in ids as it goes.
      id: await createRow(transaction, planWrite(place.root, body, 'create')),
      created: true,
    }));
  }
  const { rootId } = place;
  if (last.kind !== 'collection' || place.steps.length > 1 || rootId === null)
    throw new Refusal('notImplemented', 'Creating a row several steps away from a key is not implemented.');
  const body = exchange.request.body();
  return writeAndShow(exchange, last.entity, async (transaction) => {
    await requireRow(transaction, place.root, rootId);
    const write = planWrite(last.entity, body, 'create');
    return {
      id: await createMember(transaction, place.root, rootId, last.collection, write),
      created: true,
    };
  });
}

/** Refuses recordNotFound when the row is not there. */
async function requireRow(transaction: Transaction, { table }: Entity, id: Guid): Promise<void> {
  if (!(await transaction.row(table, id))) throw new Refusal('recordNotFound', table.logicalName, id);
}

/** The entity and id of a place that is a row by its key. Refuses methodNotAllowed for a set, notImplemented for a row
 *  found through another. */
function rowAt(exchange: Exchange, place: Place): { readonly entity: Entity; readonly id: Guid } {
  if (place.rootId === null) return refuseMethod(exchange);
  if (place.steps.length === 0) return { entity: place.root, id: place.rootId };
  if (!isSingle(place)) return refuseMethod(exchange);
  throw new Refusal(
    'notImplemented',
    `${exchange.request.method.slice(0, 10)} of a row by a path through another row is not implemented; use its own address.`,
  );
}

async function update(exchange: Exchange, { place }: RowsAddress): Promise<ApiResponse> {
  const { entity, id } = rowAt(exchange, place);
  const { request } = exchange;
  const body = request.body();
  const conditions = { ifMatch: request.ifMatch, createOnly: request.ifNoneMatch === '*' };
  const run = (): Promise<ApiResponse> =>
    writeAndShow(exchange, entity, async (transaction) => {
      const outcome = await upsertRow(
        transaction,
        id,
        {
          create: () => planWrite(entity, body, 'create'),
          update: () => planWrite(entity, body, 'update'),
        },
        conditions,
      );
      return { id, created: outcome === 'created' };
    });
  try {
    return await run();
  } catch (error) {
    // Somebody else created the row between our look and our insert: now it is an update.
    const raced = error instanceof Refusal && error.key === 'recordExists' && !conditions.createOnly;
    if (!raced) throw error;
    return run();
  }
}

async function remove(exchange: Exchange, { place }: RowsAddress): Promise<ApiResponse> {
  const { entity, id } = rowAt(exchange, place);
  const version = versionOf(exchange.request.ifMatch);
  await transact(exchange, (transaction) => deleteRow(transaction, entity.table, id, version));
  exchange.lap('write');
  return noContent();
}

async function changeProperty(exchange: Exchange, address: RowsAddress): Promise<ApiResponse> {
  const { request } = exchange;
  const { property } = address;
  if (!property || (request.method !== 'PUT' && request.method !== 'DELETE')) return refuseMethod(exchange);
  const { entity, id } = rowAt(exchange, address.place);
  const body = request.method === 'PUT' ? request.body() : { value: null };
  if (body.value === undefined)
    throw new Refusal('malformedBody', 'The body of a PUT of one property is {"value": …}.');
  const values = planPropertyWrite(entity, property.name, body.value);
  const version = versionOf(request.ifMatch);
  await transact(exchange, (transaction) => updateRow(transaction, entity.table, id, values, version));
  exchange.lap('write');
  return noContent();
}
