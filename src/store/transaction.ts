/** One transaction: every write goes through here, is checked, and leaves an entry in the change log. */
import {
  type Definitions,
  type Guid,
  type Reference,
  Refusal,
  type Row,
  type Table,
  tables,
  type Values,
} from '../tables/index.ts';
import { type CascadeAction, ownerIn, type Reached, reachedBy } from './cascade.ts';
import type { ChangeHead, PendingChange } from './change-log.ts';
import { quote, sqlTable } from './columns.ts';
import { computationsFor, compute } from './computed.ts';
import { define } from './define.ts';
import { planDelete } from './delete.ts';
import { makeFileWriter, removeFilesOf } from './files.ts';
import { parentalColumns, planInheritance } from './inherit.ts';
import { changedEntries, wholeEntry } from './log-entry.ts';
import { relationship } from './pointers.ts';
import { type Hand, refuseEmptying, rowToCreate, rowToUpdate } from './prepare.ts';
import { type Connection, makeReader, rowStatement, runRows, toRow } from './read.ts';
import type { Steps } from './steps.ts';
import type { Cause, FileWriter, Reader, Statement, Timer, Transaction, Where } from './store.ts';
import { keyTaken, ofTakenKey } from './taken-key.ts';
import { cancelTimerStatement, setTimerStatement } from './timer-table.ts';
import { newGuid } from './uuid.ts';
import { checkValues, pointing, type Written } from './values.ts';
import {
  deleteStatement,
  formerValues,
  insertStatement,
  type Target,
  targetsThere,
  updateStatement,
} from './write.ts';

/** A transaction that runs. */
export interface OpenTransaction {
  readonly transaction: Transaction;
  /** Closes it to further use and gives what its commit has to write. Throws when a write was not waited for: it might
   *  miss the commit, or miss the log. */
  end(): {
    readonly head: ChangeHead;
    readonly changes: readonly PendingChange[];
    readonly timersSet: boolean;
    readonly defined: boolean;
    /** To be done after the commit, in this order. */
    readonly committed: readonly (() => void)[];
  };
  /** Closes it to further use. */
  abandon(): void;
}

/** Makes the transaction of a connection on which `begin` has run, at `now`. */
export function openTransaction(
  connection: Connection,
  cause: Cause,
  now: Date,
  steps: Steps,
): OpenTransaction {
  let ended = false;
  const guarded: Connection = {
    query: (config) => {
      // The connection may serve somebody else by now.
      if (ended) throw new Error('the transaction has ended: a call on it was not waited for');
      return connection.query(config);
    },
  };
  const work = new Work(guarded, cause, now, steps);
  return {
    transaction: work,
    end() {
      ended = true;
      if (work.underWay > 0) throw new Error('a write of the transaction was not waited for');
      return {
        head: work.head(),
        changes: work.changes,
        timersSet: work.timersSet,
        defined: work.defined,
        committed: work.committed,
      };
    },
    abandon() {
      ended = true;
    },
  };
}

class Work implements Transaction {
  readonly now: Date;
  readonly changes: PendingChange[] = [];
  timersSet = false;
  defined = false;
  underWay = 0;
  readonly query: Reader['query'];
  readonly json: Reader['json'];
  readonly row: Reader['row'];
  readonly rows: Reader['rows'];
  readonly #connection: Connection;
  readonly #transaction = newGuid();
  readonly #hand: Hand;
  readonly committed: (() => void)[] = [];
  readonly #steps: Steps;
  #stepping = false;
  #cause: Cause;
  /** Rows that cannot vanish before our end, because we made or locked them: no need to look again. */
  readonly #sure = new Set<string>();

  constructor(connection: Connection, cause: Cause, now: Date, steps: Steps) {
    this.#steps = steps;
    this.now = now;
    this.#connection = connection;
    this.#cause = cause;
    this.#hand = { actor: cause.actor, now };
    ({ query: this.query, json: this.json, row: this.row, rows: this.rows } = makeReader(connection));
  }

