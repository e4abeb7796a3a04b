/** A transaction that is one write: the row and its entry in the change log as one statement, which needs no begin and no
 *  commit. Most requests that write are that. */
import type { Guid, Table } from '../tables/index.ts';
import type { ChangeHead } from './change-log.ts';
import { changedEntrySql } from './entry-sql.ts';
import { fillOf, quoteLiteral } from './fill.ts';
import { wholeEntry } from './log-entry.ts';
import { shaped } from './shapes.ts';
import type { Statement } from './store.ts';
import type { Written } from './values.ts';
import { insertParts, type RowUpdate, type StatementParts, type Target, updateParts } from './write.ts';

/** `insertStatement` with its entry. Gives what that gives. */
export function insertAlone(
  head: ChangeHead,
  table: Table,
  row: Readonly<Written>,
  targets: readonly Target[],
): Statement {
  const id = String(row[table.primaryId]);
  const parts = insertParts(table, row, targets);
  // The business unit, where it is the owner's, is known only to the statement.
  const after = (place: string) =>
    `left(${place}::text, -1) || ${quoteLiteral(fillOf(table, Object.keys(row)).members)} || coalesce(',"_owningbusinessunit_value":"' || w.unit || '"', '') || '}'`;
  return alone(head, parts, { table, id, operation: 'create' }, [JSON.stringify(wholeEntry(table, row))], {
    gives: 'version, unit',
    before: 'null',
    after,
  });
}

/** `updateStatement` with its entry, of a row whose owner stays. Gives versionnumber. */
export function updateAlone(head: ChangeHead, row: RowUpdate): Statement {
  const { table, id } = row;
  const parts = updateParts(row, (columns) => {
    const told = columns.filter(({ target }) => !target);
    const [before, after] = ['old', 't'].map((alias) => changedEntrySql(told, alias, 'old', 't'));
    return `t."versionnumber", ${before}, ${after}`;
  });
  return alone(head, parts, { table, id, operation: 'update' }, [], {
    gives: 'version, before, after',
    before: 'w.before',
    after: () => 'w.after',
  });
}

/** `gives`: names of what the write gives. `before`, `after`: the entries, of the write as `w` and of a value more. */
function alone(
  head: ChangeHead,
  { shape, build, values }: StatementParts,
  { table, id, operation }: { readonly table: Table; readonly id: Guid; readonly operation: string },
  more: readonly unknown[],
  entry: { readonly gives: string; readonly before: string; readonly after: (place: string) => string },
): Statement {
  const place = (offset: number, type: string) => `$${values.length + offset}::${type}`;
  const text = () => `with w(${entry.gives}) as (${build()}),
    logged as (insert into wirechief.change_log
      (transaction, at, actor, cause, conversation, id, "table", operation, before, after, version)
      select ${place(1, 'uuid')}, ${place(2, 'timestamptz')}, ${place(3, 'uuid')}, ${place(4, 'text')}, ${place(5, 'uuid')}, ${place(6, 'uuid')},
        '${table.logicalName}', '${operation}', (${entry.before})::json, (${entry.after(`$${values.length + 7}`)})::json, w.version from w)
    select ${entry.gives.replace(', before, after', '')} from w`;
  const { transaction, at, actor, cause, conversation } = head;
  return shaped(`alone ${shape}`, text, [
    ...values,
    ...[transaction, at.toISOString(), actor, cause, conversation ?? null, id, ...more],
  ]);
}
