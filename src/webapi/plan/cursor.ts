import { Refusal } from '../../tables/index.ts';
import type { SqlType } from './condition.ts';
import { readInstant } from './instant.ts';
import type { OrderKey } from './order.ts';

/** Where a page ended: the next page's number and, for each key of the order, the last row's value as text. */
export interface Cursor {
  readonly page: number;
  readonly last: readonly (string | null)[];
}

const escapes: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');
const unescapeXml = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? '',
  );

const braced = (type: SqlType, value: string): string =>
  type === 'uuid' ? `{${value.toUpperCase()}}` : escapeXml(value);

function printKey(key: OrderKey, first: string | null, last: string | null): string {
  const side = (name: string, value: string | null): string =>
    value === null ? ` ${name}null="1"` : ` ${name}="${braced(key.type, value)}"`;
  return `<${key.name}${side('last', last)}${side('first', first)} />`;
}

/** The token that continues after `last`, in the form clients of the product know: a cookie around a cookie that is
 *  percent-encoded twice. Not yet encoded for the URL. Source: webapi.md §8, Paging. */
export function printCursor(
  keys: readonly OrderKey[],
  page: number,
  first: readonly (string | null)[],
  last: readonly (string | null)[],
): string {
  const values = keys.map((key, index) => printKey(key, first[index] ?? null, last[index] ?? null)).join('');
  const inner = `<cookie page="${page - 1}">${values}</cookie>`;
  const twice = encodeURIComponent(encodeURIComponent(inner));
  return `<cookie pagenumber="${page}" pagingcookie="${twice}" istracking="False" />`;
}

const outer = /^<cookie pagenumber="(\d{1,7})" pagingcookie="([^"]{1,30000})" istracking="False" \/>$/;
const wrapper = /^<cookie page="\d{1,7}">(.{1,30000})<\/cookie>$/s;
const element =
  /<([\w.]{1,300}) (?:last="([^"]{0,20000})"|lastnull="1")(?: first="[^"]{0,20000}"| firstnull="1") \/>/y;

const damaged = (): never => {
  throw new Refusal('malformedQuery', 'The $skiptoken is damaged or belongs to another query.');
};

/** Reads a token written by `printCursor` for the same order. Refuses malformedQuery. */
export function readCursor(token: string, keys: readonly OrderKey[]): Cursor {
  const [, page = '', encoded = ''] = outer.exec(token) ?? damaged();
  const [, content = ''] = wrapper.exec(decodeTwice(encoded)) ?? damaged();
  const last: (string | null)[] = [];
  let position = 0;
  for (const key of keys) {
    element.lastIndex = position;
    const found = element.exec(content);
    if (!found || found[1] !== key.name) return damaged();
    position = element.lastIndex;
    last.push(found[2] === undefined ? null : checked(key.type, unescapeXml(found[2])));
  }
  if (position !== content.length || Number(page) < 2) damaged();
  return { page: Number(page), last };
}

function decodeTwice(text: string): string {
  try {
    const decoded = decodeURIComponent(decodeURIComponent(text));
    return decoded.includes('\u0000') ? damaged() : decoded;
  } catch (error) {
    if (error instanceof URIError) return damaged();
    throw error;
  }
}

const forms: { readonly [T in SqlType]: RegExp } = {
  text: /^/,
  uuid: /^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/,
  int4: /^-?\d{1,10}$/,
  int8: /^-?\d{1,18}$/,
  numeric: /^-?\d{1,300}(?:\.\d{1,300})?$/,
  float8: /^-?\d{1,300}(?:\.\d{1,300})?(?:e[+-]?\d{1,3})?$/,
  bool: /^(?:true|false)$/,
  timestamptz: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  date: /^\d{4}-\d\d-\d\d$/,
};

function checked(type: SqlType, text: string): string {
  if (!forms[type].test(text)) damaged();
  if (type === 'uuid') return text.slice(1, -1).toLowerCase();
  const outOfRange =
    ((type === 'timestamptz' || type === 'date') && readInstant(text) === null) ||
    (type === 'int4' && Math.abs(Number(text)) > 2_147_483_647) ||
    (type === 'float8' && !Number.isFinite(Number(text)));
  if (outOfRange) damaged();
  // A number too small for the type would be a fault in the database; JavaScript makes it zero.
  return type === 'float8' ? String(Number(text)) : text;
}
