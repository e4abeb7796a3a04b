import { Refusal } from '../../tables/index.ts';
import type { Arguments, Segment } from '../parse/ast.ts';
import { definitionSets, keysOfType } from './catalogue.ts';
import type { Described } from './described.ts';
import { isA, membersOf, metadataTypes, navigationsOf } from './types.ts';

/** What a path into the definitions holds. `type`: what all of it is at least. `one`: a single definition rather than a
 *  list. `path`: as it stands in `@odata.context`. `property`: the member asked for, when the path ends in one.
 *  `counted`: the path ends in $count. */
export interface DefinitionPlace {
  readonly type: string;
  readonly one: boolean;
  readonly nodes: readonly Described[];
  readonly path: string;
  readonly property: string | null;
  readonly counted: boolean;
}

const prefix = 'Microsoft.Dynamics.CRM.';

/** Walks a path. Refuses segmentNotFound, definitionNotFound, keyNotDeclared, notImplemented. */
export function definitionPlace(segments: readonly Segment[]): DefinitionPlace {
  const [first, ...rest] = segments;
  const set = definitionSets.get(first?.name ?? '');
  if (first === undefined || set === undefined)
    throw new Refusal('notImplemented', `Metadata requests (${first?.name}) are not implemented.`);
  let place: DefinitionPlace = {
    type: set.type,
    one: false,
    nodes: set.all(),
    path: first.name,
    property: null,
    counted: false,
  };
  if (first.args) place = chosen(place, first.args);
  for (const segment of rest) place = step(place, segment);
  return place;
}

function step(place: DefinitionPlace, segment: Segment): DefinitionPlace {
  const { name, args } = segment;
  if (place.property !== null || place.counted) throw new Refusal('segmentNotFound', name);
  if (name.startsWith(prefix) && !args) return cast(place, name.slice(prefix.length));
  if (name === '$count' && !place.one && !args) return { ...place, counted: true };
  const [node] = place.nodes;
  if (!place.one || node === undefined) throw new Refusal('segmentNotFound', name);
  const target = navigationsOf(place.type)[name];
  if (target === undefined) {
    if (args || !(name in membersOf(place.type))) throw new Refusal('segmentNotFound', name);
    return { ...place, path: `${place.path}/${name}`, property: name };
  }
  const found = node.related[name]?.() ?? null;
  const type = target.replace(/^Collection\(|\)$/g, '').replace('mscrm.', '');
  const next = {
    ...place,
    type,
    one: !target.startsWith('Collection('),
    nodes: Array.isArray(found) ? found : found === null ? [] : [found as Described],
    path: `${place.path}/${name}`,
  };
  return args ? chosen(next, args) : next;
}

function cast(place: DefinitionPlace, type: string): DefinitionPlace {
  if (!Object.hasOwn(metadataTypes, type) || !isA(type, place.type))
    throw new Refusal('segmentNotFound', prefix + type);
  const nodes = place.nodes.filter((node) => isA(node.type, type));
  if (place.one && nodes.length === 0)
    throw new Refusal('definitionNotFound', type, String(place.nodes[0]?.members.MetadataId ?? ''));
  return { ...place, type, nodes, path: `${place.path}/${prefix}${type}` };
}

/** The one that a key names. */
function chosen(place: DefinitionPlace, args: Arguments): DefinitionPlace {
  if (place.one) throw new Refusal('segmentNotFound', place.path);
  const names = keysOfType[place.type] ?? [];
  const pairs =
    args.kind === 'named' ? args.values : args.kind === 'value' ? [[null, args.value] as const] : [];
  const [pair, another] = pairs;
  const key = pair?.[0] ?? 'MetadataId';
  const value = pair?.[1];
  if (!pair || another || value?.kind !== 'literal' || (key !== 'MetadataId' && !names.includes(key)))
    throw new Refusal('keyNotDeclared', place.type);
  const { literal } = value;
  if (literal.type !== (key === 'MetadataId' ? 'guid' : 'string'))
    throw new Refusal(
      'malformedQuery',
      `A definition is named by its MetadataId, a GUID, or by ${names.join(', ')}='…'.`,
    );
  const node = place.nodes.find(({ members }) => members[key] === literal.value);
  if (node === undefined) throw new Refusal('definitionNotFound', place.type, literal.value);
  const inPath = key === 'MetadataId' ? literal.value : `'${literal.value}'`;
  return { ...place, one: true, nodes: [node], path: `${place.path}(${inPath})` };
}
