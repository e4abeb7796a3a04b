/** Work classification: ordered rule sets, each seeing what the ones before it set. Pure.
 *  Source: behaviour.md §4.1, §10; rules.md §4.2, §4.5. */
import type { ClassificationTrace } from '../tables/why.ts';
import { evaluateRule, type Fact, type Facts, statusOf, traceOf } from './evaluate.ts';
import type { ReadRuleSet } from './route.ts';
import { guidOf, type Output, type Skill } from './rules.ts';

/** A rule set of the workstream, in its order. */
export interface ClassificationSet {
  readonly id: string;
  readonly name: string | null;
  readonly read: ReadRuleSet;
}

/** What the sets together say, and how each fared. `columns`: of the conversation, as text. `facts`: as route to queue
 *  finds them afterwards. */
export interface Classification {
  readonly columns: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
  readonly skills: readonly Skill[];
  readonly profiles: readonly string[];
  readonly facts: Facts;
  readonly sets: readonly ClassificationTrace[];
}

/** As many sets, rules of a set and outputs of a rule as the product allows; more are not looked at. */
export const classificationLimits = { sets: 10, rules: 100, outputs: 5 } as const;

/** A value that a rule sets, as the rules after it see it; a text: why it cannot be set. */
export type Convert = (path: string, value: string) => { readonly fact: Fact } | { readonly fault: string };

/** Runs the sets. `convert` says what a column or variable makes of a text. */
export function classify(sets: readonly ClassificationSet[], facts: Facts, convert: Convert): Classification {
  const outcome = {
    columns: new Map<string, string>(),
    variables: new Map<string, string>(),
    skills: new Map<string, Skill>(),
    profiles: new Set<string>(),
    facts: new Map(facts),
  };
  const traces = sets.map((set, index): ClassificationTrace => {
    const { id, name } = set;
    if (index >= classificationLimits.sets)
      return {
        id,
        name,
        rules: [],
        outputs: [],
        notes: ['only ten rule sets of a workstream are looked at'],
      };
    if ('fault' in set.read) return { id, name, rules: [], outputs: [], notes: [set.read.fault] };
    return { id, name, ...run(set.read, outcome, convert) };
  });
  return { ...outcome, skills: [...outcome.skills.values()], profiles: [...outcome.profiles], sets: traces };
}

interface Outcome {
  readonly columns: Map<string, string>;
  readonly variables: Map<string, string>;
  readonly skills: Map<string, Skill>;
  readonly profiles: Set<string>;
  readonly facts: Map<string, readonly Fact[]>;
}

type Readable = Extract<ReadRuleSet, { readonly ruleSet: unknown }>;

function run({ ruleSet, disabled }: Readable, outcome: Outcome, convert: Convert) {
  const notes: string[] = [];
  const outputs: string[] = [];
  let applied = false;
  const rules = ruleSet.rules.slice(0, classificationLimits.rules).map((rule, index) => {
    const isDisabled = disabled.has(rule.id);
    const result = applied || isDisabled ? null : evaluateRule(rule, outcome.facts);
    const takes: boolean = result?.holds === true;
    const trace = traceOf(
      rule,
      index + 1,
      statusOf(result, takes),
      result,
      isDisabled ? ['the rule is switched off'] : [],
    );
    if (takes) {
      applied = true;
      if (rule.outputs.length > classificationLimits.outputs)
        notes.push('only five outputs of a rule are set');
      for (const output of rule.outputs.slice(0, classificationLimits.outputs))
        set(output, outcome, convert, outputs, notes);
    }
    return trace;
  });
  if (ruleSet.rules.length > rules.length) notes.push('only 100 rules of a set are looked at');
  return { rules, outputs, notes };
}

function set(output: Output, outcome: Outcome, convert: Convert, outputs: string[], notes: string[]): void {
  if (output.kind === 'skills') {
    for (const skill of output.skills) outcome.skills.set(skill.characteristic, skill);
    outputs.push(`skills ${output.skills.map(({ characteristic }) => characteristic).join(', ')}`);
  } else if (output.kind === 'profiles') {
    for (const profile of output.profiles) outcome.profiles.add(profile);
    outputs.push(`capacity profiles ${output.profiles.join(', ')}`);
  } else if (output.kind === 'set') {
    const [key, ...rest] = output.path.split('.');
    const name = rest.join('.');
    const target =
      key === 'liveworkitemcontext'
        ? outcome.variables
        : key === 'msdyn_ocliveworkitem'
          ? outcome.columns
          : null;
    const made = convert(output.path, output.value);
    if (target === null || 'fault' in made) {
      notes.push('fault' in made ? made.fault : `${output.path} is kept but not acted upon`);
      return;
    }
    target.set(name, output.value);
    outcome.facts.set(output.path, [made.fact]);
    outputs.push(`${output.path} = ${output.value}`);
  } else
    notes.push(output.kind === 'other' ? output.note : `a ${output.kind} means nothing in classification`);
}

/** The same without what names rows that are not there: `missing` says by id what each would be. A skill whose rating is
 *  missing is asked for without one. */
export function withoutMissing(made: Classification, missing: ReadonlyMap<string, string>): Classification {
  if (missing.size === 0) return made;
  return {
    ...made,
    columns: new Map([...made.columns].filter(([, value]) => !missing.has(guidOf(value) ?? ''))),
    skills: made.skills
      .filter(({ characteristic }) => !missing.has(characteristic))
      .map((skill) => (missing.has(skill.rating ?? '') ? { ...skill, rating: null } : skill)),
    profiles: made.profiles.filter((profile) => !missing.has(profile)),
    sets: made.sets.map((set) => {
      const named = set.rules.some(({ status }) => status === 'Applied') ? [...missing] : [];
      return { ...set, notes: [...set.notes, ...named.map(([id, what]) => `${what} ${id} is not there`)] };
    }),
  };
}
