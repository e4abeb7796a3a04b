import { Refusal } from '../../tables/index.ts';
import type { ApiResponse } from '../api.ts';
import { type Exchange, type RowsAddress, runRead } from '../exchange.ts';
import { readOrganizationLimits } from '../files/organization.ts';
import { noOptions } from '../parse/options.ts';
import { pageLimit } from '../parse/prefer.ts';
import type { ParsedRequest } from '../parse.ts';
import { isSingle } from '../plan/address.ts';
import { printCursor } from '../plan/cursor.ts';
import { planRead, type ReadPlan } from '../plan.ts';
import { readRow } from '../read.ts';
import { contextOf } from '../response/context.ts';
import { appliedHeader, jsonResponse, linkWith, pageBody, type ReadRow, textResponse } from '../response.ts';
import { toSql } from '../sql.ts';
import { printDelta, printFirstRead, readDelta, readFirstRead } from './cursor.ts';
import { type DeltaToken, printToken, readToken } from './token.ts';

/** Whether a GET begins to follow the changes of a set, or follows them: what `answerTracked` answers. The preference
 *  means nothing anywhere else. */
export function isTracked({ request }: Exchange, { place, property, suffix }: RowsAddress): boolean {
  if (place.steps.length > 0 || isSingle(place) || property !== null || suffix === 'ref') return false;
  if (request.options.special.has('$deltatoken')) return true;
  return request.preferences.trackChanges && suffix === null;
}

/** Answers a read with a delta link, what a delta link leads to, and the count of it. Refuses notTrackable for the options
 *  that change tracking does not take, trackingNotAllowed for a caller who may not read every row, versionStampExpired,
 *  and what planRead refuses. Source: webapi.md §14; published documentation, change tracking. */
export async function answerTracked(exchange: Exchange, address: RowsAddress): Promise<ApiResponse> {
  const { request, asker } = exchange;
  refuseOptions(request);
  const { table } = address.place.root;
  // A deleted row has nobody any more whom one could ask for a share in it: who may not see all sees none.
  if (asker.access.rule(table, 'read') !== null)
    throw new Refusal('trackingNotAllowed', asker.userId, `prvRead${table.schemaName}`);
  const given = request.options.special.get('$deltatoken');
  if (given === undefined) return firstRead(exchange, address);
  const delta = await openDelta(exchange, given);
  if (address.suffix !== 'count') return deltaPage(exchange, address, delta);
  const { token, upTo } = delta;
  return textResponse(String(await exchange.log.changedRowCount({ table, after: token.version, upTo })));
}

function refuseOptions({ options }: ParsedRequest): void {
  const refused: readonly (readonly [string, boolean])[] = [
    ['$filter', options.filter !== null],
    ['$orderby', options.orderBy.length > 0],
    ['$expand', options.expand.length > 0],
    ['$top', options.top !== null],
  ];
  const found = refused.find(([, given]) => given);
  if (found) throw new Refusal('notTrackable', found[0]);
}

/** A request without what only change tracking reads. */
const plain = (request: ParsedRequest, skipToken: string | null): ParsedRequest => {
  const special = new Map([...request.options.special].filter(([name]) => name !== '$deltatoken'));
  return { ...request, options: { ...request.options, special, skipToken } };
};

/** All rows. The token is taken before the rows are read, and again with each further page the same: a change in between
 *  may be told twice, and never not at all. */
async function firstRead(exchange: Exchange, address: RowsAddress): Promise<ApiResponse> {
  const { request, log, database } = exchange;
  const before = request.options.skipToken === null ? null : readFirstRead(request.options.skipToken);
  const token =
    before?.token ?? printToken({ version: (await log.changeRange()).newest, givenOn: await log.now() });
  const read = plain(request, before?.cookie ?? request.options.skipToken);
  const { plan, row } = await runRead(exchange, address, database.reader, read);
  const found = row ?? {};
  const link = found.more
    ? member('@odata.nextLink', linkWith(request.url, printFirstRead(cookieAfter(plan, found), token)))
    : member('@odata.deltaLink', deltaLink(request.url, token));
  const body = pageBody(plan, { ...found, more: false }, request.url, request.preferences);
  return respond(
    request,
    body.replace(',"value":[', () => `,${link},"value":[`),
  );
}

const valuesOf = (text: string | null | undefined): (string | null)[] =>
  text ? (JSON.parse(text) as (string | null)[]) : [];

const cookieAfter = ({ order, cursor }: ReadPlan, { first, last }: ReadRow): string =>
  printCursor(order, (cursor?.page ?? 1) + 1, valuesOf(first), valuesOf(last));

