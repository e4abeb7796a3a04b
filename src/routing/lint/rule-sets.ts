/** The rule sets of a world, read, with where each is used. Pure. */
import { evaluateRule } from '../evaluate.ts';
import { type ReadRuleSet, readRuleSet } from '../route.ts';
import type { Comparison, Condition, Rule } from '../rules.ts';
import { idOf, type LintRow, type LintWorld, pointed, textOf } from './rows.ts';

/** What a rule set decides. `workstream`: whose variables it may test; null: of no one in particular. */
export interface UsedRuleSet {
  readonly row: LintRow;
  readonly id: string;
  readonly use: 'classification' | 'queue' | 'overflow' | 'assignment';
  readonly workstream: LintRow | null;
  readonly read: ReadRuleSet;
}

/** msdyn_routingconfigurationstep.msdyn_type → what such a step is for; others do nothing. */
const uses: ReadonlyMap<unknown, UsedRuleSet['use']> = new Map([
  [192350000, 'classification'],
  [192350001, 'classification'],
  [192350002, 'queue'],
]);

/** Every declarative rule set that something active uses, once for each use. */
export function usedRuleSets(world: LintWorld): UsedRuleSet[] {
  const used: UsedRuleSet[] = [];
  const add = (id: string | null, use: UsedRuleSet['use'], workstream: LintRow | null): void => {
    const row = world.row('msdyn_decisionruleset', id);
    if (row === null || !isDeclarative(row)) return;
    const read = readRuleSet(textOf(row.msdyn_rulesetdefinition), textOf(row.msdyn_disabledrules));
    used.push({ row, id: idOf('msdyn_decisionruleset', row), use, workstream, read });
  };
  for (const configuration of world.active('msdyn_routingconfiguration')) {
    if (configuration.msdyn_isactiveconfiguration === false) continue;
    const workstream = world.row('msdyn_liveworkstream', pointed(configuration, 'msdyn_liveworkstreamid'));
    const id = idOf('msdyn_routingconfiguration', configuration);
    for (const step of world.active('msdyn_routingconfigurationstep'))
      if (pointed(step, 'msdyn_routingconfigurationid') === id) {
        const use = uses.get(step.msdyn_type);
        if (use) add(pointed(step, 'msdyn_rulesetid'), use, workstream);
      }
  }
  for (const queue of world.active('queue'))
    for (const column of ['msdyn_prequeueoverflowrulesetid', 'msdyn_inqueueoverflowrulesetid'])
      add(pointed(queue, column), 'overflow', null);
  for (const step of world.active('msdyn_assignmentconfigurationstep'))
    add(pointed(step, 'msdyn_rulesetid'), 'assignment', null);
  return used;
}

/** msdyn_rulesettype of a set of rules; the others are models. */
const declarative = 192350000;

/** Whether the row holds rules. */
export const isDeclarative = ({ msdyn_rulesettype: type }: LintRow): boolean =>
  type == null || type === declarative;

/** The rules that are switched on, in their order; none where the set cannot be read. */
export function rulesOf(read: ReadRuleSet): readonly Rule[] {
  return 'fault' in read ? [] : read.ruleSet.rules.filter(({ id }) => !read.disabled.has(id));
}

/** Whether one condition holds whenever the other does, as far as can be seen: it asks for no more. */
export function isWeaker(one: Condition, other: Condition): boolean {
  const given = conjuncts(other);
  return conjuncts(one).every((part) => {
    if (given.some((known) => follows(part, known))) return true;
    return part.kind === 'some' && part.parts.some((choice) => isWeaker(choice, other));
  });
}

/** Whether one condition follows from another of the same path: there is a value; the one value that is let through
 *  satisfies it too; its bound lies before the other's. */
function follows(one: Condition, given: Condition): boolean {
  if (JSON.stringify(one) === JSON.stringify(given)) return true;
  if (one.kind !== 'comparison' || given.kind !== 'comparison' || one.path !== given.path) return false;
  if (one.operator === 'not-null') return given.operator !== 'null';
  const [value] = given.values;
  if (one.unit !== given.unit || given.values.length !== 1 || value === undefined) return false;
  if (given.operator === '==')
    return evaluateRule({ id: '', name: '', condition: one, outputs: [] }, new Map([[one.path, [value]]]))
      .holds;
  return isBefore(one, given);
}

const bounds: { readonly [operator: string]: 1 | -1 } = { '>': 1, '>=': 1, '<': -1, '<=': -1 };

function isBefore(one: Comparison, given: Comparison): boolean {
  const direction = bounds[one.operator];
  if (direction === undefined || bounds[given.operator] !== direction) return false;
  const further = direction * (Number(given.values[0]) - Number(one.values[0]));
  const isNoStricter = one.operator.length >= given.operator.length;
  return further > 0 || (further === 0 && isNoStricter);
}

/** The conditions that must all hold. */
function conjuncts(condition: Condition): Condition[] {
  if (condition.kind === 'every') return condition.parts.flatMap(conjuncts);
  // One choice is no choice.
  if (condition.kind === 'some' && condition.parts.length === 1) return condition.parts.flatMap(conjuncts);
  return [condition];
}
