/** Global choices made, changed and deleted by requests. Source: webapi.md §13, GlobalOptionSetDefinitions. */
import { type GlobalChoice, Refusal } from '../../tables/index.ts';
import type { JsonObject } from '../parse/body.ts';
import { invalid, labelOf, needText, typeNameOf } from './body.ts';
import { type Change, without } from './model.ts';
import { checkSchemaName, limits } from './names.ts';
import { optionsFrom } from './options.ts';

/** A new global choice. Refuses definitionInvalid, definitionExists, notImplemented. */
export function createChoice(body: JsonObject): { readonly name: string; readonly change: Change } {
  if (typeNameOf(body) === 'BooleanOptionSetMetadata')
    throw new Refusal('notImplemented', 'Creating a global yes/no choice is not implemented.');
  const name = checkSchemaName(needText(body, 'Name'), 'the choice').toLowerCase();
  const displayName = labelOf(body, 'DisplayName') ?? invalid('DisplayName is missing.');
  const description = labelOf(body, 'Description');
  const choice: GlobalChoice = {
    ...{ name, displayName, options: optionsFrom(body) },
    ...(description === null ? {} : { description }),
  };
  const change: Change = (current) => {
    if (name in current.choices)
      throw new Refusal('definitionExists', `A global choice with the name ${name} already exists.`);
    if (Object.keys(current.choices).length >= limits.choices)
      return invalid(`There are ${limits.choices} global choices already.`);
    return { ...current, choices: { ...current.choices, [name]: choice } };
  };
  return { name, change };
}

/** Replaces the labels of a global choice; its options have actions of their own. Refuses definitionInvalid. */
export function replaceChoice(name: string, body: JsonObject): Change {
  const displayName = labelOf(body, 'DisplayName') ?? invalid('DisplayName is missing.');
  const description = labelOf(body, 'Description');
  return (current) => {
    const known = current.choices[name];
    if (known === undefined) throw new Refusal('definitionNotFound', 'OptionSetMetadata', name);
    const changed = {
      name,
      displayName,
      options: known.options,
      ...(description === null ? {} : { description }),
    };
    return { ...current, choices: { ...current.choices, [name]: changed } };
  };
}

/** Deletes a global choice. Refuses definitionInUse while a column shares it. */
export const deleteChoice =
  (name: string): Change =>
  (current) => {
    for (const [table, { columns }] of Object.entries(current.tables))
      for (const [column, { globalChoice }] of Object.entries(columns))
        if (globalChoice === name)
          throw new Refusal(
            'definitionInUse',
            `The choice ${name} cannot be deleted while ${table}.${column} shares it: delete that first.`,
          );
    return { ...current, choices: without(current.choices, [name]) };
  };
