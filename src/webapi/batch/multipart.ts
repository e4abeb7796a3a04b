/** Multipart bodies as text: boundaries, parts, and the header lines that a part begins with. Every look at the text
 *  goes forwards once, whatever stands in it. */
import { Refusal } from '../../tables/index.ts';

/** Header lines and what follows the empty line after them. Names in lower case. */
export interface Headed {
  readonly headers: { readonly [name: string]: string | undefined };
  readonly rest: string;
}

const multipart = /^\s*multipart\/mixed\s*(?:;|$)/i;
const boundaryParameter = /;\s*boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/i;

/** Whether the type is multipart/mixed, with a boundary or without. */
export const isMultipart = (contentType: string | undefined): boolean =>
  contentType !== undefined && multipart.test(contentType);

/** The boundary of a multipart/mixed type: quoted or not. Refuses batchInvalid without one. */
export function boundaryOf(contentType: string): string {
  const [, quoted, plain] = boundaryParameter.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined)
    throw new Refusal(
      'batchInvalid',
      `The content type '${contentType.slice(0, 200)}' names no boundary: multipart/mixed; boundary=batch_1 is expected.`,
    );
  return boundary;
}

/** A delimiter at the start of a line: where its line starts and ends, and whether it is the closing one. */
interface Delimiter {
  readonly start: number;
  readonly end: number;
  readonly closes: boolean;
}

function nextDelimiter(text: string, mark: string, from: number): Delimiter | null {
  for (let start = text.indexOf(mark, from); start >= 0; start = text.indexOf(mark, start + mark.length)) {
    if (start > 0 && text.charCodeAt(start - 1) !== 10) continue;
    let end = start + mark.length;
    const closes = text.startsWith('--', end);
    if (closes) end += 2;
    while (text.charCodeAt(end) === 32 || text.charCodeAt(end) === 9) end += 1;
    if (end >= text.length) return { start, end, closes };
    if (text.charCodeAt(end) === 13) end += 1;
    if (text.charCodeAt(end) === 10) return { start, end: end + 1, closes };
  }
  return null;
}

/** The parts between the delimiters; what stands before the first and after the closing one is none. At most `most`.
 *  Refuses batchInvalid: no delimiter, none that closes (the body may have been cut off), too many parts. */
export function splitParts(text: string, boundary: string, most: number): string[] {
  const mark = `--${boundary}`;
  const parts: string[] = [];
  let open = nextDelimiter(text, mark, 0);
  if (open === null)
    throw new Refusal('batchInvalid', `The body holds no line '${mark}', the boundary its type names.`);
  while (!open.closes) {
    const next: Delimiter | null = nextDelimiter(text, mark, open.end) ?? endOfClosed(text, open.end);
    if (next === null)
      throw new Refusal('batchInvalid', `The body ends before the closing line '${mark}--': is it whole?`);
    if (parts.length === most)
      throw new Refusal('batchInvalid', `A batch may hold at most ${most} requests. Split it.`);
    parts.push(text.slice(open.end, withoutLineEnd(text, open.end, next.start)));
    open = next;
  }
  return parts;
}

/** The end of a last part that is closed itself, as a change set is: xrm-webapi-client writes no closing line after it.
 *  Null when its last line closes nothing. */
function endOfClosed(text: string, from: number): Delimiter | null {
  const rest = text.slice(from).trimEnd();
  const line = rest.slice(rest.lastIndexOf('\n') + 1);
  const isClosing = line.length > 4 && line.startsWith('--') && line.endsWith('--');
  return isClosing ? { start: text.length, end: text.length, closes: true } : null;
}

/** The line end before a delimiter belongs to the delimiter. */
function withoutLineEnd(text: string, from: number, end: number): number {
  let last = end;
  if (last > from && text.charCodeAt(last - 1) === 10) last -= 1;
  if (last > from && text.charCodeAt(last - 1) === 13) last -= 1;
  return last;
}

/** The most header lines of one part. */
const headerLimit = 100;

/** The first line of a text, and what follows it. Empty lines before it are passed over. */
export function firstLine(text: string): { readonly line: string; readonly rest: string } {
  let start = 0;
  while (text.charCodeAt(start) === 13 || text.charCodeAt(start) === 10) start += 1;
  const end = text.indexOf('\n', start);
  return end < 0
    ? { line: text.slice(start), rest: '' }
    : { line: withoutReturn(text.slice(start, end)), rest: text.slice(end + 1) };
}

/** Reads header lines up to the empty line, or to the end. Refuses batchInvalid for a line that is no header. */
export function readHeaders(text: string): Headed {
  const headers: Record<string, string> = Object.create(null);
  let start = 0;
  for (let count = 0; start < text.length; count += 1) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = withoutReturn(text.slice(start, end));
    start = end + 1;
    if (line.trim() === '') break;
    const colon = line.indexOf(':');
    if (colon <= 0 || count === headerLimit)
      throw new Refusal('batchInvalid', `'${line.slice(0, 100)}' is not a header of a part.`);
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const known = headers[name];
    headers[name] = known === undefined ? value : `${known}, ${value}`;
  }
  return { headers, rest: text.slice(start) };
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
