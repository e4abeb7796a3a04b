/** Time-out rules, as rows. */
import type { Store } from '../../src/store/index.ts';
import {
  msdyn_ocautomatedactionrule,
  msdyn_ocautomatedactionrulesmapping,
} from '../../src/tables/platform/index.ts';
import { make } from './world.ts';

const waits = { customer: 772370000, representative: 772370001 } as const;
const does = { close: 772370002, wait: 772370003, release: 772370004 } as const;
const units = { day: 772370000, hour: 772370001, minute: 772370002 } as const;

/** Who is waited for. */
export type Waits = keyof typeof waits;
/** What is done then. */
export type Does = keyof typeof does;

/** Writes a rule and puts it to the workstream; gives its id. `after`: how many of `unit`. */
export async function timeoutRule(
  store: Store,
  workstream: string,
  waitsFor: Waits,
  after: number,
  action: Does,
  { unit = 'minute', order = 1 }: { unit?: keyof typeof units; order?: number } = {},
): Promise<string> {
  const id = await make(store, msdyn_ocautomatedactionrule, {
    msdyn_name: `${waitsFor} ${after} ${unit}: ${action}`,
    msdyn_eventtype: waits[waitsFor],
    msdyn_operator: 772370000,
    msdyn_eventinterval: after,
    msdyn_eventfrequency: units[unit],
    msdyn_actiontype: does[action],
    msdyn_order: order,
  });
  await make(store, msdyn_ocautomatedactionrulesmapping, {
    msdyn_name: 'Workstream',
    msdyn_automatedactionruleid: id,
    msdyn_liveworkstreamid: workstream,
  });
  return id;
}
