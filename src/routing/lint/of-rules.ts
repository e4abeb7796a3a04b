/** Checks of rule sets: can they be read, do they name what is there, does every rule have its turn. Pure. */
import { tables } from '../../tables/index.ts';
import { type FindPath, faultOfRuleSet } from '../check-rule-set.ts';
import { actionIdsOf } from '../overflow.ts';
import { ownOverflowSets, queuesOf, type ReadRuleSet } from '../route.ts';
import { pathsOf, type Rule } from '../rules.ts';
import { type Finding, idOf, isInactive, type LintWorld, named, pointed, textOf } from './rows.ts';
import { isDeclarative, isWeaker, rulesOf, type UsedRuleSet, usedRuleSets } from './rule-sets.ts';

const table = 'msdyn_decisionruleset';

/** Definitions that cannot be read, or name columns that are not there (rules.md §4). */
export function unusableRuleSet(world: LintWorld): Finding[] {
  return world.active(table).flatMap((row) => {
    if (!isDeclarative(row)) return [];
    const definition = textOf(row.msdyn_rulesetdefinition);
    const fault = definition === null ? 'it has no definition' : faultOfRuleSet(definition, findColumn);
    if (fault === null) return [];
    const message = `The rule set ${named(table, row)} cannot be used: ${fault}. Correct msdyn_rulesetdefinition.`;
    return { rule: 'unusableRuleSet', severity: 'error', table, id: idOf(table, row), message };
  });
}

/** The engagement context is addressed by the schema name of its relation (rules.md §4.4). */
const contextRelation = 'msdyn_msdyn_ocliveworkitem_msdyn_ocphonecallengagementctx_liveworkitemid';

/** Follows a path of navigation properties to a column, as the engine does. */
const findColumn: FindPath = (tableName, path) => {
  const definition = tables.get(tableName);
  const [first = '', ...rest] = path;
  if (definition === undefined) return `there is no table ${tableName}`;
  if (rest.length === 0) return first in definition.columns ? null : `${tableName} has no column '${first}'`;
  if (first === contextRelation) return findColumn('msdyn_ocphonecallengagementctx', rest);
  const relation = definition.relationships.find(
    ({ navigation }) => navigation.toLowerCase() === first.toLowerCase(),
  );
  return relation === undefined ? `${tableName} has no lookup '${first}'` : findColumn(relation.target, rest);
};

/** Rules that send to queues, use overflow rule sets or actions, or ask for skills that are not there or are inactive. */
export function missingRow(world: LintWorld): Finding[] {
  return usedRuleSets(world).flatMap(({ row, id, read }) => {
    const skills = rulesOf(read).flatMap(({ outputs }) =>
      outputs.flatMap((output) =>
        output.kind === 'skills' ? output.skills.map(({ characteristic }) => characteristic) : [],
      ),
    );
    const wanted = [
      ...queuesOf(read).map((one) => ['queue', one] as const),
      ...ownOverflowSets(read).map((one) => [table, one] as const),
      ...actionIdsOf(read).map((one) => ['msdyn_overflowactionconfig', one] as const),
      ...skills.map((one) => ['characteristic', one] as const),
    ];
    return wanted.flatMap(([target, key]) => {
      const found = world.row(target, key);
      if (found !== null && !isInactive(found)) return [];
      const how = found === null ? 'is not there' : 'is inactive';
      const message = `The rule set ${named(table, row)} names the ${target} ${key}, which ${how}. Name one that is there, or take the rule out.`;
      return { rule: 'missingRow', severity: 'error', table, id, message };
    });
  });
}

/** Rules that never have their turn, because an earlier one holds whenever they do. Under the hit policy "all" the later
 *  rule of route to queue still counts where the earlier one's queue may overflow or be closed; in the other stages the
 *  first that holds is the last, but for overflow (behaviour.md §3.5, §4.1 to §4.3, §4.5). */
