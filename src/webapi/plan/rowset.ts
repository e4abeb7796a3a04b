import type { ColumnType } from '../../tables/index.ts';
import type { Condition, Field, Link, Scope } from './condition.ts';
import type { Cursor } from './cursor.ts';
import type { Kind, Property } from './entity.ts';
import type { OrderKey } from './order.ts';
import type { PlacePlan } from './place.ts';

/** Which rows a query works on: those at the place that the links join and the filter lets through. */
export interface RowSource {
  readonly at: PlacePlan;
  readonly links: readonly Link[];
  readonly filter: Condition | null;
}

/** One column of rows that are no whole records. `given`: the name is the caller's own. `plain`: a column of the set
 *  itself under its own name. `children`: not the field but how many rows of `scope` name it in the lookup `column`.
 *  `currency`: the row of the field says which
 *  currency the money is in. `fiscal`: the number stands for a fiscal year, or for a period that the word names. */
export interface RowColumn {
  readonly name: string;
  readonly given: boolean;
  readonly plain: boolean;
  readonly property: Property;
  readonly field: Field | null;
  readonly children?: { readonly scope: Scope; readonly column: string };
  readonly currency?: true;
  readonly fiscal?: { readonly word: string | null };
}

/** Which rows of a result are wanted: `size` rows of the page `number`, found by the cursor where there is one, else by
 *  counting. `preferred`: the size is what the preference asked for. `last`: nothing may follow. */
export interface Page {
  readonly size: number;
  readonly preferred: boolean;
  readonly number: number;
  readonly cursor: Cursor | null;
  readonly last: boolean;
}

/** A query whose rows are lists of columns. `keyed`: the order is total, so a cursor can continue a page.
 *  `etag`: each row is one row of the set and shows its version. */
export interface RowsPlan extends RowSource {
  readonly kind: 'rows';
  readonly columns: readonly RowColumn[];
  readonly etag: boolean;
  readonly distinct: boolean;
  readonly keyed: boolean;
  readonly order: readonly OrderKey[];
  readonly page: Page;
  readonly count: boolean;
}

/** A property that no table has: the result of a calculation. */
export const madeProperty = (name: string, kind: Kind, type: ColumnType): Property => ({
  name,
  column: name,
  kind,
  definition: { schemaName: name, type },
  nullable: true,
});
