import { Refusal } from '../../tables/index.ts';
import type { ComparisonOperator, Literal, Operand } from '../parse/ast.ts';
import { compareLiteral, edmType, parameterFor } from './compare.ts';
import { allOf, anyOf, type Condition, type Field, type Moment, negated, type Scope } from './condition.ts';
import type { Planning } from './filter.ts';
import { instant, instantText } from './instant.ts';

type Args = readonly (readonly [name: string, value: Operand])[];

/** Functions of the product that are read, but not planned yet. Source: webapi.md §8, query functions. */
const unserved =
  /^(?:(?:This|Last|Next)Fiscal(?:Period|Year)|(?:Last|Next)XFiscal(?:Periods|Years)|In(?:OrBefore|OrAfter)?Fiscal(?:Period|Year|PeriodAndYear)|EqualRoleBusinessId|EqualUserTeams|EqualUserOrUserTeams|EqualUserOrUserHierarchy|EqualUserOrUserHierarchyAndTeams|EqualUserLanguage|Above|AboveOrEqual|Under|UnderOrEqual|NotUnder|Contains)$/;

/** The largest count of units; more would leave the calendar. */
const countLimit = 5000;

/** Plans `Microsoft.Dynamics.CRM.<name>(…)`. Days, weeks and months are in UTC.
 *  Refuses malformedQuery, propertyNotFound, notImplemented. Source: webapi.md §8, query functions. */
export function planQueryFunction(name: string, args: Args, scope: Scope, planning: Planning): Condition {
  if (unserved.test(name))
    throw new Refusal(
      'notImplemented',
      `The query function Microsoft.Dynamics.CRM.${name} is not implemented.`,
    );
  const field = fieldOf(args, scope);
  const plan =
    listFunction(name, field, args) ??
    callerFunction(name, field, planning) ??
    dayFunction(name, field, args) ??
    periodFunction(name, field) ??
    countedFunction(name, field, args);
  if (!plan)
    throw new Refusal(
      'malformedQuery',
      `An unknown function with name 'Microsoft.Dynamics.CRM.${name}' was found.`,
    );
  return plan;
}

function argument(args: Args, name: string): Literal {
  const operand = args.find(([given]) => given === name)?.[1];
  if (!operand) throw new Refusal('malformedQuery', `The query function needs the parameter ${name}.`);
  if (operand.kind === 'literal') return operand.literal;
  if (operand.kind === 'path') return { type: 'string', value: operand.path.join('/') };
  return { type: 'null' };
}

