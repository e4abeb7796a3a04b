import { Refusal } from '../../../tables/index.ts';
import type { ComparisonOperator, Literal } from '../../parse/ast.ts';
import { compareLiteral, edmType } from '../../plan/compare.ts';
import { anyOf, type Condition, type Field, negated, never } from '../../plan/condition.ts';
import type { Planning } from '../../plan/filter.ts';
import { readInstant } from '../../plan/instant.ts';
import { toPattern } from '../../plan/pattern.ts';
import { conditionOfFunction } from '../../plan/query-functions.ts';

const comparisons: ReadonlyMap<string, ComparisonOperator> = new Map([
  ['eq', 'eq'],
  ['ne', 'ne'],
  ['neq', 'ne'],
  ['gt', 'gt'],
  ['ge', 'ge'],
  ['lt', 'lt'],
  ['le', 'le'],
]);

const patterns: ReadonlyMap<string, 'like' | 'startswith' | 'endswith'> = new Map([
  ['like', 'like'],
  ['not-like', 'like'],
  ['begins-with', 'startswith'],
  ['not-begin-with', 'startswith'],
  ['ends-with', 'endswith'],
  ['not-end-with', 'endswith'],
]);

/** Each remaining operator and the query function of the Web API that means the same. Source: webapi.md §9, operators. */
export const functions: ReadonlyMap<string, string> = new Map([
  ['in', 'In'],
  ['not-in', 'NotIn'],
  ['between', 'Between'],
  ['not-between', 'NotBetween'],
  ['contain-values', 'ContainValues'],
  ['not-contain-values', 'DoesNotContainValues'],
  ['above', 'Above'],
  ['eq-or-above', 'AboveOrEqual'],
  ['under', 'Under'],
  ['eq-or-under', 'UnderOrEqual'],
  ['not-under', 'NotUnder'],
  ['eq-userid', 'EqualUserId'],
  ['ne-userid', 'NotEqualUserId'],
  ['eq-userteams', 'EqualUserTeams'],
  ['eq-useroruserteams', 'EqualUserOrUserTeams'],
  ['eq-useroruserhierarchy', 'EqualUserOrUserHierarchy'],
  ['eq-useroruserhierarchyandteams', 'EqualUserOrUserHierarchyAndTeams'],
  ['eq-businessid', 'EqualBusinessId'],
  ['ne-businessid', 'NotEqualBusinessId'],
  ['eq-userlanguage', 'EqualUserLanguage'],
  ['on', 'On'],
  ['not-on', 'NotOn'],
  ['on-or-after', 'OnOrAfter'],
  ['on-or-before', 'OnOrBefore'],
  ['today', 'Today'],
  ['yesterday', 'Yesterday'],
  ['tomorrow', 'Tomorrow'],
  ['last-seven-days', 'Last7Days'],
  ['next-seven-days', 'Next7Days'],
  ...['week', 'month', 'year', 'fiscal-period', 'fiscal-year'].flatMap((period) =>
    ['last', 'this', 'next'].map((side) => named(`${side}-${period}`)),
  ),
  ...['hours', 'days', 'weeks', 'months', 'years', 'fiscal-periods', 'fiscal-years'].flatMap((units) =>
    ['last', 'next'].map((side) => named(`${side}-x-${units}`)),
  ),
  ...['minutes', 'hours', 'days', 'weeks', 'months', 'years'].map((units) =>
    named(`olderthan-x-${units}`, `OlderThanX${capital(units)}`),
  ),
  named('in-fiscal-period'),
  named('in-fiscal-year'),
  named('in-fiscal-period-and-year'),
  named('in-or-before-fiscal-period-and-year'),
  named('in-or-after-fiscal-period-and-year'),
]);

/** Every operator of FetchXML. */
export const fetchOperators: ReadonlySet<string> = new Set([
  ...comparisons.keys(),
  ...patterns.keys(),
  ...functions.keys(),
  'null',
  'not-null',
]);

/** Of these the product makes conditions that empty values meet, unlike its $filter. Source: seen by public clients
 *  (MarkMpn/Sql4Cds issues 167 and 530, and the operators it takes for not excluding null). */