  /** Made when it is asked for: few transactions write files. */
  get files(): FileWriter {
    return makeFileWriter(this.#connection, this.now);
  }

  head(): ChangeHead {
    return { ...this.#cause, transaction: this.#transaction, at: this.now };
  }

  afterCommit(act: () => void): void {
    this.committed.push(act);
  }

  about(conversation: Guid<'msdyn_ocliveworkitem'>): void {
    this.#cause = { ...this.#cause, conversation };
  }

  create<T extends Table>(known: T, values: Values<T>): Promise<Guid> {
    return this.#during(() => {
      const table = latest(known);
      const given: Written = { ...values };
      checkValues(table, given);
      return this.#insert(table, given, this.#unsure(pointing(table, given)));
    });
  }

  async #insert(table: Table, given: Written, targets: readonly Target[]): Promise<Guid> {
    const row = rowToCreate(table, given, this.#hand);
    compute(table, computationsFor(table, row), row, row, this.now);
    const id = String(row[table.primaryId]);
    const [made] = await this.#run(insertStatement(table, row, targets));
    if (made === undefined) {
      await this.#refuseMissing(targets);
      return this.#refuseTaken(table, row);
    }
    const [version, unit] = made;
    if (unit !== null) row.owningbusinessunit = unit;
    this.#remember(table, id, targets);
    const after = wholeEntry(table, row);
    this.changes.push({ table, id, operation: 'create', before: null, after, version: String(version) });
    if (parentalColumns(table).some((column) => row[column] != null)) await this.#inherit(table, id, row);
    return id;
  }

