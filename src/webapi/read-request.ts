import type { ApiResponse } from './api.ts';
import { type Exchange, type RowsAddress, runRead } from './exchange.ts';
import { answerQuery, isQuery } from './fetch/answer.ts';
import { answerFileRead, isFileRead } from './files/download.ts';
import { refuseMissing } from './locate.ts';
import type { Place } from './plan/address.ts';
import type { ReadPlan } from './plan.ts';
import {
  appliedHeader,
  commonHeaders,
  jsonResponse,
  noContent,
  pageBody,
  propertyResponse,
  type ReadRow,
  rowBody,
  textResponse,
} from './response.ts';
import { countLimit } from './sql.ts';
import { answerTracked, isTracked } from './tracking/answer.ts';

/** Answers a GET of rows. Refuses what planRead refuses, recordNotFound. Source: webapi.md §1, §2, §6. */
export async function answerRead(exchange: Exchange, address: RowsAddress): Promise<ApiResponse> {
  if (isQuery(exchange)) return answerQuery(exchange, address);
  if (isTracked(exchange, address)) return answerTracked(exchange, address);
  if (address.property && isFileRead(address)) return answerFileRead(exchange, address, address.property);
  const { plan, row } = await runRead(exchange, address, exchange.database.reader);
  const { database, asker } = exchange;
  if (row?.found === false) await refuseMissing(database.reader, asker, address.place, false);
  if (plan.countOnly) return textResponse(String(Math.min(row?.count ?? 0, countLimit)));
  const response = plan.single ? await single(exchange, address, plan, row) : page(exchange, plan, row ?? {});
  exchange.lap('respond');
  return response;
}

function page(exchange: Exchange, plan: ReadPlan, row: ReadRow): ApiResponse {
  const { preferences, url, options } = exchange.request;
  const body = pageBody(plan, row, url, preferences);
  const pageSize = options.top === null || preferences.maxPageSize !== null;
  return jsonResponse(
    200,
    body,
    appliedHeader(preferences, pageSize ? ['annotations', 'maxPageSize'] : ['annotations']),
  );
}

async function single(
  exchange: Exchange,
  address: RowsAddress,
  plan: ReadPlan,
  row: ReadRow | null,
): Promise<ApiResponse> {
  if (!row?.value) return missing(exchange, address.place);
  const { request } = exchange;
  if (plan.record.reference) return jsonResponse(200, rowBody(plan, row.value));
  if (address.property)
    return propertyResponse(plan, address.property.name, row.value, address.suffix === 'value');
  const etag = `W/"${row.version}"`;
  const conditional = request.options.expand.length === 0 && request.preferences.annotations.length === 0;
  if (conditional && request.ifNoneMatch === row.version)
    return { status: 304, headers: { ...commonHeaders, ETag: etag }, body: null };
  const pagesExpands = plan.record.expands.some((one) => one.kind === 'collection' && one.pageSize !== null);
  return jsonResponse(200, rowBody(plan, row.value), {
    ETag: etag,
    ...appliedHeader(request.preferences, pagesExpands ? ['annotations', 'maxPageSize'] : ['annotations']),
  });
}

/** Nothing at the end of a lookup is an answer; a row asked for by its key must be there. */
async function missing({ database, asker }: Exchange, place: Place): Promise<ApiResponse> {
  await refuseMissing(database.reader, asker, place, true);
  return noContent();
}
