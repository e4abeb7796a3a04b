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
import { type Bundle, type BundledRow, bundled } from './bundle.ts';
import {
  type BundleOutcome,
  bundleOutcome,
  bundleStatement,
  noTimers,
  timersStatement,
} from './bundle-sql.ts';
import { type CascadeAction, ownerIn, type Reached, reachedBy } from './cascade.ts';
import { type ChangeHead, logStatements } from './change-log.ts';
import { CreatesTogether, type Creation, type Made } from './creates-together.ts';
import { define } from './define.ts';
import { planDelete } from './delete.ts';
import { makeFileWriter, removeFilesOf } from './files.ts';
import { parentalColumns, planInheritance } from './inherit.ts';
import { changedEntries } from './log-entry.ts';
import { type E164, international } from './numbers.ts';
import { pairStatement, pairToMake } from './pointers.ts';
import { checkedUpdate } from './prepare.ts';
import { makeReader, runRows, type TransactionConnection } from './read.ts';
import { refuseTaken, refuseTargets, refuseUpdate } from './refuse-write.ts';
import { RowWriter, type UpdateOptions } from './row-writer.ts';
import { latest, type Sorted, sorted } from './sort-writes.ts';
import type { Steps } from './steps.ts';
import type {
  Cause,
  FileWriter,
  Reader,
  RowWrite,
  Statement,
  Timer,
  TimerChanges,
  Transaction,
} from './store.ts';
import { ofTakenKey } from './taken-key.ts';
import { cancelTimerStatement, setTimerStatement } from './timer-table.ts';
import { newGuid } from './uuid.ts';
import { checkValues, pointing, type Written } from './values.ts';
import type { Target } from './write.ts';

