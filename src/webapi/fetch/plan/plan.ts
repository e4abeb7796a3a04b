import { Refusal } from '../../../tables/index.ts';
import { pageLimit } from '../../parse/prefer.ts';
import { type AggregatePlan, aggregateLimit } from '../../plan/aggregate.ts';
import { readInner, readOuter } from '../../plan/cursor.ts';
import type { Planning } from '../../plan/filter.ts';
import type { OrderKey } from '../../plan/order.ts';
import type { PlacePlan } from '../../plan/place.ts';
import type { Page, RowSource, RowsPlan } from '../../plan/rowset.ts';
import type { Fetch } from '../parse/tree.ts';
import { planAggregateColumns, planAggregateOrder } from './aggregate.ts';
import { contextNames, planColumns } from './columns.ts';
import { planFilters, planLink } from './conditions.ts';
import { type Node, nodesOf, refuseTwinAliases, rootNode } from './nodes.ts';
import { planOrder } from './order.ts';

/** What the request says beside the query. `token`: of a link that continues a stored query. */
export interface FetchOptions {
  readonly count: boolean;
  readonly maxPageSize: number | null;
  readonly token: string | null;
}

/** A planned query; `names`: what `@odata.context` lists, null for all. */
export interface FetchPlan {
  readonly query: RowsPlan | AggregatePlan;
  readonly names: readonly string[] | null;
}

/** How far pages are found by counting alone. Source: published "Page results using FetchXml", Simple. */
const countedLimit = 50_000;

/** Plans a FetchXML query over the rows at the place. Refuses fetchOtherEntity when the place holds another table, and
 *  what its parts refuse. Source: webapi.md §9. */
export function planFetch(fetch: Fetch, at: PlacePlan, options: FetchOptions, planning: Planning): FetchPlan {
  const { logicalName } = at.scope.entity.table;
  if (fetch.entity.name !== logicalName)
    throw new Refusal('fetchOtherEntity', logicalName, fetch.entity.name.slice(0, 100));
  const root = rootNode(fetch.entity, at.scope, planning);
  const nodes = nodesOf(root);
  refuseTwinAliases(nodes);
  const source: RowSource = {
    at,
    links: root.children.map((child) => planLink(child, planning)),
    filter: planFilters(root, planning),
  };
  const count = options.count || fetch.returnTotalRecordCount;
  return fetch.aggregate
    ? { query: planGroups(fetch, source, nodes, options, count, planning), names: null }
    : planRows(fetch, source, nodes, options, count, planning);
}

function planRows(
  fetch: Fetch,
  source: RowSource,
  nodes: readonly Node[],
  options: FetchOptions,
  count: boolean,
  planning: Planning,
): FetchPlan {
  const [root] = nodes;
  if (!root) throw new Error('a query has an entity');
  const { distinct, rawOrder } = fetch;
  const columns = planColumns(nodes, distinct, planning);
  const keyed = !distinct;
  const order = planOrder(nodes, columns, { raw: rawOrder, total: keyed }, planning);
  const query: RowsPlan = {
    kind: 'rows',
    ...source,
    columns,
    etag: !distinct,
    distinct,
    keyed,
    order,
    page: pageOf(fetch, keyed ? order : null, options),
    count,
  };
  return { query, names: contextNames(root, columns) };
}

function planGroups(
  fetch: Fetch,
  source: RowSource,
  nodes: readonly Node[],
  options: FetchOptions,
  count: boolean,
  planning: Planning,
): AggregatePlan {
  const columns = planAggregateColumns(nodes, planning);
  return {
    kind: 'aggregate',
    ...source,
    columns,
    order: planAggregateOrder(nodes, columns, fetch.rawOrder),
    limit: Math.min(fetch.aggregateLimit ?? aggregateLimit, aggregateLimit),
    page: pageOf(fetch, null, options),
    count,
  };
}

/** Which page is wanted. A cookie that does not continue the page before is of no use: then rows are counted.
 *  Refuses fetchInvalidValue beyond what counting reaches. Source: webapi.md §9, Paging. */
function pageOf(fetch: Fetch, keys: readonly OrderKey[] | null, options: FetchOptions): Page {
  if (fetch.top !== null) return { size: fetch.top, preferred: false, number: 1, cursor: null, last: true };
  const preferred = fetch.count === null && options.maxPageSize !== null;
  const size = Math.min(fetch.count ?? options.maxPageSize ?? pageLimit, pageLimit);
  const token = options.token === null ? null : readOuter(options.token);
  const number = token?.page ?? fetch.page ?? 1;
  const cookie = token ? token.inner : fetch.pagingCookie;
  const cursor = keys && cookie !== null ? readInner(cookie, keys) : null;
  if (cursor?.page === number) return { size, preferred, number, cursor, last: false };
  if ((number - 1) * size >= countedLimit)
    throw new Refusal(
      'fetchInvalidValue',
      'Paging cookie is required when trying to retrieve a set of records on any high pages.',
    );
  return { size, preferred, number, cursor: null, last: false };
}
