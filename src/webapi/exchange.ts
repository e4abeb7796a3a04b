import type { Engine } from '../conversation/index.ts';
import type { Cause, Reader, Store } from '../store/index.ts';
import { Refusal } from '../tables/index.ts';
import type { Caller } from './api.ts';
import type { ParsedRequest } from './parse.ts';
import type { Address } from './plan/address.ts';
import { planRead, type ReadPlan } from './plan.ts';
import { readRow, type StatementNames } from './read.ts';
import type { ReadRow } from './response.ts';
import { toSql } from './sql.ts';

/** One request on its way: what it says, who asks, and what it may use. `lap` ends a named stage of the walk. */
export interface Exchange {
  readonly request: ParsedRequest;
  readonly caller: Caller;
  readonly store: Store;
  readonly engine: Engine;
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
export const causeOf = ({ caller, request }: Exchange): Cause => ({
  actor: caller.userId,
  cause: `${request.method} ${request.segments[0]?.name ?? ''}`,
});

/** Whether a cause in the change log is a request that wrote rows by hand. An action's changes have its event as cause. */
export const isRowRequest = (cause: string): boolean => /^(POST|PATCH|PUT|DELETE) /.test(cause);

/** Plans, writes and runs the one statement of a read. */
export async function runRead(
  exchange: Exchange,
  address: RowsAddress,
  reader: Reader,
  request: ParsedRequest = exchange.request,
): Promise<{ readonly plan: ReadPlan; readonly row: ReadRow | null }> {
  const plan = planRead(request, address, exchange.caller);
  exchange.lap('plan');
  const statement = exchange.names.named(toSql(plan));
  exchange.lap('sql');
  const row = await readRow(reader, statement);
  exchange.lap('read');
  return { plan, row };
}