/** A delta: from the version of the token up to where it ends on all its pages. */
interface Delta {
  readonly token: DeltaToken;
  readonly upTo: number;
  readonly now: Date;
  readonly page: number;
  readonly from: { readonly deleted: boolean; readonly seq: number };
}

async function openDelta({ request, log, database }: Exchange, given: string): Promise<Delta> {
  const { newest } = await log.changeRange();
  const now = await log.now();
  const { trackingDays: days } = await readOrganizationLimits(database.reader);
  const token = readToken(given, { newest, now, days });
  const { skipToken } = request.options;
  const start = { page: 1, upTo: newest, from: { deleted: false, seq: 0 } };
  const cursor = skipToken === null ? start : readDelta(skipToken);
  return { ...cursor, token, now, upTo: Math.min(newest, Math.max(token.version, cursor.upTo)) };
}

async function deltaPage(exchange: Exchange, address: RowsAddress, delta: Delta): Promise<ApiResponse> {
  const { request, log } = exchange;
  const { table } = address.place.root;
  const limit = request.preferences.maxPageSize ?? pageLimit;
  const { token, upTo, from, page } = delta;
  const found = await log.changedRows({ table, after: token.version, upTo, from, limit: limit + 1 });
  const changes = found.slice(0, limit);
  const last = changes.at(-1);
  const { plan, row } = await readChanged(
    exchange,
    address,
    changes.filter(({ deleted }) => !deleted).map(({ id }) => id),
  );
  const link =
    found.length > limit && last
      ? member('@odata.nextLink', linkWith(request.url, printDelta({ page: page + 1, upTo, from: last })))
      : member('@odata.deltaLink', deltaLink(request.url, printToken({ version: upTo, givenOn: delta.now })));
  const context = `${plan.root}/$metadata#${table.entitySetName}/$deletedEntity`;
  const gone = changes
    .filter(({ deleted }) => deleted)
    .map(({ id }) => JSON.stringify({ '@odata.context': context, id, reason: 'deleted' }));
  const rows = [rowsIn(plan, row, request), ...gone].filter((text) => text !== '').join(',');
  const own = member('@odata.context', `${plan.root}/$metadata${contextOf(plan)}/$delta`);
  return respond(request, `{${own},${link},"value":[${rows}]}`);
}

/** Those of the rows that are there, in the order of their versions. A row that went after the end of this delta is left
 *  out: the next one tells. */
async function readChanged(
  { request, asker, names, database }: Exchange,
  address: RowsAddress,
  ids: readonly string[],
): Promise<{ readonly plan: ReadPlan; readonly row: ReadRow }> {
  const { select } = request.options;
  const byVersion = { operand: { kind: 'path', path: ['versionnumber'] }, descending: false } as const;
  const read = { ...request, options: { ...noOptions, select, orderBy: [byVersion] } };
  const all = planRead(read, address, asker);
  const { alias, entity } = all.record.scope;
  const field = { alias, property: entity.key };
  const plan: ReadPlan = { ...all, filter: { kind: 'oneOf', field, type: 'uuid', values: ids } };
  if (ids.length === 0) return { plan, row: {} };
  const row = await readRow(database.reader, names.named(toSql(plan)));
  return { plan, row: row ?? {} };
}

/** The rows as they stand in a page, without what is around them. */
function rowsIn(plan: ReadPlan, row: ReadRow, { url, preferences }: ParsedRequest): string {
  const body = pageBody(plan, { value: row.value ?? null }, url, preferences);
  const start = '"value":[';
  return body.slice(body.indexOf(`,${start}`) + 1 + start.length, -2);
}

const member = (name: string, value: string): string => `${JSON.stringify(name)}:${JSON.stringify(value)}`;

/** The address of the request with a token that leads to the changes since. Encoded as the product encodes it. */
function deltaLink(url: string, token: string): string {
  const [path = '', query = ''] = url.replaceAll(' ', '%20').split('?', 2);
  const kept = query
    .split('&')
    .filter((part) => part !== '' && !/^(?:\$|%24)(?:skiptoken|deltatoken)=/i.test(part));
  const encoded = encodeURIComponent(token)
    .replace(/!/g, '%21')
    .replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return `${path}?${[...kept, `$deltatoken=${encoded}`].join('&')}`;
}

const respond = (request: ParsedRequest, body: string): ApiResponse =>
  jsonResponse(200, body, appliedHeader(request.preferences, ['trackChanges', 'annotations', 'maxPageSize']));
