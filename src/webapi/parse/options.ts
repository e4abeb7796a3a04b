import { Refusal } from '../../tables/index.ts';
import { parseApply } from './apply.ts';
import type { Operand, QueryOptions } from './ast.ts';
import { parseExpand, parseOrderBy, parseSelect, parseTop } from './expand.ts';
import { parseFilter, parseOperand } from './filter.ts';
import { Scanner } from './scanner.ts';

/** Options that Dataverse itself does not serve, with the way round (webapi.md §8). */
export const unsupported: ReadonlyMap<string, string> = new Map([
  ['$skip', 'follow @odata.nextLink, with Prefer: odata.maxpagesize for the size of a page'],
  ['$search', "use contains(column,'text') in $filter"],
  ['$format', 'every answer is JSON'],
  ['$compute', 'use $apply for sums and groups'],
  ['$levels', 'nest $expand in $expand'],
  ['$index', 'use $orderby'],
]);
/** Options that are read. */
export const known: readonly string[] = [
  ...['$select', '$filter', '$orderby', '$top', '$count', '$expand', '$apply', '$skiptoken', '$deltatoken'],
  ...['$id', 'fetchXml', 'savedQuery', 'userQuery'],
];
/** Options of the product that are read and named, but not served yet. */
export const unserved: ReadonlySet<string> = new Set(['annotations']);
/** Options of change tracking, of files and of stored and FetchXML queries (webapi.md §8, §9, §14, §15). */
const special: ReadonlySet<string> = new Set([
  '$deltatoken',
  'x-ms-file-name',
  'size',
  'sessiontoken',
  'fetchXml',
  'savedQuery',
  'userQuery',
]);
/** What says nothing to us: a variable for plug-ins, and which languages labels are wanted in, of which there is one. */
const ignored: ReadonlySet<string> = new Set(['tag', 'LabelLanguages']);
const booleans: ReadonlySet<string> = new Set(['true', 'false']);

/** The options of a request without a query. */
export const noOptions: QueryOptions = {
  select: null,
  filter: null,
  orderBy: [],
  top: null,
  count: false,
  expand: [],
  apply: null,
  aliases: new Map(),
  skipToken: null,
  id: null,
  special: new Map(),
  unserved: [],
};

/** Decodes one part of a query string: `+` is a space, percent escapes are UTF-8. Refuses malformedQuery. */
export function decode(text: string, plusIsSpace = true): string {
  const spaced = plusIsSpace && text.includes('+') ? text.replaceAll('+', ' ') : text;
  let decoded = spaced;
  if (spaced.includes('%')) {
    try {
      decoded = decodeURIComponent(spaced);
    } catch {
      throw new Refusal('malformedQuery', 'The URL holds a percent sign that starts no valid escape.');
    }
  }
  if (decoded.includes('\u0000')) throw new Refusal('malformedQuery', 'The URL holds a null character.');
  return decoded;
}

/** Splits a query string at its ampersands and decodes each part once. Refuses an option given twice. */
function splitQuery(query: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    if (parts.has(name))
      throw new Refusal('malformedQuery', `Query option '${name}' was specified more than once.`);
    parts.set(name, equals < 0 ? '' : decode(part.slice(equals + 1)));
  }
  return parts;
}

/** Reads every query option. Strict: a name nobody knows is refused, never dropped; only `tag` and `LabelLanguages` are ignored.
 *  Refuses malformedQuery. Source: webapi.md §1 and §8. */
export function parseOptions(query: string): QueryOptions {
  if (query === '') return noOptions;
  const options: { -readonly [K in keyof QueryOptions]: QueryOptions[K] } = { ...noOptions };
  const aliases = new Map<string, Operand>();
  const named: string[] = [];
  const specials = new Map<string, string>();
  for (const [name, value] of splitQuery(query)) {
    if (name.startsWith('@')) aliases.set(name.slice(1), parseAliasValue(value));
    else if (unserved.has(name)) named.push(name);
    else if (special.has(name)) specials.set(name, value);
    else if (!ignored.has(name)) parseOption(options, name, value);
  }
  options.aliases = aliases;
  options.special = specials;
  options.unserved = named;
  return options;
}

function parseAliasValue(value: string): Operand {
  const scanner = new Scanner(value);
  if (scanner.atEnd()) return { kind: 'literal', literal: { type: 'null' } };
  return whole(scanner, parseOperand);
}

function whole<R>(scanner: Scanner, read: (scanner: Scanner) => R): R {
  const result = read(scanner);
  if (!scanner.atEnd()) scanner.fail();
  return result;
}

function parseOption(
  options: { -readonly [K in keyof QueryOptions]: QueryOptions[K] },
  name: string,
  value: string,
): void {
  switch (name) {
    case '$select':
      options.select = whole(new Scanner(value), parseSelect);
      return;
    case '$filter':
      options.filter = parseFilter(value);
      return;
    case '$orderby':
      options.orderBy = whole(new Scanner(value), parseOrderBy);
      return;
    case '$expand':
      options.expand = whole(new Scanner(value), parseExpand);
      return;
    case '$top':
      options.top = whole(new Scanner(value), parseTop);
      return;
    case '$count':
      if (!booleans.has(value))
        throw new Refusal('malformedQuery', `Invalid value '${value}' for $count query option found.`);
      options.count = value === 'true';
      return;
    case '$apply':
      options.apply = whole(new Scanner(value), parseApply);
      return;
    case '$skiptoken':
      // dataverse-webapi puts a slash behind the link that it follows.
      options.skipToken = value.replace(/\/$/, '');
      return;
    case '$id':
      options.id = value;
      return;
    default:
      throw new Refusal('malformedQuery', unknownText(name));
  }
}

/** Why an option is refused, and what would be right. */
function unknownText(name: string): string {
  const wayRound = unsupported.get(name);
  if (wayRound !== undefined) return `The query option '${name}' is not supported: ${wayRound}.`;
  const bare = name.toLowerCase().replace(/^\$/, '');
  const meant = known.find((option) => option.toLowerCase().replace(/^\$/, '') === bare);
  return `The query parameter '${name}' is not known${meant ? `: write '${meant}', names are case sensitive` : ''}.`;
}
