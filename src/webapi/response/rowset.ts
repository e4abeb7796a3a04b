import { isObject, type Json, type JsonObject } from '../parse/body.ts';
import type { Entity } from '../plan/entity.ts';
import type { RowColumn } from '../plan/rowset.ts';
import type { Annotations } from '../plan.ts';
import { rowExtras } from '../sql/rowset.ts';
import { columnWriter, member, type WriteValue } from './column-writer.ts';
import { type Format, formatter } from './format.ts';

/** The rows of a query whose rows are columns, as JSON text joined by commas. `value`: what the database gave, null for no
 *  rows. Source: webapi.md §5, §9. */
export function rowsetText(
  columns: readonly RowColumn[],
  value: string | null,
  entity: Entity,
  annotations: Annotations | null,
): string {
  if (value === null || annotations === null) return value ?? '';
  const writers = columns.map((column, index) => {
    const { name, property, plain: navigates } = column;
    const written = {
      name,
      property,
      index,
      currency: rowExtras.currency(index),
      navigates,
      format: formatOf(column, annotations),
    };
    return [name, columnWriter(written, entity, annotations)] as const;
  });
  const rows = JSON.parse(`[${value}]`) as Json[];
  return rows
    .filter(isObject)
    .map((row) => annotated(writers, row))
    .join(',');
}

function annotated(writers: readonly (readonly [string, WriteValue])[], row: JsonObject): string {
  const etag = row['@odata.etag'];
  const members = etag === undefined ? [] : [member('@odata.etag', JSON.stringify(etag))];
  for (const [name, write] of writers) {
    const value = row[name];
    if (value !== undefined) members.push(write(row, value));
  }
  return `{${members.join(',')}}`;
}

/** A fiscal period is `Quarter 1 FY2023`, a fiscal year `FY2023`. Source: the samples of published "Aggregate data using
 *  FetchXml". */
function formatOf({ property, fiscal }: RowColumn, { settings }: Annotations): Format {
  if (!fiscal) return formatter(property, settings);
  const { word } = fiscal;
  if (word === null) return (value) => `FY${Number(value)}`;
  return (value) => `${word} ${Number(value) % 100} FY${Math.floor(Number(value) / 100)}`;
}
