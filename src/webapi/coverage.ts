/** What of the Dataverse Web API is there: read from the very tables the code works with, so it cannot say otherwise than
 *  the code does. Source: product.md principle 1; mission.md B7. */
import { columnsLeftOut, Refusal, tables } from '../tables/index.ts';
import type { ApiRequest } from './api.ts';
import { gaps } from './coverage-gaps.ts';
import { headerExamples } from './coverage-headers.ts';
import { differing, waysRound } from './coverage-notes.ts';
import { parseFetch } from './fetch/parse/fetch.ts';
import { fetchOperators, functions } from './fetch/plan/operators.ts';
import { definitionSets } from './metadata/catalogue.ts';
import { known, parseOptions, unserved, unsupported } from './parse/options.ts';
import { parsePrefer } from './parse/prefer.ts';
import { parse } from './parse.ts';
import { entityOf } from './plan/entity.ts';
import { operations } from './plan/operations.ts';

/** `same`: as the product does, as far as is known. `differs`: see the number in docs/differences.md. `refused`: as the
 *  product refuses it. `absent`: answers 501 and names it. */
export type CoverageStatus = 'same' | 'differs' | 'refused' | 'absent';

/** One thing. `note`: the way round, or what there is to know. */
export interface CoverageEntry {
  readonly name: string;
  readonly status: CoverageStatus;
  readonly difference?: number;
  readonly note?: string;
}

/** One table. `properties`: how many are served. `leftOut`: columns of the product that no source states the type of. */
export interface TableCoverage extends CoverageEntry {
  readonly properties: number;
  readonly leftOut: readonly string[];
}

/** Everything. `gaps`: every form beside these that answers 501, in the words of its answer. */
export interface Coverage {
  readonly tables: readonly TableCoverage[];
  readonly messages: readonly CoverageEntry[];
  readonly queryOptions: readonly CoverageEntry[];
  readonly operators: readonly CoverageEntry[];
  readonly queryFunctions: readonly CoverageEntry[];
  readonly fetchOperators: readonly CoverageEntry[];
  readonly fetchElements: readonly CoverageEntry[];
  readonly headers: readonly CoverageEntry[];
  readonly preferences: readonly CoverageEntry[];
  readonly metadata: readonly CoverageEntry[];
  readonly gaps: readonly string[];
}

/** Forms by an example each: whether they are there is asked of the parser, not written down. */
const filterExamples: { readonly [name: string]: string } = {
  'eq, ne': "a eq 'x' and b ne null",
  'gt, ge, lt, le': 'a gt 1 and a ge 1 and a lt 1 and a le 1',
  'and, or, not, parentheses': 'not (a eq 1 or b eq 2) and c eq 3',
  contains: "contains(a,'x')",
  startswith: "startswith(a,'x')",
  endswith: "endswith(a,'x')",
  'any, all': 'c/any(o:o/a eq 1) and c/all(o:o/a eq 1)',
  'parameter aliases': 'a eq @p',
  'column against column': 'a eq b',
  in: "a in ('x','y')",
  'arithmetic (add, sub, mul, div, mod)': 'a add 1 eq 2',
  'date functions (year, month, day, hour …)': 'year(a) eq 2026',
  'text functions (length, tolower, concat …)': "tolower(a) eq 'x'",
};

const condition = '<filter><condition attribute="a" operator="eq" value="1"/></filter>';
const fetchExamples: { readonly [name: string]: string } = {
  'fetch top, distinct, count, page, returntotalrecordcount':
    '<fetch distinct="true" count="5" page="1" returntotalrecordcount="true"><entity name="a"/></fetch>',
  'fetch paging-cookie': '<fetch count="5" page="2" paging-cookie=""><entity name="a"/></fetch>',
  'fetch no-lock, latematerialize': '<fetch no-lock="true" latematerialize="true"><entity name="a"/></fetch>',
  'fetch aggregate, aggregatelimit':
    '<fetch aggregate="true" aggregatelimit="10"><entity name="a"><attribute name="b" alias="c" aggregate="count"/></entity></fetch>',
  'fetch datasource': '<fetch datasource="retained"><entity name="a"/></fetch>',
  'attribute, alias': '<fetch><entity name="a"><attribute name="b" alias="c"/></entity></fetch>',
  'attribute groupby, dategrouping':
    '<fetch aggregate="true"><entity name="a"><attribute name="b" alias="c" groupby="true" dategrouping="day"/></entity></fetch>',
  'attribute rowaggregate':
    '<fetch><entity name="a"><attribute name="b" alias="c" rowaggregate="CountChildren"/></entity></fetch>',
  'all-attributes, no-attrs': '<fetch><entity name="a"><all-attributes/></entity></fetch>',
  order: '<fetch><entity name="a"><order attribute="b" descending="true"/></entity></fetch>',
  'filter, condition': `<fetch><entity name="a">${condition}</entity></fetch>`,
  'condition valueof':
    '<fetch><entity name="a"><filter><condition attribute="a" operator="eq" valueof="b"/></filter></entity></fetch>',
  'condition value elements':
    '<fetch><entity name="a"><filter><condition attribute="a" operator="in"><value>1</value></condition></filter></entity></fetch>',
  ...Object.fromEntries(
    ['inner', 'outer', 'exists', 'in', 'matchfirstrowusingcrossapply'].map((type) => [
      `link-entity link-type ${type}`,
      `<fetch><entity name="a"><link-entity name="b" from="c" to="d" link-type="${type}"/></entity></fetch>`,
    ]),
  ),
  ...Object.fromEntries(
    ['any', 'not any', 'all', 'not all'].map((type) => [
      `link-entity link-type ${type} (in a filter)`,
      `<fetch><entity name="a"><filter><link-entity name="b" from="c" to="d" link-type="${type}">${condition}</link-entity></filter></entity></fetch>`,
    ]),
  ),
};

