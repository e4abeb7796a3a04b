import { Refusal } from '../../tables/index.ts';
import type { ComparisonOperator, Literal } from '../parse/ast.ts';
import { allOf, anyOf, type Condition, type Field, negated, never, type Parameter } from './condition.ts';
import type { Kind } from './entity.ts';
import { instant, instantText, readInstant } from './instant.ts';

const edmOfKind: { readonly [K in Kind]: string } = {
  text: 'Edm.String',
  integer: 'Edm.Int32',
  bigint: 'Edm.Int64',
  decimal: 'Edm.Decimal',
  double: 'Edm.Double',
  money: 'Edm.Decimal',
  boolean: 'Edm.Boolean',
  dateTime: 'Edm.DateTimeOffset',
  date: 'Edm.Date',
  guid: 'Edm.Guid',
  lookup: 'Edm.Guid',
  choice: 'Edm.Int32',
  state: 'Edm.Int32',
  choices: 'Edm.String',
  managed: 'Microsoft.Dynamics.CRM.BooleanManagedProperty',
  binary: 'Edm.Binary',
};

/** The CSDL type of a property. */
export const edmType = (kind: Kind): string => edmOfKind[kind];

const edmOfLiteral: { readonly [T in Literal['type']]: string } = {
  null: 'Edm.Null',
  boolean: 'Edm.Boolean',
  number: 'Edm.Int32',
  string: 'Edm.String',
  guid: 'Edm.Guid',
  date: 'Edm.Date',
  dateTime: 'Edm.DateTimeOffset',
  enum: 'Edm.Enum',
  list: 'Edm.Collection',
  object: 'Edm.Untyped',
};

const operatorNames: { readonly [O in ComparisonOperator]: string } = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
};

/** Refuses malformedQuery in the words of the product: the two sides do not fit. */
function incompatible(left: string, right: string, operator: ComparisonOperator): never {
  throw new Refusal(
    'malformedQuery',
    `A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind '${operatorNames[operator]}'.`,
  );
}

/** A field compared with a literal. Refuses malformedQuery when their types do not fit. Source: webapi.md §8. */
export function compareLiteral(field: Field, operator: ComparisonOperator, literal: Literal): Condition {
  const { kind } = field.property;
  if (kind === 'managed' || kind === 'binary')
    throw new Refusal('notImplemented', `Filtering by '${field.property.name}' is not implemented.`);
  if (literal.type === 'null') return compareNull(field, operator);
  if (kind === 'dateTime') return compareInstant(field, operator, literal);
  const value = parameterFor(field, literal);
  if (value === null) incompatible(edmType(kind), edmOfLiteral[literal.type], operator);
  if ((kind === 'choices' || kind === 'guid' || kind === 'lookup') && operator !== 'eq' && operator !== 'ne')
    incompatible(edmType(kind), edmOfLiteral[literal.type], operator);
  return { kind: 'compare', field, operator, value };
}

function compareNull(field: Field, operator: ComparisonOperator): Condition {
  if (operator === 'eq') return { kind: 'isNull', field };
  return operator === 'ne' ? negated({ kind: 'isNull', field }) : never(field);
}

/** The literal as a typed parameter fit for the field, or null when the types do not fit. */
export function parameterFor(field: Field, literal: Literal): Parameter | null {
  const { kind, definition } = field.property;
  switch (kind) {
    case 'text':
    case 'choices':
      return literal.type === 'string' ? { type: 'text', value: literal.value } : null;
    case 'integer':
    case 'choice':
    case 'state':
    case 'bigint':
    case 'decimal':
    case 'money':
      return literal.type === 'number' ? numberParameter(kind, literal.text, definition.options) : null;
    case 'double':
      return literal.type === 'number' && Number.isFinite(Number(literal.text))
        ? { type: 'float8', value: Number(literal.text) }
        : null;
    case 'boolean':
      return literal.type === 'boolean' ? { type: 'bool', value: literal.value } : null;
    case 'guid':
    case 'lookup':
      return literal.type === 'guid' ? { type: 'uuid', value: literal.value } : null;
    case 'date':
      return literal.type === 'date' && readInstant(literal.text)
        ? { type: 'date', value: literal.text }
        : null;
    case 'dateTime':
      return literal.type === 'date' || literal.type === 'dateTime'
        ? { type: 'timestamptz', value: instantText(instant(literal.text).ms) }
        : null;
    default:
      return null;
  }
}

const whole = /^-?\d{1,18}$/;

/** A number is cast to the column's own type where it fits, so that indexes serve, and to numeric where it does not. */
function numberParameter(
  kind: Kind,
  text: string,
  options: readonly { readonly value: number }[] | undefined,
): Parameter {
  const number = Number(text);
  if (kind === 'decimal' || kind === 'money' || !whole.test(text)) return { type: 'numeric', value: text };
  if (kind === 'bigint') return { type: 'int8', value: text };
  if (number < -2_147_483_648 || number > 2_147_483_647) return { type: 'numeric', value: text };
  const known = kind === 'state' && options?.some(({ value }) => value === number);
  return known ? { type: 'int4', value: number, inline: true } : { type: 'int4', value: number };
}

/** On the wire a date-time has whole seconds, so a row counts by its second: bounds instead of equality keep indexes in
 *  use and find what a client was shown. */
function compareInstant(field: Field, operator: ComparisonOperator, literal: Literal): Condition {
  if (literal.type !== 'date' && literal.type !== 'dateTime')
    incompatible(edmType(field.property.kind), edmOfLiteral[literal.type], operator);
  const { ms, fraction } = instant(literal.text);
  const floor = Math.floor(ms / 1000) * 1000;
  const bound = (operation: 'ge' | 'lt', at: number): Condition => ({
    kind: 'compare',
    field,
    operator: operation,
    value: { type: 'timestamptz', value: instantText(at) },
  });
  const next = floor + 1000;
  const ceiling = fraction ? next : floor;
  switch (operator) {
    case 'eq':
      return fraction ? never(field) : allOf(bound('ge', floor), bound('lt', next));
    case 'ne':
      return fraction ? negated(never(field)) : anyOf(bound('lt', floor), bound('ge', next));
    case 'ge':
      return bound('ge', ceiling);
    case 'gt':
      return bound('ge', next);
    case 'lt':
      return bound('lt', ceiling);
    case 'le':
      return bound('lt', next);
  }
}

const groups: { readonly [K in Kind]?: string } = {
  integer: 'number',
  bigint: 'number',
  decimal: 'number',
  double: 'number',
  money: 'number',
  choice: 'number',
  state: 'number',
  lookup: 'guid',
};

/** Two fields compared. Refuses malformedQuery when their types differ. */
export function compareFields(left: Field, operator: ComparisonOperator, right: Field): Condition {
  const group = (kind: Kind): string => groups[kind] ?? kind;
  const { kind } = left.property;
  if (group(kind) !== group(right.property.kind) || kind === 'managed' || kind === 'binary')
    incompatible(edmType(kind), edmType(right.property.kind), operator);
  return { kind: 'fields', operator, left, right };
}
