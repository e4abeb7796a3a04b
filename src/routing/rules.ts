/** A decision rule set: its XML read into conditions and outputs. Source: rules.md §4.1, §4.3, §4.5. */
import { readXml, type XmlElement, XmlError } from './xml.ts';

/** One comparison. `right`: none (null, not-null), fixed texts with their unit, or another path. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly operator: string;
  readonly path: string;
  readonly values: readonly string[];
  readonly unit: string | null;
  readonly rightPath: string | null;
}

/** A condition tree. `every` of nothing is true. */
export type Condition =
  | { readonly kind: 'every' | 'some'; readonly parts: readonly Condition[] }
  | Comparison
  | { readonly kind: 'broken'; readonly note: string };

/** What a rule does when it is applied. `other`: kept in the XML, not acted upon. */
export type Output =
  | { readonly kind: 'set'; readonly path: string; readonly value: string }
  | {
      readonly kind: 'split';
      readonly shares: readonly { readonly queue: string; readonly percentage: number }[];
    }
  | { readonly kind: 'order'; readonly path: string; readonly descending: boolean }
  | { readonly kind: 'skills'; readonly skills: readonly Skill[] }
  | { readonly kind: 'profiles'; readonly profiles: readonly string[] }
  | { readonly kind: 'other'; readonly note: string };

/** A skill that work needs, with the rating value it needs if there is one; both ids. */
export interface Skill {
  readonly characteristic: string;
  readonly rating: string | null;
}

/** One rule; its place in the list is its order. */
export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly condition: Condition;
  readonly outputs: readonly Output[];
}

/** A rule set. A missing hit policy reads as "all". */
export interface RuleSet {
  readonly hitPolicy: 'first' | 'all';
  readonly rules: readonly Rule[];
}

/** The XML cannot be used at all; `message` says why and where. */
export class RuleSetError extends Error {
  override readonly name = 'RuleSetError';
}

/** Reads msdyn_rulesetdefinition. What is merely not understood inside a rule stays in that rule as a note; only a
 *  document that is no rule set throws RuleSetError. */
export function parseRuleSet(definition: string): RuleSet {
  const root = read(definition);
  if (root.name !== 'decision') throw new RuleSetError(`<decision> expected, <${root.name}> found`);
  const version = root.attributes.version ?? '1';
  if (version !== '1') throw new RuleSetError(`version ${version} of the rule set form is not known`);
  const hitPolicy = root.attributes['hit-policy'] ?? 'all';
  if (hitPolicy !== 'first' && hitPolicy !== 'all')
    throw new RuleSetError(`hit policy ${hitPolicy} is not known`);
  const rules = named(root, 'rules')[0];
  if (!rules) throw new RuleSetError('<rules> is missing');
  return { hitPolicy, rules: named(rules, 'rule').map(toRule) };
}

/** Every path that the conditions of the set look at, once each. */
export function pathsOf(ruleSet: RuleSet): readonly string[] {
  const paths = new Set<string>();
  const visit = (condition: Condition): void => {
    if (condition.kind === 'comparison') {
      paths.add(condition.path);
      if (condition.rightPath !== null) paths.add(condition.rightPath);
    } else if (condition.kind !== 'broken') condition.parts.forEach(visit);
  };
  for (const rule of ruleSet.rules) visit(rule.condition);
  return [...paths];
}

/** A GUID as it is kept: lower case, no braces; null when the text is none. */
export function guidOf(text: string): string | null {
  const found = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i.exec(text.trim());
  return found?.[1]?.toLowerCase() ?? null;
}

function read(definition: string): XmlElement {
  try {
    return readXml(definition);
  } catch (error) {
    if (error instanceof XmlError) throw new RuleSetError(error.message, { cause: error });
    throw error;
  }
}

const named = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((child) => child.name === name);

const textOf = (element: XmlElement | undefined): string => element?.text.trim() ?? '';

