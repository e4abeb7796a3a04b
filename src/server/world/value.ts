/** From a scalar of a world file to the value a column holds. */
import type { Column, Guid, Reference } from '../../tables/index.ts';

/** A column's value in a world, before references are resolved. */
export type WorldValue =
  | string
  | number
  | boolean
  | Date
  | readonly number[]
  | WorldReference
  | Guid
  | Reference;

/** A lookup by name (`"@kim"`) of a row of the same world. */
export interface WorldReference {
  readonly ref: string;
}

/** Is this a lookup by name? */
export function isWorldReference(value: WorldValue): value is WorldReference {
  return typeof value === 'object' && 'ref' in value;
}

/** What is wrong with a value, in words that end a sentence beginning with the column's name. */
export class ValueProblem extends Error {}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const instant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/;

/** Checks `given` against the column's type, range, length and choices. Choices are given by label or number.
 *  Throws ValueProblem saying what would be right. */
export function parseValue(column: Column, given: unknown): WorldValue {
  switch (column.type) {
    case 'Integer':
    case 'Decimal':
    case 'Double':
    case 'Money':
      return parseNumber(column, given);
    case 'Boolean':
    case 'ManagedProperty':
      if (typeof given !== 'boolean') throw new ValueProblem('must be true or false');
      return given;
    case 'DateTime':
      return parseInstant(given);
    case 'Picklist':
    case 'State':
    case 'Status':
      return parseChoice(column, given);
    case 'MultiSelectPicklist':
      if (!Array.isArray(given)) throw new ValueProblem('must be a list of choices');
      return given.map((one: unknown) => parseChoice(column, one)).sort((a, b) => a - b);
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return parseLookup(column, given);
    case 'Uniqueidentifier':
      if (typeof given !== 'string' || !guid.test(given))
        throw new ValueProblem('must be a GUID in lower case');
      return given;
    case 'String':
    case 'Memo':
    case 'BigInt':
      return parseText(column, given);
    default:
      throw new ValueProblem(`is of type ${column.type}, which a world cannot write`);
  }
}

function parseNumber({ type, min, max }: Column, given: unknown): number {
  if (typeof given !== 'number' || !Number.isFinite(given)) throw new ValueProblem('must be a number');
  if (type === 'Integer' && !Number.isInteger(given)) throw new ValueProblem('must be a whole number');
  if ((min !== undefined && given < min) || (max !== undefined && given > max)) {
    throw new ValueProblem(`must be from ${min} to ${max}`);
  }
  return given;
}

function parseInstant(given: unknown): Date {
  const date = typeof given === 'string' && instant.test(given) ? new Date(given) : new Date(Number.NaN);
  if (Number.isNaN(date.getTime())) throw new ValueProblem('must be an instant, as in 2025-12-21T11:46:00Z');
  return date;
}

function parseChoice({ options = [] }: Column, given: unknown): number {
  const found = options.find(({ value, label }) => value === given || label === given);
  if (found === undefined) {
    const offered = options.slice(0, 8).map(({ value, label }) => `${label} (${value})`);
    throw new ValueProblem(
      `is not a choice; there are ${offered.join(', ')}${options.length > 8 ? ', …' : ''}`,
    );
  }
  return found.value;
}

function parseText({ maxLength }: Column, given: unknown): string {
  if (typeof given !== 'string') throw new ValueProblem('must be a text; put quotes around it');
  if (maxLength !== undefined && given.length > maxLength) {
    throw new ValueProblem(`must not be longer than ${maxLength} characters`);
  }
  return given;
}

/** `"@name"`, a GUID where there is one target, `table:GUID` where there are several. */
function parseLookup({ targets = [] }: Column, given: unknown): WorldValue {
  if (typeof given !== 'string') throw new ValueProblem('must be "@name" of a row or an id');
  if (given.startsWith('@')) return { ref: given.slice(1) };
  const [table, id] = given.includes(':')
    ? given.split(':', 2)
    : [targets.length === 1 ? targets[0] : undefined, given];
  if (table === undefined || id === undefined || !guid.test(id) || !targets.includes(table)) {
    throw new ValueProblem(
      `must be "@name", ${targets.length === 1 ? 'a GUID' : 'table:GUID'} (of ${targets.join(' or ')})`,
    );
  }
  return targets.length === 1 ? id : { table, id };
}
