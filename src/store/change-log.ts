/** The change log: what a transaction adds to it, and how an entry is read. */
import type { Guid, Table } from '../tables/index.ts';
import { shaped } from './shapes.ts';
import type { Cause, Change, ChangedRow, ChangedRowsQuery, Reader, Statement } from './store.ts';

/** A change that waits for its transaction's end. `before`, `after`: entries (log-entry.ts) as JSON. */
export interface PendingChange {
  readonly table: Table;
  readonly id: Guid;
  readonly operation: Change['operation'];
  readonly before: string | null;
  readonly after: string | null;
  readonly version: string | null;
}

/** What all changes of one transaction share. */
export interface ChangeHead extends Cause {
  readonly transaction: Guid;
  readonly at: Date;
}

const rowsPerStatement = 16;

/** The statements that append these changes, in order. */
export function logStatements(head: ChangeHead, changes: readonly PendingChange[]): Statement[] {
  const statements: Statement[] = [];
  for (let from = 0; from < changes.length; from += rowsPerStatement) {
    statements.push(logStatement(head, changes.slice(from, from + rowsPerStatement)));
  }
  return statements;
}

function logStatement(head: ChangeHead, changes: readonly PendingChange[]): Statement {
  const values: unknown[] = [
    head.transaction,
    head.at.toISOString(),
    head.actor,
    head.cause,
    head.conversation ?? null,
  ];
  for (const { table, id, operation, before, after, version } of changes) {
    values.push(table.logicalName, id, operation, before, after, version);
  }
  return shaped(`log ${changes.length}`, () => logText(changes.length), values);
}

function logText(count: number): string {
  const rows = Array.from({ length: count }, (_, row) => {
    const place = (column: number) => `$${6 + row * 6 + column}`;
    return `($1, $2, $3, $4, $5, ${[0, 1, 2, 3, 4, 5].map(place).join(', ')})`;
  });
  return `insert into wirechief.change_log
    (transaction, at, actor, cause, conversation, "table", id, operation, before, after, version)
    values ${rows.join(', ')}`;
}

/** Reads entries after `after` up to and with `upTo`, oldest first. */
export async function readChanges(
  reader: Pick<Reader, 'query'>,
  span: {
    readonly after: number;
    readonly upTo: number;
    readonly limit: number;
    readonly conversation?: Guid;
  },
): Promise<Change[]> {
  const { after, upTo, limit, conversation } = span;
  const only = conversation === undefined ? '' : 'and conversation = $4';
  const text = `select seq, at, transaction, "table", id, operation, before, after, version, actor, cause, conversation
    from wirechief.change_log where seq > $1 and seq <= $2 ${only} order by seq limit $3`;
  const values = [after, upTo, limit, ...(conversation === undefined ? [] : [conversation])];
  const name = conversation === undefined ? 'changes' : 'changes_of_conversation';
  const rows = await reader.query({ text, values, name });
  // The columns are those of Change, name by name; only the int8 comes as text.
  return rows.map((row) => ({ ...(row as Record<string, unknown> & Change), seq: Number(row.seq) }));
}

const lastChanges = `select distinct on (id) id, seq, operation = 'delete' as deleted from wirechief.change_log
  where "table" = $1 and seq > $2 and seq <= $3 order by id, seq desc`;

/** Reads which rows changed, each by its last change. */
export async function readChangedRows(
  reader: Pick<Reader, 'query'>,
  { table, after, upTo, limit, from = { deleted: false, seq: 0 } }: ChangedRowsQuery,
): Promise<ChangedRow[]> {
  const rows = await reader.query({
    text: `select * from (${lastChanges}) l where (deleted, seq) > ($4, $5) order by deleted, seq limit $6`,
    values: [table.logicalName, after, upTo, from.deleted, from.seq, limit],
    name: 'changed_rows',
  });
  return rows.map(({ id, seq, deleted }) => ({
    id: String(id),
    seq: Number(seq),
    deleted: deleted === true,
  }));
}

/** Counts them. */
export async function countChangedRows(
  reader: Pick<Reader, 'query'>,
  { table, after, upTo }: Omit<ChangedRowsQuery, 'limit' | 'from'>,
): Promise<number> {
  const [row] = await reader.query({
    text: `select count(distinct id) as rows from wirechief.change_log where "table" = $1 and seq > $2 and seq <= $3`,
    values: [table.logicalName, after, upTo],
    name: 'changed_row_count',
  });
  return Number(row?.rows);
}
