import type { PlacePlan } from '../plan/place.ts';
import { conditionText, fromScope, linkText } from './condition.ts';
import { column, discriminator, literal, type Values } from './text.ts';

/** Conditions that the row of the plan's scope is at the place. */
export function placeConditions({ scope, keys, via }: PlacePlan, values: Values): string[] {
  const own = keys.map((condition) => conditionText(condition, values));
  if (!via) return own;
  const { table } = scope.entity;
  const holder = via.from.scope;
  if (via.kind === 'collection') {
    const id = idText(via.from, values);
    return [linkText(via.collection, scope.alias, holder.entity.table.logicalName, id), ...own];
  }
  const which = via.polymorphic
    ? [`${discriminator(holder.alias, via.column)} = ${literal(table.logicalName)}`]
    : [];
  const lookup = column(holder.alias, via.column);
  const found = selectText(via.from, lookup, which, values);
  return [`${column(scope.alias, table.primaryId)} = ${found}`, ...own];
}

/** The id of the one row at the place, as an expression. */
function idText(place: PlacePlan, values: Values): string {
  if (place.via === null && place.id !== null) return values.add('uuid', place.id);
  const { alias, entity } = place.scope;
  return selectText(place, column(alias, entity.table.primaryId), [], values);
}

function selectText(place: PlacePlan, what: string, more: readonly string[], values: Values): string {
  const where = [...placeConditions(place, values), ...more].join(' and ');
  // A key names one row; that the activities of all tables share theirs is asked at creation, not held by an index.
  return `(select ${what} from ${fromScope(place.scope, values)} where ${where} limit 1)`;
}

/** Whether the row that the path starts from is there, as the column `found`; nothing for a place without steps. */
export function foundText(place: PlacePlan, values: Values): string {
  if (place.via === null) return '';
  let root = place;
  while (root.via) root = root.via.from;
  return `, exists ${selectText(root, '1', [], values)} as found`;
}

/** The statement that finds the row at the place: `id` and `table`, and `found` for a place with steps. */
export function locateText(places: readonly PlacePlan[], values: Values): string {
  const [first] = places;
  const rows = places.map((place) => {
    const { alias, entity } = place.scope;
    const where = placeConditions(place, values).join(' and ');
    return `select ${column(alias, entity.table.primaryId)} as id, ${literal(entity.table.logicalName)} as "table" from ${fromScope(place.scope, values)} where ${where}`;
  });
  const found = first ? foundText(first, values) : '';
  return `select q.id, q."table"${found} from (select 1) o left join (${rows.join(' union all ')}) q on true`;
}
