import type { Transaction } from '../../store/index.ts';
import { incident, incidentresolution, queueitem } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import { transact } from '../exchange.ts';
import type { Perform } from '../operation.ts';
import { isObject, type JsonObject } from '../parse/body.ts';
import { entityOf } from '../plan/entity.ts';
import { planWrite } from '../plan/write.ts';
import { createRow } from '../write.ts';
import { outOfQueue } from './queue-item.ts';

const resolved = 1;

/** Resolves a case: it gets the status, its resolution is kept as a completed activity, its queue item leaves the queue.
 *  Shape: CloseIncident {IncidentResolution: {subject, incidentid@odata.bind, …}, Status: a status of Resolved, or -1 for
 *  its default} → 204. Refuses recordNotFound, statusNotOfState, invalidArgument without a case and for one that is
 *  resolved already. Source: webapi.md §12, actions.json. */
export const CloseIncident: Perform = async ({ exchange, parameters }) => {
  const given = parameters.row('IncidentResolution');
  if (given === null) throw new TypeError('the parameter IncidentResolution was not asked for');
  const statuscode = statusOf(parameters.number('Status') ?? -1);
  await transact(exchange, async (transaction) => {
    const write = planWrite(entityOf(incidentresolution), withBind(given.body), 'create');
    const id = write.values.incidentid;
    if (typeof id !== 'string')
      throw new Refusal(
        'invalidArgument',
        'The IncidentResolution must name its case: incidentid@odata.bind.',
      );
    await requireOpen(transaction, id);
    Object.assign(write.values, { statecode: 1, statuscode: 2, actualend: transaction.now });
    await createRow(transaction, write);
    await transaction.update(incident, id, { statecode: resolved, statuscode });
    for (const item of await transaction.rows(queueitem, {
      objectid: { table: 'incident', id },
      statecode: 0,
    }))
      await transaction.update(queueitem, item.queueitemid ?? '', outOfQueue);
  });
  return null;
};

type Status = (typeof incident.columns.statuscode.options)[number]['value'];

/** The status as given, or the default of Resolved for -1. */
function statusOf(given: number): Status {
  const { statecode, statuscode } = incident.columns;
  const wanted =
    given === -1 ? statecode.options.find(({ value }) => value === resolved)?.defaultStatus : given;
  const found = statuscode.options.find(({ value, state }) => value === wanted && state === resolved);
  if (found === undefined) throw new Refusal('statusNotOfState', given, resolved, 'incident');
  return found.value;
}

async function requireOpen(transaction: Transaction, id: Guid): Promise<void> {
  const row = await transaction.lock(incident, id);
  if (row === null) throw new Refusal('recordNotFound', 'incident', id);
  if (row.statecode === resolved)
    throw new Refusal('invalidArgument', 'This case has already been resolved. Reactivate it first.');
}

/** The case may also be given as a row with its key: here that is one that is there, not a new one. */
function withBind(body: JsonObject): JsonObject {
  const { incidentid, ...rest } = body;
  if (!isObject(incidentid)) return body;
  const address = incidentid['@odata.id'] ?? `incidents(${String(incidentid.incidentid ?? '')})`;
  return { ...rest, 'incidentid@odata.bind': address };
}
