/** A queue that overflows, for calls with the real engine. */
import { randomUUID } from 'node:crypto';
import * as t from '../../src/tables/dataverse/index.ts';
import { put, rule, when, xml } from '../engine/rules-xml.ts';
import type { EngineStage } from './engine-stage.ts';

/** msdyn_overflowactionconfig.msdyn_overflowactiontype. */
const actions = { phone: 192350002, callback: 192350003, voicemail: 192350004 } as const;

const conditions = {
  entering: when('queue_prequeue.currentqueuesize', '>=', '0'),
  waiting: when('queue_inqueue.lapsedwaittime', '>=', '1', ' unit="minutes"'),
} as const;

/** From now on every call that is to enter the queue of Legal, or has waited there for a minute, overflows to this.
 *  `data`: the number to call. */
export async function overflow(
  { make, change, store }: EngineStage,
  action: keyof typeof actions,
  data: string | null = null,
  who: keyof typeof conditions = 'entering',
): Promise<void> {
  const id = await make(t.msdyn_overflowactionconfig, {
    msdyn_name: action,
    msdyn_overflowactiontype: actions[action],
    msdyn_overflowactiondata: data,
  });
  const acts = put('overflowaction.msdyn_overflowactionconfig.msdyn_overflowactionconfigid', id);
  const rules = await make(t.msdyn_decisionruleset, {
    msdyn_name: `overflow to ${action}`,
    msdyn_uniquename: `new_${randomUUID()}`,
    msdyn_rulesettype: 192350000,
    msdyn_rulesetdefinition: xml(rule(conditions[who], acts)),
  });
  const [legal] = await store.rows(t.queue, { name: 'Legal Call center Queue' });
  await change(t.queue, legal?.queueid ?? '', {
    msdyn_prequeueoverflowrulesetid: who === 'entering' ? rules : null,
    msdyn_inqueueoverflowrulesetid: who === 'waiting' ? rules : null,
  });
}