const meetEmpty: ReadonlySet<string> = new Set([
  'ne',
  'neq',
  'ne-userid',
  'ne-businessid',
  'not-like',
  'not-in',
  'not-under',
  'not-begin-with',
  'not-end-with',
  'not-between',
  'not-contain-values',
]);

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function named(operator: string, name = operator.split('-').map(capital).join('')): [string, string] {
  return [operator, name];
}

/** The condition that an operator sets on a field. Refuses fetchInvalidOperator, fetchInvalidValue, malformedQuery,
 *  notImplemented. Source: webapi.md §9, operators. */
export function planOperator(
  operator: string,
  field: Field,
  values: readonly string[],
  planning: Planning,
): Condition {
  const condition = withoutEmpty(operator, field, values, planning);
  return meetEmpty.has(operator) ? anyOf({ kind: 'isNull', field }, condition) : condition;
}

function withoutEmpty(
  operator: string,
  field: Field,
  values: readonly string[],
  planning: Planning,
): Condition {
  if (operator === 'null') return { kind: 'isNull', field };
  if (operator === 'not-null') return negated({ kind: 'isNull', field });
  const comparison = comparisons.get(operator);
  if (comparison) return compareLiteral(field, comparison, literalOf(field, single(operator, field, values)));
  const pattern = patterns.get(operator);
  if (pattern) {
    const like = likeCondition(pattern, field, single(operator, field, values));
    return operator.startsWith('not-') ? negated(like) : like;
  }
  const name = functions.get(operator);
  if (!name) throw new Refusal('fetchInvalidOperator', operator.slice(0, 100));
  const literals = values.map((value): Literal => ({ type: 'string', value: unbraced(field, value) }));
  return conditionOfFunction(name, field, literals, planning);
}

/** The only value of a condition; the values of a multi-select column are one list. */
function single(operator: string, field: Field, values: readonly string[]): string {
  const [only] = values;
  if (field.property.kind === 'choices' && values.length > 0) return listOf(values);
  if (values.length === 1 && only !== undefined) return only;
  throw new Refusal(
    'fetchInvalidValue',
    `The condition operator '${operator}' takes one value; ${values.length} were given for '${field.property.name}'.`,
  );
}

/** Choices as the column keeps them: ascending, each once. */
function listOf(values: readonly string[]): string {
  const numbers = values.flatMap((value) => value.split(',')).map((value) => Number(value.trim() || NaN));
  if (!numbers.every(Number.isInteger))
    throw new Refusal('fetchInvalidValue', 'The values of a multi-select column are whole numbers.');
  return [...new Set(numbers)].sort((a, b) => a - b).join(',');
}

function likeCondition(name: 'like' | 'startswith' | 'endswith', field: Field, value: string): Condition {
  if (field.property.kind !== 'text')
    throw new Refusal('fetchInvalidValue', `'${field.property.name}' is no text, so it is like nothing.`);
  const pattern = toPattern(name, value);
  return pattern === null ? never(field) : { ...pattern, field };
}

const isId = ({ property: { kind } }: Field): boolean => kind === 'guid' || kind === 'lookup';

/** Ids may stand in braces. */
function unbraced(field: Field, value: string): string {
  return isId(field) ? value.trim().replace(/^\{(.*)\}$/, '$1') : value;
}

/** The literal a field is compared with. Refuses fetchInvalidValue. */
function literalOf(field: Field, value: string): Literal {
  const { kind, name } = field.property;
  const text = unbraced(field, value).trim();
  if (kind === 'text' || kind === 'choices') return { type: 'string', value };
  if (isId(field) && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
    return { type: 'guid', value: text.toLowerCase() };
  if (kind === 'boolean' && /^(?:true|false|0|1)$/i.test(text))
    return { type: 'boolean', value: /^(?:true|1)$/i.test(text) };
  if (kind === 'dateTime' && readInstant(text)) return { type: 'dateTime', text };
  if (kind === 'date' && readInstant(text)) return { type: 'date', text: text.slice(0, 10) };
  if (!isId(field) && /^-?\d{1,300}(?:\.\d{1,300})?$/.test(text)) return { type: 'number', text };
  throw new Refusal(
    'fetchInvalidValue',
    `The value '${text.slice(0, 100)}' does not fit '${name}', a column of type ${edmType(kind)}.`,
  );
}
