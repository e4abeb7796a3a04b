import { Refusal, type Table } from '../../tables/index.ts';
import type { Literal } from '../parse/ast.ts';
import { isObject, type Json } from '../parse/body.ts';
import { isPolymorphic, type Property } from './entity.ts';
import { readInstant } from './instant.ts';
import { rounded } from './rounded.ts';

const guid = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const wholeNumber = /^-?\d{1,19}$/;
const choiceList = /^\s*-?\d{1,10}\s*(?:,\s*-?\d{1,10}\s*)*$/;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
const int64 = 9_223_372_036_854_775_807n;

/** A JSON value as the store takes it for the column, null to clear. A number keeps as many digits after the point as the
 *  column has; an amount of money is rounded when its currency is known.
 *  Refuses wrongType, textTooLong, valueOutOfRange, and invalidArgument for null where the system requires a value.
 *  Source: webapi.md §4, §5 (input forms), §6. */
export function writeValue(table: Table, property: Property, value: Json): unknown {
  const { definition, name } = property;
  if (value === null) {
    if (definition.required === 'SystemRequired')
      throw new Refusal(
        'invalidArgument',
        `The column '${name}' of '${table.logicalName}' cannot be set to null.`,
      );
    return null;
  }
  const written = convert(property, value);
  if (written === undefined) throw new Refusal('wrongType', table.entitySetName, name, expected(property));
  if (
    typeof written === 'string' &&
    definition.maxLength !== undefined &&
    written.length > definition.maxLength
  )
    throw new Refusal('textTooLong', name, table.logicalName, definition.maxLength);
  if (typeof written === 'number' || Array.isArray(written)) checkRange(table, property, written);
  return Array.isArray(written) && written.length === 0 ? null : written;
}

/** A literal of an address as the store takes it for the column; of a lookup, the id. Refuses as writeValue. */
export function literalValue(table: Table, property: Property, literal: Literal): unknown {
  const value = literalJson(literal);
  if (property.kind !== 'lookup') return writeValue(table, property, value);
  const { definition, name } = property;
  if (typeof value !== 'string' || !guid.test(value))
    throw new Refusal('wrongType', table.entitySetName, name, 'a GUID');
  const id = value.toLowerCase();
  return isPolymorphic(definition) ? { table: definition.targets?.[0] ?? '', id } : id;
}

/** A literal of a URL as it would stand in a body. */
export function literalJson(literal: Literal): Json {
  switch (literal.type) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
    case 'guid':
    case 'enum':
      return literal.value;
    case 'number':
      return Number(literal.text);
    case 'date':
    case 'dateTime':
      return literal.text;
    case 'list':
      return literal.items.map(literalJson);
    case 'object':
      return Object.fromEntries(literal.members.map(([name, value]) => [name, literalJson(value)]));
  }
}

/** The value in the store's form, or undefined when it is of another type. */
function convert({ kind, definition }: Property, value: Json): unknown {
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'integer':
    case 'choice':
    case 'state':
      return Number.isInteger(value) ? value : undefined;
    case 'bigint':
      return bigInteger(value);
    case 'decimal':
    case 'double':
      if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
      return definition.precision === undefined ? value : rounded(value, definition.precision);
    case 'money':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'managed':
      return managed(value);
    case 'dateTime':
    case 'date':
      return day(value, kind === 'date');
    case 'guid':
      if (definition.type === 'File')
        throw new Refusal(
          'notImplemented',
          'Writing a file column with its row is not implemented: PATCH the column itself.',
        );
      return typeof value === 'string' && guid.test(value) ? value.toLowerCase() : undefined;
    case 'choices':
      return choices(value);
    case 'binary':
      return typeof value === 'string' && base64.test(value) ? value : undefined;
    default:
      return undefined;
  }
}

function bigInteger(value: Json): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !wholeNumber.test(text)) return undefined;
  const number = BigInt(text);
  return number <= int64 && number >= -int64 ? text : undefined;
}

function managed(value: Json): boolean | undefined {
  const flag = isObject(value) ? value.Value : value;
  return typeof flag === 'boolean' ? flag : undefined;
}

function day(value: Json, dateOnly: boolean): Date | undefined {
  if (typeof value !== 'string' || (dateOnly && value.length !== 10)) return undefined;
  const found = readInstant(value);
  return found ? new Date(found.ms) : undefined;
}

function choices(value: Json): number[] | undefined {
  if (value === '') return [];
  if (typeof value !== 'string' || !choiceList.test(value)) return undefined;
  return [...new Set(value.split(',').map(Number))].sort((a, b) => a - b);
}

function expected({ kind }: Property): string {
  const words: { readonly [K in typeof kind]?: string } = {
    text: 'a text',
    integer: 'a whole number',
    choice: 'the number of a choice',
    state: 'the number of a state',
    bigint: 'a whole number',
    decimal: 'a number',
    double: 'a number',
    money: 'a number',
    boolean: 'true or false',
    managed: '{"Value":true} or {"Value":false}',
    dateTime: 'a date-time such as 2026-01-05T10:00:00Z',
    date: 'a date such as 2026-01-05',
    guid: 'a GUID without braces',
    choices: 'a text of numbers such as "1,2"',
    binary: 'a text in base64',
  };
  return words[kind] ?? 'another value';
}

function checkRange(table: Table, property: Property, value: number | readonly number[]): void {
  const { definition, name, kind } = property;
  const refuse = (found: number, accepted: string): never => {
    if (definition.type !== 'Status')
      throw new Refusal('valueOutOfRange', found, name, table.logicalName, accepted);
    const states = table.columns.statecode?.options?.map(({ value }) => value).join(', ') ?? '';
    throw new Refusal('statusNotOfState', found, states, table.logicalName);
  };
  if (definition.options && kind !== 'boolean') {
    const known = definition.options.map((option) => option.value);
    for (const one of Array.isArray(value) ? value : [value])
      if (!known.includes(one)) refuse(one, known.join(', '));
  } else if (typeof value === 'number') {
    const whole = kind === 'integer';
    const min = definition.min ?? (whole ? -2_147_483_648 : -Infinity);
    const max = definition.max ?? (whole ? 2_147_483_647 : Infinity);
    if (value < min || value > max) refuse(value, `${min} to ${max}`);
  }
}
