/** Overflow of a queue, as rows: one condition and what is done then. */
import type { Store } from '../../src/store/index.ts';
import * as t from '../../src/tables/dataverse/index.ts';
import { put, rule, when, xml } from './rules-xml.ts';
import { change, make } from './world.ts';

/** One conversation waits in the queue already. */
export const isFull = when('queue_prequeue.currentqueuesize', '>=', '1');
/** The conversation has waited there for two minutes. */
export const hasWaited = when('queue_inqueue.lapsedwaittime', '>=', '2', ' unit="minutes"');

const type = { end: 192350001, queue: 192350005 } as const;

/** Writes the rule into the queue. `data`: what the action names. */
export async function overflows(
  store: Store,
  queue: string,
  condition: typeof isFull | typeof hasWaited,
  action: keyof typeof type,
  data: string | null = null,
): Promise<void> {
  const config = await make(store, t.msdyn_overflowactionconfig, {
    msdyn_overflowactiontype: type[action],
    msdyn_overflowactiondata: data,
  });
  const then = put('overflowaction.msdyn_overflowactionconfig.msdyn_overflowactionconfigid', config);
  const rules = await make(store, t.msdyn_decisionruleset, {
    msdyn_rulesettype: 192350000,
    msdyn_rulesetdefinition: xml(rule(condition, then)),
  });
  const column = condition === isFull ? 'msdyn_prequeueoverflowrulesetid' : 'msdyn_inqueueoverflowrulesetid';
  await change(store, t.queue, queue, { [column]: rules });
}
