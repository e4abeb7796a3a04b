import type { Transaction } from '../../store/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import { asyncoperation, duplicaterule, duplicaterulecondition } from '../../tables/platform/index.ts';
import { unguarded } from '../access/guard.ts';
import { publishDuplicateRules } from '../access/privileges.ts';
import { published, readRule } from '../duplicates/rules.ts';
import { transact } from '../exchange.ts';
import { boundRow, type Perform } from '../operation.ts';
import { shownRow } from '../shown-row.ts';

/** The most rules of one table that may be published. Source: published documentation, duplicate rule tables. */
const mostRules = 5;
const publishing = { operationtype: 7, messagename: 'PublishDuplicateRule' } as const;

/** Publishes a rule of duplicate detection: from now on it counts.
 *  Shape: duplicaterules(id)/PublishDuplicateRule → the system job, which is done. Refuses privilegeMissing, accessDenied,
 *  and invalidArgument for a rule that cannot be used, is published, or is one too many for its table.
 *  Source: webapi.md §2; published action reference. */
export const PublishDuplicateRule: Perform = async (call) => {
  const { id } = boundRow(call);
  const { exchange } = call;
  exchange.guarding.requirePrivilege(publishDuplicateRules);
  return transact(exchange, async (transaction) => {
    const name = await publish(transaction, id);
    const job = await unguarded(transaction).create(asyncoperation, {
      ...publishing,
      name,
      startedon: transaction.now,
      completedon: transaction.now,
      executiontimespan: 0,
      statecode: 3,
      statuscode: 30,
    });
    return shownRow(exchange, transaction, asyncoperation, job);
  });
};

/** Publishes the rule and gives its name. Rules of one table are published one after the other. */
async function publish(transaction: Transaction, id: Guid<'duplicaterule'>): Promise<string> {
  const row = await transaction.lock(duplicaterule, id);
  if (row === null) throw new Refusal('recordNotFound', 'duplicaterule', id);
  if (row.statuscode === published)
    throw new Refusal('invalidArgument', 'The duplicate detection rule is published already.');
  const system = unguarded(transaction);
  const conditions = await system.rows(duplicaterulecondition, { regardingobjectid: id });
  const rule = readRule(row, conditions);
  if (typeof rule === 'string')
    throw new Refusal('invalidArgument', `The duplicate detection rule cannot be published. ${rule}`);
  const others = await system.rows(duplicaterule, {
    baseentityname: rule.base.logicalName,
    statuscode: published,
  });
  if (others.length >= mostRules)
    throw new Refusal(
      'invalidArgument',
      `At most ${mostRules} duplicate detection rules of a table can be published: unpublish one of '${rule.base.logicalName}' first.`,
    );
  await transaction.update(duplicaterule, id, { statuscode: published });
  return row.name ?? '';
}
