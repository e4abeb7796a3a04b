import { Refusal } from '../../tables/index.ts';
import type { Literal, Operand } from '../parse/ast.ts';
import { compareLiteral, edmType, parameterFor } from './compare.ts';
import { allOf, anyOf, type Condition, type Field, negated, type Scope } from './condition.ts';
import type { Planning } from './filter.ts';
import { callerFunction, hierarchyFunction } from './hierarchy.ts';
import { dateFunction } from './period.ts';

type Args = readonly (readonly [name: string, value: Operand])[];

/** Plans `Microsoft.Dynamics.CRM.<name>(…)`. Refuses malformedQuery, propertyNotFound, notImplemented.
 *  Source: webapi.md §8, query functions. */
export function planQueryFunction(name: string, args: Args, scope: Scope, planning: Planning): Condition {
  const given = argument(args, 'PropertyName');
  if (given?.type !== 'string')
    throw new Refusal('malformedQuery', 'PropertyName must be the name of a column.');
  const { properties, table } = scope.entity;
  const property = properties.get(given.value) ?? properties.get(`_${given.value}_value`);
  if (!property) throw new Refusal('propertyNotFound', given.value, table.logicalName);
  const field = { alias: scope.alias, property };
  return conditionOfFunction(name, field, literalsOf(name, args), planning);
}

/** The condition that the query function `name` sets on a field. `literals`: its value, its values, or for fiscal periods
 *  the period and the year. FetchXML's operators mean the same and come here too.
 *  Refuses malformedQuery, notImplemented. Source: webapi.md §8, query functions; §9, operators. */
export function conditionOfFunction(
  name: string,
  field: Field,
  literals: readonly Literal[],
  planning: Planning,
): Condition {
  const plan =
    listFunction(name, field, literals) ??
    callerFunction(name, field, planning) ??
    hierarchyFunction(name, field, literals, planning) ??
    dateFunction(name, field, literals, planning);
  if (plan) return plan;
  if (name === 'Contains')
    throw new Refusal(
      'malformedQuery',
      `The query function Contains needs a column with a full-text index and '${field.property.name}' has none: use contains(${field.property.name},'…').`,
    );
  throw new Refusal(
    'malformedQuery',
    `An unknown function with name 'Microsoft.Dynamics.CRM.${name}' was found.`,
  );
}

const valueNames: ReadonlySet<string> = new Set(['PropertyValue', 'PropertyValue1', 'PropertyValue2']);
const listed = /^(?:(?:Not)?In|(?:Not)?Between|(?:DoesNot)?ContainValues)$/;

function argument(args: Args, name: string): Literal | undefined {
  const operand = args.find(([given]) => given === name)?.[1];
  return operand && literalOf(operand);
}

/** A bare name where a value is expected is taken as a text. */
function literalOf(operand: Operand): Literal {
  if (operand.kind === 'literal') return operand.literal;
  return operand.kind === 'path' ? { type: 'string', value: operand.path.join('/') } : { type: 'null' };
}

/** The values a function is called with, in the order of their names. Refuses malformedQuery for what it does not take. */
function literalsOf(name: string, args: Args): readonly Literal[] {
  const isList = listed.test(name);
  const stranger = args.find(
    ([given]) => given !== 'PropertyName' && (isList ? given !== 'PropertyValues' : !valueNames.has(given)),
  );
  if (stranger)
    throw new Refusal('malformedQuery', `The query function ${name} has no parameter ${stranger[0]}.`);
  if (isList) {
    const list = argument(args, 'PropertyValues');
    if (list?.type !== 'list')
      throw new Refusal('malformedQuery', 'PropertyValues must be a list in square brackets.');
    return list.items;
  }
  return [...valueNames].flatMap((value) => argument(args, value) ?? []);
}

/** Values are strings or numbers whatever the column's type; this gives the literal the column would be compared with. */
function fitted(field: Field, literal: Literal): Literal {
  const { kind } = field.property;
  if (literal.type === 'number' && kind === 'text') return { type: 'string', value: literal.text };
  if (literal.type !== 'string') return literal;
  const text = literal.value.trim();
  if (kind === 'text' || kind === 'choices') return literal;
  if ((kind === 'guid' || kind === 'lookup') && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
    return { type: 'guid', value: text.toLowerCase() };
  if (kind === 'boolean' && /^(?:true|false|0|1)$/i.test(text))
    return { type: 'boolean', value: /^(?:true|1)$/i.test(text) };
  if (kind === 'dateTime') return { type: 'dateTime', text };
  if (kind === 'date') return { type: 'date', text };
  if (/^-?\d{1,300}(?:\.\d{1,300})?$/.test(text)) return { type: 'number', text };
  throw new Refusal('malformedQuery', `The value '${text}' does not fit a column of type ${edmType(kind)}.`);
}

function listFunction(name: string, field: Field, literals: readonly Literal[]): Condition | null {
  switch (name) {
    case 'In':
    case 'NotIn': {
      const within = oneOf(field, literals);
      return name === 'In' ? within : negated(within);
    }
    case 'Between':
    case 'NotBetween': {
      const [low, high, more] = literals;
      if (!low || !high || more) throw new Refusal('malformedQuery', `${name} takes two values.`);
      const within = allOf(
        compareLiteral(field, 'ge', fitted(field, low)),
        compareLiteral(field, 'le', fitted(field, high)),
      );
      return name === 'Between' ? within : negated(within);
    }
    case 'ContainValues':
    case 'DoesNotContainValues': {
      const holds: Condition = { kind: 'holds', field, values: choiceValues(field, literals) };
      return name === 'ContainValues' ? holds : negated(holds);
    }
    default:
      return null;
  }
}

function oneOf(field: Field, literals: readonly Literal[]): Condition {
  if (literals.length === 0) throw new Refusal('malformedQuery', 'The list of values is empty.');
  if (field.property.kind === 'dateTime')
    return anyOf(...literals.map((literal) => compareLiteral(field, 'eq', fitted(field, literal))));
  const parameters = literals.map((literal) => {
    const parameter = parameterFor(field, fitted(field, literal));
    if (!parameter) throw new Refusal('malformedQuery', `A value does not fit '${field.property.name}'.`);
    return parameter;
  });
  const [first] = parameters;
  const mixed = parameters.some(({ type }) => type !== first?.type);
  const values = parameters.map(({ value }) => value);
  return { kind: 'oneOf', field, type: mixed ? 'numeric' : (first?.type ?? 'text'), values };
}

function choiceValues(field: Field, literals: readonly Literal[]): number[] {
  if (field.property.kind !== 'choices')
    throw new Refusal('malformedQuery', `'${field.property.name}' is not a multi-select column.`);
  return literals.map((literal) => {
    const value = Number(
      literal.type === 'string' ? literal.value : literal.type === 'number' ? literal.text : NaN,
    );
    if (!Number.isInteger(value) || Math.abs(value) > 2_147_483_647)
      throw new Refusal('malformedQuery', 'The values of a multi-select column are whole numbers.');
    return value;
  });
}
