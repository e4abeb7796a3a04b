/** What a delete takes with it: planned whole, with every row locked, before anything is written, so that a refusal
 *  leaves the transaction as it was. */
import { type Guid, manyToMany, Refusal, type Table, tables } from '../tables/index.ts';
import { quote, sqlTable } from './columns.ts';
import { pointersTo } from './pointers.ts';
import { rowStatement, toRow } from './read.ts';
import type { Statement } from './store.ts';
import type { Written } from './values.ts';

/** Rows to delete, those that hang on others first, and lookups to clear. */
export interface DeletePlan {
  readonly deleted: readonly { readonly table: Table; readonly id: Guid; readonly row: Written }[];
  readonly unlinked: readonly { readonly table: Table; readonly id: Guid; readonly column: string }[];
}

type Run = (statement: Statement) => Promise<unknown[][]>;

/** A row that points to one being deleted, through the pointer at `place` in the list. */
interface Child {
  readonly place: number;
  readonly id: Guid;
}

/** Plans the delete of a row. Refuses recordNotFound, versionMismatch, and deleteRestricted when a row that would stay
 *  forbids it. */
export async function planDelete(run: Run, table: Table, id: Guid, version?: string): Promise<DeletePlan> {
  const deleted: { table: Table; id: Guid; row: Written }[] = [];
  const unlinked: { table: Table; id: Guid; column: string }[] = [];
  const restricted: { by: string; id: Guid; of: string; ofId: Guid }[] = [];
  const seen = new Set<string>();

  const visit = async (one: Table, key: Guid, expected?: string): Promise<void> => {
    if (seen.has(`${one.logicalName} ${key}`)) return;
    const row = await lockForDelete(run, one, key);
    if (row === null) {
      if (seen.size === 0) throw new Refusal('recordNotFound', one.logicalName, key);
      return;
    }
    if (expected !== undefined && row.versionnumber !== expected) throw new Refusal('versionMismatch');
    seen.add(`${one.logicalName} ${key}`);
    const pointers = pointersTo(one);
    for (const { place, id: child } of await findChildren(run, one, key)) {
      const pointer = pointers[place];
      if (pointer === undefined) continue;
      const { table: holder, column, onDelete } = pointer;
      if (onDelete === 'Cascade') await visit(holder, child);
      else if (onDelete === 'RemoveLink') unlinked.push({ table: holder, id: child, column });
      else restricted.push({ by: holder.logicalName, id: child, of: one.logicalName, ofId: key });
    }
    for (const link of await findLinks(run, one, key)) await visit(link.table, link.id);
    if (!one.isIntersect) for (const share of await findShares(run, key)) await visit(share.table, share.id);
    deleted.push({ table: one, id: key, row });
  };

  await visit(table, id, version);
  const blocker = restricted.find(({ by, id: child }) => !seen.has(`${by} ${child}`));
  if (blocker !== undefined) throw new Refusal('deleteRestricted', blocker.of, blocker.ofId, blocker.by);
  return {
    deleted,
    unlinked: unlinked.filter((one) => !seen.has(`${one.table.logicalName} ${one.id}`)),
  };
}

async function lockForDelete(run: Run, table: Table, id: Guid): Promise<Written | null> {
  const [found] = await run(rowStatement(table, id, 'delete'));
  return found === undefined ? null : toRow(table, found[0]);
}

/** All rows that point to this one, in one statement. */
async function findChildren(run: Run, table: Table, id: Guid): Promise<Child[]> {
  const parts = pointersTo(table).map(({ table: holder, column, polymorphic }, place) => {
    const same = polymorphic ? ` and ${quote(`${column}@table`)} = '${table.logicalName}'` : '';
    return `select ${place}, ${quote(holder.primaryId)} from ${sqlTable(holder)} where ${quote(column)} = $1${same}`;
  });
  if (parts.length === 0) return [];
  const rows = await run({ text: parts.join(' union all '), values: [id] });
  return rows.map(([place, child]) => ({ place: Number(place), id: String(child) }));
}

/** What is shared of this row, or with it: one row for each (principalobjectaccess has no lookups, only ids). */
async function findShares(run: Run, id: Guid): Promise<{ table: Table; id: Guid }[]> {
  const table = tables.get('principalobjectaccess');
  if (table === undefined) return [];
  const text = `select "principalobjectaccessid" from ${sqlTable(table)} where "objectid" = $1 or "principalid" = $1`;
  return (await run({ text, values: [id] })).map(([key]) => ({ table, id: String(key) }));
}

/** The rows of many-to-many intersects in which this row takes part. */
async function findLinks(run: Run, table: Table, id: Guid): Promise<{ table: Table; id: Guid }[]> {
  const found: { table: Table; id: Guid }[] = [];
  for (const { intersect, ends } of manyToMany) {
    const holder = tables.get(intersect);
    if (holder === undefined) continue;
    for (const end of ends.filter((one) => one.table === table.logicalName)) {
      const text = `select ${quote(holder.primaryId)} from ${sqlTable(holder)} where ${quote(end.column)} = $1`;
      for (const [key] of await run({ text, values: [id] })) found.push({ table: holder, id: String(key) });
    }
  }
  return found;
}
