import { Refusal } from '../tables/index.ts';
import type { ApiResponse } from './api.ts';
import { createChoice, deleteChoice, replaceChoice } from './definitions/choices.ts';
import { deleteColumn, replaceColumn, withColumn } from './definitions/columns.ts';
import { createKey, deleteKey } from './definitions/keys.ts';
import type { Change } from './definitions/model.ts';
import { createRelationship, deleteRelationship, replaceRelationship } from './definitions/relationships.ts';
import { createTable, deleteTable, replaceTable } from './definitions/tables.ts';
import { type Exchange, refuseMethod, transact } from './exchange.ts';
import { type MetadataKind, metadataId } from './metadata/metadata-id.ts';
import { type DefinitionPlace, definitionPlace } from './metadata/place.ts';
import type { Segment } from './parse/ast.ts';
import type { JsonObject } from './parse/body.ts';
import { noContent } from './response.ts';

/** Something that was made: where it stands and what it is called there. */
interface Made {
  readonly address: string;
  readonly kind: MetadataKind;
  readonly name: string;
  readonly change: Change;
}

/** Answers a request that changes the definitions: POST makes, PUT replaces, DELETE takes away; PATCH is none of them.
 *  True for everybody from the answer on. Refuses methodNotAllowed, what the change refuses, duplicateKeyValues.
 *  Source: webapi.md §13, writes. */
export async function answerDefinitionWrite(
  exchange: Exchange,
  segments: readonly Segment[],
): Promise<ApiResponse> {
  const { method, body, root } = exchange.request;
  const define = (change: Change) => transact(exchange, (transaction) => transaction.define(change));
  if (method === 'POST') {
    const { address, kind, name, change } = creation(segments, body());
    await define(change);
    const location = `${root}/${address}(${metadataId(kind, name)})`;
    return noContent({ 'OData-EntityId': location, Location: location });
  }
  if (method !== 'PUT' && method !== 'DELETE') return refuseMethod(exchange);
  const place = definitionPlace(segments);
  if (!place.one || place.property !== null) return refuseMethod(exchange);
  await define(method === 'PUT' ? replacement(place, body()) : deletion(place));
  return noContent();
}

function creation(segments: readonly Segment[], body: JsonObject): Made {
  const [first, second, more] = segments;
  const path = first?.name ?? '';
  if (second === undefined && !first?.args) {
    if (path === 'EntityDefinitions') return { address: path, kind: 'table', ...createTable(body) };
    if (path === 'RelationshipDefinitions')
      return { address: path, kind: 'relationship', ...createRelationship(body) };
    if (path === 'GlobalOptionSetDefinitions')
      return { address: path, kind: 'choice', ...createChoice(body) };
  }
  if (path !== 'EntityDefinitions' || !first?.args || second?.args || more !== undefined)
    throw new Refusal('segmentNotFound', second?.name ?? path);
  const { members } = need(definitionPlace([first]));
  const table = String(members.LogicalName);
  const parent = `${path}(${String(members.MetadataId)})`;
  if (second?.name === 'Keys') {
    const { name, change } = createKey(table, body);
    return { address: `${parent}/Keys`, kind: 'key', name: `${table}.${name}`, change };
  }
  if (second?.name !== 'Attributes') throw new Refusal('segmentNotFound', second?.name ?? path);
  const name = `${table}.${String(body.SchemaName ?? '').toLowerCase()}`;
  const change: Change = (current) => withColumn(current, table, body).definitions;
  return { address: `${parent}/Attributes`, kind: 'column', name, change };
}

function need({ nodes }: DefinitionPlace) {
  const [node] = nodes;
  if (node === undefined) throw new Refusal('segmentNotFound', 'definition');
  return node;
}

function replacement(place: DefinitionPlace, body: JsonObject): Change {
  const { type, members } = need(place);
  const name = String(members.LogicalName ?? members.SchemaName ?? members.Name);
  if (type === 'EntityMetadata') return replaceTable(name, body);
  if (type.endsWith('AttributeMetadata')) return replaceColumn(String(members.EntityLogicalName), name, body);
  if (type === 'OneToManyRelationshipMetadata') return replaceRelationship(name, body);
  if (type === 'OptionSetMetadata' && place.path.startsWith('GlobalOptionSetDefinitions'))
    return replaceChoice(name, body);
  throw new Refusal('notImplemented', `Replacing a definition of type ${type} is not implemented.`);
}

function deletion(place: DefinitionPlace): Change {
  const { type, members } = need(place);
  const name = String(members.LogicalName ?? members.SchemaName ?? members.Name);
  if (type === 'EntityMetadata') return deleteTable(name);
  if (type.endsWith('AttributeMetadata')) return deleteColumn(String(members.EntityLogicalName), name);
  if (type === 'EntityKeyMetadata') return deleteKey(String(members.EntityLogicalName), name);
  if (type.endsWith('RelationshipMetadata')) return deleteRelationship(name);
  if (place.path.startsWith('GlobalOptionSetDefinitions')) return deleteChoice(name);
  throw new Refusal('notImplemented', `Deleting a definition of type ${type} is not implemented.`);
}
