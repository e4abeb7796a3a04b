import { explainRouting, type Revealed } from '../../conversation/index.ts';
import {
  account,
  contact,
  msdyn_liveworkstream,
  msdyn_ocliveworkitem,
} from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { Checks } from '../access/checks.ts';
import { valuesIn } from '../context-values.ts';
import type { Exchange } from '../exchange.ts';
import type { Perform } from '../operation.ts';
import { readOnly } from '../read-only.ts';

/** What would happen if somebody called: the stages as of a real conversation, by the same rules and readers. Nothing is
 *  written. People stand as they do now; hours and rules are those of `At`, else of now.
 *  Shape: wirechief_ExplainRouting(Number='+45…' or WorkstreamId=…,Caller='+45…',Variables='{"name":"value"}',At=…) →
 *  src/tables/why-trace.ts, Explanation. Refuses invalidArgument unless exactly one of Number and WorkstreamId is given,
 *  for a number that leads nowhere and a variable that is not there or cannot hold its value; recordNotFound; accessDenied
 *  and privilegeMissing without the right to read conversations, the workstream, and the customer whose number it is.
 *  Source: mission row B3. */
export const wirechief_ExplainRouting: Perform = async ({ parameters, exchange }) => {
  const number = parameters.text('Number');
  const workstream = parameters.text('WorkstreamId');
  if ((number === null) === (workstream === null))
    throw new Refusal('invalidArgument', 'Give either the parameter Number or the parameter WorkstreamId.');
  const at = parameters.text('At');
  const asked = {
    number,
    workstream,
    caller: parameters.text('Caller'),
    variables: valuesIn('Variables', parameters.text('Variables')),
    e164: (text: string) => exchange.log.e164(text),
  };
  return readOnly(exchange, (reader) =>
    explainRouting(reader, { ...asked, at: at === null ? reader.now : new Date(at) }, (revealed) =>
      requireRead(exchange, revealed),
    ),
  );
};

async function requireRead({ guarding, database }: Exchange, revealed: Revealed): Promise<void> {
  const { access, userId } = guarding;
  access.rule(msdyn_ocliveworkitem, 'read');
  const checks = new Checks(access, userId).need(msdyn_liveworkstream, revealed.workstream, 'read');
  const { customer } = revealed;
  if (customer !== null) checks.need(customer.table === 'contact' ? contact : account, customer.id, 'read');
  await checks.answer(database.reader);
}