/** The transaction behind the door of open-transaction.ts. */
export class Work implements Transaction {
  readonly id = newGuid();
  readonly now: Date;
  timersSet = false;
  defined = false;
  underWay = 0;
  /** What a bundle was refused with: parts of it may be written. */
  broken: { readonly error: unknown } | null = null;
  /** The rows that were written so far. */
  readonly written: RowWriter;
  readonly query: Reader['query'];
  readonly json: Reader['json'];
  readonly row: Reader['row'];
  readonly rows: Reader['rows'];
  readonly #connection: TransactionConnection;
  readonly committed: (() => void)[] = [];
  readonly #steps: Steps;
  #stepping = false;
  #cause: Cause;
  readonly #run = (statement: Statement): Promise<unknown[][]> => runRows(this.#connection, statement);
  readonly #creates = new CreatesTogether(
    ({ table, given }) => this.#insert(table, given),
    (creations) => this.#createMany(creations),
  );

  constructor(
    connection: TransactionConnection,
    cause: Cause,
    now: Date,
    steps: Steps,
    e164: E164 = international,
  ) {
    this.#steps = steps;
    this.now = now;
    this.#connection = connection;
    this.#cause = cause;
    ({ query: this.query, json: this.json, row: this.row, rows: this.rows } = makeReader(connection));
    const hand = { actor: cause.actor, now };
    this.written = new RowWriter({ connection, rows: this.rows, hand, e164, head: () => this.head() });
  }

  /** Made when it is asked for: few transactions write files. */
  get files(): FileWriter {
    return makeFileWriter(this.#connection, this.now);
  }

  head(): ChangeHead {
    return { ...this.#cause, transaction: this.id, at: this.now };
  }

  afterCommit(act: () => void): void {
    this.committed.push(act);
  }

  about(conversation: Guid<'msdyn_ocliveworkitem'>): void {
    this.#cause = { ...this.#cause, conversation };
  }

  write(writes: readonly RowWrite[], timers: TimerChanges = noTimers): Promise<void> {
    const work = async () => {
      const { together, stepped, deleted } = sorted(writes, (table) => this.#asksStep(table));
      const rows = await this.#prepareAll(together);
      if (rows.length > 0) await this.#writeTogether(rows, timers);
      else if (timers.set.length + timers.cancelled.length > 0) await this.#run(timersStatement(timers));
      this.timersSet ||= timers.set.length > 0;
      for (const { table, id, values } of stepped) await this.#changeAfterStep(table, id, values);
      for (const { table, id } of deleted) await this.delete(table, id);
    };
    return this.#during(() =>
      work().catch((error: unknown) => {
        this.broken = { error };
        throw error;
      }),
    );
  }

  /** What has to be locked for it is locked in one order for everybody. */
  async #prepareAll(together: readonly Sorted[]): Promise<BundledRow[]> {
    const prepared = new Map<Sorted, BundledRow>();
    for (const one of [...together].sort((a, b) => (a.id < b.id ? -1 : 1)))
      prepared.set(one, await this.#prepare(one));
    return together.flatMap((one) => prepared.get(one) ?? []);
  }

  async #prepare({ operation, table, id, values, ...about }: Sorted): Promise<BundledRow> {
    const conversation = about.conversation ?? null;
    if (operation === 'create') return { ...this.#newRow(table, values), conversation };
    const row = await this.written.rowToUpdate(table, id, values);
    return { operation, table, id, row, conversation, targets: pointing(table, values) };
  }

  #newRow(table: Table, values: Readonly<Written>): BundledRow {
    const row = this.written.rowToCreate(table, values);
    const id = String(row[table.primaryId]);
    return { operation: 'create', table, id, row, conversation: null, targets: pointing(table, values) };
  }

  async #writeTogether(rows: readonly BundledRow[], timers: TimerChanges): Promise<void> {
    const { bundle, outcome } = await this.#runBundle(rows, timers);
    if (!outcome.there) await refuseTargets(this.#run, bundle.targets);
    this.#remember(rows, outcome);
    for (const place of outcome.missing) await this.#writeMissing(rows[place]);
    for (const { place, ownerId, ownerTable, reparented } of outcome.followed) {
      const one = rows[place];
      if (one === undefined) continue;
      const before = ownerId === null ? null : { table: String(ownerTable), id: ownerId };
      await this.#follow(one.table, one.id, { owner: ownerIn(one.row), before, reparented });
    }
    await this.#inheritAll(rows, outcome);
  }

  async #runBundle(
    rows: readonly BundledRow[],
    timers: TimerChanges,
  ): Promise<{ readonly bundle: Bundle; readonly outcome: BundleOutcome }> {
    // What was written before stands before it in the log.
    const earlier = this.written.changes.splice(0);
    for (const statement of logStatements(this.head(), earlier)) await this.#run(statement);
    this.written.logged += earlier.length;
    const hand = { actor: this.#cause.actor, now: this.now };
    const bundle = bundled(rows, this.written.sure, hand);
    const told = await this.#run(bundleStatement(this.head(), bundle, timers)).catch((error: unknown) => {
      throw rows.reduce((known, { table }) => ofTakenKey(table, known), error);
    });
    return { bundle, outcome: bundleOutcome(told[0]) };
  }

  #remember(rows: readonly BundledRow[], { missing }: BundleOutcome): void {
    this.written.logged += rows.length - missing.length;
    for (const { table, id, targets } of rows) this.written.remember(table, id, targets);
  }

  async #inheritAll(rows: readonly BundledRow[], { inherits }: BundleOutcome): Promise<void> {
    if (!inherits) return;
    for (const { operation, table, id, row } of rows)
      if (operation === 'create') await this.#inherit(table, id, row);
  }

  /** A row of a bundle that was not written: its key is taken, or another transaction made it just now. */
  async #writeMissing(missing: BundledRow | undefined): Promise<void> {
    if (missing === undefined) return;
    const { operation, table, id, row } = missing;
    if (operation === 'create') await refuseTaken(this.#run, this.rows, table, row);
    await refuseUpdate(this.#run, missing);
    await this.#change(table, id, { ...row });
  }

  create<T extends Table>(known: T, values: Values<T>, place?: 'last'): Promise<Guid> {
    return this.#during(() => {
      const table = latest(known);
      const given: Written = { ...values };
      checkValues(table, given);
      if (this.#isLast(place)) return this.#insert(table, given, undefined, true);
      return this.#creates.add({ table, given });
    });
  }

  /** Makes rows in one statement; null, and none, where something they point to is not there. A key that is taken is met
   *  too late for that: it ends the transaction. */
  async #createMany(creations: readonly Creation[]): Promise<readonly Made[] | null> {
    const rows = creations.map(({ table, given }) => this.#newRow(table, given));
    const { outcome } = await this.#runBundle(rows, noTimers);
    if (!outcome.there) return null;
    this.#remember(rows, outcome);
    const fates: Made[] = rows.map(({ id }) => ({ id }));
    for (const place of outcome.missing)
      await this.#writeMissing(rows[place]).catch((error: unknown) => {
        this.broken ??= { error };
        fates[place] = { error };
      });
    if (this.broken === null) await this.#inheritAll(rows, outcome);
    return fates;
  }

  async #insert(table: Table, given: Written, targets?: readonly Target[], last = false): Promise<Guid> {
    const { id, row, inherits } = await this.written.insert(table, given, targets, last);
    if (inherits) await this.#inherit(table, id, row);
    return id;
  }

  /** Whether a write may be the whole transaction. */
  #isLast(place: 'last' | undefined): boolean {
    return place === 'last' && this.underWay === 1;
  }

  update<T extends Table>(
    known: T,
    id: Guid,
    values: Values<T>,
    version?: string,
    place?: 'last',
  ): Promise<void> {
    return this.#during(() => {
      const table = latest(known);
      const given = checkedUpdate(table, id, values);
      if (this.#asksStep(table)) return this.#changeAfterStep(table, id, given, version);
      return this.#change(table, id, given, { version, last: this.#isLast(place) });
    });
  }

  /** A step that writes to the row gives it another version: the one asked for is looked at before. */
  async #changeAfterStep(table: Table, id: Guid, given: Written, version?: string): Promise<void> {
    const isAsked = this.#steps.of(table) !== undefined && version !== undefined;
    const before: Readonly<Written> | null = isAsked ? await this.lock(table, id) : null;
    if (before !== null && before.versionnumber !== version) throw new Refusal('versionMismatch');
    const wrote = await this.#step(table, id, given);
    return this.#change(table, id, given, { version: wrote ? undefined : version });
  }

  #asksStep(table: Table): boolean {
    return this.#steps.of(table) !== undefined && this.#cause.quiet !== true && !this.#stepping;
  }

  async #step(table: Table, id: Guid, values: Readonly<Written> | null): Promise<boolean> {
    const step = this.#steps.of(table);
    if (step === undefined || !this.#asksStep(table)) return false;
    this.#stepping = true;
    try {
      return await step(this, { table, id, values });
    } finally {
      this.#stepping = false;
    }
  }

  async #change(table: Table, id: Guid, given: Written, how: UpdateOptions = {}): Promise<void> {
    const follows = 'ownerid' in given || parentalColumns(table).some((column) => column in given);
    const former = await this.written.update(table, id, given, { ...how, last: how.last && !follows });
    if (!follows) return;
    const entries = changedEntries(table, former, given);
    const reparented = parentalColumns(table).some((column) => `_${column}_value` in entries.after);
    await this.#follow(table, id, { owner: ownerIn(given), before: ownerIn(former), reparented });
  }

  /** What follows from another owner and another parent. */
  async #follow(
    table: Table,
    id: Guid,
    { owner, before, reparented }: { owner: Reference | null; before: Reference | null; reparented: boolean },
  ): Promise<void> {
    if (owner !== null && before !== null && owner.id !== before.id)
      await this.#assignBelow(table, id, owner, before);
    if (!reparented) return;
    await this.#inherit(table, id);
    for (const below of await this.reached('reparent', table, id)) await this.#inherit(below.table, below.id);
  }

  /** Brings the row's inherited shares into step with its parents. */
  async #inherit(table: Table, id: Guid, given?: Readonly<Written>): Promise<void> {
    const shares = tables.get('principalobjectaccess');
    const row: Readonly<Written> | null = given ?? (await this.row(table, id));
    if (shares === undefined || row === null) return;
    const { made, changed, gone } = await planInheritance(this.#run, table, id, row);
    for (const share of made) await this.#insert(shares, { ...share, changedon: this.now }, []);
    for (const { id: key, ...mask } of changed)
      await this.written.update(shares, key, { ...mask, changedon: this.now });
    for (const key of gone) await this.delete(shares, key);
  }

  /** The new owner of a row becomes the owner of what hangs on it, as far as the relationships say so. */
  async #assignBelow(table: Table, id: Guid, owner: Reference, before: Reference): Promise<void> {
    for (const below of await reachedBy(this.#run, 'assign', { table, id, owner: before }))
      if (below.owner !== null && below.owner.id !== owner.id)
        await this.written.update(below.table, below.id, { ownerid: owner });
  }

  reached(action: CascadeAction, known: Table, id: Guid): Promise<readonly Reached[]> {
    return this.#during(async () => {
      const table = latest(known);
      const row: Readonly<Written> | null = await this.row(table, id);
      return reachedBy(this.#run, action, { table, id, owner: row && ownerIn(row) });
    });
  }

  delete(known: Table, id: Guid, version?: string): Promise<void> {
    return this.#during(async () => {
      const table = latest(known);
      let plan = await planDelete(this.#run, table, id, version);
      let wrote = false;
      for (const gone of plan.deleted) wrote = (await this.#step(gone.table, gone.id, null)) || wrote;
      // What a step wrote goes too.
      if (wrote) plan = await planDelete(this.#run, table, id);
      for (const { table: holder, id: row, column } of plan.unlinked) {
        await this.#change(holder, row, { [column]: null });
      }
      for (const { table: gone, id: key, row } of plan.deleted) {
        await this.written.delete(gone, key, row);
        await removeFilesOf(this.#connection, gone, key);
      }
    });
  }

  lock<T extends Table>(table: T, id: Guid, mode?: 'wait' | 'skip'): Promise<Row<T> | null> {
    return this.written.lock(table, id, mode);
  }

  /** Refuses recordNotFound for an end that is not there, recordExists when the two are associated already. */
  associate(schemaName: string, first: Guid, second: Guid): Promise<void> {
    return this.#during(async () => {
      const { intersect, targets, given } = pairToMake(schemaName, first, second);
      checkValues(intersect, given);
      await this.#insert(intersect, given, targets);
    });
  }

  /** Two that are not associated stay so: that is no change, and leaves no entry. */
  disassociate(schemaName: string, first: Guid, second: Guid): Promise<void> {
    return this.#during(async () => {
      const { intersect, statement } = pairStatement(schemaName, first, second);
      for (const [id] of await this.#run(statement)) {
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
}