function toRule(element: XmlElement): Rule {
  return {
    id: guidOf(element.attributes.id ?? '') ?? element.attributes.id ?? '',
    name: element.attributes.name ?? '',
    condition: { kind: 'every', parts: element.children.flatMap(toConditions) },
    outputs: named(element, 'action').flatMap((action) => action.children.map(toOutput)),
  };
}

function toConditions(element: XmlElement): Condition[] {
  if (element.name === 'action') return [];
  if (element.name === 'condition') return [toComparison(element)];
  if (element.name !== 'logical') return [{ kind: 'broken', note: `<${element.name}> is not known` }];
  const operator = element.attributes.operator?.toUpperCase();
  if (operator !== 'AND' && operator !== 'OR')
    return [
      { kind: 'broken', note: `logical operator ${element.attributes.operator ?? '(none)'} is not known` },
    ];
  return [{ kind: operator === 'AND' ? 'every' : 'some', parts: element.children.flatMap(toConditions) }];
}

function toComparison(element: XmlElement): Condition {
  const path = textOf(named(element, 'lhs')[0]);
  if (path === '') return { kind: 'broken', note: 'a condition has no left side' };
  const right = named(element, 'rhs')[0];
  const fromPath = right?.attributes.type === 'attribute';
  const list = right ? named(right, 'value') : [];
  return {
    kind: 'comparison',
    operator: element.attributes.operator ?? '',
    path,
    values: !right || fromPath ? [] : list.length > 0 ? list.map(textOf) : [textOf(right)],
    unit: right?.attributes.unit ?? null,
    rightPath: fromPath ? textOf(right) : null,
  };
}

function toOutput(element: XmlElement): Output {
  const path = textOf(named(element, 'lhs')[0]);
  if (element.name === 'setattribute') return { kind: 'set', path, value: textOf(named(element, 'rhs')[0]) };
  if (element.name === 'orderby')
    return { kind: 'order', path: textOf(element), descending: element.attributes.descending === 'true' };
  if (element.name === 'upsertrecords') return toRecords(element);
  return { kind: 'other', note: `<${element.name}> is kept but not acted upon` };
}

/** Records are read by the last segment of each path, because other spellings of the first ones are unknown
 *  (rules.md §4.5). */
function toRecords(element: XmlElement): Output {
  const target = textOf(named(element, 'target')[0]);
  const records = named(element, 'records')
    .flatMap((list) => named(list, 'record'))
    .map(valuesOf);
  const nothing: Output = {
    kind: 'other',
    note: `records for ${target || '(no target)'} are kept but not acted upon`,
  };
  if (records.length === 0) return nothing;
  const id = (values: ReadonlyMap<string, string>, ...names: readonly string[]): string[] => {
    const found = guidOf(names.map((name) => values.get(name)).find((value) => value !== undefined) ?? '');
    return found === null ? [] : [found];
  };
  const whole = <E>(read: readonly E[]): boolean => read.length === records.length;
  const shares = records.flatMap((values) => {
    const percentage = Number(values.get('percentage') ?? Number.NaN);
    return percentage >= 0 ? id(values, 'queueid').map((queue) => ({ queue, percentage })) : [];
  });
  if (whole(shares)) return { kind: 'split', shares };
  const skills = records.flatMap((values) =>
    id(values, 'characteristicid', 'characteristic').map((characteristic) => ({
      characteristic,
      rating: id(values, 'ratingvalueid', 'ratingvalue')[0] ?? null,
    })),
  );
  if (whole(skills)) return { kind: 'skills', skills };
  const profiles = records.flatMap((values) => id(values, 'capacityprofileid', 'capacityprofile'));
  return whole(profiles) ? { kind: 'profiles', profiles } : nothing;
}

function valuesOf(record: XmlElement): ReadonlyMap<string, string> {
  return new Map(
    named(record, 'setattribute').map((set): [string, string] => [
      textOf(named(set, 'lhs')[0]).split('.').at(-1)?.toLowerCase() ?? '',
      textOf(named(set, 'rhs')[0]),
    ]),
  );
}
