import { splitList } from './grammar.ts';

const compact: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

const written = new Map([
  ['call-id', 'Call-ID'],
  ['cseq', 'CSeq'],
  ['www-authenticate', 'WWW-Authenticate'],
  ['mime-version', 'MIME-Version'],
]);

function writtenName(name: string): string {
  let form = written.get(name);
  if (form === undefined) {
    form = name.replace(/(^|-)[a-z]/g, (part) => part.toUpperCase());
    if (written.size < 500) written.set(name, form);
  }
  return form;
}

/** The headers of one message in their order. Names compare without case, compact names count as their long form.
 *  Values are byte strings, unfolded and trimmed.
 *  Source: RFC 3261 §7.3. */
export class Headers {
  readonly #entries: (readonly [name: string, value: string])[] = [];

  /** Makes headers from pairs, leaving out pairs whose value is null. */
  static of(...pairs: readonly (readonly [name: string, value: string | null])[]): Headers {
    const headers = new Headers();
    for (const [name, value] of pairs) if (value !== null) headers.add(name, value);
    return headers;
  }

  /** The name in the form in which it is kept: lower case, never compact. */
  static nameOf(name: string): string {
    const lower = name.toLowerCase();
    return lower.length === 1 ? (compact[lower] ?? lower) : lower;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Appends. Throws RangeError on a line break in the value (our bug: it would inject a header). */
  add(name: string, value: string): this {
    if (/[\r\n\0]/.test(value) || /[\r\n:]/.test(name)) throw new RangeError(`line break in header ${name}`);
    this.#entries.push([Headers.nameOf(name), value]);
    return this;
  }

  /** Replaces every header of this name by one. */
  set(name: string, value: string): this {
    this.delete(name);
    return this.add(name, value);
  }

  delete(name: string): this {
    const kept = Headers.nameOf(name);
    for (let at = this.#entries.length - 1; at >= 0; at -= 1) {
      if (this.#entries[at]?.[0] === kept) this.#entries.splice(at, 1);
    }
    return this;
  }

  /** The first value, or null. */
  get(name: string): string | null {
    const kept = Headers.nameOf(name);
    for (const [entry, value] of this.#entries) if (entry === kept) return value;
    return null;
  }

  /** Every value in order, unsplit. */
  all(name: string): string[] {
    const kept = Headers.nameOf(name);
    return this.#entries.filter(([entry]) => entry === kept).map(([, value]) => value);
  }

  /** Every element of a comma list over all headers of this name. Refuses 400 on unclosed quotes. */
  list(name: string): string[] {
    return this.all(name).flatMap((value) => splitList(value, writtenName(Headers.nameOf(name))));
  }

  /** Appends all of another message's headers. */
  addAll(other: Headers): this {
    this.#entries.push(...other.#entries);
    return this;
  }

  /** The lines as they go on the wire, each ended by CRLF. */
  format(): string {
    let out = '';
    for (const [name, value] of this.#entries) out += `${writtenName(name)}: ${value}\r\n`;
    return out;
  }
}
