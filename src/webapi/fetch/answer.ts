import { Refusal } from '../../tables/index.ts';
import type { ApiResponse } from '../api.ts';
import type { Exchange, RowsAddress } from '../exchange.ts';
import { refuseMissing } from '../locate.ts';
import { noOptions } from '../parse/options.ts';
import { wantsAnnotation } from '../parse/prefer.ts';
import { isSingle } from '../plan/address.ts';
import { type AggregatePlan, planApply } from '../plan/aggregate.ts';
import { printCursor, printOuter } from '../plan/cursor.ts';
import { Planning } from '../plan/filter.ts';
import { planPlace } from '../plan/place.ts';
import type { RowsPlan } from '../plan/rowset.ts';
import { planAnnotations } from '../plan.ts';
import { readRow } from '../read.ts';
import { rowsetText } from '../response/rowset.ts';
import { appliedHeader, jsonResponse, linkWith, type ReadRow, responseAnnotations } from '../response.ts';
import { aggregateToSql } from '../sql/aggregate.ts';
import { rowsToSql } from '../sql/rowset.ts';
import { countLimit } from '../sql.ts';
import { parseFetch } from './parse/fetch.ts';
import { planFetch } from './plan/plan.ts';
import { storedFetchXml, storedQueryOf } from './stored.ts';

type Query = RowsPlan | AggregatePlan;

/** Whether a request for rows is one for the rows of a query in FetchXML, given or stored, or of an $apply. */
export const isQuery = ({ request: { options } }: Exchange): boolean =>
  options.apply !== null || ['fetchXml', 'savedQuery', 'userQuery'].some((name) => options.special.has(name));

/** Answers a GET with fetchXml, savedQuery, userQuery or $apply. Refuses what the plans refuse, aggregateLimitExceeded,
 *  recordNotFound for a stored query. Source: webapi.md §8, $apply and savedQuery; §9. */
export async function answerQuery(exchange: Exchange, address: RowsAddress): Promise<ApiResponse> {
  if (isSingle(address.place) || address.suffix !== null)
    throw new Refusal(
      'malformedQuery',
      'A query with fetchXml, savedQuery, userQuery or $apply needs a set of rows.',
    );
  return exchange.request.options.apply === null
    ? answerFetch(exchange, address)
    : answerApply(exchange, address);
}

async function answerFetch(exchange: Exchange, address: RowsAddress): Promise<ApiResponse> {
  const { request, asker } = exchange;
  const { options, preferences } = request;
  const stored = storedQueryOf(options.special);
  refuseOthers(exchange, new Set(stored ? ['$skiptoken'] : ['$count']));
  const xml = stored ? await storedFetchXml(exchange, stored) : (options.special.get('fetchXml') ?? '');
  const fetch = parseFetch(xml);
  const planning = new Planning(options.aliases, asker);
  const [at] = planPlace(address.place, planning);
  if (!at) throw new Error('a place has at least one plan');
  const wanted = {
    count: options.count,
    maxPageSize: preferences.maxPageSize,
    token: stored ? options.skipToken : null,
  };
  const { query, names } = planFetch(fetch, at, wanted, planning);
  const row = await run(exchange, address, query);
  const shape = names === null ? '' : `(${names.join(',')})`;
  const more = row.more ? tokenOf(query, row) : null;
  const rest = stored || more === null ? [] : cookieMembers(exchange, more);
  return respond(exchange, query, row, { shape, rest, next: stored ? more : null });
}

async function answerApply(exchange: Exchange, address: RowsAddress): Promise<ApiResponse> {
  const { request, asker } = exchange;
  const { apply, orderBy, top, skipToken } = request.options;
  const { maxPageSize } = request.preferences;
  refuseOthers(exchange, new Set(['$apply', '$orderby', '$top', '$skiptoken']));
  const planning = new Planning(request.options.aliases, asker);
  const [at] = planPlace(address.place, planning);
  if (!at) throw new Error('a place has at least one plan');
  const query = planApply(apply ?? [], at, { orderBy, top, maxPageSize, token: skipToken }, planning);
  const row = await run(exchange, address, query);
  const next = row.more ? tokenOf(query, row) : null;
  return respond(exchange, query, row, { shape: '', rest: [], next });
}

