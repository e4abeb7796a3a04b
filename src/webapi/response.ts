import { definitionMarks, type Refusal } from '../tables/index.ts';
import type { ApiResponse } from './api.ts';
import { isObject, type Json, type JsonObject } from './parse/body.ts';
import { type Preferences, wantsAnnotation } from './parse/prefer.ts';
import { entityAt } from './plan/address.ts';
import { printCursor } from './plan/cursor.ts';
import type { ReadPlan } from './plan.ts';
import { annotatedRows, annotatedRowsOf } from './response/annotate.ts';
import { contextOf } from './response/context.ts';
import { countLimit } from './sql.ts';

/** Headers of every answer. */
export const commonHeaders = { 'OData-Version': '4.0' } as const;
const json = { ...commonHeaders, 'Content-Type': 'application/json; odata.metadata=minimal' } as const;

/** What the database gave for a read; see `toSql`. */
export interface ReadRow {
  readonly value?: string | null;
  readonly version?: string | null;
  readonly found?: boolean;
  readonly count?: number;
  readonly more?: boolean;
  readonly first?: string | null;
  readonly last?: string | null;
}

/** The Preference-Applied header for the preferences that this request honoured; empty when none. */
export function appliedHeader(
  preferences: Preferences,
  kinds: readonly (keyof Preferences['asked'])[],
): { readonly 'Preference-Applied'?: string } {
  const applied = kinds.flatMap((kind) => preferences.asked[kind] ?? []);
  return applied.length > 0 ? { 'Preference-Applied': applied.join(', ') } : {};
}

/** An answer without a body. */
export const noContent = (headers: ApiResponse['headers'] = {}): ApiResponse => ({
  status: 204,
  headers: { ...commonHeaders, ...headers },
  body: null,
});

/** An answer with a JSON body that is text already. */
export const jsonResponse = (
  status: number,
  body: string,
  headers: ApiResponse['headers'] = {},
): ApiResponse => ({
  status,
  headers: { ...json, ...headers },
  body,
});

/** An answer of plain text. */
export const textResponse = (body: string): ApiResponse => ({
  status: 200,
  headers: { ...commonHeaders, 'Content-Type': 'text/plain; charset=utf-8' },
  body,
});

const quoted = (text: string): string => JSON.stringify(text);

const metadata = (plan: ReadPlan): string =>
  `"@odata.context":${quoted(`${plan.root}/$metadata${contextOf(plan)}`)}`;

function rowText(plan: ReadPlan, value: string): string {
  if (!plan.annotations) return value;
  const row = parseRow(value);
  const records = [plan.record, ...plan.others.map(({ record }) => record)];
  return annotatedRowsOf(records, plan.annotations)(row);
}

function parseRow(text: string): JsonObject {
  const row = JSON.parse(text) as Json;
  if (!isObject(row)) throw new Error('the database gave a row that is no JSON object');
  return row;
}

/** The body of one row. `value`: its JSON text from the database. */
export function rowBody(plan: ReadPlan, value: string): string {
  return `{${metadata(plan)},${rowText(plan, value).slice(1)}`;
}

/** The body of a page of rows. `url`: of the request, to be continued in `@odata.nextLink`.
 *  Source: webapi.md §5 and §8. */
export function pageBody(plan: ReadPlan, row: ReadRow, url: string, preferences: Preferences): string {
  const parts = [metadata(plan)];
  if (row.count !== undefined) parts.push(`"@odata.count":${Math.min(row.count, countLimit)}`);
  parts.push(...responseAnnotations(row, preferences));
  parts.push(`"value":[${rowsText(plan, row.value ?? null)}]`);
  if (row.more) parts.push(`"@odata.nextLink":${quoted(nextLink(plan, row, url))}`);
  return `{${parts.join(',')}}`;
}

function rowsText(plan: ReadPlan, value: string | null): string {
  if (value === null || !plan.annotations) return value ?? '';
  const { record, annotations } = plan;
  const rows = JSON.parse(`[${value}]`) as Json[];
  return rows.filter(isObject).map(annotatedRows(record, annotations)).join(',');
}

/** The annotations of a whole answer that were asked for, as members. Source: webapi.md §5. */
export function responseAnnotations(row: ReadRow, preferences: Preferences): string[] {
  const values: readonly (readonly [string, Json])[] = [
    [
      'Microsoft.Dynamics.CRM.totalrecordcount',
      row.count === undefined ? -1 : Math.min(row.count, countLimit),
    ],
    ['Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded', (row.count ?? 0) > countLimit],
    ['Microsoft.Dynamics.CRM.globalmetadataversion', String(definitionMarks().version)],
  ];
  return values
    .filter(([name]) => wantsAnnotation(preferences.annotations, name))
    .map(([name, value]) => `${quoted(`@${name}`)}:${JSON.stringify(value)}`);
}

function nextLink(plan: ReadPlan, row: ReadRow, url: string): string {
  const values = (text: string | null | undefined): (string | null)[] =>
    text ? (JSON.parse(text) as (string | null)[]) : [];
  return linkWith(
    url,
    printCursor(plan.order, (plan.cursor?.page ?? 1) + 1, values(row.first), values(row.last)),
  );
}

/** The address of a request with a token that continues it. */
export function linkWith(url: string, token: string): string {
  const mark = url.indexOf('?');
  const path = (mark < 0 ? url : url.slice(0, mark)).replaceAll(' ', '%20');
  const options = (mark < 0 ? '' : url.slice(mark + 1))
    .replaceAll(' ', '%20')
    .split('&')
    .filter((part) => part !== '' && !/^(?:\$|%24)skiptoken=/i.test(part));
  return `${path}?${[...options, `$skiptoken=${encodeURIComponent(token)}`].join('&')}`;
}

/** The answer to a GET of one property. Source: webapi.md §6, one property. */
export function propertyResponse(plan: ReadPlan, name: string, value: string, raw: boolean): ApiResponse {
  const row = parseRow(value);
  const { table } = entityAt(plan.place);
  const found = row[name] ?? null;
  if (found === null) return noContent();
  if (raw) return textResponse(typeof found === 'string' ? found : JSON.stringify(found));
  const context = `${plan.root}/$metadata#${table.entitySetName}(${row[table.primaryId]})/${name}`;
  return jsonResponse(200, `{"@odata.context":${quoted(context)},"value":${JSON.stringify(found)}}`);
}

/** The answer to a refusal, in the form of the product. With every annotation asked for the details stand beside it.
 *  Source: webapi.md §4. */
export function refusalResponse(refusal: Refusal, preferences: Preferences | null): ApiResponse {
  const details = preferences?.annotations.includes('*')
    ? {
        '@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus': '0',
        '@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode': '0',
        '@Microsoft.PowerApps.CDS.HelpLink': `http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a${refusal.code}`,
        '@Microsoft.PowerApps.CDS.TraceText': '',
        '@Microsoft.PowerApps.CDS.InnerError.Message': refusal.message,
      }
    : {};
  const error = { code: refusal.code, message: refusal.message.replace(/\s*[\r\n]+\s*/g, ' '), ...details };
  return jsonResponse(refusal.status, JSON.stringify({ error }));
}
