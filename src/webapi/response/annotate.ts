import type { JsonObject } from '../parse/body.ts';
import { isObject } from '../parse/body.ts';
import type { ExpandPlan, RecordPlan } from '../plan/record.ts';
import type { Annotations } from '../plan.ts';
import { extraNames } from '../sql/record.ts';
import { columnWriter, member } from './column-writer.ts';
import { formatter } from './format.ts';

type WriteRow = (row: JsonObject) => string;

/** How the rows of a record are written again with the annotations asked for, each before the property it describes. A
 *  row is as the database gave it for an annotated plan, with its extra members. Source: webapi.md §5. */
export function annotatedRows(plan: RecordPlan, annotations: Annotations): WriteRow {
  if (plan.reference) return (row) => JSON.stringify(row);
  const { entity } = plan.scope;
  const columns = plan.properties.map((property, index) => {
    const format = formatter(property, annotations.settings);
    const column = {
      name: property.name,
      property,
      index,
      currency: extraNames.currency,
      navigates: true,
      format,
    };
    return [property.name, columnWriter(column, entity, annotations)] as const;
  });
  const expands = plan.expands.map((expand) => expandWriter(expand, annotations));
  const control = ['@odata.type', '@odata.etag'].map((name) => [name, member(name, '')] as const);
  return (row) => {
    let text = '';
    const add = (written: string): void => {
      text += text === '' ? written : `,${written}`;
    };
    for (const [name, key] of control) {
      const value = row[name];
      if (value !== undefined) add(key + JSON.stringify(value));
    }
    for (const [name, write] of columns) add(write(row, row[name] ?? null));
    for (const write of expands) add(write(row));
    return `{${text}}`;
  };
}

function expandWriter(expand: ExpandPlan, annotations: Annotations): WriteRow {
  const { name } = expand;
  if (expand.kind === 'single') {
    const write = annotatedRowsOf(expand.alternatives, annotations);
    return (row) => {
      const value = row[name];
      return member(name, isObject(value) ? write(value) : 'null');
    };
  }
  const write = annotatedRows(expand.record, annotations);
  return (row) => {
    const value = row[name];
    const rows = Array.isArray(value) ? value.filter(isObject) : [];
    const link = row[`${name}@odata.nextLink`];
    const next = link === undefined ? '' : `,${member(`${name}@odata.nextLink`, JSON.stringify(link))}`;
    return member(name, `[${rows.map(write).join(',')}]`) + next;
  };
}

/** The same of rows that are of one of several tables. */
export function annotatedRowsOf(alternatives: readonly RecordPlan[], annotations: Annotations): WriteRow {
  const writers = new Map<RecordPlan, WriteRow>();
  return (row) => {
    const plan = recordOf(alternatives, row);
    const write = writers.get(plan) ?? annotatedRows(plan, annotations);
    writers.set(plan, write);
    return write(row);
  };
}

/** The plan for a row of one of several tables, by its `@odata.type`; the first where the rows carry none. */
function recordOf(alternatives: readonly RecordPlan[], row: JsonObject): RecordPlan {
  const [first] = alternatives;
  const type = row['@odata.type'];
  const found = alternatives.find(
    ({ scope }) => `#Microsoft.Dynamics.CRM.${scope.entity.table.logicalName}` === type,
  );
  const plan = found ?? first;
  if (!plan) throw new Error('a row needs at least one plan');
  return plan;
}
