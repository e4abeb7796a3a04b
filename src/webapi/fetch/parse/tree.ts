/** What a FetchXML query says, before any table is known. Names are as written: logical names and aliases. */

/** How a link-entity is joined. Source: webapi.md §9. */
export type LinkType =
  | 'inner'
  | 'outer'
  | 'exists'
  | 'in'
  | 'matchfirstrowusingcrossapply'
  | 'any'
  | 'not any'
  | 'all'
  | 'not all';

/** One `<attribute>`. `aggregate`, `dateGrouping`: the words of the query, not checked yet. */
export interface FetchAttribute {
  readonly name: string;
  readonly alias: string | null;
  readonly aggregate: string | null;
  readonly groupBy: boolean;
  readonly dateGrouping: string | null;
  readonly distinct: boolean;
  readonly userTimeZone: boolean;
  readonly rowAggregate: string | null;
}

/** One `<order>`: by an attribute, or in an aggregate query by an alias. */
export interface FetchOrder {
  readonly attribute: string | null;
  readonly alias: string | null;
  readonly entityName: string | null;
  readonly descending: boolean;
}

/** One `<condition>`. `values`: of the attribute `value` and of the `<value>` children. */
export interface FetchCondition {
  readonly kind: 'condition';
  readonly attribute: string;
  readonly operator: string;
  readonly entityName: string | null;
  readonly values: readonly string[];
  readonly valueColumn: string | null;
}

/** One `<filter>` with what it holds, in order. */
export interface FetchFilter {
  readonly kind: 'filter';
  readonly type: 'and' | 'or';
  readonly items: readonly (FetchFilter | FetchCondition | FetchLink)[];
}

/** What `<entity>` and `<link-entity>` have in common. `all`: has `<all-attributes>`; `none`: has `<no-attrs>`. */
export interface FetchEntity {
  readonly name: string;
  readonly all: boolean;
  readonly none: boolean;
  readonly attributes: readonly FetchAttribute[];
  readonly orders: readonly FetchOrder[];
  readonly filters: readonly FetchFilter[];
  readonly links: readonly FetchLink[];
}

/** One `<link-entity>`: rows of `name` whose column `from` holds what the parent's column `to` holds.
 *  `position`: its place among all link-entities of the query, from 1; the generated alias ends in it. */
export interface FetchLink extends FetchEntity {
  readonly kind: 'link';
  readonly from: string;
  readonly to: string;
  readonly alias: string | null;
  readonly type: LinkType;
  readonly position: number;
}

/** A whole query. Numbers are checked to be whole and positive. */
export interface Fetch {
  readonly top: number | null;
  readonly count: number | null;
  readonly page: number | null;
  readonly pagingCookie: string | null;
  readonly distinct: boolean;
  readonly aggregate: boolean;
  readonly aggregateLimit: number | null;
  readonly returnTotalRecordCount: boolean;
  /** Choices are ordered by number instead of by label. */
  readonly rawOrder: boolean;
  readonly entity: FetchEntity;
}
