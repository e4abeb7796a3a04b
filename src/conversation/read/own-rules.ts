/** The rules of a queue that has its own, with the facts they look at: how it orders its work, and who gets it.
 *  Source: behaviour.md §4.3, §4.5; rules.md §4.4, §6. */
import {
  type AssignmentRules,
  type AssignmentStep,
  type Fact,
  pathsOf,
  type Rank,
  type ReadRuleSet,
  rankOf,
  readRuleSet,
  selectStep,
  sortPathsOf,
} from '../../routing/index.ts';
import { systemuser } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import type { Member, Situation } from '../situation.ts';
import { readFactsAt, readVariables } from './routing.ts';
import { numberOrNull, type RowReader, text } from './rows.ts';

/** msdyn_assignmentconfigurationstep.msdyn_type. */
const stepType = { prioritisation: 192350000, selection: 192350001, assignment: 192350002 } as const;

interface Step extends AssignmentStep {
  readonly queue: Guid<'queue'>;
  readonly type: number | null;
}

/** What the rules of a queue say about one conversation. `rules` null: none say who gets it; `rank` null: none order the
 *  work. `members` with the columns that the rules look at. */
interface OwnRules {
  readonly rules: AssignmentRules | null;
  readonly rank: Rank | null;
  readonly members: readonly Member[];
}

/** Reads the active configuration of the queue, ranks this conversation and chooses the rule set for it.
 *  `coming`: context variables that are about to be set. */
export async function readOwnRules(
  reader: RowReader,
  queue: Guid<'queue'>,
  situation: Omit<Situation, 'agent'>,
  members: readonly Member[],
  coming: ReadonlyMap<string, string>,
): Promise<OwnRules> {
  const steps = await readSteps(reader, [queue]);
  if (steps.length === 0) return { rules: null, rank: null, members };
  const paths = [...new Set(steps.flatMap(({ read }) => pathsIn(read)))];
  const variables = await readVariables(reader, situation);
  const values = new Map([
    ...variables.flatMap(({ msdyn_name, value }) =>
      msdyn_name && value ? [[msdyn_name, value] as const] : [],
    ),
    ...coming,
  ]);
  const facts = await readFactsAt(reader, paths, {
    row: async () => situation.conversation,
    values,
    variables,
  });
  const of = (type: number): readonly Step[] => steps.filter((step) => step.type === type);
  const [order] = of(stepType.prioritisation);
  const [selection] = of(stepType.selection);
  const assignment = of(stepType.assignment);
  return {
    rules: selection || assignment.length > 0 ? selectStep(selection?.read ?? null, assignment, facts) : null,
    rank: order ? rankOf(order.read, facts) : null,
    members: await withColumns(reader, members, paths),
  };
}

/** The rule sets that order the work of these queues, of those that have one. */
export async function readOrders(
  reader: RowReader,
  queues: readonly Guid<'queue'>[],
): Promise<ReadonlyMap<Guid<'queue'>, ReadRuleSet>> {
  const orders = new Map<Guid<'queue'>, ReadRuleSet>();
  for (const { queue, type, read } of await readSteps(reader, queues))
    if (type === stepType.prioritisation && !orders.has(queue)) orders.set(queue, read);
  return orders;
}

async function readSteps(reader: RowReader, queues: readonly Guid<'queue'>[]): Promise<readonly Step[]> {
  const records = await reader.query({
    text: `select k."msdyn_queueid" as queue, r."msdyn_decisionrulesetid" as id, r."msdyn_name" as name, r."msdyn_rulesettype" as ruletype,
        r."msdyn_rulesetdefinition" as definition, r."msdyn_disabledrules" as disabled,
        t."msdyn_type" as type, t."msdyn_isdefaultruleset" as is_default
      from "dataverse"."msdyn_assignmentconfiguration" k
      join "dataverse"."msdyn_assignmentconfigurationstep" t
        on t."msdyn_assignmentconfigurationid" = k."msdyn_assignmentconfigurationid" and t."statecode" = 0
      join "dataverse"."msdyn_decisionruleset" r
        on r."msdyn_decisionrulesetid" = t."msdyn_rulesetid" and r."statecode" = 0
      where k."msdyn_queueid" = any($1::uuid[]) and k."msdyn_isactiveconfiguration" and k."statecode" = 0
        and t."msdyn_type" in (${Object.values(stepType).join(', ')})
      order by t."msdyn_steporder" nulls last, t."msdyn_assignmentconfigurationstepid"`,
    values: [queues],
    name: 'engine_own_rules',
  });
  return records.map((record) => ({
    queue: text(record.queue) ?? '',
    id: text(record.id) ?? '',
    name: text(record.name),
    type: numberOrNull(record.type),
    isDefault: record.is_default === true,
    read:
      (numberOrNull(record.ruletype) ?? 192350000) === 192350000
        ? readRuleSet(text(record.definition), text(record.disabled))
        : { fault: `rule sets of type ${numberOrNull(record.ruletype)} are not there` },
  }));
}

/** Every path of the rule set: of its conditions and of its orders. */
export const pathsIn = (read: ReadRuleSet): readonly string[] =>
  'fault' in read ? [] : [...pathsOf(read.ruleSet), ...sortPathsOf(read)];

const userPrefix = 'agent.systemuser.';

/** Reads the columns of the users that the paths name. */
async function withColumns(
  reader: RowReader,
  members: readonly Member[],
  paths: readonly string[],
): Promise<readonly Member[]> {
  const named = paths.flatMap((path) => {
    const column = path.toLowerCase().startsWith(userPrefix)
      ? path.slice(userPrefix.length).toLowerCase()
      : '';
    return column in systemuser.columns ? [{ path, column }] : [];
  });
  if (named.length === 0) return members;
  const rows = await reader.query({
    text: `select "systemuserid" as id, to_jsonb(u) as columns from "dataverse"."systemuser" u
      where "systemuserid" = any($1)`,
    values: [members.map(({ agent }) => agent)],
    name: 'engine_own_columns',
  });
  const columns = new Map(rows.map(({ id, columns: found }) => [id, isRecord(found) ? found : {}]));
  return members.map((member) => {
    const found = columns.get(member.agent) ?? {};
    const facts = named.map(({ path, column }) => [path, toFact(found[column])] as const);
    return { ...member, facts: new Map(facts) };
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function toFact(value: unknown): readonly Fact[] {
  if (Array.isArray(value)) return value.flatMap(toFact);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [value] : [];
}