const preferExamples = [
  'return=representation',
  'odata.maxpagesize=5',
  'odata.include-annotations="*"',
  'odata.track-changes',
  'respond-async',
];

/** Query functions that no FetchXML operator stands for. */
const withoutOperator = ['EqualRoleBusinessId'];

/** What is there, of the tables as they are now. */
export function coverage(): Coverage {
  return {
    tables: [...tables.values()]
      .map((table) => ({
        ...entry('table', table.logicalName, 'same'),
        properties: entityOf(table).properties.size,
        leftOut: leftOutOf(table.logicalName),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    messages: [...operations].map(([name, { served }]) => entry('message', name, served ? 'same' : 'absent')),
    queryOptions: [
      ...known.map((name) => entry('option', name, 'same')),
      ...[...unserved].map((name) => ({ ...entry('option', name, 'same'), note: 'of `$metadata` only' })),
      ...[...unsupported].map(([name, note]) => ({ ...entry('option', name, 'refused'), note })),
    ],
    operators: Object.entries(filterExamples).map(([name, text]) =>
      entry(
        'operator',
        name,
        statusOf(() => parseOptions(`$filter=${encodeURIComponent(text)}`)),
      ),
    ),
    queryFunctions: [...new Set([...functions.values(), ...withoutOperator])]
      .sort()
      .map((name) => entry('function', name, 'same')),
    fetchOperators: [...fetchOperators].sort().map((name) => entry('fetch operator', name, 'same')),
    fetchElements: Object.entries(fetchExamples).map(([name, text]) =>
      entry(
        'fetch element',
        name,
        statusOf(() => parseFetch(text)),
      ),
    ),
    headers: Object.entries(headerExamples).map(([name, [value, note]]) => ({
      ...entry(
        'header',
        name,
        statusOf(() => parse(requestWith(name, value))),
      ),
      note,
    })),
    preferences: preferExamples.map((text) => {
      const isHonoured = Object.keys(parsePrefer(text).asked).length > 0;
      return isHonoured
        ? entry('preference', text, 'same')
        : { ...entry('preference', text, 'refused'), note: 'ignored, without Preference-Applied' };
    }),
    metadata: ['$metadata', ...definitionSets.keys()].map((name) => entry('metadata', name, 'same')),
    gaps,
  };
}

function entry(kind: string, name: string, status: CoverageStatus): CoverageEntry {
  const difference = differing[`${kind} ${name}`];
  const note = status === 'absent' ? waysRound[`${kind} ${name}`] : undefined;
  return {
    name,
    status: difference !== undefined && status === 'same' ? 'differs' : status,
    ...(difference === undefined ? {} : { difference }),
    ...(note === undefined ? {} : { note }),
  };
}

function statusOf(attempt: () => unknown): CoverageStatus {
  try {
    attempt();
    return 'same';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.key === 'notImplemented' ? 'absent' : 'refused';
  }
}

const requestWith = (header: string, value: string): ApiRequest => ({
  ...{ method: 'GET', url: '/api/data/v9.2/contacts', origin: '', body: null },
  headers: { [header.split(':')[0]?.toLowerCase() ?? '']: value },
});

function leftOutOf(table: string): string[] {
  return columnsLeftOut
    .filter((name) => name.startsWith(`${table}.`))
    .map((name) => name.slice(table.length + 1))
    .sort();
}
