/** What the rest of the house sees of the database: a reader, a transactor, one change log, durable timers. */
import type { Definitions, Guid, Row, Table, Values } from '../tables/index.ts';
import type { CascadeAction, Reached } from './cascade.ts';
import type { Nodes } from './nodes.ts';
import type { StoreClock } from './store-clock.ts';

export type { LostNode, NodeListener, Nodes } from './nodes.ts';
export type { CascadeAction, Reached };

/** One SQL statement. `name` makes it a prepared statement of that name; identifiers come from the tables only. `brief`:
 *  it finds a row by its key, and may share a connection (brief-reads.ts). */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name?: string;
  readonly brief?: true;
}

/** Equality conditions on columns of one table; null means "is empty", a list means "one of". */
export type Where<T extends Table> = {
  readonly [K in keyof Row<T>]?: Row<T>[K] | readonly NonNullable<Row<T>[K]>[] | null;
};

/** How rows are ordered and how many are wanted at most. */
export interface ReadOptions<T extends Table> {
  readonly orderBy?: readonly (readonly [column: keyof Row<T> & string, direction: 'asc' | 'desc'])[];
  readonly top?: number;
}

/** Where a file belongs, and who brings it. `row` is null while the row is yet to be made. */
export interface FileTarget {
  readonly table: Table;
  readonly row: Guid | null;
  readonly column: string;
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly owner: Guid<'systemuser'> | null;
}

/** A file as it is kept. `size` in bytes, 0 until it is complete. */
export interface FileInfo extends Omit<FileTarget, 'table'> {
  readonly id: Guid;
  readonly table: string;
  readonly size: number;
  readonly complete: boolean;
}

/** One block of a file that is being uploaded; `length` in bytes. */
export interface FileBlock {
  readonly block: string;
  readonly length: number;
}

/** Reads files. Who may is settled by reading the row first: nothing here asks. */
export interface FileReader {
  find(id: Guid): Promise<FileInfo | null>;
  /** The complete file in a column of a row. */
  of(table: Table, row: Guid, column: string): Promise<FileInfo | null>;
  /** The bytes from `from` up to, not with, `to`, of a complete file. */
  piece(id: Guid, from: number, to: number): Promise<Buffer>;
  /** The same in pieces of `size` bytes (1 MiB), so that memory stays flat however large the file is. */
  read(id: Guid, from: number, to: number, size?: number): AsyncIterable<Buffer>;
  /** The blocks that have come, in the order of their names. */
  blocks(id: Guid): Promise<readonly FileBlock[]>;
}

/** Writes files. The file is nobody's until `complete`; a change of the row belongs in the same transaction. */
export interface FileWriter extends FileReader {
  /** Begins an upload. What was begun a day ago and not completed is thrown away. */
  begin(target: FileTarget): Promise<Guid>;
  /** Keeps everybody else from the file until the end of the transaction. */
  lock(id: Guid): Promise<FileInfo | null>;
  /** Adds a block, or replaces the one of this name. At most 4 MiB. Refuses invalidArgument for a file that is complete
   *  or gone. */
  put(id: Guid, block: string, bytes: Buffer): Promise<void>;
  /** Makes a file of these blocks in this order, in place of the one its column held; `row`: of a file that was begun
   *  without one. Gives its size.
   *  Refuses invalidArgument for a block that did not come or is named twice. */
  complete(
    id: Guid,
    blocks: readonly string[],
    about: { readonly name: string; readonly type: string; readonly row?: Guid },
  ): Promise<number>;
  remove(id: Guid): Promise<void>;
  /** Throws away the file in a column of a row. */
  removeOf(table: Table, row: Guid, column: string): Promise<void>;
}

/** Reads. Nothing here can write. */
export interface Reader {
  readonly files: FileReader;
  /** Runs a statement; rows as objects of column name → value as node-postgres gives it. */
  query(statement: Statement): Promise<Record<string, unknown>[]>;
  /** Runs a statement whose one column is JSON text built by PostgreSQL; the text of each row, untouched. */
  json(statement: Statement): Promise<(string | null)[]>;
  row<T extends Table>(table: T, id: Guid): Promise<Row<T> | null>;
  rows<T extends Table>(table: T, where: Where<T>, options?: ReadOptions<T>): Promise<Row<T>[]>;
}

