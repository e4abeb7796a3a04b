import type { Engine } from '../conversation/index.ts';
import {
  type Cause,
  isBrief,
  type Reader,
  type Statement,
  type Store,
  type Transaction,
} from '../store/index.ts';
import { Refusal } from '../tables/index.ts';
import { guardTransaction } from './access/guard.ts';
import { type Guarding, guardReader } from './access/guard-reader.ts';
import type { Caller } from './api.ts';
import type { ParsedRequest } from './parse.ts';
import type { Address } from './plan/address.ts';
import type { Asker } from './plan/asker.ts';
import { planRead, type ReadPlan } from './plan.ts';
import { againWhenRaced } from './raced.ts';
import { readRow, type StatementNames } from './read.ts';
import type { ReadRow } from './response.ts';
import { toSql } from './sql.ts';

/** Where a request reads, and how it writes: the store, or the transaction of the change set it is a part of. */
export interface Database {
  readonly reader: Reader;
  /** Whether a transaction ends with the work it was made for. */
  readonly ends: boolean;
  /** Everything `work` writes becomes true together, or not at all; `work` may be run again from the start. */
  transact<R>(cause: Cause, work: (transaction: Transaction) => Promise<R>): Promise<R>;
}

/** The store as the database of a request that stands by itself, or of a whole change set. */
export const ownDatabase = (store: Store): Database => ({
  reader: store,
  ends: true,
  transact: (cause, work) => againWhenRaced(() => store.transact(cause, work)),
});

/** The transaction of a change set as the database of each of its requests: what they write is committed together. */
export const sharedDatabase = (transaction: Transaction): Database => ({
  reader: transaction,
  ends: false,
  transact: (_cause, work) => work(transaction),
});

/** A database whose rows are read and written in somebody's name: nothing reaches the store past their rights. */
export const guardedDatabase = (database: Database, guarding: Guarding): Database => ({
  reader: guardReader(database.reader, guarding),
  ends: database.ends,
  transact: (cause, work) =>
    database.transact(cause, (transaction) => work(guardTransaction(transaction, guarding))),
});

/** One request on its way: what it says, who asks, in whose name rows are touched, and what it may use.
 *  `database` is guarded (`guardedDatabase`). `lap` ends a named stage of the walk. */
export interface Exchange {
  readonly request: ParsedRequest;
  readonly caller: Caller;
  readonly asker: Asker;
  readonly guarding: Guarding;
  readonly database: Database;
  readonly engine: Pick<Engine, 'run'>;
  /** What changed, for those who may read every row of the table they ask for. */
  readonly log: Pick<Store, 'changeRange' | 'changedRows' | 'changedRowCount' | 'e164' | 'now'>;
  readonly names: StatementNames;
  readonly lap: (stage: string) => void;
}

/** An address that holds rows. */
export type RowsAddress = Address & { kind: 'rows' };

/** Refuses the method, in the words of the product. */
export function refuseMethod(exchange: Exchange): never {
  throw new Refusal('methodNotAllowed', exchange.request.method.slice(0, 40));
}

/** Who stands in the change log for a write of this request. */
const causeOf = ({ caller, request }: Exchange): Cause => ({
  actor: caller.userId,
  cause: `${request.method} ${request.segments[0]?.name ?? ''}`,
});

/** Runs `work` in one transaction, in the caller's name. Every write of the Web API goes through here. */
export const transact = <R>(exchange: Exchange, work: (transaction: Transaction) => Promise<R>): Promise<R> =>
  exchange.database.transact(causeOf(exchange), work);

/** Whether a cause in the change log is a request that wrote rows by hand. An action's changes have its event as cause. */
export const isRowRequest = (cause: string): boolean => /^(POST|PATCH|PUT|DELETE) /.test(cause);

/** Plans, writes and runs the one statement of a read. */
export async function runRead(
  exchange: Exchange,
  address: RowsAddress,
  reader: Reader,
  request: ParsedRequest = exchange.request,
): Promise<{ readonly plan: ReadPlan; readonly row: ReadRow | null }> {
  const plan = planRead(request, address, exchange.asker);
  exchange.lap('plan');
  const named = exchange.names.named(toSql(plan));
  const isShort = plan.single && isBrief(plan.at.scope.entity.table);
  const statement: Statement = isShort ? { ...named, brief: true } : named;
  exchange.lap('sql');
  const row = await readRow(reader, statement);
  exchange.lap('read');
  return { plan, row };
}
