/** The structured headers: Via, From/To/Contact/Route, CSeq. Each reader refuses with 400 "Bad <header>".
 *  Source: RFC 3261 §20. */
import { Cursor, formatParameters, isTokenCode, type Parameters, readParameters } from './grammar.ts';
import { SipRefusal } from './refusal.ts';
import { hostText, parseUri, readHostPort } from './uri.ts';

/** A name-addr or addr-spec with its header parameters. `display` is unescaped, still a byte string. */
export interface NameAddress {
  readonly display: string;
  readonly uri: string;
  readonly parameters: Parameters;
}

/** One Via element. `transport` in upper case; `port` null when not written. */
export interface Via {
  readonly transport: string;
  readonly host: string;
  readonly port: number | null;
  readonly parameters: Parameters;
}

// Bare UTF-8 in an unquoted display name is outside the grammar, but phones send it and it harms nobody.
const isNameCode = (code: number): boolean => isTokenCode(code) || code >= 0x80;

function readDisplay(cursor: Cursor): string {
  cursor.skipSpace();
  if (cursor.peek() === 0x22) return cursor.quotedString();
  const words: string[] = [];
  while (!cursor.done && cursor.text[cursor.at] !== '<') {
    words.push(cursor.run(isNameCode));
    cursor.skipSpace();
  }
  return words.join(' ');
}

/** One element of From, To, Contact, Route or Record-Route. */
export function parseNameAddress(text: string, what: string): NameAddress {
  const cursor = new Cursor(text, what);
  cursor.skipSpace();
  const start = cursor.at;
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text.slice(start));
  if (scheme) {
    // Without brackets the parameters belong to the header, and "?" or "," may not stand at all.
    const uri = cursor.run((code) => code > 0x20 && code !== 0x3b && code !== 0x3c && code !== 0x3e);
    if (/[?,"]/.test(uri)) cursor.fail();
    parseUri(uri);
    return { display: '', uri, parameters: readParameters(cursor) };
  }
  const display = readDisplay(cursor);
  cursor.skipSpace();
  if (cursor.text[cursor.at] !== '<') cursor.fail();
  const close = text.indexOf('>', cursor.at);
  if (close < 0) cursor.fail();
  const uri = text.slice(cursor.at + 1, close);
  parseUri(uri);
  cursor.at = close + 1;
  return { display, uri, parameters: readParameters(cursor) };
}

/** One Via element. */
export function parseVia(text: string): Via {
  const cursor = new Cursor(text, 'Via');
  cursor.skipSpace();
  if (cursor.token().toUpperCase() !== 'SIP') cursor.fail();
  cursor.expect('/');
  if (cursor.token() !== '2.0') cursor.fail();
  cursor.expect('/');
  const transport = cursor.token().toUpperCase();
  const gap = cursor.at;
  cursor.skipSpace();
  if (cursor.at === gap) cursor.fail();
  const end = text.indexOf(';', cursor.at);
  const sentBy = text.slice(cursor.at, end < 0 ? text.length : end).replace(/[ \t]*:[ \t]*/g, ':');
  cursor.at = end < 0 ? text.length : end;
  try {
    return { transport, ...readHostPort(sentBy.trim()), parameters: readParameters(cursor) };
  } catch (error) {
    if (error instanceof SipRefusal) return cursor.fail();
    throw error;
  }
}

/** Via → text. */
export const formatVia = (via: Via): string =>
  `SIP/2.0/${via.transport} ${hostText(via.host)}${via.port === null ? '' : `:${via.port}`}${formatParameters(via.parameters)}`;

/** CSeq → number (0 to 2³¹−1) and method. */
export function parseCseq(text: string): { readonly number: number; readonly method: string } {
  const match = /^(\d{1,12})[ \t]+([^ \t]+)$/.exec(text);
  const number = Number(match?.[1]);
  const method = match?.[2];
  if (method === undefined || !(number < 2 ** 31)) throw new SipRefusal(400, 'Bad CSeq');
  return { number, method };
}
