import type { Table } from '../../tables/index.ts';
import type { Settings } from './settings.ts';

/** What a privilege allows. Source: mission.md S3.2; the names are those of the product's access rights. */
export type Right = 'read' | 'create' | 'write' | 'delete' | 'append' | 'appendTo' | 'assign' | 'share';

/** Which rows of a table somebody may touch. `in`: those whose column holds one of the ids. `shared`: those shared with
 *  one of the principals for the right. `through`: those whose lookup leads to such a row of another table (`which`: the
 *  lookup may lead elsewhere too). `any` and `all` combine; `any` of nothing lets no row through. */
export type RowRule =
  | { readonly kind: 'in'; readonly column: string; readonly ids: readonly string[] }
  | { readonly kind: 'shared'; readonly principals: readonly string[]; readonly right: Right }
  | {
      readonly kind: 'through';
      readonly column: string;
      readonly table: Table;
      readonly which: boolean;
      readonly rule: RowRule | null;
    }
  | { readonly kind: 'any' | 'all'; readonly rules: readonly RowRule[] };

/** What the caller may do. */
export interface Access {
  /** The rule for rows of the table, null when every row is allowed. Refuses privilegeMissing. */
  rule(table: Table, right: Right): RowRule | null;
  /** The same for reading, without a refusal: undefined when the privilege is missing. For what is left out instead of
   *  refused, such as the name behind a lookup. */
  readable(table: Table): RowRule | null | undefined;
}

/** Everybody may do everything: for tests of planning alone. */
export const fullAccess: Access = { rule: () => null, readable: () => null };

/** Who asks, as far as a plan depends on it. */
export interface Asker {
  readonly userId: string;
  readonly businessUnitId: string;
  readonly access: Access;
  /** The caller's time zone, language and calendar. */
  readonly settings: Settings;
  /** When the request came, by the clock of the store: what `Today` and its like count from. */
  readonly now: Date;
}