export function shadowedRule(world: LintWorld): Finding[] {
  return usedRuleSets(world).flatMap((set) => {
    const rules = rulesOf(set.read);
    return rules.flatMap((later, place) => {
      const earlier = rules.slice(0, place).find((one) => endsWith(world, set, one, later));
      if (earlier === undefined) return [];
      const message = `In the rule set ${named(table, set.row)} the rule "${later.name}" never has its turn: "${earlier.name}" stands before it and holds whenever it does. Put it before, or give "${earlier.name}" a condition it lacks.`;
      return { rule: 'shadowedRule', severity: 'warning', table, id: set.id, message };
    });
  });
}

function endsWith(world: LintWorld, { use, read }: UsedRuleSet, earlier: Rule, later: Rule): boolean {
  if ('fault' in read || !isWeaker(earlier.condition, later.condition)) return false;
  if (use === 'overflow') return false;
  return use !== 'queue' || read.ruleSet.hitPolicy === 'first' || !mayPass(world, read, earlier);
}

/** Whether work may pass a rule of route to queue although it holds. */
function mayPass(world: LintWorld, read: Exclude<ReadRuleSet, { fault: string }>, rule: Rule): boolean {
  const alone: ReadRuleSet = { ...read, ruleSet: { ...read.ruleSet, rules: [rule] } };
  const queues = queuesOf(alone);
  if (queues.length === 0 || ownOverflowSets(alone).length > 0) return true;
  return queues.some((id) => {
    const queue = world.row('queue', id);
    if (queue === null) return true;
    return ['msdyn_prequeueoverflowrulesetid', 'msdyn_operatinghourid'].some(
      (column) => pointed(queue, column) !== null,
    );
  });
}

const variablePath = /^liveworkitemcontext\.(.+)$/;
const variables = 'msdyn_ocliveworkstreamcontextvariable';

/** Variables that rules test and the workstream does not declare (never true), or that neither its flow nor a rule sets,
 *  where that is known: a workstream whose bot is another's may be told anything. */
export function untoldVariable(world: LintWorld): Finding[] {
  const sets = usedRuleSets(world);
  return sets.flatMap(({ row, id, workstream, read }) => {
    if (workstream === null || 'fault' in read) return [];
    const declared = new Set(
      world
        .active(variables)
        .filter((one) => pointed(one, 'msdyn_liveworkstreamid') === idOf('msdyn_liveworkstream', workstream))
        .map(({ msdyn_name }) => textOf(msdyn_name)),
    );
    const told = toldVariables(world, sets, workstream);
    return pathsOf({ ...read.ruleSet, rules: rulesOf(read) }).flatMap((path): Finding[] => {
      const name = variablePath.exec(path)?.[1];
      if (name === undefined) return [];
      const head = `The rule set ${named(table, row)} tests the variable ${name}, which`;
      const where = `the workstream ${named('msdyn_liveworkstream', workstream)}`;
      const found = { table, id };
      if (!declared.has(name)) {
        const message = `${head} ${where} does not declare: the condition never holds. Add a ${variables} of that name to it, or correct the name.`;
        return [{ ...found, rule: 'undeclaredVariable', severity: 'error', message }];
      }
      if (told === null || told.has(name)) return [];
      const message = `${head} neither the flow of ${where} nor a rule ever sets. Let one of them set it, or take the condition out.`;
      return [{ ...found, rule: 'variableNeverSet', severity: 'warning', message }];
    });
  });
}

/** What is ever set; null when that cannot be known. */
function toldVariables(
  world: LintWorld,
  sets: readonly UsedRuleSet[],
  workstream: UsedRuleSet['workstream'],
): ReadonlySet<string> | null {
  const bot = workstream === null ? null : pointed(workstream, 'msdyn_bot_user');
  const flow = bot === null ? null : world.flows.get(bot);
  if (flow == null) return null;
  const ruled = sets
    .filter((set) => set.use === 'classification' && set.workstream === workstream)
    .flatMap(({ read }) => rulesOf(read))
    .flatMap(({ outputs }) => outputs)
    .flatMap((output) => (output.kind === 'set' ? (variablePath.exec(output.path)?.[1] ?? []) : []));
  return new Set([...flow, ...ruled]);
}
