import { Refusal } from '../../tables/index.ts';
import type { Literal, Operand } from './ast.ts';
import type { Scanner } from './scanner.ts';

const guid = /[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![\w-])/y;
const dateTime = /\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:[Zz]|[+-]\d\d:\d\d)(?![\w-])/y;
const date = /\d{4}-\d\d-\d\d(?![\w-])/y;
const number = /-?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,3})?(?![\w-])/y;
const dottedName = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
const bareWord = /(?:null|true|false)(?![\w./])/y;
const alias = /@[A-Za-z_]\w*/y;
const memberName = /[A-Za-z_@][\w.@]*/y;

/** Reads a literal, or null when none starts here.
 *  Refuses unterminatedLiteral and malformedQuery. Source: webapi.md §8, literals. */
export function parseLiteral(scanner: Scanner): Literal | null {
  const next = scanner.peek();
  if (next === "'") return { type: 'string', value: scanner.string() };
  if (next === '[') return parseList(scanner);
  if (next === '{') return parseObject(scanner);
  if (next === '"') return { type: 'string', value: doubleQuoted(scanner) };
  return parsePlain(scanner) ?? parseEnum(scanner);
}

function parsePlain(scanner: Scanner): Literal | null {
  let text = scanner.match(guid);
  if (text !== null) return { type: 'guid', value: text.toLowerCase() };
  text = scanner.match(dateTime);
  if (text !== null) return { type: 'dateTime', text: text.toUpperCase() };
  text = scanner.match(date);
  if (text !== null) return { type: 'date', text };
  text = scanner.match(number);
  if (text !== null) return { type: 'number', text };
  text = scanner.match(bareWord);
  if (text === null) return null;
  return text === 'null' ? { type: 'null' } : { type: 'boolean', value: text === 'true' };
}

function parseEnum(scanner: Scanner): Literal | null {
  const start = scanner.position;
  const name = scanner.match(dottedName);
  if (name !== null && scanner.text.charAt(scanner.position) === "'")
    return { type: 'enum', name, value: scanner.string() };
  scanner.position = start;
  return null;
}

function doubleQuoted(scanner: Scanner): string {
  const start = scanner.position;
  for (let end = start + 1; end < scanner.text.length; end += 1) {
    const character = scanner.text.charAt(end);
    if (character === '\\') end += 1;
    else if (character === '"') {
      scanner.position = end + 1;
      return readQuoted(scanner, scanner.text.slice(start, end + 1));
    }
  }
  throw new Refusal('unterminatedLiteral', scanner.text.length, scanner.text);
}

function readQuoted(scanner: Scanner, text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    scanner.fail();
  }
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value) && !value.includes('\u0000')
    ? value
    : scanner.fail();
}

function separator(scanner: Scanner, end: string): boolean {
  if (scanner.take(end)) return false;
  if (scanner.take(',')) return true;
  throw new Refusal(
    'malformedQuery',
    `Invalid JSON. A comma character ',' was expected in scope '${end === ']' ? 'Array' : 'Object'}'. Every two elements in an array and properties of an object must be separated by commas.`,
  );
}

function parseList(scanner: Scanner): Literal {
  scanner.expect('[');
  const items: Literal[] = [];
  if (scanner.take(']')) return { type: 'list', items };
  do items.push(scanner.nested(() => parseLiteral(scanner) ?? scanner.fail()));
  while (separator(scanner, ']'));
  return { type: 'list', items };
}

function parseObject(scanner: Scanner): Literal {
  scanner.expect('{');
  const members: [string, Literal][] = [];
  if (scanner.take('}')) return { type: 'object', members };
  do {
    const next = scanner.peek();
    const name =
      next === "'"
        ? scanner.string()
        : next === '"'
          ? doubleQuoted(scanner)
          : (scanner.match(memberName) ?? scanner.fail());
    scanner.expect(':');
    members.push([name, scanner.nested(() => parseLiteral(scanner) ?? scanner.fail())]);
  } while (separator(scanner, '}'));
  return { type: 'object', members };
}

/** Reads an alias (`@p1`), or null when none starts here. */
export function parseAlias(scanner: Scanner): Operand | null {
  const text = scanner.match(alias);
  return text === null ? null : { kind: 'alias', name: text.slice(1) };
}
