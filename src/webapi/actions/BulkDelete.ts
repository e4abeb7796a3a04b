import { Refusal } from '../../tables/index.ts';
import { asyncoperation, bulkdeleteoperation } from '../../tables/platform/index.ts';
import { unguarded } from '../access/guard.ts';
import { bulkDeletes } from '../access/privileges.ts';
import { transact } from '../exchange.ts';
import { readQuery, stepSize, stepTimer } from '../jobs/bulk-delete.ts';
import { toFetchXml } from '../jobs/query-expression.ts';
import type { Perform } from '../operation.ts';
import type { Parameters } from '../plan/parameters.ts';

/** Deletes the rows of queries in the background, in the caller's name: what the caller may not delete, or what others need,
 *  is counted as a failure.
 *  Shape: {QuerySet: [QueryExpression], JobName, SendEmailNotification: false, ToRecipients, CCRecipients,
 *  RecurrencePattern: '', StartDateTime, SourceImportId?, RunNow?} → {JobId}, of the system job. Refuses privilegeMissing,
 *  invalidArgument and what the queries refuse, notImplemented for a notification and for recurrence.
 *  Source: webapi.md §12; published action reference. */
export const BulkDelete: Perform = async ({ exchange, parameters }) => {
  exchange.guarding.requirePrivilege(bulkDeletes);
  refuseUnserved(parameters);
  const queries = parameters.objects('QuerySet').map((query) => toFetchXml(query, stepSize));
  if (queries.length === 0)
    throw new Refusal('invalidArgument', "The parameter 'QuerySet' must hold at least one query.");
  // Whatever a query names wrongly is refused now, not in the background.
  for (const xml of queries) await readQuery(exchange.database.reader, xml, null, exchange.asker);
  const name = (parameters.text('JobName') ?? '').slice(0, bulkdeleteoperation.columns.name.maxLength);
  const start = new Date(parameters.text('StartDateTime') ?? 0);
  const JobId = await transact(exchange, async (transaction) => {
    const system = unguarded(transaction);
    const isNow = parameters.flag('RunNow') === true || start <= transaction.now;
    const due = isNow ? transaction.now : start;
    const job = await system.create(asyncoperation, {
      ...{ name, operationtype: 13, messagename: 'BulkDelete', postponeuntil: isNow ? null : due },
    });
    const operation = await system.create(bulkdeleteoperation, {
      ...{ name, asyncoperationid: job, nextrun: due, successcount: 0, failurecount: 0 },
      ...{ processingqeindex: 0, orderedquerysetxml: queries.join('') },
    });
    const { userId: user } = exchange.caller;
    const { behalf } = exchange.guarding;
    const task = { job, operation, user, behalf, queries, query: 0, token: null };
    await transaction.setTimer(stepTimer(task, due));
    return job;
  });
  return { JobId };
};

function refuseUnserved(parameters: Parameters): void {
  if (parameters.flag('SendEmailNotification'))
    throw new Refusal('notImplemented', 'The notification about a bulk delete by email is not implemented.');
  if (parameters.text('RecurrencePattern') !== null)
    throw new Refusal('notImplemented', 'A bulk delete that recurs (RecurrencePattern) is not implemented.');
}
