import type { Transaction } from '../../store/index.ts';
import { type Guid, Refusal, type Row, type Table, type Values } from '../../tables/index.ts';
import { unguarded } from '../access/guard.ts';
import { transact } from '../exchange.ts';
import { idOf, type OperationCall, type Perform } from '../operation.ts';
import type { RowParameter } from '../plan/parameters.ts';
import { lookupValue, planWrite, type Written } from '../plan/write.ts';
import { updateRow } from '../write.ts';

/** What becomes of a merged row, and the lookup in which two rows of the table may differ in their parent. */
const mergeable: Readonly<Record<string, { readonly closed: Written; readonly parent: string }>> = {
  account: { closed: { statecode: 1, statuscode: 2 }, parent: 'parentaccountid' },
  contact: { closed: { statecode: 1, statuscode: 2 }, parent: 'parentcustomerid' },
  incident: { closed: { statecode: 2, statuscode: 2000 }, parent: 'parentcaseid' },
};

/** Merges one row into another: what points to the subordinate goes to the target as the relationships' Merge cascade
 *  says, the subordinate is deactivated and names its master.
 *  Shape: Merge {Target, Subordinate: rows of one table, UpdateContent?: columns for the target (ignored for cases),
 *  PerformParentingChecks: flag} → 204. Refuses recordNotFound, and invalidArgument for tables that do not merge, two
 *  tables, one row, a row that is merged already, and different parents where they are to be checked.
 *  Source: webapi.md §12, actions.json; lead is not modelled. */
export const Merge: Perform = async (call) => {
  const { exchange } = call;
  const target = rowOf(call, 'Target');
  const subordinate = rowOf(call, 'Subordinate');
  const { table } = target.entity;
  const kind = mergeable[table.logicalName];
  if (kind === undefined)
    throw new Refusal('invalidArgument', `Rows of the table '${table.logicalName}' cannot be merged.`);
  if (subordinate.entity.table !== table)
    throw new Refusal('invalidArgument', "'Target' and 'Subordinate' must be rows of one table.");
  await transact(exchange, async (transaction) => {
    const master = await idOf(call, transaction, 'Target', target);
    const merged = await idOf(call, transaction, 'Subordinate', subordinate);
    if (master === merged) throw new Refusal('invalidArgument', 'A row cannot be merged with itself.');
    const rows = await lockBoth(transaction, table, master, merged);
    if (call.parameters.flag('PerformParentingChecks')) requireSameParent(kind.parent, ...rows);
    const content = contentOf(call, target);
    if (content !== null) await updateRow(transaction, table, master, content);
    await moveChildren(transaction, table, merged, master);
    const masterid = lookupValue(table, 'masterid', table, master);
    await updateRow(transaction, table, merged, { ...kind.closed, merged: true, masterid });
  });
  return null;
};

function rowOf({ parameters }: OperationCall, name: string): RowParameter {
  const row = parameters.row(name);
  if (row === null) throw new TypeError(`the parameter ${name} was not asked for`);
  return row;
}

/** Locks both, in the order of their ids, so that two merges cannot wait for each other. */
async function lockBoth(
  transaction: Transaction,
  table: Table,
  ...ids: [Guid, Guid]
): Promise<[Row<Table>, Row<Table>]> {
  const rows = new Map<Guid, Row<Table>>();
  for (const id of [...ids].sort()) {
    const row = await transaction.lock(table, id);
    if (row === null) throw new Refusal('recordNotFound', table.logicalName, id);
    if (columnOf(row, 'merged') === true)
      throw new Refusal('invalidArgument', `The ${table.logicalName} ${id} has been merged already.`);
    rows.set(id, row);
  }
  const [master, merged] = ids.map((id) => rows.get(id));
  if (!master || !merged) throw new TypeError('a row that was locked is gone');
  return [master, merged];
}

const columnOf = (row: Row<Table>, column: string): unknown => row[column];

function requireSameParent(column: string, master: Row<Table>, merged: Row<Table>): void {
  const [one, other] = [master, merged].map((row) => JSON.stringify(columnOf(row, column) ?? null));
  if (one !== other && one !== 'null' && other !== 'null')
    throw new Refusal('invalidArgument', `The rows have different parents (${column}).`);
}

function contentOf({ parameters }: OperationCall, { entity }: RowParameter): Written | null {
  const content = parameters.row('UpdateContent');
  if (content === null || entity.table.logicalName === 'incident') return null;
  if (content.entity.table !== entity.table)
    throw new Refusal('invalidArgument', "'UpdateContent' must be of the table of 'Target'.");
  const { [entity.key.name]: _key, ...values } = content.body;
  return planWrite(entity, values, 'update').values;
}

/** Whoever may merge the two rows moves all that hangs on them, their own or not. */
async function moveChildren(
  transaction: Transaction,
  table: Table,
  merged: Guid,
  master: Guid,
): Promise<void> {
  const all = unguarded(transaction);
  for (const child of await all.reached('merge', table, merged)) {
    // The row that stays may have pointed to the other: it cannot point to itself.
    const isMaster = child.table === table && child.id === master;
    const value = isMaster ? null : lookupValue(child.table, child.column, table, master);
    await all.update(child.table, child.id, { [child.column]: value } as Values<Table>);
  }
}
