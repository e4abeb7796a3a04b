/** What a classification rule may set, and what its text becomes. Source: behaviour.md §3.7, §4.1; rules.md §4.3, §4.5. */
import { type Convert, guidOf } from '../routing/index.ts';
import { msdyn_ocliveworkitem } from '../tables/dataverse/index.ts';
import type { Column } from '../tables/index.ts';
import type { ContextVariable } from './situation.ts';

/** Columns that the engine itself keeps: a rule that set one would make state and rows disagree. */
const kept: ReadonlySet<string> = new Set([
  'activityid',
  'ownerid',
  'statecode',
  'statuscode',
  'regardingobjectid',
  'msdyn_activeagentid',
  'msdyn_activesessionparticipantid',
  'msdyn_cdsqueueid',
  'msdyn_channel',
  'msdyn_lastsessionid',
  'msdyn_liveworkstreamid',
  'msdyn_ocliveworkitemid',
  'msdyn_queueitemid',
  'msdyn_statuschangereason',
]);

/** The priority score: rules may set it and look at it, but the published table has no column for it. */
export const scoreColumn = 'msdyn_priorityscore';

const score: Column = { schemaName: scoreColumn, type: 'Integer', min: 0, max: 10_000 };

const columns: { readonly [name: string]: Column } = msdyn_ocliveworkitem.columns;

/** How outputs of classification are read for a conversation with these variables. */
export const converter =
  (variables: readonly ContextVariable[]): Convert =>
  (path, value) => {
    const [head, ...rest] = path.split('.');
    const name = rest.join('.');
    if (head === 'liveworkitemcontext') {
      const variable = variables.find(({ msdyn_name }) => msdyn_name === name);
      if (!variable) return { fault: `The workstream has no context variable '${name}'.` };
      if (variable.msdyn_datatype !== 192350001) return { fact: value };
      return Number.isFinite(Number(value)) && value !== ''
        ? { fact: Number(value) }
        : { fault: `'${name}' is a number; '${value}' is none.` };
    }
    if (head !== 'msdyn_ocliveworkitem') return { fault: `${path} is kept but not acted upon` };
    if (name === scoreColumn)
      return inRange(score, Number(value))
        ? { fact: Number(value) }
        : { fault: `'${value}' is no priority score` };
    const made = columnValue(name, value);
    if (typeof made === 'string') return { fault: made };
    const { set } = made;
    return { fact: typeof set === 'object' && !(set instanceof Date) ? value : set };
  };

/** The value of a column of the conversation; a text: why it cannot be set. */
export function columnValue(
  name: string,
  value: string,
): { readonly set: string | number | boolean | Date } | string {
  const column = columns[name];
  if (!column) return `msdyn_ocliveworkitem has no column '${name}'`;
  if (column.noUpdate || kept.has(name)) return `'${name}' is not for rules to set`;
  switch (column.type) {
    case 'String':
    case 'Memo':
      return { set: value.slice(0, column.maxLength ?? value.length) };
    case 'Integer':
    case 'Picklist':
    case 'Decimal':
    case 'Double':
      return inRange(column, Number(value)) && value !== ''
        ? { set: Number(value) }
        : `'${value}' is no value of '${name}'`;
    case 'Boolean':
      return /^(true|1)$/i.test(value)
        ? { set: true }
        : /^(false|0)$/i.test(value)
          ? { set: false }
          : `'${value}' is neither true nor false`;
    case 'DateTime':
      return Number.isNaN(Date.parse(value)) ? `'${value}' is no time` : { set: new Date(value) };
    case 'Lookup': {
      const id = column.targets?.length === 1 ? guidOf(value) : null;
      return id === null ? `'${value}' is no row for '${name}'` : { set: id };
    }
    default:
      return `'${name}' is of a type that rules do not set`;
  }
}

function inRange({ type, options, min, max }: Column, value: number): boolean {
  if (type === 'Picklist') return options?.some((option) => option.value === value) ?? true;
  if (type === 'Integer' && !Number.isInteger(value)) return false;
  return Number.isFinite(value) && value >= (min ?? -Infinity) && value <= (max ?? Infinity);
}