/** Who does what, for the change log. `cause`: an event or request by name. */
export interface Cause {
  readonly actor: Guid<'systemuser'>;
  readonly cause: string;
  readonly conversation?: Guid<'msdyn_ocliveworkitem'>;
  /** The writer answers for what follows from its changes: no step is asked. */
  readonly quiet?: true;
  /** Hears of the transaction. */
  readonly watch?: StoreWatch | undefined;
}

/** An update or a delete of a row that is about to be written. `values`: of an update, as given; null for a delete. */
export interface ComingChange {
  readonly table: Table;
  readonly id: Guid;
  readonly values: { readonly [column: string]: unknown } | null;
}

/** Hears of a change before it is written, in its transaction; may refuse it, and may write. Gives whether it wrote. Its
 *  own writes ask no step. */
export type Step = (transaction: Transaction, change: ComingChange) => Promise<boolean>;

/** A timer: fires once at or after `due` (clock of the store), at least once even across a crash; a second one under the
 *  same key replaces the first. Handlers must be idempotent. */
export interface Timer {
  readonly key: string;
  readonly due: Date;
  readonly kind: string;
  readonly payload: { readonly [name: string]: unknown };
}

/** A timer that fired. `handled`: its handler did its work; otherwise it is tried again. */
export interface FiredTimer extends Pick<Timer, 'key' | 'due' | 'kind'> {
  readonly handled: boolean;
}

/** A row to be made (with its id), changed or deleted. Values are columns of the table, null to clear; a delete has none.
 *  `conversation`: whose change it is in the log, where that is not the one of the whole transaction; not of a delete. */
export interface RowWrite {
  readonly operation: 'create' | 'update' | 'delete';
  readonly table: Table;
  readonly id: Guid;
  readonly values: { readonly [column: string]: unknown };
  readonly conversation?: Guid<'msdyn_ocliveworkitem'>;
}

/** Timers to be set and, by their keys, taken away. */
export interface TimerChanges {
  readonly set: readonly Timer[];
  readonly cancelled: readonly string[];
}

/** Everything that can write. Create, update and delete append to the change log in the same transaction, set the
 *  audit columns (createdon/by, modifiedon/by, owner, versionnumber) and keep state and status in step. */
export interface Transaction extends Reader {
  /** As its entries in the change log name it. */
  readonly id: Guid;
  readonly files: FileWriter;
  /** What the clock of the store showed when the transaction began. */
  readonly now: Date;
  /** Refuses recordExists when `values` carries an id that is taken, recordNotFound when a lookup points nowhere.
   *  `last`: nothing of the transaction comes after it, so it may be committed with its statement. */
  create<T extends Table>(table: T, values: Values<T>, place?: 'last'): Promise<Guid<T['logicalName']>>;
  /** Refuses recordNotFound; versionMismatch when `version` is given and is not the row's. A no-op change is still a write.
   *  `last`: as of create, when it is not refused. */
  update<T extends Table>(
    table: T,
    id: Guid,
    values: Values<T>,
    version?: string,
    place?: 'last',
  ): Promise<void>;
  /** Makes, changes and deletes many rows, and sets timers: as one by one, creates first and deletes last, but in one
   *  statement with its part of the change log (deletes, updates that a step of their table hears of, and owners and
   *  shares that are handed down take their own). The rows may point to each other in any order; an update of a row
   *  that stands here already becomes a part of its write. Refuses what create, update and delete refuse; a refusal ends
   *  the transaction, also where it is caught. */
  write(writes: readonly RowWrite[], timers?: TimerChanges): Promise<void>;
  /** Follows the relationships' delete cascades. Refuses recordNotFound, versionMismatch, deleteRestricted. */
  delete(table: Table, id: Guid, version?: string): Promise<void>;
  /** The rows that an action on this one reaches along the relationships' cascades, near ones first, without the row
   *  itself. A new owner is handed on by `update`; sharing and merging are their callers' to do. */
  reached(action: CascadeAction, table: Table, id: Guid): Promise<readonly Reached[]>;
  /** Reads the row and locks it until the end of the transaction. `skip`: null at once when another holds it. */
  lock<T extends Table>(table: T, id: Guid, mode?: 'wait' | 'skip'): Promise<Row<T> | null>;
  /** Adds or takes away a row of a many-to-many intersect (also logged). */
  associate(schemaName: string, first: Guid, second: Guid): Promise<void>;
  disassociate(schemaName: string, first: Guid, second: Guid): Promise<void>;
  /** Changes the definitions and with them the database's tables. `change` is pure and gets those that are true when the
   *  transaction holds the lock on them; what it gives is true for every node right after the commit, and for none
   *  before. Refuses what `change` refuses, duplicateKeyValues. */
  define(change: (current: Definitions) => Definitions): Promise<void>;
  setTimer(timer: Timer): Promise<void>;
  cancelTimer(key: string): Promise<void>;
  /** Does something when all of this transaction is true; not at all when it is rolled back. It must not throw. */
  afterCommit(act: () => void): void;
  /** Names the conversation of this transaction's changes once it is known. */
  about(conversation: Guid<'msdyn_ocliveworkitem'>): void;
}

