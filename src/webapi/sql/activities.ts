import { type Column, type Table, tables, tablesVersion } from '../../tables/index.ts';
import { sqlTypes } from '../../tables/sql-types.ts';
import { literal, quote } from './text.ts';

/** The table of all activities: what it shows are the rows of the activity tables. Source: webapi.md §13, base types. */
const pointer = 'activitypointer';

/** Whether reading the table means reading every activity table. */
export const isPointer = (table: Table): boolean => table.logicalName === pointer;

/** The tables whose rows are activities. */
const activityTables = (): Table[] =>
  [...tables.values()].filter((table) => table.isActivity && !isPointer(table) && !table.isIntersect);

const isLookup = ({ type }: Column): boolean => type === 'Lookup' || type === 'Customer' || type === 'Owner';
const severalTargets = (column: Column): boolean => isLookup(column) && column.targets?.length !== 1;

/** What each activity table gives for the columns all have in common. Written once for each state of the tables. */
const selected = { version: -1, texts: new Map<string, string>() };

/** The activities as a FROM item: one member for each table, `where` its own condition on the row `a` (empty for none).
 *  PostgreSQL pulls the members up, so that conditions, orders and limits reach the indexes of each table. */
export function activitiesText(alias: string, where: (table: Table) => string): string {
  const all = tables.get(pointer);
  if (!all) throw new Error('there is no table of activities');
  if (selected.version !== tablesVersion()) {
    selected.version = tablesVersion();
    selected.texts = new Map(activityTables().map((table) => [table.logicalName, selectText(all, table)]));
  }
  const members = activityTables().map((table) => {
    const condition = where(table);
    return `${selected.texts.get(table.logicalName)}${condition === '' ? '' : ` where ${condition}`}`;
  });
  return `(${members.join(' union all ')}) ${alias}`;
}

/** The statement that tells whether an activity of any table has this id. */
export function activityThere(id: string): { readonly text: string; readonly values: readonly unknown[] } {
  const members = activityTables().map(
    (table) =>
      `select 1 from dataverse.${quote(table.logicalName)} where ${quote(table.primaryId)} = $1::uuid`,
  );
  return { text: `${members.join(' union all ')} limit 1`, values: [id] };
}

function selectText(all: Table, table: Table): string {
  const columns = Object.entries(all.columns).flatMap(([name, column]) => {
    if (column.companion || column.type === 'Virtual' || column.type === 'PartyList') return [];
    if (name === 'activitytypecode') return [`${literal(table.logicalName)} as ${quote(name)}`];
    const own = table.columns[name];
    const same = own !== undefined && sqlTypes[own.type] === sqlTypes[column.type] && !own.companion;
    const value = same ? `a.${quote(name)}` : `null::${sqlTypes[column.type] ?? 'text'}`;
    const which = severalTargets(column) ? [`${whichText(name, same ? own : undefined)}`] : [];
    return [`${value} as ${quote(name)}`, ...which];
  });
  return `select ${columns.join(', ')} from dataverse.${quote(table.logicalName)} a`;
}

/** The name of the table that a lookup of an activity leads to. */
function whichText(name: string, own: Column | undefined): string {
  const shown = quote(`${name}@table`);
  if (!own) return `null::text as ${shown}`;
  const [only] = own.targets ?? [];
  return severalTargets(own) || only === undefined
    ? `a.${shown}`
    : `case when a.${quote(name)} is not null then ${literal(only)} end as ${shown}`;
}
