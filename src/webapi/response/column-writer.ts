/** Values with what is noted of them, as members of a JSON object. What is the same for every row is settled once for a
 *  column: an answer has many rows. Source: webapi.md §5. */
import type { Json, JsonObject } from '../parse/body.ts';
import type { Entity, Property } from '../plan/entity.ts';
import { type Annotations, annotationNames } from '../plan.ts';
import { extraNames } from '../sql/record.ts';
import { type Format, noCurrency } from './format.ts';

/** A column of an answer. `name`: the member's. `index`: its place, by which the extra members of a row are named.
 *  `currency`: the member that tells the currency. `navigates`: its navigation property may be told. */
export interface WrittenColumn {
  readonly name: string;
  readonly property: Property;
  readonly index: number;
  readonly currency: string;
  readonly navigates: boolean;
  readonly format: Format;
}

/** Writes the value of one row, its notes before it. */
export type WriteValue = (row: JsonObject, value: Json) => string;

/** One member, without what separates it from the next. */
export const member = (name: string, text: string): string => `${JSON.stringify(name)}:${text}`;

/** How a column's values are written. */
export function columnWriter(column: WrittenColumn, entity: Entity, annotations: Annotations): WriteValue {
  const { name, property } = column;
  const key = member(name, '');
  const notes =
    property.kind === 'lookup'
      ? lookupNotes(column, entity, annotations)
      : valueNotes(column, annotations.formatted);
  const raw = isExact(property) ? exactValue : JSON.stringify;
  return (row, value) => (value === null ? `${key}null` : `${notes(row, value)}${key}${raw(value)}`);
}

/** Exact numbers come as text, so that JavaScript does not round them. */
const isExact = ({ kind }: Property): boolean => kind === 'bigint' || kind === 'decimal' || kind === 'money';
const exactValue = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Writes a note where there is something to note. */
function noteWriter(name: string, annotation: string): (value: Json) => string {
  const key = member(`${name}@${annotation}`, '');
  return (value) => (value === null ? '' : `${key}${JSON.stringify(value)},`);
}

const nothing: WriteValue = () => '';

function valueNotes({ name, format, currency }: WrittenColumn, formatted: boolean): WriteValue {
  if (!formatted) return nothing;
  const note = noteWriter(name, annotationNames.formatted);
  return (row, value) => {
    const told = row[currency];
    return note(format(value, typeof told === 'string' ? told : noCurrency));
  };
}

function lookupNotes(
  { name, property, index, navigates }: WrittenColumn,
  entity: Entity,
  wanted: Annotations,
): WriteValue {
  const [nameKey, tableKey] = [extraNames.name(index), extraNames.table(index)];
  const formatted = noteWriter(name, annotationNames.formatted);
  const navigation = noteWriter(name, annotationNames.navigation);
  const logicalName = noteWriter(name, annotationNames.table);
  const byTable = new Map<Json, string>();
  const aboutTable = (table: Json): string => {
    const way = wanted.navigation && navigates ? navigation(navigationName(entity, property, table)) : '';
    return way + (wanted.table ? logicalName(table) : '');
  };
  return (row) => {
    const table = row[tableKey] ?? property.definition.targets?.[0] ?? null;
    const about = byTable.get(table) ?? (table === null ? '' : aboutTable(table));
    byTable.set(table, about);
    return wanted.formatted ? formatted(row[nameKey] ?? null) + about : about;
  };
}

function navigationName({ navigations }: Entity, { column }: Property, table: Json): string | null {
  for (const navigation of navigations.values())
    if (navigation.column === column && navigation.targets.some(({ logicalName }) => logicalName === table))
      return navigation.name;
  return null;
}
