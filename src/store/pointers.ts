/** Which lookups point to a table, and what a delete there does to them. */
import { type Guid, manyToMany, type Table, tables, tablesVersion } from '../tables/index.ts';
import { isPolymorphic, quote, sqlTable } from './columns.ts';
import type { Target } from './write.ts';

/** A lookup of `table` that may point to the table asked for. */
export interface Pointer {
  readonly table: Table;
  readonly column: string;
  readonly polymorphic: boolean;
  readonly onDelete: 'Cascade' | 'RemoveLink' | 'Restrict';
}

/** Lookups by which a row is a part of another: it goes with it. No source tells the cascade of these (see
 *  docs/differences.md); where one does, that holds. */
const parts: ReadonlySet<string> = new Set([
  'activityparty.activityid',
  'annotation.objectid',
  'queueitem.objectid',
]);

let pointers = new Map<string, Pointer[]>();
let version = -1;

function findPointers(): Map<string, Pointer[]> {
  const found = new Map<string, Pointer[]>();
  for (const table of tables.values()) {
    for (const { column, target, cascade } of table.relationships) {
      const isPart = parts.has(`${table.logicalName}.${column}`);
      const onDelete = cascade?.delete ?? (isPart ? 'Cascade' : 'RemoveLink');
      const definition = table.columns[column];
      if (onDelete === 'NoCascade' || definition === undefined) continue;
      if (onDelete !== 'Cascade' && onDelete !== 'RemoveLink' && onDelete !== 'Restrict') {
        throw new TypeError(`${table.logicalName}.${column}: unknown cascade ${onDelete}`);
      }
      const known = found.get(target) ?? [];
      known.push({ table, column, polymorphic: isPolymorphic(definition), onDelete });
      found.set(target, known);
    }
  }
  return found;
}

/** The lookups that a delete of a row of `table` has to follow. */
export function pointersTo(table: Table): readonly Pointer[] {
  if (version !== tablesVersion()) {
    version = tablesVersion();
    pointers = findPointers();
  }
  return pointers.get(table.logicalName) ?? [];
}

/** What associates two rows: the row of the intersect, and what it points to. */
export function pairToMake(schemaName: string, first: Guid, second: Guid) {
  const { intersect, ends } = relationship(schemaName);
  const targets: Target[] = [
    { name: ends[0].column, target: ends[0].table, id: first },
    { name: ends[1].column, target: ends[1].table, id: second },
  ];
  return { intersect, targets, given: { [ends[0].column]: first, [ends[1].column]: second } };
}

/** The statement that gives the ids of the rows by which two are associated. */
export function pairStatement(schemaName: string, first: Guid, second: Guid) {
  const { intersect, ends } = relationship(schemaName);
  const [one, other] = ends.map(({ column }) => quote(column));
  const text = `select ${quote(intersect.primaryId)} from ${sqlTable(intersect)} where ${one} = $1 and ${other} = $2`;
  return { intersect, statement: { text, values: [first, second] } };
}

/** The intersect and the ends of a many-to-many relationship. Throws on one that is not there: our bug. */
function relationship(schemaName: string) {
  const found = manyToMany.find((one) => one.schemaName === schemaName);
  const intersect = tables.get(found?.intersect ?? '');
  if (found === undefined || intersect === undefined) {
    throw new TypeError(`there is no many-to-many relationship ${schemaName}`);
  }
  return { intersect, ends: found.ends };
}
