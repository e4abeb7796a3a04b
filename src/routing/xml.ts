/** A small strict reader of XML, for the rule sets and contracts that routing keeps as text.
 *  No document type, no entities beyond the five and character references, no namespaces, bounded size and depth:
 *  the text comes from whoever may edit a rule. Source: rules.md §4.1. */

/** An element. `text`: its own character data, joined; white space kept. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** What is wrong with the text and where (offset in UTF-16 units). */
export class XmlError extends Error {
  override readonly name = 'XmlError';
  readonly at: number;
  constructor(message: string, at: number) {
    super(`${message} at character ${at}`);
    this.at = at;
  }
}

const maxLength = 1_048_576;
const maxDepth = 64;
const predefined: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };
const nameForm = /[A-Za-z_][\w.-]*/y;
const space = /\s*/y;

interface Building {
  readonly name: string;
  readonly attributes: { [name: string]: string };
  readonly children: XmlElement[];
  text: string;
}

/** Where the reader stands. One function per construct moves `at` forward. */
interface Reading {
  readonly source: string;
  at: number;
}

/** Reads one document. Throws XmlError. */
export function readXml(source: string): XmlElement {
  if (source.length > maxLength) throw new XmlError(`longer than ${maxLength} characters`, maxLength);
  const reading: Reading = { source, at: source.startsWith('\uFEFF') ? 1 : 0 };
  skipDeclaration(reading);
  skipBetween(reading);
  const root = readElement(reading);
  skipBetween(reading);
  if (reading.at < source.length) throw new XmlError('text after the root element', reading.at);
  return root;
}

function skipDeclaration(reading: Reading): void {
  if (!/^<\?xml\s/.test(reading.source.slice(reading.at, reading.at + 6))) return;
  reading.at = endOf(reading, '?>', 'XML declaration');
}

function endOf(reading: Reading, mark: string, what: string): number {
  const end = reading.source.indexOf(mark, reading.at);
  if (end < 0) throw new XmlError(`${what} does not end`, reading.at);
  return end + mark.length;
}

/** White space and comments outside the root. */
function skipBetween(reading: Reading): void {
  for (;;) {
    take(reading, space);
    if (!reading.source.startsWith('<!--', reading.at)) return;
    reading.at = endOf(reading, '-->', 'comment');
  }
}

function take(reading: Reading, form: RegExp): string {
  form.lastIndex = reading.at;
  const found = form.exec(reading.source)?.[0] ?? '';
  reading.at += found.length;
  return found;
}

function expect(reading: Reading, mark: string): void {
  if (!reading.source.startsWith(mark, reading.at)) throw new XmlError(`'${mark}' expected`, reading.at);
  reading.at += mark.length;
}

/** One element with all below it; a stack instead of recursion, so that depth is a number and not our stack. */
function readElement(reading: Reading): XmlElement {
  const open: Building[] = [];
  for (;;) {
    const { element, empty } = readStartTag(reading);
    open.push(element);
    if (open.length > maxDepth) throw new XmlError(`deeper than ${maxDepth} elements`, reading.at);
    let closing = empty;
    for (;;) {
      const current = open.at(-1) as Building;
      if (!closing) closing = readContent(reading, current) === 'end';
      if (!closing) break;
      open.pop();
      const parent = open.at(-1);
      if (!parent) return current;
      parent.children.push(current);
      closing = false;
    }
  }
}

function readStartTag(reading: Reading): { element: Building; empty: boolean } {
  if (/^<[!?]/.test(reading.source.slice(reading.at, reading.at + 2)))
    throw new XmlError('document types and processing instructions are not read', reading.at);
  expect(reading, '<');
  const element: Building = { name: readName(reading), attributes: {}, children: [], text: '' };
  for (;;) {
    const gap = take(reading, space);
    if (reading.source.startsWith('/>', reading.at)) {
      reading.at += 2;
      return { element, empty: true };
    }
    if (reading.source[reading.at] === '>') {
      reading.at += 1;
      return { element, empty: false };
    }
    if (gap === '') throw new XmlError('white space expected before an attribute', reading.at);
    readAttribute(reading, element);
  }
}

function readName(reading: Reading): string {
  const name = take(reading, nameForm);
  if (name === '') throw new XmlError('name expected', reading.at);
  return name;
}

function readAttribute(reading: Reading, element: Building): void {
  const name = readName(reading);
  if (Object.hasOwn(element.attributes, name))
    throw new XmlError(`attribute ${name} given twice`, reading.at);
  take(reading, space);
  expect(reading, '=');
  take(reading, space);
  const quote = reading.source[reading.at];
  if (quote !== '"' && quote !== "'") throw new XmlError('quoted value expected', reading.at);
  reading.at += 1;
  const from = reading.at;
  reading.at = endOf(reading, quote, `value of ${name}`);
  const raw = reading.source.slice(from, reading.at - 1);
  if (raw.includes('<')) throw new XmlError(`'<' in the value of ${name}`, from);
  element.attributes[name] = withoutEntities(raw, from);
}

/** Content up to the next start tag ('child') or the end tag of `current` ('end'). */
function readContent(reading: Reading, current: Building): 'child' | 'end' {
  for (;;) {
    const next = reading.source.indexOf('<', reading.at);
    if (next < 0) throw new XmlError(`<${current.name}> is not closed`, reading.at);
    current.text += withoutEntities(reading.source.slice(reading.at, next), reading.at);
    reading.at = next;
    if (reading.source.startsWith('<!--', next)) reading.at = endOf(reading, '-->', 'comment');
    else if (reading.source.startsWith('<![CDATA[', next)) {
      const end = endOf(reading, ']]>', 'CDATA section');
      current.text += reading.source.slice(next + 9, end - 3);
      reading.at = end;
    } else if (reading.source.startsWith('</', next)) {
      reading.at += 2;
      const name = readName(reading);
      if (name !== current.name) throw new XmlError(`</${current.name}> expected, </${name}> found`, next);
      take(reading, space);
      expect(reading, '>');
      return 'end';
    } else return 'child';
  }
}

function withoutEntities(raw: string, from: number): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&([^;&]{0,12});?/g, (whole, name: string, offset: number) => {
    const text = whole.endsWith(';') ? (predefined[name] ?? character(name)) : undefined;
    if (text === undefined) throw new XmlError(`entity ${whole} is not known`, from + offset);
    return text;
  });
}

function character(reference: string): string | undefined {
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(reference);
  if (!digits) return undefined;
  const code = digits[1] ? Number.parseInt(digits[1], 16) : Number(digits[2]);
  const legal =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code < 0xd800) ||
    (code > 0xdfff && code <= 0x10ffff);
  return legal && code !== 0xfffe && code !== 0xffff ? String.fromCodePoint(code) : undefined;
}