/** One entry of the change log. `before` and `after` hold the changed columns only (whole row on create and delete),
 *  named and shaped as on the Web API (`_x_value` for lookups). */
export interface Change {
  readonly seq: number;
  readonly at: Date;
  readonly transaction: string;
  readonly table: string;
  readonly id: Guid;
  readonly operation: 'create' | 'update' | 'delete';
  readonly before: { readonly [column: string]: unknown } | null;
  readonly after: { readonly [column: string]: unknown } | null;
  readonly version: string | null;
  readonly actor: Guid<'systemuser'>;
  readonly cause: string;
  readonly conversation: Guid<'msdyn_ocliveworkitem'> | null;
}

/** Which changes are wanted: those after `after` (a seq), oldest first. */
export interface ChangeQuery {
  readonly after: number;
  readonly conversation?: Guid;
  readonly limit?: number;
}

/** A row that changed between two places of the log. `seq`: its last change among them; `deleted`: that was its end. */
export interface ChangedRow {
  readonly id: Guid;
  readonly seq: number;
  readonly deleted: boolean;
}

/** Which rows are wanted: those of `table` with a change after `after` up to and with `upTo`, each once, by its last
 *  change; those that are there first, then the deleted ones. `from`: the last one of the page before. */
export interface ChangedRowsQuery {
  readonly table: Table;
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
  readonly from?: { readonly deleted: boolean; readonly seq: number };
}

/** Hears of what the store does for whoever asked. */
export interface StoreWatch {
  /** A statement goes to the database; begin and commit are not counted. */
  statement(): void;
  /** This transaction is about to commit, with so many entries of the change log; a negative number takes back what was
   *  said and is not written after all. */
  committing(transaction: Guid, changes: number): void;
}

/** The store. */
export interface Store extends Reader {
  /** The store as it is for one who counts: `watch` hears of every statement and transaction asked of what this gives. */
  heardBy(watch: StoreWatch): Store;
  /** Runs `work` in one transaction; retries the whole of it on 40001 and 40P01, rolls back and rethrows on anything
   *  else. Subscribers hear of the changes after commit only. */
  transact<R>(cause: Cause, work: (transaction: Transaction) => Promise<R>): Promise<R>;
  changes(query: ChangeQuery): Promise<Change[]>;
  /** Rows by what the log says of them. Final: asking again gives the same. */
  changedRows(query: ChangedRowsQuery): Promise<ChangedRow[]>;
  /** How many those are. */
  changedRowCount(query: Omit<ChangedRowsQuery, 'limit' | 'from'>): Promise<number>;
  /** The newest seq that `changes` would give, and the oldest kept. */
  changeRange(): Promise<{ readonly oldest: number; readonly newest: number }>;
  /** The telephone number in E.164, as it is kept beside every number that is written; null when it is none. */
  readonly e164: (number: string) => string | null;
  /** Calls `listener` with every committed change in log order, once each, from now on. Returns the way out. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
  /** Asks `step` before every update and delete of rows of `table`, whoever makes it, but for quiet writers; also for
   *  rows that a delete takes along. One step a table. */
  beforeChange(table: Table, step: Step): void;
  /** Handles timers of `kind`; a handler that throws is tried again with a growing delay. */
  onTimer(kind: string, handler: (timer: Timer) => Promise<void>): void;
  /** Starts firing timers; until then they wait. */
  startTimers(): void;
  /** The server processes on this database. */
  readonly nodes: Nodes;
  readonly clock: StoreClock;
  /** What the clock shows, after asking the database. */
  now(): Promise<Date>;
  close(): Promise<void>;
}
