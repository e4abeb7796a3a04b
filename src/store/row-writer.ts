/** Writes single rows: each with its entry for the change log, in a transaction or as the whole of one. */
import type { Guid, Row, Table } from '../tables/index.ts';
import type { ChangeHead, PendingChange } from './change-log.ts';
import { computationsFor, compute } from './computed.ts';
import { fillOf, membersOf } from './fill.ts';
import { parentalColumns } from './inherit.ts';
import { changedEntries, wholeEntry } from './log-entry.ts';
import type { E164 } from './numbers.ts';
import { type Hand, rowToCreate, rowToUpdate } from './prepare.ts';
import { rowStatement, runRows, type StatementConfig, type TransactionConnection, toRow } from './read.ts';
import { refuseMissing, refuseTaken, refuseUpdate } from './refuse-write.ts';
import type { Reader, Statement } from './store.ts';
import { ofTakenKey } from './taken-key.ts';
import { pointing, type Written } from './values.ts';
import { deleteStatement, formerValues, insertStatement, type Target, updateStatement } from './write.ts';
import { insertAlone, updateAlone } from './write-alone.ts';

/** What a writer works with. `head`: of the change log, as it stands when it is asked for. */
export interface RowWriterParts {
  readonly connection: TransactionConnection;
  readonly rows: Reader['rows'];
  readonly hand: Hand;
  readonly e164: E164;
  readonly head: () => ChangeHead;
}

/** `version`: which the row must have. `last`: nothing of the transaction follows. */
export interface UpdateOptions {
  readonly version?: string | undefined;
  readonly last?: boolean | undefined;
}

/** The rows of one transaction, as they are written. */
export class RowWriter {
  /** Changes that wait for the commit. */
  readonly changes: PendingChange[] = [];
  /** How many are in the log already. */
  logged = 0;
  /** A write that was the whole transaction is committed. */
  closed = false;
  /** Rows that cannot vanish before our end, because we made or locked them, as `table id`: no need to look again. */
  readonly sure = new Set<string>();
  readonly #parts: RowWriterParts;
  readonly #run: (statement: Statement) => Promise<unknown[][]>;

  constructor(parts: RowWriterParts) {
    this.#parts = parts;
    this.#run = (statement) => runRows(parts.connection, statement);
  }

  /** Makes a row. `last`: nothing of the transaction follows. Gives the row with its key; `inherits`: it may take over
   *  shares. Refuses recordExists, recordNotFound (a target). */
  async insert(
    table: Table,
    given: Written,
    targets: readonly Target[] = pointing(table, given),
    last = false,
  ): Promise<{ readonly id: Guid; readonly row: Written; readonly inherits: boolean }> {
    const row = this.rowToCreate(table, given);
    const id = String(row[table.primaryId]);
    const inherits = parentalColumns(table).some((column) => row[column] != null);
    const unsure = this.#unsure(targets);
    const isAlone = last && !inherits && !this.#parts.connection.hasBegun();
    const [made] = isAlone
      ? await this.#runAlone(insertAlone(this.#parts.head(), table, row, unsure))
      : await this.#run(insertStatement(table, row, unsure));
    if (made === undefined) {
      await refuseMissing(this.#run, unsure);
      return refuseTaken(this.#run, this.#parts.rows, table, row);
    }
    if (isAlone) return { id, row, inherits };
    const [version, unit] = made;
    if (unit !== null) row.owningbusinessunit = unit;
    this.remember(table, id, targets);
    const { members } = fillOf(table, Object.keys(row));
    const after = `{${membersOf(wholeEntry(table, row)).slice(1)}${members}}`;
    this.changes.push({ table, id, operation: 'create', before: null, after, version: String(version) });
    return { id, row, inherits };
  }

  /** Changes a row. `last`: nothing of the transaction follows. Gives what stood in the columns written, nothing where the
   *  write was the whole transaction. Refuses recordNotFound, versionMismatch. */
  async update(
    table: Table,
    id: Guid,
    given: Written,
    { version, last = false }: UpdateOptions = {},
  ): Promise<Written> {
    const row = await this.rowToUpdate(table, id, given);
    const targets = this.#unsure(pointing(table, given));
    const wanted = { table, id, written: row, targets, version };
    const isAlone = last && !this.#parts.connection.hasBegun();
    const written = isAlone
      ? this.#runAlone(updateAlone(this.#parts.head(), wanted))
      : this.#run(updateStatement(wanted));
    const [changed] = await written.catch((error: unknown) => {
      throw ofTakenKey(table, error);
    });
    if (changed === undefined) {
      await refuseUpdate(this.#run, { table, id, targets }, version);
      return this.update(table, id, given);
    }
    if (isAlone) return {};
    const [newVersion, unit] = changed;
    const former = formerValues(table, row, changed);
    if (unit !== null) row.owningbusinessunit = unit;
    this.remember(table, id, targets);
    const entries = changedEntries(table, former, row);
    const [before, after] = [JSON.stringify(entries.before), JSON.stringify(entries.after)];
    this.changes.push({ table, id, operation: 'update', before, after, version: String(newVersion) });
    return former;
  }

  /** Takes a row away that is locked; `row` is what stood in it. */
  async delete(table: Table, id: Guid, row: Readonly<Written>): Promise<void> {
    await this.#run(deleteStatement(table, id));
    this.sure.delete(`${table.logicalName} ${id}`);
    const before = JSON.stringify(wholeEntry(table, row));
    this.changes.push({ table, id, operation: 'delete', before, after: null, version: null });
  }

  /** A new row as it will be written. */
  rowToCreate(table: Table, given: Written): Written {
    const row = rowToCreate(table, given, this.#parts.hand);
    compute(table, computationsFor(table, row), row, row, this.#computing());
    return row;
  }

  /** The columns of an update as they will be written; what the computed ones are made of and the update leaves alone is
   *  read and locked. */
  async rowToUpdate(table: Table, id: Guid, given: Written): Promise<Written> {
    const row = rowToUpdate(table, given, this.#parts.hand);
    const wanted = computationsFor(table, row);
    const isComplete = wanted.every(({ from }) => from.every((source) => row[source] !== undefined));
    const former = isComplete ? null : await this.lock(table, id);
    compute(table, wanted, row, { ...former, ...row }, this.#computing());
    return row;
  }

  /** Reads a row and keeps other writers from it. */
  async lock<T extends Table>(table: T, id: Guid, mode: 'wait' | 'skip' = 'wait'): Promise<Row<T> | null> {
    const [found] = await this.#run(rowStatement(table, id, mode === 'skip' ? 'skip' : 'lock'));
    if (found === undefined) return null;
    this.remember(table, id, []);
    return toRow(table, found[0]);
  }

  /** The row, and what it points to, are there until the end. */
  remember(table: Table, id: Guid, targets: readonly Target[]): void {
    this.sure.add(`${table.logicalName} ${id}`);
    for (const { target, id: pointed } of targets) this.sure.add(`${target} ${pointed}`);
  }

  #unsure(targets: readonly Target[]): Target[] {
    return targets.filter(({ target, id }) => !this.sure.has(`${target} ${id}`));
  }

  #computing() {
    return { now: this.#parts.hand.now, e164: this.#parts.e164 };
  }

  /** Runs a statement that is the whole transaction when it writes; otherwise nothing has happened. */
  async #runAlone(statement: Statement): Promise<unknown[][]> {
    const { connection, head } = this.#parts;
    const alone = { query: (config: StatementConfig) => connection.alone(config, head().transaction) };
    const rows = await runRows(alone, statement);
    this.closed = rows.length > 0;
    this.logged += rows.length;
    return rows;
  }
}