/** Refuses malformedQuery for an option that does not go with the query. */
function refuseOthers({ request: { options } }: Exchange, allowed: ReadonlySet<string>): void {
  const given: readonly (readonly [string, boolean])[] = [
    ['$select', options.select !== null],
    ['$filter', options.filter !== null],
    ['$orderby', options.orderBy.length > 0],
    ['$top', options.top !== null],
    ['$count', options.count !== noOptions.count],
    ['$expand', options.expand.length > 0],
    ['$apply', options.apply !== null],
    ['$skiptoken', options.skipToken !== null],
    ['$id', options.id !== null],
    ...[...options.special.keys()].slice(options.apply === null ? 1 : 0).map((name) => [name, true] as const),
    ...options.unserved.map((name) => [name, true] as const),
  ];
  const refused = given.find(([name, is]) => is && !allowed.has(name));
  if (refused)
    throw new Refusal(
      'malformedQuery',
      `The query option '${refused[0]}' cannot be combined with this query.`,
    );
}

async function run(exchange: Exchange, address: RowsAddress, query: Query): Promise<ReadRow> {
  const { request, asker, database, names } = exchange;
  const annotations = planAnnotations(request.preferences.annotations, asker.settings);
  exchange.lap('plan');
  const statement =
    query.kind === 'rows' ? rowsToSql(query, annotations) : aggregateToSql(query, annotations);
  exchange.lap('sql');
  const row: ReadRow & { readonly exceeded?: boolean } =
    (await readRow(database.reader, names.named(statement))) ?? {};
  exchange.lap('read');
  if (row.found === false) await refuseMissing(database.reader, asker, address.place, false);
  if (row.exceeded) throw new Refusal('aggregateLimitExceeded');
  return row;
}

const list = (text: string | null | undefined): (string | null)[] =>
  text ? (JSON.parse(text) as (string | null)[]) : [];

/** The longest token that continues by values: it has to fit into a URL beside the query. */
const tokenLimit = 12_000;

/** What continues the query after this page. */
function tokenOf(query: Query, row: ReadRow): string {
  const next = query.page.number + 1;
  if (query.kind === 'rows' && query.keyed) {
    const token = printCursor(query.order, next, list(row.first), list(row.last));
    if (token.length <= tokenLimit) return token;
  }
  return printOuter(next, null);
}

/** Nothing on the last page: clients take the cookie for a sign that there is more. Source: webapi.md §9, Paging. */
function cookieMembers({ request: { preferences } }: Exchange, token: string): string[] {
  const notes: readonly (readonly [string, string | boolean])[] = [
    ['Microsoft.Dynamics.CRM.fetchxmlpagingcookie', token],
    ['Microsoft.Dynamics.CRM.morerecords', true],
  ];
  return notes
    .filter(([name]) => wantsAnnotation(preferences.annotations, name))
    .map(([name, value]) => `"@${name}":${JSON.stringify(value)}`);
}

function respond(
  exchange: Exchange,
  query: Query,
  row: ReadRow,
  parts: { readonly shape: string; readonly rest: readonly string[]; readonly next: string | null },
): ApiResponse {
  const { request, asker } = exchange;
  const { preferences, root, url } = request;
  const { entity } = query.at.scope;
  const annotations = planAnnotations(preferences.annotations, asker.settings);
  const rows = rowsetText(query.columns, row.value ?? null, entity, annotations);
  const members = [
    `"@odata.context":${JSON.stringify(`${root}/$metadata#${entity.table.entitySetName}${parts.shape}`)}`,
    ...(row.count === undefined ? [] : [`"@odata.count":${Math.min(row.count, countLimit)}`]),
    ...responseAnnotations(row, preferences),
    ...parts.rest,
    `"value":[${rows}]`,
    ...(parts.next === null ? [] : [`"@odata.nextLink":${JSON.stringify(linkWith(url, parts.next))}`]),
  ];
  const response = jsonResponse(
    200,
    `{${members.join(',')}}`,
    appliedHeader(preferences, query.page.preferred ? ['annotations', 'maxPageSize'] : ['annotations']),
  );
  exchange.lap('respond');
  return response;
}
