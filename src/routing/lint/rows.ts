/** The rows that are looked over, and how they lead to each other. Pure. */
import { type Table, tables } from '../../tables/index.ts';

/** A row: its table's columns by name; a lookup is the id it points to, or table and id where it may point to several. */
export type LintRow = { readonly [column: string]: unknown };

/** The rows of a world by table, and the variables that the flow of each bot sets, by the bot's id. */
export interface LintInput {
  readonly rows: ReadonlyMap<string, readonly LintRow[]>;
  readonly flows: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Something that is wrong. `rule`: which check says so. `error`: work goes wrong; `warning`: it may; `hint`: look whether
 *  this is meant. */
export interface Finding {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly table: string;
  readonly id: string;
  readonly message: string;
}

/** The tables whose rows are looked at. */
export const lintTables = [
  'queue',
  'queuemembership',
  'systemuser',
  'msdyn_liveworkstream',
  'msdyn_ocliveworkstreamcontextvariable',
  'msdyn_routingconfiguration',
  'msdyn_routingconfigurationstep',
  'msdyn_decisionruleset',
  'msdyn_assignmentconfiguration',
  'msdyn_assignmentconfigurationstep',
  'msdyn_overflowactionconfig',
  'msdyn_operatinghour',
  'calendar',
  'calendarrule',
  'msdyn_ocphonenumber',
  'msdyn_ocvoicechannelsetting',
  'msdyn_liveworkstreamcapacityprofile',
  'characteristic',
  'bookableresource',
  'bookableresourcecharacteristic',
] as const;
type LintTable = (typeof lintTables)[number];

/** The rows with what finding one's way among them takes. */
export class LintWorld {
  readonly flows: LintInput['flows'];
  readonly #rows: LintInput['rows'];
  readonly #ids = new Map<string, ReadonlyMap<string, LintRow>>();

  constructor({ rows, flows }: LintInput) {
    this.#rows = rows;
    this.flows = flows;
  }

  all(table: LintTable): readonly LintRow[] {
    return this.#rows.get(table) ?? [];
  }

  /** Those that are not switched off. */
  active(table: LintTable): readonly LintRow[] {
    return this.all(table).filter((row) => !isInactive(row));
  }

  row(table: LintTable, id: string | null): LintRow | null {
    if (id === null) return null;
    const known = this.#ids.get(table) ?? new Map(this.all(table).map((row) => [idOf(table, row), row]));
    this.#ids.set(table, known);
    return known.get(id) ?? null;
  }
}

/** Whether the row is switched off. */
export const isInactive = ({ statecode }: LintRow): boolean => statecode != null && statecode !== 0;

/** The id of a row. */
export function idOf(table: string, row: LintRow): string {
  const definition: Table | undefined = tables.get(table);
  return textOf(row[definition?.primaryId ?? '']) ?? '';
}

/** Where a lookup points to; null when it is empty. */
export function pointed(row: LintRow, column: string): string | null {
  const value = row[column];
  if (typeof value === 'object' && value !== null && 'id' in value) return textOf(value.id);
  return textOf(value);
}

/** A text that is not empty. */
export const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;

/** A row by the name people know it by. */
export function named(table: string, row: LintRow): string {
  const definition: Table | undefined = tables.get(table);
  return `"${textOf(row[definition?.primaryName ?? '']) ?? idOf(table, row)}"`;
}
