import type { FileInfo } from '../../store/index.ts';
import { type Guid, Refusal, type Table } from '../../tables/index.ts';
import { type Exchange, type RowsAddress, runRead } from '../exchange.ts';
import { isObject, type Json, type JsonObject } from '../parse/body.ts';
import { noOptions } from '../parse/options.ts';
import { entityAt, type Place } from '../plan/address.ts';
import type { Property } from '../plan/entity.ts';

/** A file column of one row. */
export interface FilePlace {
  readonly table: Table;
  readonly row: Guid;
  readonly property: Property;
}

/** The row at a place that the caller may read, with these properties; null for an empty lookup at the end of the path.
 *  Refuses recordNotFound, privilegeMissing. */
async function readShown(
  exchange: Exchange,
  place: Place,
  select: readonly string[],
): Promise<JsonObject | null> {
  const request = { ...exchange.request, options: { ...noOptions, select } };
  const address: RowsAddress = { kind: 'rows', place, property: null, suffix: null };
  const { row } = await runRead(exchange, address, exchange.database.reader, request);
  if (row?.value) {
    const shown = JSON.parse(row.value) as Json;
    if (isObject(shown)) return shown;
  }
  if (row?.found !== false && place.steps.at(-1)?.kind === 'navigation') return null;
  throw new Refusal('recordNotFound', entityAt(place).table.logicalName, place.rootId ?? '');
}

/** The file column that an address names, with the value it shows. Refuses as `readShown`. */
export async function readFilePlace(
  exchange: Exchange,
  place: Place,
  property: Property,
): Promise<{ readonly at: FilePlace; readonly value: Json } | null> {
  const { table, key } = entityAt(place);
  const shown = await readShown(exchange, place, [property.name]);
  if (shown === null) return null;
  return { at: { table, row: String(shown[key.name]), property }, value: shown[property.name] ?? null };
}

/** The file in a column whose row the caller was seen to be allowed to read; null for an empty column. */
export function fileAt(
  { database }: Exchange,
  { table, row, property }: FilePlace,
): Promise<FileInfo | null> {
  return database.reader.files.of(table, row, property.column);
}
