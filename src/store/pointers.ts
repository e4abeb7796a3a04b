/** Which lookups point to a table, and what a delete there does to them. */
import { type Table, tables } from '../tables/index.ts';
import { isPolymorphic } from './columns.ts';

/** A lookup of `table` that may point to the table asked for. */
export interface Pointer {
  readonly table: Table;
  readonly column: string;
  readonly polymorphic: boolean;
  readonly onDelete: 'Cascade' | 'RemoveLink' | 'Restrict';
}

const pointers = new Map<string, Pointer[]>();
for (const table of tables.values()) {
  for (const { column, target, cascade } of table.relationships) {
    const onDelete = cascade?.delete ?? 'RemoveLink';
    const definition = table.columns[column];
    if (onDelete === 'NoCascade' || definition === undefined) continue;
    if (onDelete !== 'Cascade' && onDelete !== 'RemoveLink' && onDelete !== 'Restrict') {
      throw new TypeError(`${table.logicalName}.${column}: unknown cascade ${onDelete}`);
    }
    const found = pointers.get(target) ?? [];
    found.push({ table, column, polymorphic: isPolymorphic(definition), onDelete });
    pointers.set(target, found);
  }
}

/** The lookups that a delete of a row of `table` has to follow. */
export function pointersTo(table: Table): readonly Pointer[] {
  return pointers.get(table.logicalName) ?? [];
}
