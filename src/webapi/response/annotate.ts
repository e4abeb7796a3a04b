import type { Json, JsonObject } from '../parse/body.ts';
import { isObject } from '../parse/body.ts';
import type { Property } from '../plan/entity.ts';
import type { RecordPlan } from '../plan/record.ts';
import { type Annotations, annotationNames } from '../plan.ts';
import { extraNames } from '../sql/record.ts';
import { formatValue } from './format.ts';

/** Writes a row again with the annotations asked for, each before the property it describes. `row`: as the database gave
 *  it for an annotated plan, with its extra members. Source: webapi.md §5. */
export function annotateRow(plan: RecordPlan, row: JsonObject, annotations: Annotations): string {
  if (plan.reference) return JSON.stringify(row);
  const members: string[] = [];
  for (const name of ['@odata.type', '@odata.etag']) {
    const value = row[name];
    if (value !== undefined) members.push(member(name, JSON.stringify(value)));
  }
  const symbol = row[extraNames.currency];
  for (const [index, property] of plan.properties.entries()) {
    const value = row[property.name] ?? null;
    if (value !== null) {
      const table = row[extraNames.table(index)] ?? property.definition.targets?.[0] ?? null;
      const formatted =
        property.kind === 'lookup'
          ? (row[extraNames.name(index)] ?? null)
          : formatValue(property, value, typeof symbol === 'string' ? symbol : '$', annotations.settings);
      members.push(...annotationsOf(plan, property, formatted, table, annotations));
    }
    members.push(member(property.name, rawValue(property, value)));
  }
  members.push(...expanded(plan, row, annotations));
  return `{${members.join(',')}}`;
}

const member = (name: string, text: string): string => `${JSON.stringify(name)}:${text}`;

/** Exact numbers come as text, so that JavaScript does not round them. */
function rawValue(property: Property, value: Json): string {
  const exact = property.kind === 'bigint' || property.kind === 'decimal' || property.kind === 'money';
  return exact && typeof value === 'string' ? value : JSON.stringify(value);
}

function annotationsOf(
  plan: RecordPlan,
  property: Property,
  formatted: Json,
  table: Json,
  annotations: Annotations,
): string[] {
  const notes: string[] = [];
  const note = (name: string, value: Json): void => {
    notes.push(member(`${property.name}@${name}`, JSON.stringify(value)));
  };
  if (annotations.formatted && formatted !== null) note(annotationNames.formatted, formatted);
  if (property.kind !== 'lookup' || table === null) return notes;
  const navigation = navigationName(plan, property, table);
  if (annotations.navigation && navigation !== null) note(annotationNames.navigation, navigation);
  if (annotations.table) note(annotationNames.table, table);
  return notes;
}

function navigationName(plan: RecordPlan, property: Property, table: Json): string | null {
  for (const navigation of plan.scope.entity.navigations.values())
    if (
      navigation.column === property.column &&
      navigation.targets.some((target) => target.logicalName === table)
    )
      return navigation.name;
  return null;
}

function expanded(plan: RecordPlan, row: JsonObject, annotations: Annotations): string[] {
  return plan.expands.flatMap((expand) => {
    const value = row[expand.name];
    if (expand.kind === 'single') {
      const text = isObject(value)
        ? annotateRow(recordOf(expand.alternatives, value), value, annotations)
        : 'null';
      return [member(expand.name, text)];
    }
    const rows = Array.isArray(value) ? value.filter(isObject) : [];
    const text = rows.map((inner) => annotateRow(expand.record, inner, annotations)).join(',');
    const link = row[`${expand.name}@odata.nextLink`];
    return [
      member(expand.name, `[${text}]`),
      ...(link === undefined ? [] : [member(`${expand.name}@odata.nextLink`, JSON.stringify(link))]),
    ];
  });
}

/** The plan for a row of one of several tables, by its `@odata.type`; the first where the rows carry none. */
export function recordOf(alternatives: readonly RecordPlan[], row: JsonObject): RecordPlan {
  const [first] = alternatives;
  const type = row['@odata.type'];
  const found = alternatives.find(
    ({ scope }) => `#Microsoft.Dynamics.CRM.${scope.entity.table.logicalName}` === type,
  );
  const plan = found ?? first;
  if (!plan) throw new Error('a row needs at least one plan');
  return plan;
}
