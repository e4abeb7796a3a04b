import { Refusal } from '../../tables/index.ts';
import type { SqlType } from './condition.ts';
import { readInstant } from './instant.ts';
import type { OrderKey } from './order.ts';

/** Where a page ended: the next page's number and, for each key of the order, the last row's value as text. */
export interface Cursor {
  readonly page: number;
  readonly last: readonly (string | null)[];
}

/** What would end a value, and what XML would change in it, is percent-encoded: clients of FetchXML escape a cookie's
 *  markup but not its ampersands. */
const escapeValue = (text: string): string =>
  text.replace(/[\p{Cc}%&<>"']/gu, (character) =>
    character === "'" ? '%27' : encodeURIComponent(character),
  );
const unescapeValue = (text: string): string =>
  text.replace(/%([0-7][0-9A-F])|%C2%([89][0-9A-F])/g, (_, ascii?: string, control?: string) =>
    String.fromCharCode(Number.parseInt(ascii ?? control ?? '', 16)),
  );

const braced = (type: SqlType, value: string): string =>
  type === 'uuid' ? `{${value.toUpperCase()}}` : escapeValue(value);

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
  return printOuter(page, `<cookie page="${page - 1}">${values}</cookie>`);
}

/** The cookie around a cookie; `inner` null where only the number of the next page is known. */
export function printOuter(page: number, inner: string | null): string {
  if (inner === null) return `<cookie pagenumber="${page}" istracking="False" />`;
  // Clients tell by `%253ccookie` in lower case that it is encoded twice.
  const once = encodeURIComponent(inner).replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase());
  const twice = encodeURIComponent(once);
  return `<cookie pagenumber="${page}" pagingcookie="${twice}" istracking="False" />`;
}

const outer = /^<cookie pagenumber="(\d{1,7})"(?: pagingcookie="([^"]{1,30000})")? istracking="False" \/>$/;
const wrapper = /^<cookie page="(\d{1,7})">(.{1,30000})<\/cookie>$/s;
const element =
  /<([\w.]{1,300}) (?:last="([^"]{0,20000})"|lastnull="1")(?: first="[^"]{0,20000}"| firstnull="1") \/>/y;

const damaged = (): never => {
  throw new Refusal('malformedQuery', 'The $skiptoken is damaged or belongs to another query.');
};

/** Reads a token written by `printCursor` for the same order. Refuses malformedQuery. */
export function readCursor(token: string, keys: readonly OrderKey[]): Cursor {
  const { page, inner } = readOuter(token);
  const cursor = inner === null ? null : readInner(inner, keys);
  return cursor === null ? damaged() : { page, last: cursor.last };
}

/** Reads what `printOuter` wrote. Refuses malformedQuery. */
export function readOuter(token: string): { readonly page: number; readonly inner: string | null } {
  const [, page = '', encoded] = outer.exec(token) ?? damaged();
  if (Number(page) < 2) damaged();
  return { page: Number(page), inner: encoded === undefined ? null : decodeTwice(encoded) };
}

/** Reads the cookie inside a token; its `page` is the one that follows. Null when it is damaged or of another order. */
export function readInner(cookie: string, keys: readonly OrderKey[]): Cursor | null {
  const [, page = '', content = ''] = wrapper.exec(cookie) ?? [];
  const last: (string | null)[] = [];
  let position = 0;
  for (const key of keys) {
    element.lastIndex = position;
    const found = element.exec(content);
    if (!found || found[1] !== key.name) return null;
    position = element.lastIndex;
    const value = found[2] === undefined ? null : checked(key.type, unescapeValue(found[2]));
    if (value === undefined) return null;
    last.push(value);
  }
  return position === content.length ? { page: Number(page) + 1, last } : null;
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

/** The value as the type takes it, undefined when it is none. */
function checked(type: SqlType, text: string): string | undefined {
  if (!forms[type].test(text) || text.includes('\u0000')) return undefined;
  if (type === 'uuid') return text.slice(1, -1).toLowerCase();
  const outOfRange =
    ((type === 'timestamptz' || type === 'date') && readInstant(text) === null) ||
    (type === 'int4' && Math.abs(Number(text)) > 2_147_483_647) ||
    (type === 'float8' && !Number.isFinite(Number(text)));
  if (outOfRange) return undefined;
  // A number too small for the type would be a fault in the database; JavaScript makes it zero.
  return type === 'float8' ? String(Number(text)) : text;
}
