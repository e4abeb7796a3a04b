import { Refusal } from '../tables/index.ts';
import type { QueryOptions } from './parse/ast.ts';
import { pageLimit, wantsAnnotation } from './parse/prefer.ts';
import type { ParsedRequest } from './parse.ts';
import { type Address, isSingle, type Place } from './plan/address.ts';
import type { Asker } from './plan/asker.ts';
import type { Condition } from './plan/condition.ts';
import { type Cursor, readCursor } from './plan/cursor.ts';
import { Planning, planFilter } from './plan/filter.ts';
import { type OrderKey, planOrder } from './plan/order.ts';
import { type PlacePlan, planPlace } from './plan/place.ts';
import { planRecord, planReference, type RecordPlan } from './plan/record.ts';
import { defaultSettings, type Settings } from './plan/settings.ts';

/** The annotations on properties that this server knows. Source: webapi.md §5. */
export const annotationNames = {
  formatted: 'OData.Community.Display.V1.FormattedValue',
  navigation: 'Microsoft.Dynamics.CRM.associatednavigationproperty',
  table: 'Microsoft.Dynamics.CRM.lookuplogicalname',
} as const;

/** Which annotations are to be shown. */
export type Annotations = { readonly [K in keyof typeof annotationNames]: boolean } & {
  /** For formatted values. */
  readonly settings: Settings;
};

/** Everything a read needs: one statement's worth. */
export interface ReadPlan {
  readonly root: string;
  readonly place: Place;
  readonly at: PlacePlan;
  readonly single: boolean;
  readonly record: RecordPlan;
  /** The same for the other tables that the last step of the path may lead to. */
  readonly others: readonly { readonly at: PlacePlan; readonly record: RecordPlan }[];
  readonly filter: Condition | null;
  readonly order: readonly OrderKey[];
  /** Rows of this page at most; null for a single row. */
  readonly limit: number | null;
  /** Whether a further page may follow. */
  readonly paged: boolean;
  readonly cursor: Cursor | null;
  readonly count: boolean;
  /** Only the number of rows is wanted. */
  readonly countOnly: boolean;
  readonly annotations: Annotations | null;
  readonly select: QueryOptions['select'];
  readonly expand: QueryOptions['expand'];
}

/** The annotations that the preferences ask for, or null when none of them is known. */
export function planAnnotations(
  patterns: readonly string[],
  settings: Settings = defaultSettings,
): Annotations | null {
  if (patterns.length === 0) return null;
  const wanted = {
    formatted: wantsAnnotation(patterns, annotationNames.formatted),
    navigation: wantsAnnotation(patterns, annotationNames.navigation),
    table: wantsAnnotation(patterns, annotationNames.table),
    settings,
  };
  return wanted.formatted || wanted.navigation || wanted.table ? wanted : null;
}

/** Refuses notImplemented for what was read but is not served yet, naming it. */
export function refuseUnserved(request: ParsedRequest): void {
  const { options } = request;
  const [name] = options.unserved;
  if (name !== undefined)
    throw new Refusal('notImplemented', `The query option '${name}' is not implemented.`);
  const [misplaced] = [...(options.apply ? ['$apply'] : []), ...options.special.keys()];
  if (misplaced !== undefined)
    throw new Refusal('malformedQuery', `The query option '${misplaced}' does not fit this address.`);
}

/** Plans a GET of rows: names become columns, navigation becomes relationships, page and order are settled.
 *  Refuses propertyNotFound, expandNotAllowed, malformedQuery, notImplemented. Source: webapi.md §5, §7, §8. */
export function planRead(
  request: ParsedRequest,
  address: Address & { kind: 'rows' },
  asker: Asker,
): ReadPlan {
  refuseUnserved(request);
  const { place } = address;
  const single = isSingle(place);
  refuseMisplaced(request.options, address, single);
  const { options } = request;
  const planning = new Planning(options.aliases, asker);
  const { maxPageSize } = request.preferences;
  const select = address.property ? [address.property.name] : options.select;
  const places = planPlace(place, planning);
  const typed = places.length > 1;
  const alternatives = places.map((at) => {
    const record =
      address.suffix === 'ref'
        ? planReference(at.scope)
        : planRecord(at.scope, select, options.expand, planning, maxPageSize);
    return { at, record: typed ? { ...record, typed } : record };
  });
  const [first, ...others] = alternatives;
  if (!first) throw new Error('a place has at least one plan');
  const { at, record } = first;
  const { scope } = at;
  const order = single ? [] : planOrder(options.orderBy, scope, planning);
  const cursor = options.skipToken === null ? null : readCursor(options.skipToken, order);
  return {
    root: request.root,
    place,
    at,
    single,
    record,
    others,
    filter: options.filter ? planFilter(options.filter, scope, planning) : null,
    order,
    ...pageOf(options, single, maxPageSize, cursor),
    cursor,
    count: options.count,
    countOnly: address.suffix === 'count',
    annotations:
      address.suffix === 'ref' ? null : planAnnotations(request.preferences.annotations, asker.settings),
    select: options.select,
    expand: options.expand,
  };
}

/** $top is ignored when a page size is asked for (webapi.md §8). More rows than a page come in several pages. */
function pageOf(
  options: QueryOptions,
  single: boolean,
  maxPageSize: number | null,
  cursor: Cursor | null,
): { readonly limit: number | null; readonly paged: boolean } {
  if (single) return { limit: null, paged: false };
  if (options.top === null || maxPageSize !== null) return { limit: maxPageSize ?? pageLimit, paged: true };
  const left = options.top - ((cursor?.page ?? 1) - 1) * pageLimit;
  return { limit: Math.max(0, Math.min(left, pageLimit)), paged: left > pageLimit };
}

function refuseMisplaced(options: QueryOptions, address: Address & { kind: 'rows' }, single: boolean): void {
  const collectionOnly: readonly (readonly [string, boolean])[] = [
    ['$filter', options.filter !== null],
    ['$orderby', options.orderBy.length > 0],
    ['$top', options.top !== null],
    ['$count', options.count],
    ['$skiptoken', options.skipToken !== null],
  ];
  const shaping: readonly (readonly [string, boolean])[] = [
    ['$select', options.select !== null],
    ['$expand', options.expand.length > 0],
  ];
  const refused = [
    ...(single ? collectionOnly : []),
    ...(address.property || address.suffix ? shaping : []),
    ...(address.suffix === 'count' ? collectionOnly.slice(1) : []),
    ['$id', options.id !== null] as const,
  ].find(([, given]) => given);
  if (refused)
    throw new Refusal('malformedQuery', `The query option '${refused[0]}' does not fit this address.`);
}
