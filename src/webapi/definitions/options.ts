import { type Choice, type Definitions, Refusal } from '../../tables/index.ts';
import type { JsonObject } from '../parse/body.ts';
import { invalid, labelOf, objectsOf, textOf } from './body.ts';
import { modelOf, needTable, withTable } from './model.ts';
import { limits } from './names.ts';

/** What the first option without a value gets: the prefix 10000 of the default publisher, and four digits. */
const firstValue = 100_000_000;
const colour = /^#[0-9a-fA-F]{6}$/;

/** The value that comes after those there are. */
export const nextValue = (options: readonly Choice[]): number =>
  Math.max(firstValue - 1, ...options.map(({ value }) => value)) + 1;

/** Reads one option. `value`: what it gets when it names none. Refuses definitionInvalid. */
export function optionFrom(body: JsonObject, value: number): Choice {
  const given = body.Value ?? value;
  if (!Number.isInteger(given) || Math.abs(Number(given)) > 2_147_483_647)
    return invalid(`Value must be a whole number, not ${JSON.stringify(given)}.`);
  const label = labelOf(body, 'Label') ?? invalid(`The option ${given} has no Label.`);
  const description = labelOf(body, 'Description');
  const color = textOf(body, 'Color');
  const externalValue = textOf(body, 'ExternalValue');
  if (color !== null && !colour.test(color)) return invalid(`Color must be as #0000ff, not '${color}'.`);
  return {
    value: Number(given),
    label,
    ...(description === null ? {} : { description }),
    ...(color === null ? {} : { color }),
    ...(externalValue === null ? {} : { externalValue }),
  };
}

/** Reads the options of a choice. Refuses definitionInvalid. */
export function optionsFrom(body: JsonObject): Choice[] {
  const options: Choice[] = [];
  for (const one of objectsOf(body, 'Options') ?? []) options.push(optionFrom(one, nextValue(options)));
  if (options.length > limits.options) return invalid(`A choice has at most ${limits.options} options.`);
  if (new Set(options.map(({ value }) => value)).size < options.length)
    return invalid('Two options have the same Value.');
  return options;
}

/** Which choice an option action is about: a global one, or that of a column. Refuses definitionInvalid. */
export function choiceNamed(parameters: JsonObject): ChoiceName {
  const global = textOf(parameters, 'OptionSetName');
  if (global !== null) return { global };
  const table = textOf(parameters, 'EntityLogicalName');
  const column = textOf(parameters, 'AttributeLogicalName');
  if (table === null || column === null)
    return invalid('Name the choice by OptionSetName, or by EntityLogicalName and AttributeLogicalName.');
  return { table, column };
}

/** The choice that an action names. */
export type ChoiceName = { readonly global: string } | { readonly table: string; readonly column: string };

/** The definitions with other options of one choice. Refuses definitionNotFound, definitionInvalid. */
export function withOptions(
  definitions: Definitions,
  name: ChoiceName,
  change: (options: readonly Choice[]) => readonly Choice[],
): Definitions {
  if ('global' in name) {
    const { choices } = definitions;
    const known = Object.hasOwn(choices, name.global) ? choices[name.global] : undefined;
    if (known === undefined) throw new Refusal('definitionNotFound', 'OptionSetMetadata', name.global);
    const changed = { ...known, options: change(known.options) };
    return { ...definitions, choices: { ...choices, [name.global]: changed } };
  }
  const table = needTable(modelOf(definitions), name.table);
  const column = Object.hasOwn(table.columns, name.column) ? table.columns[name.column] : undefined;
  if (column === undefined || column.options === undefined)
    throw new Refusal('definitionNotFound', 'EnumAttributeMetadata', `${name.table}.${name.column}`);
  if (column.globalChoice !== undefined)
    return withOptions(definitions, { global: column.globalChoice }, change);
  const options = change(column.options);
  return withTable(definitions, name.table, (entry) => ({
    ...entry,
    columns: { ...entry.columns, [name.column]: { ...column, options } },
  }));
}
