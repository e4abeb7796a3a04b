/** The parameters of an operation, read and checked by its own declaration. Source: webapi.md §11, §12. */
import { Refusal, tables } from '../../tables/index.ts';
import { isObject, type Json, type JsonObject } from '../parse/body.ts';
import type { Place } from './address.ts';
import { type Entity, entityOf, isPrincipal } from './entity.ts';
import { enumerations, flags } from './enumerations.ts';
import type { Member } from './operations.ts';
import { readRowPlace } from './reference.ts';

/** A row given as a parameter. `id`: of its key, or of what `@odata.id` names; null when it names none, or names one by
 *  an alternate key: then `place` says which. `body`: its members as given, the key among them. */
export interface RowParameter {
  readonly entity: Entity;
  readonly id: string | null;
  readonly place: Place | null;
  readonly body: JsonObject;
}

/** A value as it was declared: a row for a table's type, the JSON as given for a complex type. */
export type Parameter = Json | RowParameter | readonly RowParameter[];

const guid = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const collection = /^Collection\((.+)\)$/;
const namespace = /^(?:mscrm|Microsoft\.Dynamics\.CRM)\./;
const typeName = /^#?(?:mscrm|Microsoft\.Dynamics\.CRM)\.(\w{1,128})$/;

/** The parameters of one call, each as its declaration says. A name that was not declared, or is asked for as what it is
 *  not, is our bug and throws TypeError. */
export class Parameters {
  readonly #values: ReadonlyMap<string, Parameter>;

  constructor(values: ReadonlyMap<string, Parameter>) {
    this.#values = values;
  }

  /** A text, GUID (in lower case), instant or member of an enumeration; null when it was left out or is empty. */
  text(name: string): string | null {
    const value = this.#of(name);
    if (value === null || typeof value === 'string') return value || null;
    throw new TypeError(`the parameter ${name} is no text`);
  }

  number(name: string): number | null {
    const value = this.#of(name);
    if (value === null || typeof value === 'number') return value;
    throw new TypeError(`the parameter ${name} is no number`);
  }

  flag(name: string): boolean | null {
    const value = this.#of(name);
    if (value === null || typeof value === 'boolean') return value;
    throw new TypeError(`the parameter ${name} is no flag`);
  }

  texts(name: string): readonly string[] {
    const value = this.#of(name) ?? [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw new TypeError(`the parameter ${name} is no list of texts`);
  }

  numbers(name: string): readonly number[] {
    const value = this.#of(name) ?? [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value;
    throw new TypeError(`the parameter ${name} is no list of numbers`);
  }

  row(name: string): RowParameter | null {
    const value = this.#of(name);
    if (value === null || isRow(value)) return value;
    throw new TypeError(`the parameter ${name} is no row`);
  }

  rows(name: string): readonly RowParameter[] {
    const value = this.#of(name) ?? [];
    if (Array.isArray(value) && value.every(isRow)) return value;
    throw new TypeError(`the parameter ${name} is no list of rows`);
  }

  /** A list of values of a complex type, as given. */
  objects(name: string): readonly JsonObject[] {
    const value = this.#of(name) ?? [];
    if (Array.isArray(value) && value.every((item) => !isRow(item) && isObject(item as Json)))
      return value as readonly JsonObject[];
    throw new TypeError(`the parameter ${name} is no list of objects`);
  }

  /** A value of a complex type, as given. */
  object(name: string): JsonObject | null {
    const value = this.#of(name);
    if (value === null || (!isRow(value) && isObject(value as Json))) return value as JsonObject | null;
    throw new TypeError(`the parameter ${name} is no object`);
  }

  #of(name: string): Parameter {
    const value = this.#values.get(name);
    if (value === undefined) throw new TypeError(`the parameter ${name} is not declared`);
    return value;
  }
}

const isRow = (value: Parameter | undefined): value is RowParameter =>
  typeof value === 'object' && value !== null && 'entity' in value && 'body' in value;

/** Reads the parameters that were given. Refuses malformedBody for one that is not declared, invalidArgument for one that
 *  is missing or of another type, and what references refuse. Annotations (`Target@odata.type`) are passed over. */
export function readParameters(
  operation: string,
  declared: readonly Member[],
  given: JsonObject,
): Parameters {
  const unknown = Object.keys(given).find(
    (name) => !name.includes('@') && !declared.some((member) => member.name === name),
  );
  if (unknown !== undefined)
    throw new Refusal('malformedBody', `The parameter '${unknown}' is not a parameter of ${operation}.`);
  const values = new Map<string, Parameter>();
  for (const { name, type, required } of declared) {
    const value = Object.hasOwn(given, name) ? (given[name] ?? null) : null;
    if (value === null && required)
      throw new Refusal('invalidArgument', `The parameter '${name}' of ${operation} is required.`);
    values.set(name, value === null ? null : readValue(name, type, value));
  }
  return new Parameters(values);
}

function readValue(name: string, type: string, value: Json): Parameter {
  const item = collection.exec(type)?.[1];
  if (item === undefined)
    return type.startsWith('Edm.') ? readPlain(name, type, value) : readDeclared(name, type, value);
  if (!Array.isArray(value)) throw wrong(name, 'a list');
  // Every item is of one type, so that the list is one of rows or one of plain values.
  return value.map((one, place) => readValue(`${name}[${place}]`, item, one)) as Parameter;
}