  update<T extends Table>(known: T, id: Guid, values: Values<T>, version?: string): Promise<void> {
    return this.#during(() => {
      const table = latest(known);
      const given: Written = { ...values };
      checkValues(table, given);
      refuseEmptying(table, given);
      if (given[table.primaryId] !== undefined && given[table.primaryId] !== id) {
        throw new TypeError(`the key of ${table.logicalName} ${id} cannot change`);
      }
      return this.#changeAfterStep(table, id, given, version);
    });
  }

  /** A step that writes to the row gives it another version: the one asked for is looked at before. */
  async #changeAfterStep(table: Table, id: Guid, given: Written, version?: string): Promise<void> {
    const isAsked = this.#steps.of(table) !== undefined && version !== undefined;
    const before: Readonly<Written> | null = isAsked ? await this.lock(table, id) : null;
    if (before !== null && before.versionnumber !== version) throw new Refusal('versionMismatch');
    const wrote = await this.#step(table, id, given);
    return this.#change(table, id, given, wrote ? undefined : version);
  }

  async #step(table: Table, id: Guid, values: Readonly<Written> | null): Promise<boolean> {
    const step = this.#steps.of(table);
    if (step === undefined || this.#cause.quiet === true || this.#stepping) return false;
    this.#stepping = true;
    try {
      return await step(this, { table, id, values });
    } finally {
      this.#stepping = false;
    }
  }

  async #change(table: Table, id: Guid, given: Written, version?: string): Promise<void> {
    const former = await this.#write(table, id, given, version);
    const owner = ownerIn(given);
    const before = ownerIn(former);
    if (owner !== null && before !== null && owner.id !== before.id)
      await this.#assignBelow(table, id, owner, before);
    const entries = changedEntries(table, former, given);
    if (parentalColumns(table).some((column) => `_${column}_value` in entries.after)) {
      await this.#inherit(table, id);
      for (const below of await this.reached('reparent', table, id))
        await this.#inherit(below.table, below.id);
    }
  }

  /** Brings the row's inherited shares into step with its parents. */
  async #inherit(table: Table, id: Guid, given?: Readonly<Written>): Promise<void> {
    const shares = tables.get('principalobjectaccess');
    const row: Readonly<Written> | null = given ?? (await this.row(table, id));
    if (shares === undefined || row === null) return;
    const { made, changed, gone } = await planInheritance((one) => this.#run(one), table, id, row);
    for (const share of made) await this.#insert(shares, { ...share, changedon: this.now }, []);
    for (const { id: key, ...mask } of changed)
      await this.#write(shares, key, { ...mask, changedon: this.now });
    for (const key of gone) await this.delete(shares, key);
  }

  /** Writes the one row. Gives what stood in the columns written. */
  async #write(table: Table, id: Guid, given: Written, version?: string): Promise<Written> {
    const row = rowToUpdate(table, given, this.#hand);
    await this.#compute(table, id, row);
    const targets = this.#unsure(pointing(table, given));
    const [changed] = await this.#run(updateStatement(table, id, row, targets, version)).catch((error) => {
      throw ofTakenKey(table, error);
    });
    if (changed === undefined) {
      await this.#refuseUpdate(table, id, targets, version);
      return this.#write(table, id, given);
    }
    const [newVersion, unit] = changed;
    const former = formerValues(table, row, changed);
    if (unit !== null) row.owningbusinessunit = unit;
    this.#remember(table, id, targets);
    const entries = changedEntries(table, former, row);
    this.changes.push({ table, id, operation: 'update', ...entries, version: String(newVersion) });
    return former;
  }

  /** The new owner of a row becomes the owner of what hangs on it, as far as the relationships say so. */
  async #assignBelow(table: Table, id: Guid, owner: Reference, before: Reference): Promise<void> {
    const run = (statement: Statement) => this.#run(statement);
    for (const below of await reachedBy(run, 'assign', { table, id, owner: before }))
      if (below.owner !== null && below.owner.id !== owner.id)
        await this.#write(below.table, below.id, { ownerid: owner });
  }

  reached(action: CascadeAction, known: Table, id: Guid): Promise<readonly Reached[]> {
    return this.#during(async () => {
      const table = latest(known);
      const row: Readonly<Written> | null = await this.row(table, id);
      const run = (statement: Statement) => this.#run(statement);
      return reachedBy(run, action, { table, id, owner: row && ownerIn(row) });
    });
  }

  /** Fills the computed columns of an update; what they are made of and the update leaves alone is read and locked. */
  async #compute(table: Table, id: Guid, row: Written): Promise<void> {
    const wanted = computationsFor(table, row);
    const isComplete = wanted.every(({ from }) => from.every((source) => row[source] !== undefined));
    const former = isComplete ? null : await this.lock(table, id);
    compute(table, wanted, row, { ...former, ...row }, this.now);
  }

  delete(known: Table, id: Guid, version?: string): Promise<void> {
    return this.#during(async () => {
      const table = latest(known);
      const run = (statement: Statement) => this.#run(statement);
      let plan = await planDelete(run, table, id, version);
      let wrote = false;
      for (const gone of plan.deleted) wrote = (await this.#step(gone.table, gone.id, null)) || wrote;
      // What a step wrote goes too.
      if (wrote) plan = await planDelete(run, table, id);
      for (const { table: holder, id: row, column } of plan.unlinked) {
        await this.#change(holder, row, { [column]: null });
      }
      for (const { table: gone, id: key, row } of plan.deleted) {
        await this.#run(deleteStatement(gone, key));
        await removeFilesOf(this.#connection, gone, key);
        this.#sure.delete(`${gone.logicalName} ${key}`);
        const before = wholeEntry(gone, row);
        this.changes.push({ table: gone, id: key, operation: 'delete', before, after: null, version: null });
      }
    });
  }

  async lock<T extends Table>(table: T, id: Guid, mode: 'wait' | 'skip' = 'wait'): Promise<Row<T> | null> {
    const [found] = await this.#run(rowStatement(table, id, mode === 'skip' ? 'skip' : 'lock'));
    if (found === undefined) return null;
    this.#remember(table, id, []);
    return toRow(table, found[0]);
  }

  /** Refuses recordNotFound for an end that is not there, recordExists when the two are associated already. */
  associate(schemaName: string, first: Guid, second: Guid): Promise<void> {
    return this.#during(async () => {
      const { intersect, ends } = relationship(schemaName);
      const targets: Target[] = [
        { name: ends[0].column, target: ends[0].table, id: first },
        { name: ends[1].column, target: ends[1].table, id: second },
      ];
      const given = { [ends[0].column]: first, [ends[1].column]: second };
      checkValues(intersect, given);
      await this.#insert(intersect, given, this.#unsure(targets));
    });
  }

  /** Two that are not associated stay so: that is no change, and leaves no entry. */
  disassociate(schemaName: string, first: Guid, second: Guid): Promise<void> {
    return this.#during(async () => {
      const { intersect, ends } = relationship(schemaName);
      const [one, other] = ends.map(({ column }) => quote(column));
      const text = `select ${quote(intersect.primaryId)} from ${sqlTable(intersect)} where ${one} = $1 and ${other} = $2`;
      for (const [id] of await this.#run({ text, values: [first, second] })) {
        await this.delete(intersect, String(id));
      }
    });
  }

  define(change: (current: Definitions) => Definitions): Promise<void> {
    return this.#during(async () => {
      this.defined = true;
      await define(this.#connection, change);
    });
  }

  setTimer(timer: Timer): Promise<void> {
    return this.#during(async () => {
      this.timersSet = true;
      await this.#run(setTimerStatement(timer));
    });
  }

  cancelTimer(key: string): Promise<void> {
    return this.#during(async () => {
      await this.#run(cancelTimerStatement(key));
    });
  }

  async #during<R>(write: () => Promise<R>): Promise<R> {
    this.underWay += 1;
    try {
      return await write();
    } finally {
      this.underWay -= 1;
    }
  }

  #run(statement: Statement): Promise<unknown[][]> {
    return runRows(this.#connection, statement);
  }

  #unsure(targets: readonly Target[]): Target[] {
    return targets.filter(({ target, id }) => !this.#sure.has(`${target} ${id}`));
  }

  #remember(table: Table, id: Guid, targets: readonly Target[]): void {
    this.#sure.add(`${table.logicalName} ${id}`);
    for (const { target, id: pointed } of targets) this.#sure.add(`${target} ${pointed}`);
  }

  /** Says why an update found no row. Comes back, with the row locked, when another transaction made it just now. */
  async #refuseUpdate(table: Table, id: Guid, targets: readonly Target[], version?: string): Promise<void> {
    const [row] = await this.#run(rowStatement(table, id, 'lock'));
    if (row === undefined) throw new Refusal('recordNotFound', table.logicalName, id);
    await this.#refuseMissing(targets);
    if (version !== undefined) throw new Refusal('versionMismatch');
  }

  /** A new row whose key, or the values of an alternate one, another row has. */
  async #refuseTaken(table: Table, row: Written): Promise<never> {
    const [there] = await this.#run(rowStatement(table, String(row[table.primaryId])));
    if (there === undefined)
      for (const key of table.keys ?? []) {
        const where = Object.fromEntries(key.columns.map((name) => [name, row[name] ?? null]));
        if (Object.values(where).includes(null)) continue;
        const [other] = await this.rows<Table>(table, where as Where<Table>, { top: 1 });
        if (other !== undefined) throw keyTaken(table, key);
      }
    throw new Refusal('recordExists');
  }

  async #refuseMissing(targets: readonly Target[]): Promise<void> {
    const statement = targetsThere(targets);
    if (statement === null) return;
    const there = new Set((await this.#run(statement)).map(([place]) => Number(place)));
    targets.forEach(({ target, id }, i) => {
      if (tables.has(target) && !there.has(i)) throw new Refusal('recordNotFound', target, id);
    });
  }
}

/** The table as it is now: who names it in code holds it as it was built in. */
const latest = (table: Table): Table => tables.get(table.logicalName) ?? table;
