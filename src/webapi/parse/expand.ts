import { Refusal } from '../../tables/index.ts';
import type { ExpandItem, Expression, OrderItem } from './ast.ts';
import { parseFilterWithin, parseOperand } from './filter.ts';
import type { Scanner } from './scanner.ts';

const name = /[A-Za-z_]\w*/y;
const path = /[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*/y;
const option = /\$?[A-Za-z]+/y;
const digits = /\d{1,9}(?![\w.])/y;
const direction = /(?:asc|desc)(?!\w)/y;
const reference = /\/\$ref(?!\w)/y;

/** Reads a comma separated list of property names. Refuses malformedQuery. */
export function parseSelect(scanner: Scanner): string[] {
  const names = [];
  do names.push(scanner.match(path) ?? scanner.fail());
  while (scanner.take(','));
  return names;
}

/** Reads the entries of an $orderby. Refuses malformedQuery. */
export function parseOrderBy(scanner: Scanner): OrderItem[] {
  const items = [];
  do {
    const operand = parseOperand(scanner);
    items.push({ operand, descending: scanner.match(direction) === 'desc' });
  } while (scanner.take(','));
  return items;
}

/** Reads a positive whole number. Refuses malformedQuery for anything else. Source: webapi.md §8, $top. */
export function parseTop(scanner: Scanner): number {
  const text = scanner.match(digits);
  const top = Number(text);
  if (text === null || top < 1)
    throw new Refusal('malformedQuery', `Invalid value '${scanner.text}' for $top query option found.`);
  return top;
}

/** Reads an $expand. Options of one property are separated by semicolons. Refuses malformedQuery.
 *  Source: webapi.md §8, $expand. */
export function parseExpand(scanner: Scanner): ExpandItem[] {
  const items = [];
  do items.push(parseItem(scanner));
  while (scanner.take(','));
  return items;
}

function parseItem(scanner: Scanner): ExpandItem {
  const property = scanner.match(name) ?? scanner.fail();
  const asReference = scanner.match(reference) !== null;
  const parts: { -readonly [K in keyof ExpandItem]?: ExpandItem[K] } = {};
  if (!asReference && scanner.take('(')) {
    do scanner.nested(() => parseOption(scanner, parts));
    while (scanner.take(';'));
    scanner.expect(')');
  }
  const none: { filter: Expression | null; select: string[] | null; top: number | null } = {
    filter: null,
    select: null,
    top: null,
  };
  return { name: property, reference: asReference, orderBy: [], expand: [], ...none, ...parts };
}

function parseOption(scanner: Scanner, parts: { -readonly [K in keyof ExpandItem]?: ExpandItem[K] }): void {
  const key = scanner.match(option) ?? scanner.fail();
  scanner.expect('=');
  const seen = { $select: 'select', $filter: 'filter', $orderby: 'orderBy', $top: 'top', $expand: 'expand' };
  if (key in seen && seen[key as keyof typeof seen] in parts)
    throw new Refusal('malformedQuery', `Query option '${key}' was specified more than once in $expand.`);
  switch (key) {
    case '$select':
      parts.select = parseSelect(scanner);
      return;
    case '$filter':
      parts.filter = parseFilterWithin(scanner);
      return;
    case '$orderby':
      parts.orderBy = parseOrderBy(scanner);
      return;
    case '$top':
      parts.top = parseTop(scanner);
      return;
    case '$expand':
      parts.expand = parseExpand(scanner);
      return;
    default:
      throw new Refusal('malformedQuery', `The query option '${key}' is not supported in $expand.`);
  }
}
