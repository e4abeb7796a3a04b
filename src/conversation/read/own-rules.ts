/** The assignment rules of a queue that has its own, with the facts they look at: of the conversation and of each
 *  member. Source: behaviour.md §4.5; rules.md §4.4, §6. */
import {
  type AssignmentRules,
  type AssignmentStep,
  type Fact,
  pathsOf,
  type ReadRuleSet,
  readRuleSet,
  selectStep,
} from '../../routing/index.ts';
import { systemuser } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import type { Member, Situation } from '../situation.ts';
import { readFactsAt, readVariables } from './routing.ts';
import { numberOrNull, type RowReader, text } from './rows.ts';

const selectionType = 192350001;
const assignmentType = 192350002;

interface Step extends AssignmentStep {
  readonly type: number | null;
}

/** Reads the active configuration of the queue and chooses the rule set for this conversation; null when the queue has
 *  none. `members` come back with the columns that its rules look at. `coming`: context variables that are about to be set.
 */
export async function readOwnRules(
  reader: RowReader,
  queue: Guid,
  situation: Omit<Situation, 'agent'>,
  members: readonly Member[],
  coming: ReadonlyMap<string, string>,
): Promise<{ readonly rules: AssignmentRules; readonly members: readonly Member[] } | null> {
  const steps = await readSteps(reader, queue);
  if (steps.length === 0) return null;
  const paths = [...new Set(steps.flatMap(({ read }) => pathsIn(read)))];
  const variables = await readVariables(reader, situation);
  const values = new Map([
    ...variables.flatMap(({ msdyn_name, value }) =>
      msdyn_name && value ? [[msdyn_name, value] as const] : [],
    ),
    ...coming,
  ]);
  const facts = await readFactsAt(reader, paths, situation.conversation, values, variables);
  const selection = steps.find(({ type }) => type === selectionType)?.read ?? null;
  const rules = selectStep(
    selection,
    steps.filter(({ type }) => type === assignmentType),
    facts,
  );
  return { rules, members: await withColumns(reader, members, paths) };
}

async function readSteps(reader: RowReader, queue: Guid): Promise<readonly Step[]> {
  const records = await reader.query({
    text: `select r."msdyn_decisionrulesetid" as id, r."msdyn_name" as name, r."msdyn_rulesettype" as ruletype,
        r."msdyn_rulesetdefinition" as definition, r."msdyn_disabledrules" as disabled,
        t."msdyn_type" as type, t."msdyn_isdefaultruleset" as is_default
      from "dataverse"."msdyn_assignmentconfiguration" k
      join "dataverse"."msdyn_assignmentconfigurationstep" t
        on t."msdyn_assignmentconfigurationid" = k."msdyn_assignmentconfigurationid" and t."statecode" = 0
      join "dataverse"."msdyn_decisionruleset" r
        on r."msdyn_decisionrulesetid" = t."msdyn_rulesetid" and r."statecode" = 0
      where k."msdyn_queueid" = $1 and k."msdyn_isactiveconfiguration" and k."statecode" = 0
        and t."msdyn_type" in (${selectionType}, ${assignmentType})
      order by t."msdyn_steporder" nulls last, t."msdyn_assignmentconfigurationstepid"`,
    values: [queue],
    name: 'engine_own_rules',
  });
  return records.map((record) => ({
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
function pathsIn(read: ReadRuleSet): readonly string[] {
  if ('fault' in read) return [];
  const orders = read.ruleSet.rules.flatMap(({ outputs }) =>
    outputs.flatMap((output) => (output.kind === 'order' ? [output.path] : [])),
  );
  return [...pathsOf(read.ruleSet), ...orders];
}

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
