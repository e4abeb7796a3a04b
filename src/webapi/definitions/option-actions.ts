import type { Choice } from '../../tables/index.ts';
import { transact } from '../exchange.ts';
import type { OperationCall, Perform } from '../operation.ts';
import type { JsonObject } from '../parse/body.ts';
import { invalid, labelOf } from './body.ts';
import { type ChoiceName, choiceNamed, nextValue, optionFrom, withOptions } from './options.ts';

/** The parameters that say which choice, and what the option is to be. */
function given({ parameters }: OperationCall, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.map((name) => {
      if (name === 'Value' || name === 'StateCode') return [name, parameters.number(name)];
      if (name === 'Label' || name === 'Description') return [name, parameters.object(name)];
      return [name, parameters.text(name)];
    }),
  );
}

const choiceMembers = ['OptionSetName', 'EntityLogicalName', 'AttributeLogicalName'];
const optionMembers = ['Value', 'Label', 'Description', 'Color', 'ExternalValue'];

async function change(
  call: OperationCall,
  name: ChoiceName,
  work: (options: readonly Choice[]) => readonly Choice[],
): Promise<void> {
  await transact(call.exchange, (transaction) =>
    transaction.define((current) => withOptions(current, name, work)),
  );
}

async function insert(call: OperationCall, state: number | null): Promise<JsonObject> {
  const body = given(call, [...choiceMembers, ...optionMembers]);
  let value = 0;
  await change(call, choiceNamed(body), (options) => {
    const made = optionFrom(body, nextValue(options));
    value = made.value;
    if (options.some((one) => one.value === value))
      return invalid(`There is an option with the value ${value} already.`);
    const isStatus = options.some((one) => one.state !== undefined);
    if (isStatus !== (state !== null))
      return invalid(
        isStatus
          ? 'A status is added by InsertStatusValue.'
          : 'InsertStatusValue adds to a status column only.',
      );
    if (state !== null && !options.some((one) => one.state === state))
      return invalid(`The table has no state ${state}.`);
    return [...options, state === null ? made : { ...made, state }];
  });
  return { NewOptionValue: value };
}

/** Adds an option to a choice. Shape: the choice, Value?, Label, Description?, Color? → {NewOptionValue}. Refuses
 *  definitionInvalid, definitionNotFound. Source: webapi.md §13. */
export const InsertOptionValue: Perform = (call) => insert(call, null);

/** Adds a status to a state. Shape: the column, Value?, Label, StateCode → {NewOptionValue}. Source: webapi.md §13. */
export const InsertStatusValue: Perform = (call) => insert(call, call.parameters.number('StateCode'));

/** Changes labels and colour of an option; what is left out stays. Source: webapi.md §13. */
export const UpdateOptionValue: Perform = async (call) => {
  const body = given(call, [...choiceMembers, ...optionMembers]);
  const value = call.parameters.number('Value') ?? 0;
  await change(call, choiceNamed(body), (options) => {
    const known = need(options, value);
    const label = labelOf(body, 'Label') ?? known.label;
    const changed = optionFrom(
      { ...body, Label: { LocalizedLabels: [{ Label: label, LanguageCode: 1033 }] } },
      value,
    );
    return options.map((one) => (one === known ? { ...known, ...changed } : one));
  });
  return null;
};

/** Takes an option away. Rows that hold its value keep it. Source: webapi.md §13. */
export const DeleteOptionValue: Perform = async (call) => {
  const value = call.parameters.number('Value') ?? 0;
  await change(call, choiceNamed(given(call, choiceMembers)), (options) => {
    const known = need(options, value);
    if (known.defaultStatus !== undefined) return invalid('A state cannot be deleted.');
    if (known.state !== undefined && options.filter(({ state }) => state === known.state).length === 1)
      return invalid(`${value} is the only status of its state and cannot be deleted.`);
    return options.filter((one) => one !== known);
  });
  return null;
};

/** Puts the options of a choice in another order: every value once. Source: webapi.md §13. */
export const OrderOption: Perform = async (call) => {
  const values = call.parameters.numbers('Values');
  await change(call, choiceNamed(given(call, choiceMembers)), (options) => {
    const same = values.length === options.length && new Set(values).size === values.length;
    if (!same) return invalid('Values must hold the value of every option once.');
    return values.map((value) => need(options, value));
  });
  return null;
};

function need(options: readonly Choice[], value: number): Choice {
  return options.find((one) => one.value === value) ?? invalid(`There is no option with the value ${value}.`);
}

/** Definitions are true as soon as they are made, so there is nothing to publish. Source: webapi.md §13. */
export const PublishAllXml: Perform = async () => null;

/** Definitions are true as soon as they are made, so there is nothing to publish; the text is checked to be the one
 *  element there may be. Refuses definitionInvalid. Source: published PublishXml action reference. */
export const PublishXml: Perform = async ({ parameters }) => {
  const text = parameters.text('ParameterXml') ?? '';
  if (!/^\s*<importexportxml[\s>/]/.test(text))
    return invalid('ParameterXml must be an <importexportxml> element.');
  return null;
};
