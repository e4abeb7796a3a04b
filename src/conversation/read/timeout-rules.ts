/** The time-out rules of a workstream. Source: behaviour.md §1.4. */
import type { Guid } from '../../tables/index.ts';
import type { TimeoutRule } from '../timeout-rules.ts';
import { number, type RowReader } from './rows.ts';

/** Values of msdyn_ocautomatedactionrule, each from 772370000. */
const units = [24 * 60 * 60_000, 60 * 60_000, 60_000] as const;
const sides = ['customer', 'representative'] as const;
const actions = [null, null, 'close', 'wait', 'release'] as const;
const first = 772370000;

/** Reads those that are active. What a rule does not say, or nobody can do yet, makes it none. */
export async function readTimeoutRules(
  reader: RowReader,
  workstream: Guid<'msdyn_liveworkstream'> | null,
): Promise<readonly TimeoutRule[]> {
  const records = await reader.query({
    text: `select r."msdyn_actiontype" as action, r."msdyn_eventtype" as event, r."msdyn_eventinterval" as after,
        r."msdyn_eventfrequency" as unit, r."msdyn_order" as place
      from "dataverse"."msdyn_ocautomatedactionrulesmapping" m
      join "dataverse"."msdyn_ocautomatedactionrule" r
        on r."msdyn_ocautomatedactionruleid" = m."msdyn_automatedactionruleid" and r."statecode" = 0
      where m."msdyn_liveworkstreamid" = $1 and m."statecode" = 0
      order by r."msdyn_order", r."msdyn_ocautomatedactionruleid"`,
    values: [workstream],
    name: 'engine_timeout_rules',
  });
  return records.flatMap(({ action, event, after, unit, place }) => {
    const waitsFor = sides[number(event) - first];
    const does = actions[number(action) - first];
    const unitMs = units[number(unit) - first];
    if (waitsFor === undefined || !does || unitMs === undefined || number(after) < 1) return [];
    return [{ waitsFor, action: does, afterMs: number(after) * unitMs, order: number(place) }];
  });
}
