import type { Table } from '../../tables/index.ts';
import type { Settings } from './settings.ts';

/** What a privilege allows. Source: mission.md S3.2; the names are those of the product's access rights. */
export type Right = 'read' | 'create' | 'write' | 'delete' | 'append' | 'appendTo' | 'assign' | 'share';

/** Which rows of a table somebody may touch: those of these owners, those of these business units, and those shared
 *  with these principals for the right. A row needs to meet one of them. */
export interface RowRule {
  readonly owners: readonly string[];
  readonly units: readonly string[];
  readonly sharedWith: readonly string[];
  readonly right: Right;
}

/** What the caller may do. */
export interface Access {
  /** The rule for rows of the table, null when every row is allowed. Refuses privilegeMissing. */
  rule(table: Table, right: Right): RowRule | null;
}

/** Everybody may do everything. */
export const fullAccess: Access = { rule: () => null };

/** Who asks, as far as a plan depends on it. */
export interface Asker {
  readonly userId: string;
  readonly businessUnitId: string;
  readonly access: Access;
  /** The caller's time zone, language and calendar. */
  readonly settings: Settings;
}
