import { Refusal } from '../../tables/index.ts';
import type { Expression, Literal, Operand } from '../parse/ast.ts';
import { isObject, type Json } from '../parse/body.ts';
import type { Described } from './described.ts';
import { membersOf, metadataComplexTypes, metadataEnums } from './types.ts';

type Aliases = ReadonlyMap<string, Operand>;
type Test = (node: Described) => boolean;

/** Makes a test of a $filter over definitions: primitive and enum members, members of complex ones by path.
 *  Refuses propertyNotFound, malformedQuery, and metadataFunction for functions, which the product has not here either.
 *  Source: webapi.md §13. */
export function definitionFilter(expression: Expression, type: string, aliases: Aliases): Test {
  switch (expression.kind) {
    case 'and': {
      const tests = expression.operands.map((one) => definitionFilter(one, type, aliases));
      return (node) => tests.every((test) => test(node));
    }
    case 'or': {
      const tests = expression.operands.map((one) => definitionFilter(one, type, aliases));
      return (node) => tests.some((test) => test(node));
    }
    case 'not': {
      const test = definitionFilter(expression.operand, type, aliases);
      return (node) => !test(node);
    }
    case 'compare':
      return comparison(expression, type, aliases);
    case 'truth':
      return truth(expression.operand, type);
    case 'text':
      throw new Refusal('metadataFunction', expression.name);
    case 'lambda':
      throw new Refusal('metadataFunction', expression.operator);
    case 'query':
      throw new Refusal('metadataFunction', expression.name);
  }
}

function truth(operand: Operand, type: string): Test {
  if (operand.kind !== 'path')
    throw new Refusal('malformedQuery', 'A $filter over definitions compares members.');
  const member = memberAt(operand.path, type);
  if (member.type !== 'Edm.Boolean')
    throw new Refusal('malformedQuery', `The member '${operand.path.join('/')}' is not a boolean.`);
  return (node) => valueAt(node, operand.path) === true;
}

function comparison(
  { operator, left, right }: Expression & { kind: 'compare' },
  type: string,
  aliases: Aliases,
): Test {
  const literal = right.kind === 'alias' ? aliases.get(right.name) : right;
  if (left.kind !== 'path' || literal?.kind !== 'literal')
    throw new Refusal('malformedQuery', 'A $filter over definitions compares a member with a value.');
  const { path } = left;
  const wanted = wantedOf(memberAt(path, type), literal.literal);
  return (node) => {
    const value = valueAt(node, path);
    switch (operator) {
      case 'eq':
        return value === wanted;
      case 'ne':
        return value !== wanted;
      default:
        return value !== null && wanted !== null && ordered(value, operator, wanted);
    }
  };
}

function ordered(one: Json, operator: 'gt' | 'ge' | 'lt' | 'le', other: Json): boolean {
  if (typeof one !== typeof other || (typeof one !== 'number' && typeof one !== 'string')) return false;
  const [low, high] = [one, other as typeof one];
  if (operator === 'gt') return low > high;
  if (operator === 'ge') return low >= high;
  return operator === 'lt' ? low < high : low <= high;
}

function memberAt(path: readonly string[], type: string): { readonly type: string } {
  const [name = '', inner, more] = path;
  const outer = membersOf(type)[name];
  if (outer === undefined) throw new Refusal('propertyNotFound', name, type);
  const complex = metadataComplexTypes[outer.replace('mscrm.', '')];
  if (inner === undefined) {
    if (complex || outer.startsWith('Collection('))
      throw new Refusal('malformedQuery', `The member '${name}' cannot be compared as a whole.`);
    return { type: outer };
  }
  const found = complex && Object.hasOwn(complex, inner) ? complex[inner] : undefined;
  if (found === undefined || more !== undefined)
    throw new Refusal('propertyNotFound', path.slice(1).join('/'), outer.replace('mscrm.', ''));
  return { type: found };
}

/** The value a literal stands for, when it is one of the member's type. */
function wantedOf({ type }: { readonly type: string }, literal: Literal): Json {
  if (literal.type === 'null') return null;
  const name = type.replace('mscrm.', '');
  if (name in metadataEnums) {
    if (literal.type !== 'enum') throw incompatible(`Microsoft.Dynamics.CRM.${name}`, literal);
    const members = metadataEnums[name] ?? [];
    if (literal.name !== `Microsoft.Dynamics.CRM.${name}` || !members.includes(literal.value))
      throw new Refusal(
        'malformedQuery',
        `The string '${literal.name}'${literal.value}'' is not a valid enumeration type constant. Members of Microsoft.Dynamics.CRM.${name}: ${members.join(', ')}.`,
      );
    return literal.value;
  }
  if (type === 'Edm.Boolean' && literal.type === 'boolean') return literal.value;
  if (type === 'Edm.Guid' && literal.type === 'guid') return literal.value;
  if (/^Edm\.(?:Int\d\d|Double|Decimal)$/.test(type) && literal.type === 'number')
    return Number(literal.text);
  if (type === 'Edm.String' && literal.type === 'string') return literal.value;
  throw incompatible(type, literal);
}

const edmTypes: { readonly [T in Literal['type']]?: string } = {
  string: 'Edm.String',
  number: 'Edm.Int32',
  boolean: 'Edm.Boolean',
  guid: 'Edm.Guid',
};

const incompatible = (type: string, literal: Literal): Refusal =>
  new Refusal(
    'malformedQuery',
    `A binary operator with incompatible types was detected. Found operand types '${type}' and '${edmTypes[literal.type] ?? literal.type}' for operator kind 'Equal'.`,
  );

function valueAt({ members }: Described, path: readonly string[]): Json {
  const [name = '', inner] = path;
  const outer = members[name] ?? null;
  if (inner === undefined) return outer;
  return isObject(outer) ? (outer[inner] ?? null) : null;
}
