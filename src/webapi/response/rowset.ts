import { isObject, type Json, type JsonObject } from '../parse/body.ts';
import type { Entity, Property } from '../plan/entity.ts';
import type { RowColumn } from '../plan/rowset.ts';
import { type Annotations, annotationNames } from '../plan.ts';
import { rowExtras } from '../sql/rowset.ts';
import { formatValue } from './format.ts';

/** The rows of a query whose rows are columns, as JSON text joined by commas. `value`: what the database gave, null for no
 *  rows. Source: webapi.md §5, §9. */
export function rowsetText(
  columns: readonly RowColumn[],
  value: string | null,
  entity: Entity,
  annotations: Annotations | null,
): string {
  if (value === null || annotations === null) return value ?? '';
  const rows = JSON.parse(`[${value}]`) as Json[];
  return rows
    .filter(isObject)
    .map((row) => annotated(columns, row, entity, annotations))
    .join(',');
}

function annotated(
  columns: readonly RowColumn[],
  row: JsonObject,
  entity: Entity,
  annotations: Annotations,
): string {
  const etag = row['@odata.etag'];
  const members = etag === undefined ? [] : [member('@odata.etag', JSON.stringify(etag))];
  for (const [index, column] of columns.entries()) {
    const value = row[column.name];
    if (value === undefined) continue;
    members.push(...notesOf(column, index, row, value, entity, annotations));
    members.push(member(column.name, rawValue(column.property, value)));
  }
  return `{${members.join(',')}}`;
}

const member = (name: string, text: string): string => `${JSON.stringify(name)}:${text}`;

/** Exact numbers come as text, so that JavaScript does not round them. */
function rawValue({ kind }: Property, value: Json): string {
  const exact = kind === 'bigint' || kind === 'decimal' || kind === 'money';
  return exact && typeof value === 'string' ? value : JSON.stringify(value);
}

function notesOf(
  column: RowColumn,
  index: number,
  row: JsonObject,
  value: Json,
  entity: Entity,
  annotations: Annotations,
): string[] {
  const { name, property, plain } = column;
  const notes: string[] = [];
  const note = (annotation: string, text: Json): void => {
    if (text !== null) notes.push(member(`${name}@${annotation}`, JSON.stringify(text)));
  };
  const isLookup = property.kind === 'lookup';
  const table = isLookup ? (row[rowExtras.table(index)] ?? property.definition.targets?.[0] ?? null) : null;
  const symbol = row[rowExtras.currency(index)];
  if (annotations.formatted)
    note(
      annotationNames.formatted,
      isLookup
        ? (row[rowExtras.name(index)] ?? null)
        : formatted(column, value, typeof symbol === 'string' ? symbol : '$', annotations),
    );
  if (isLookup && plain && annotations.navigation)
    note(annotationNames.navigation, navigationName(entity, property, table));
  if (isLookup && annotations.table) note(annotationNames.table, table);
  return notes;
}

/** A fiscal period is `Quarter 1 FY2023`, a fiscal year `FY2023`. Source: the samples of published "Aggregate data using
 *  FetchXml". */
function formatted({ property, fiscal }: RowColumn, value: Json, symbol: string, annotations: Annotations) {
  if (!fiscal) return formatValue(property, value, symbol, annotations.settings);
  const number = Number(value);
  if (fiscal.word === null) return `FY${number}`;
  return `${fiscal.word} ${number % 100} FY${Math.floor(number / 100)}`;
}

function navigationName({ navigations }: Entity, { column }: Property, table: Json): string | null {
  for (const navigation of navigations.values())
    if (navigation.column === column && navigation.targets.some(({ logicalName }) => logicalName === table))
      return navigation.name;
  return null;
}