function fieldOf(args: Args, scope: Scope): Field {
  const name = argument(args, 'PropertyName');
  if (name.type !== 'string')
    throw new Refusal('malformedQuery', 'PropertyName must be the name of a column.');
  const { properties, table } = scope.entity;
  const property = properties.get(name.value) ?? properties.get(`_${name.value}_value`);
  if (!property) throw new Refusal('propertyNotFound', name.value, table.logicalName);
  return { alias: scope.alias, property };
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

function listOf(args: Args): readonly Literal[] {
  const list = argument(args, 'PropertyValues');
  if (list.type !== 'list')
    throw new Refusal('malformedQuery', 'PropertyValues must be a list in square brackets.');
  return list.items;
}

function listFunction(name: string, field: Field, args: Args): Condition | null {
  switch (name) {
    case 'In':
    case 'NotIn': {
      const within = oneOf(field, listOf(args));
      return name === 'In' ? within : negated(within);
    }
    case 'Between':
    case 'NotBetween': {
      const [low, high, more] = listOf(args);
      if (!low || !high || more) throw new Refusal('malformedQuery', `${name} takes two values.`);
      const within = allOf(
        compareLiteral(field, 'ge', fitted(field, low)),
        compareLiteral(field, 'le', fitted(field, high)),
      );
      return name === 'Between' ? within : negated(within);
    }
    case 'ContainValues':
    case 'DoesNotContainValues': {
      const holds: Condition = { kind: 'holds', field, values: choiceValues(field, listOf(args)) };
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

function callerFunction(name: string, field: Field, planning: Planning): Condition | null {
  const match = /^(Not)?Equal(User|Business)Id$/.exec(name);
  if (!match) return null;
  const value = match[2] === 'User' ? planning.asker.userId : planning.asker.businessUnitId;
  return compareLiteral(field, match[1] ? 'ne' : 'eq', { type: 'guid', value });
}

const day = 86_400_000;

function needsDate(name: string, field: Field): void {
  if (field.property.kind !== 'dateTime')
    throw new Refusal(
      'malformedQuery',
      `The query function ${name} needs a date and time column; '${field.property.name}' is none.`,
    );
}

function dayFunction(name: string, field: Field, args: Args): Condition | null {
  if (!/^(?:On|NotOn|OnOrAfter|OnOrBefore)$/.test(name)) return null;
  needsDate(name, field);
  const literal = argument(args, 'PropertyValue');
  if (literal.type !== 'string' && literal.type !== 'date' && literal.type !== 'dateTime')
    throw new Refusal('malformedQuery', `${name} takes a date.`);
  const { ms } = instant(literal.type === 'string' ? literal.value.trim() : literal.text);
  const start = Math.floor(ms / day) * day;
  const at = (operator: ComparisonOperator, when: number): Condition =>
    compareLiteral(field, operator, { type: 'dateTime', text: instantText(when) });
  if (name === 'OnOrAfter') return at('ge', start);
  if (name === 'OnOrBefore') return at('lt', start + day);
  const on = allOf(at('ge', start), at('lt', start + day));
  return name === 'On' ? on : negated(on);
}

const between = (field: Field, from: Moment, to: Moment): Condition =>
  allOf(
    { kind: 'moment', field, operator: 'ge', moment: from },
    { kind: 'moment', field, operator: 'lt', moment: to },
  );

const namedDays: { readonly [name: string]: number } = { Yesterday: -1, Today: 0, Tomorrow: 1 };
const offsets: { readonly [name: string]: number } = { Last: -1, This: 0, Next: 1 };
const now: Moment = { amount: 0, unit: 'day' };

function periodFunction(name: string, field: Field): Condition | null {
  const match = /^(?:(Last|This|Next)(Week|Month|Year)|(Last|Next)7Days|Yesterday|Today|Tomorrow)$/.exec(
    name,
  );
  if (!match) return null;
  needsDate(name, field);
  const [, which, period, sevenDays] = match;
  if (sevenDays) return counted(field, sevenDays === 'Last', 7, 'day');
  const unit = period ? (period.toLowerCase() as 'week') : 'day';
  const offset = (which === undefined ? namedDays[name] : offsets[which]) ?? 0;
  return between(field, { amount: offset, unit, startOf: unit }, { amount: offset + 1, unit, startOf: unit });
}

/** Counts of days and longer reach to the far end of the outermost day. */
function counted(field: Field, back: boolean, amount: number, unit: Moment['unit']): Condition {
  const whole = unit !== 'hour' && unit !== 'minute';
  const far: Moment = { amount: back ? -amount : amount, unit, ...(whole ? { startOf: 'day' } : {}) };
  const dayAfter: Moment = whole ? { ...far, days: 1 } : far;
  return back ? between(field, far, now) : between(field, now, dayAfter);
}

function countedFunction(name: string, field: Field, args: Args): Condition | null {
  const match =
    /^(?:(Last|Next)X(Hour|Day|Week|Month|Year)s|OlderThanX(Minute|Hour|Day|Week|Month|Year)s)$/.exec(name);
  if (!match) return null;
  needsDate(name, field);
  const literal = argument(args, 'PropertyValue');
  const amount = Number(
    literal.type === 'number' ? literal.text : literal.type === 'string' ? literal.value : NaN,
  );
  if (!Number.isInteger(amount) || amount < 1 || amount > countLimit)
    throw new Refusal('malformedQuery', `${name} takes a whole number from 1 to ${countLimit}.`);
  const [, which, unit, older] = match;
  if (older) {
    const moment: Moment = { amount: -amount, unit: older.toLowerCase() as 'day' };
    return { kind: 'moment', field, operator: 'lt', moment };
  }
  return counted(field, which === 'Last', amount, (unit ?? 'Day').toLowerCase() as 'day');
}
