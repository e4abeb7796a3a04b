/** Reads records of the Web API without guessing: each function gives the value in the form asked for, or null when
 *  it is absent or of another form. Source: webapi.md §5. */

/** One record as it came. */
export interface WebRecord {
  readonly [name: string]: unknown;
}

/** A lookup's target: its id, its primary name and its table when the annotations were asked for. */
export interface LookupValue {
  readonly id: string;
  readonly name: string | null;
  readonly table: string | null;
}

/** Whether a parsed JSON value is an object. */
export function isRecord(value: unknown): value is WebRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a column. */
export function text(record: WebRecord, column: string): string | null {
  const value = record[column];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The number of a column. */
export function number(record: WebRecord, column: string): number | null {
  const value = record[column];
  return typeof value === 'number' ? value : null;
}

/** The instant of a date-time column. */
export function instant(record: WebRecord, column: string): Date | null {
  const parsed = Date.parse(text(record, column) ?? '');
  return Number.isNaN(parsed) ? null : new Date(parsed);
}

/** The label of a choice, yes/no or lookup column, as the server words it. */
export function label(record: WebRecord, column: string): string | null {
  return text(record, `${column}@OData.Community.Display.V1.FormattedValue`);
}

/** The target of a lookup column; `column` is the logical name without underscore and `_value`. */
export function lookup(record: WebRecord, column: string): LookupValue | null {
  const property = `_${column}_value`;
  const id = text(record, property);
  if (id === null) return null;
  return {
    id,
    name: label(record, property),
    table: text(record, `${property}@Microsoft.Dynamics.CRM.lookuplogicalname`),
  };
}

/** The records of an expanded collection, or of a list's `value`. */
export function records(record: WebRecord, property: string): readonly WebRecord[] {
  const value = record[property];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