function readPlain(name: string, type: string, value: Json): Json {
  const form = plain[type];
  if (form === undefined) throw new TypeError(`parameters of the type ${type} are not known`);
  const read = form.read(value);
  if (read === undefined) throw wrong(name, form.words);
  return read;
}

interface Form {
  readonly words: string;
  readonly read: (value: Json) => Json | undefined;
}

const whole = (words: string, max: number): Form => ({
  words,
  read: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value <= max && value >= -max - 1
      ? value
      : undefined,
});
const fraction: Form = {
  words: 'a number',
  read: (value) => (typeof value === 'number' ? value : undefined),
};
const text: Form = { words: 'a text', read: (value) => (typeof value === 'string' ? value : undefined) };

const plain: Readonly<Record<string, Form>> = {
  'Edm.String': text,
  'Edm.Guid': {
    words: 'a GUID without braces',
    read: (value) => (typeof value === 'string' && guid.test(value) ? value.toLowerCase() : undefined),
  },
  'Edm.Int32': whole('a whole number', 2_147_483_647),
  'Edm.Int64': whole('a whole number', Number.MAX_SAFE_INTEGER),
  'Edm.Decimal': fraction,
  'Edm.Double': fraction,
  'Edm.Boolean': {
    words: 'true or false',
    read: (value) => (typeof value === 'boolean' ? value : undefined),
  },
  'Edm.DateTimeOffset': {
    words: 'a date-time such as 2026-01-05T10:00:00Z',
    read: (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined),
  },
  'Edm.Binary': {
    words: 'a text in base64',
    read: (value) =>
      typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value) ? value : undefined,
  },
};

/** A value of one of the namespace's types: an enumeration, a row, or a complex type, which is left to its operation. */
function readDeclared(name: string, type: string, value: Json): Parameter {
  const bare = type.replace(namespace, '');
  const members = enumerations.get(bare);
  if (members !== undefined) return readMember(name, bare, members, value);
  if (tables.has(bare) || bases.has(bare)) return readRow(name, bare, value);
  if (flags.has(bare) ? typeof value === 'string' : isObject(value)) return value;
  throw wrong(name, flags.has(bare) ? `a text of members of ${bare}` : `an object of the type ${bare}`);
}

function readMember(name: string, type: string, members: readonly string[], value: Json): string {
  const found = typeof value === 'number' ? members[value] : members.find((member) => member === value);
  if (found === undefined) throw wrong(name, `a member of ${type}: ${members.join(', ')}`);
  return found;
}

/** The types that several tables have as their base. */
const bases: ReadonlySet<string> = new Set(['crmbaseentity', 'principal', 'activitypointer']);

/** Reads a row: `{"@odata.id": …}`, or its members with the key, and `@odata.type` when the type is not fixed. Tables of
 *  the same base may stand in for one another where the declaration names a principal. */
function readRow(name: string, declared: string, value: Json): RowParameter {
  if (!isObject(value)) throw wrong(name, 'an object with the key of a row or @odata.id');
  const reference = value['@odata.id'];
  const place = reference === undefined ? null : readRowPlace(reference);
  const entity = entityOfType(name, declared, value) ?? place?.root;
  if (entity === undefined)
    throw new Refusal(
      'invalidArgument',
      `The parameter '${name}' must say which table it is of: {"@odata.type":"Microsoft.Dynamics.CRM.<table>", …} or {"@odata.id":"<set>(<id>)"}.`,
    );
  if (place && place.root.table !== entity.table)
    throw wrong(name, `a row of '${entity.table.entitySetName}'`);
  if (!fits(declared, entity)) throw wrong(name, `a row of the type ${declared}`);
  return { entity, id: place?.rootId ?? keyIn(name, entity, value), place, body: value };
}

function entityOfType(name: string, declared: string, value: JsonObject): Entity | undefined {
  const given = value['@odata.type'];
  if (given !== undefined) {
    const table = tables.get((typeof given === 'string' && typeName.exec(given)?.[1]) || '');
    if (table === undefined || table.isIntersect) throw wrong(name, 'of a table, as its @odata.type says');
    return entityOf(table);
  }
  const keyed = declared === 'principal' ? principalIn(value) : declared;
  const table = bases.has(keyed) ? undefined : tables.get(keyed);
  return table && entityOf(table);
}

const principalIn = (value: JsonObject): string =>
  ['systemuser', 'team'].find((table) => value[`${table}id`] !== undefined) ?? 'principal';

function fits(declared: string, { table }: Entity): boolean {
  if (declared === 'crmbaseentity') return true;
  if (declared === 'principal') return isPrincipal(table);
  if (declared === 'activitypointer') return table.isActivity;
  return declared === table.logicalName;
}

function keyIn(name: string, { table, key }: Entity, value: JsonObject): string | null {
  const given = value[key.name] ?? (isPrincipal(table) ? value.ownerid : undefined) ?? null;
  if (given === null) return null;
  if (typeof given === 'string' && guid.test(given)) return given.toLowerCase();
  throw wrong(`${name}.${key.name}`, 'a GUID without braces');
}

const wrong = (name: string, words: string): Refusal =>
  new Refusal('invalidArgument', `The parameter '${name}' must be ${words}.`);
