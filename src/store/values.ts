/** What a write may put into a column, and what stands there when it says nothing. */
import { type Choice, type Column, type Guid, Refusal, type Table } from '../tables/index.ts';
import { isLookup, isPolymorphic, isReference, isStored } from './columns.ts';
import { isGuid } from './uuid.ts';

/** Columns of one row about to be written, by logical name. */
export type Written = Record<string, unknown>;

/** Checks every value. A name or a kind of value that the table does not know is our bug and throws TypeError; a value
 *  that a person may get wrong is refused: textTooLong, valueOutOfRange. */
export function checkValues(table: Table, values: Readonly<Written>): void {
  for (const name of Object.keys(values)) {
    const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
    if (column === undefined || !isStored(column)) {
      throw new TypeError(`${table.logicalName} keeps no column ${name}`);
    }
    const value = values[name];
    if (value === null || value === undefined) continue;
    checkKind(table, name, column, value);
    if (value instanceof Date) checkInstant(table, name, value);
    if (typeof value === 'string' && value.includes('\0')) {
      throw new Refusal(
        'invalidArgument',
        `The text of ${name} holds the character 0, which cannot be kept.`,
      );
    }
    if (typeof value === 'string' && column.maxLength !== undefined && value.length > column.maxLength) {
      throw new Refusal('textTooLong', name, table.logicalName, column.maxLength);
    }
    if (typeof value === 'number') checkRange(table, name, column, value);
    checkChoice(table, name, column, value);
  }
}

function checkKind(table: Table, name: string, column: Column, value: unknown): void {
  if (kindFits(column, value)) return;
  throw new TypeError(`${table.logicalName}.${name} (${column.type}) cannot hold ${JSON.stringify(value)}`);
}

function kindFits(column: Column, value: unknown): boolean {
  switch (column.type) {
    case 'Integer':
    case 'Picklist':
    case 'State':
    case 'Status':
      return Number.isInteger(value);
    case 'Decimal':
    case 'Money':
    case 'Double':
      return Number.isFinite(value);
    case 'Boolean':
    case 'ManagedProperty':
      return typeof value === 'boolean';
    case 'DateTime':
      return value instanceof Date && !Number.isNaN(value.getTime());
    case 'MultiSelectPicklist':
      return Array.isArray(value) && value.every(Number.isInteger);
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      if (!isPolymorphic(column)) return isGuid(value);
      return isReference(value) && isGuid(value.id) && (column.targets?.includes(value.table) ?? true);
    case 'Uniqueidentifier':
    case 'File':
      return isGuid(value);
    case 'BigInt':
      return typeof value === 'string' && /^-?\d{1,19}$/.test(value);
    default:
      return typeof value === 'string';
  }
}

const int32 = { min: -2147483648, max: 2147483647 };

function checkRange(table: Table, name: string, column: Column, value: number): void {
  const whole = column.type === 'Integer' ? int32 : { min: -Infinity, max: Infinity };
  const min = column.min ?? whole.min;
  const max = column.max ?? whole.max;
  if (value >= min && value <= max) return;
  throw new Refusal('valueOutOfRange', value, name, table.logicalName, `${min} to ${max}`);
}

const firstInstant = Date.UTC(1753, 0, 1);
const lastInstant = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The span of SQL Server's datetime, which is Dataverse's. */
function checkInstant(table: Table, name: string, value: Date): void {
  if (value.getTime() >= firstInstant && value.getTime() <= lastInstant) return;
  throw new Refusal(
    'valueOutOfRange',
    value.toISOString(),
    name,
    table.logicalName,
    '1753-01-01 to 9999-12-31',
  );
}

function checkChoice(table: Table, name: string, column: Column, value: unknown): void {
  const { options } = column;
  if (options === undefined || typeof value === 'boolean') return;
  for (const one of Array.isArray(value) ? value : [value]) {
    if (options.some((option) => option.value === one)) continue;
    const accepted = options.map((option) => option.value).join(', ');
    throw new Refusal('valueOutOfRange', String(one), name, table.logicalName, accepted);
  }
}

/** Keeps state and status in step, in place: only a state brings its default status, only a status brings its state, a
 *  pair that does not fit is refused statusNotOfState. Source: webapi.md §6 "state". */
export function settleState(table: Table, values: Written): void {
  const states = table.columns.statecode?.options;
  const statuses = table.columns.statuscode?.options;
  if (states === undefined || statuses === undefined) return;
  const state = values.statecode ?? null;
  const status = values.statuscode ?? null;
  if (status === null && state === null) return;
  if (status === null) {
    values.statuscode = defaultStatus(states, statuses, state);
    return;
  }
  const owner = statuses.find(({ value }) => value === status)?.state;
  if (state === null) {
    values.statecode = owner;
    return;
  }
  if (owner !== undefined && owner !== state) {
    throw new Refusal('statusNotOfState', String(status), String(state), table.logicalName);
  }
}

/** A state that names no default status (they are deprecated ones) takes its first, or none. */
function defaultStatus(
  states: readonly Choice[],
  statuses: readonly Choice[],
  state: unknown,
): number | null {
  const named = states.find(({ value }) => value === state)?.defaultStatus;
  return named ?? statuses.find((status) => status.state === state)?.value ?? null;
}

const defaults = new WeakMap<Table, Readonly<Written>>();

/** The values of a new row where the caller gives none: the columns' own defaults, the first state, the activity's type.
 *  State and status only when the caller gives neither. */
export function defaultsOf(table: Table): Readonly<Written> {
  const found = defaults.get(table);
  if (found !== undefined) return found;
  const made: Written = {};
  for (const [name, column] of Object.entries(table.columns)) {
    if (!isStored(column) || column.type === 'State' || column.type === 'Status') continue;
    const value = defaultOf(table, name, column);
    if (value !== undefined) made[name] = value;
  }
  defaults.set(table, made);
  return made;
}

function defaultOf(table: Table, name: string, column: Column): unknown {
  if (table.isActivity && name === 'activitytypecode') return table.logicalName;
  if (column.default === undefined) return undefined;
  if (column.type === 'Boolean') return column.default === 1;
  return column.type === 'MultiSelectPicklist' ? [column.default] : column.default;
}

/** The first state of a new row when the caller gives neither state nor status. */
export function firstState(table: Table): number | undefined {
  const column = table.columns.statecode;
  return column?.default ?? column?.options?.[0]?.value;
}

/** The lookups among the values that point somewhere: what to check. */
export function pointing(
  table: Table,
  values: Readonly<Written>,
): { name: string; target: string; id: Guid }[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const column = table.columns[name];
    if (column === undefined || value === null || !isLookup(column)) return [];
    if (isReference(value)) return [{ name, target: value.table, id: value.id }];
    return [{ name, target: column.targets?.[0] ?? '', id: String(value) }];
  });
}
