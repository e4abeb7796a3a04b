/** What CreateMultiple, UpdateMultiple, UpsertMultiple and DeleteMultiple share: many rows of one table, all or nothing. */
import type { Transaction } from '../../store/index.ts';
import { Refusal } from '../../tables/index.ts';
import { transact } from '../exchange.ts';
import type { OperationCall } from '../operation.ts';
import type { RowParameter } from '../plan/parameters.ts';

/** Runs `work` for each target, in order, in one transaction; gives what it gave.
 *  Refuses invalidArgument for no targets, and for one of another table. Source: webapi.md §12. */
export async function forEachTarget<R>(
  { exchange, entity, parameters }: OperationCall,
  work: (transaction: Transaction, target: RowParameter, name: string) => Promise<R>,
): Promise<R[]> {
  const targets = parameters.rows('Targets');
  if (targets.length === 0)
    throw new Refusal('invalidArgument', "The parameter 'Targets' must hold at least one row.");
  targets.forEach((target, place) => {
    if (target.entity.table !== entity?.table)
      throw new Refusal(
        'invalidArgument',
        `All targets must be of the table '${entity?.table.logicalName}': 'Targets[${place}]' is of '${target.entity.table.logicalName}'.`,
      );
  });
  return transact(exchange, async (transaction) => {
    const results: R[] = [];
    for (const [place, target] of targets.entries())
      results.push(await work(transaction, target, `Targets[${place}]`));
    return results;
  });
}
