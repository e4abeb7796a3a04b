/** The lexical parts that SIP header values share. Text is a byte string: one character per byte (latin1), so that
 *  what was received is echoed byte for byte; `utf8Of` and `bytesOf` translate at the edges.
 *  Source: RFC 3261 §25.1. */
import { SipRefusal } from './refusal.ts';

/** Header parameters by lower-case name; null when there is no `=value`. Quoted values are unescaped. */
export type Parameters = ReadonlyMap<string, string | null>;

const tokenTable = new Uint8Array(256);
for (const char of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~") {
  tokenTable[char.charCodeAt(0)] = 1;
}
const space = 0x20;
const tab = 0x09;
const quote = 0x22;
const backslash = 0x5c;

/** Is this character code of the `token` production? */
export const isTokenCode = (code: number): boolean => tokenTable[code] === 1;

/** Is the whole text a non-empty `token`? */
export function isToken(text: string): boolean {
  if (text.length === 0) return false;
  for (let at = 0; at < text.length; at += 1) if (!isTokenCode(text.charCodeAt(at))) return false;
  return true;
}

/** Byte string → text. Bytes that are no UTF-8 become U+FFFD. */
export const utf8Of = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** Text → byte string. */
export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Text → quoted-string, quotes and backslashes escaped, control characters dropped. */
export function quoted(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (code < space || code === 0x7f) continue;
    out += code === quote || code === backslash ? `\\${char}` : char;
  }
  return `${out}"`;
}

/** Reads one header value from left to right. Every method refuses with 400 "Bad <what>". */
export class Cursor {
  readonly text: string;
  readonly what: string;
  at = 0;

  constructor(text: string, what: string) {
    this.text = text;
    this.what = what;
  }

  fail(): never {
    throw new SipRefusal(400, `Bad ${this.what}`);
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character code, NaN at the end. */
  peek(): number {
    return this.text.charCodeAt(this.at);
  }

  skipSpace(): void {
    for (let code = this.peek(); code === space || code === tab; code = this.peek()) this.at += 1;
  }

  /** Takes this character, with white space around it, if it comes next. */
  take(char: string): boolean {
    const before = this.at;
    this.skipSpace();
    if (this.text[this.at] !== char) {
      this.at = before;
      return false;
    }
    this.at += 1;
    this.skipSpace();
    return true;
  }

  expect(char: string): void {
    if (!this.take(char)) this.fail();
  }

  /** Takes characters while `accept` holds; refuses when there is none. */
  run(accept: (code: number) => boolean): string {
    const start = this.at;
    while (!this.done && accept(this.peek())) this.at += 1;
    if (this.at === start) this.fail();
    return this.text.slice(start, this.at);
  }

  token(): string {
    return this.run(isTokenCode);
  }

  /** A quoted-string from its opening quote; gives what is inside, unescaped. */
  quotedString(): string {
    if (this.peek() !== quote) this.fail();
    let out = '';
    for (this.at += 1; !this.done; this.at += 1) {
      const code = this.peek();
      if (code === quote) {
        this.at += 1;
        return out;
      }
      if (code === backslash) this.at += 1;
      else if ((code < space && code !== tab) || code === 0x7f) this.fail();
      if (this.done) break;
      out += this.text[this.at];
    }
    return this.fail();
  }
}

// Wider than token / host: peers put "=", "@" and "/" into tags and branches, and nothing is gained by refusing them.
const isValueCode = (code: number): boolean =>
  code > space &&
  code < 0x7f &&
  code !== 0x3b &&
  code !== 0x2c &&
  code !== quote &&
  code !== 0x3c &&
  code !== 0x3e;

/** `*( ";" name [ "=" value ] )` to the end of the text. Refuses an empty or repeated parameter with 400. */
export function readParameters(cursor: Cursor): Map<string, string | null> {
  const parameters = new Map<string, string | null>();
  while (cursor.take(';')) {
    const name = cursor.token().toLowerCase();
    let value: string | null = null;
    if (cursor.take('=')) value = cursor.peek() === quote ? cursor.quotedString() : cursor.run(isValueCode);
    if (parameters.has(name)) cursor.fail();
    parameters.set(name, value);
  }
  cursor.skipSpace();
  if (!cursor.done) cursor.fail();
  return parameters;
}

/** Parameters → text, each with its leading semicolon; values that are no plain value are quoted. */
export function formatParameters(parameters: Parameters): string {
  let out = '';
  for (const [name, value] of parameters) {
    out += `;${name}`;
    if (value === null) continue;
    let plain = value.length > 0;
    for (let at = 0; plain && at < value.length; at += 1) plain = isValueCode(value.charCodeAt(at));
    out += `=${plain ? value : quoted(value)}`;
  }
  return out;
}

/** Splits a header value at its commas, leaving those inside quotes and angle brackets; elements are trimmed.
 *  Refuses an unclosed quote or bracket with 400. */
export function splitList(value: string, what: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let inQuotes = false;
  let inAngle = false;
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at];
    if (inQuotes) {
      if (char === '\\') at += 1;
      else if (char === '"') inQuotes = false;
    } else if (char === '"') inQuotes = true;
    else if (char === '<') inAngle = true;
    else if (char === '>') inAngle = false;
    else if (char === ',' && !inAngle) {
      parts.push(value.slice(start, at).trim());
      start = at + 1;
    }
  }
  if (inQuotes || inAngle) throw new SipRefusal(400, `Bad ${what}`);
  parts.push(value.slice(start).trim());
  return parts;
}
