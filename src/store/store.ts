/** What the rest of the house sees of the database: a reader, a transactor, one change log, durable timers. */
import type { Guid, Row, Table, Values } from '../tables/index.ts';

/** One SQL statement. `name` makes it a prepared statement of that name; identifiers come from the tables only. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name?: string;
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

/** Reads. Nothing here can write. */
export interface Reader {
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
}

/** A timer: fires once at or after `due` (database clock), at least once even across a crash; a second one under the
 *  same key replaces the first. Handlers must be idempotent. */
export interface Timer {
  readonly key: string;
  readonly due: Date;
  readonly kind: string;
  readonly payload: { readonly [name: string]: unknown };
}

/** Everything that can write. Create, update and delete append to the change log in the same transaction, set the
 *  audit columns (createdon/by, modifiedon/by, owner, versionnumber) and keep state and status in step. */
export interface Transaction extends Reader {
  /** The database clock when the transaction began. */
  readonly now: Date;
  /** Refuses recordExists when `values` carries an id that is taken, recordNotFound when a lookup points nowhere. */
  create<T extends Table>(table: T, values: Values<T>): Promise<Guid<T['logicalName']>>;
  /** Refuses recordNotFound; versionMismatch when `version` is given and is not the row's. A no-op change is still a write. */
  update<T extends Table>(table: T, id: Guid, values: Values<T>, version?: string): Promise<void>;
  /** Follows the relationships' delete cascades. Refuses recordNotFound, versionMismatch, deleteRestricted. */
  delete(table: Table, id: Guid, version?: string): Promise<void>;
  /** Reads the row and locks it until the end of the transaction. `skip`: null at once when another holds it. */
  lock<T extends Table>(table: T, id: Guid, mode?: 'wait' | 'skip'): Promise<Row<T> | null>;
  /** Adds or takes away a row of a many-to-many intersect (also logged). */
  associate(schemaName: string, first: Guid, second: Guid): Promise<void>;
  disassociate(schemaName: string, first: Guid, second: Guid): Promise<void>;
  setTimer(timer: Timer): Promise<void>;
  cancelTimer(key: string): Promise<void>;
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

/** The store. */
export interface Store extends Reader {
  /** Runs `work` in one transaction; retries the whole of it on 40001 and 40P01, rolls back and rethrows on anything
   *  else. Subscribers hear of the changes after commit only. */
  transact<R>(cause: Cause, work: (transaction: Transaction) => Promise<R>): Promise<R>;
  changes(query: ChangeQuery): Promise<Change[]>;
  /** The newest seq that `changes` would give, and the oldest kept. */
  changeRange(): Promise<{ readonly oldest: number; readonly newest: number }>;
  /** Calls `listener` with every committed change in log order, once each, from now on. Returns the way out. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
  /** Handles timers of `kind`; a handler that throws is tried again with a growing delay. */
  onTimer(kind: string, handler: (timer: Timer) => Promise<void>): void;
  /** Starts firing timers; until then they wait. */
  startTimers(): void;
  now(): Promise<Date>;
  close(): Promise<void>;
}
