import type { Column, Definitions } from '../../tables/index.ts';
import { columnTypeOf } from '../metadata/describe-column.ts';
import { metadataId } from '../metadata/metadata-id.ts';
import type { JsonObject } from '../parse/body.ts';
import { booleanOf, invalid, labelOf, numberOf, objectOf, textOf, typeNameOf, wordOf } from './body.ts';
import { optionsFrom } from './options.ts';

const textFormats = [
  ...([
    'Text',
    'TextArea',
    'Email',
    'Phone',
    'Url',
    'TickerSymbol',
    'PhoneticGuide',
    'VersionNumber',
  ] as const),
  ...(['Json', 'RichText'] as const),
] as const;
const integerFormats = ['None', 'Duration', 'TimeZone', 'Language', 'Locale'] as const;
const requirements = ['None', 'ApplicationRequired', 'Recommended'] as const;
const int32 = { from: -2_147_483_648, to: 2_147_483_647, whole: true } as const;
const hundredBillion = { from: -100_000_000_000, to: 100_000_000_000 };
const mostMoney = { from: -922_337_203_685_477, to: 922_337_203_685_477 };

/** What a definition says of any column. */
export function commonOf(body: JsonObject): Omit<Column, 'schemaName' | 'type'> {
  const displayName = labelOf(body, 'DisplayName');
  const description = labelOf(body, 'Description');
  const required = wordOf(body, 'RequiredLevel', requirements, 'None');
  return {
    ...(displayName === null ? {} : { displayName }),
    ...(description === null ? {} : { description }),
    ...(required === 'None' ? {} : { required }),
    custom: true,
  };
}

/** A new column from its definition. Lookups come with their relationship; what the system makes itself cannot be asked
 *  for. Refuses definitionInvalid. Source: webapi.md §13; published reference of the attribute types. */
export function columnFrom(body: JsonObject, schemaName: string, definitions: Definitions): Column {
  const name = typeNameOf(body) ?? invalid('@odata.type is missing: it says which type of column is wanted.');
  const type = columnTypeOf.get(name) ?? invalid(`'${name}' is not a type of column.`);
  const column = { ...commonOf(body), schemaName };
  switch (type) {
    case 'String':
      return {
        ...column,
        type,
        format: wordOf(body, 'FormatName', textFormats, wordOf(body, 'Format', textFormats, 'Text')),
        maxLength: numberOf(body, 'MaxLength', { from: 1, to: 4000, whole: true }, 100),
      };
    case 'Memo':
      return {
        ...column,
        type,
        format: wordOf(body, 'Format', textFormats, 'TextArea'),
        maxLength: numberOf(body, 'MaxLength', { from: 1, to: 1_048_576, whole: true }, 2000),
      };
    case 'Integer':
      return {
        ...column,
        type,
        format: wordOf(body, 'Format', integerFormats, 'None'),
        ...rangeFrom(body, int32),
      };
    case 'Decimal':
      return { ...column, type, ...rangeFrom(body, hundredBillion), ...precisionFrom(body, 10) };
    case 'Double':
      return { ...column, type, ...rangeFrom(body, hundredBillion), ...precisionFrom(body, 5) };
    case 'Money':
      return {
        ...column,
        type,
        ...rangeFrom(body, mostMoney),
        ...precisionFrom(body, 4),
        precisionSource: numberOf(body, 'PrecisionSource', { from: 0, to: 2, whole: true }, 2),
      };
    case 'DateTime':
      return { ...column, type, ...instantFrom(body) };
    case 'Boolean':
      return { ...column, type, ...yesNoFrom(body) };
    case 'Picklist':
    case 'MultiSelectPicklist':
      return { ...column, type, ...choiceFrom(body, definitions) };
    case 'File':
      return {
        ...column,
        type,
        max: numberOf(body, 'MaxSizeInKB', { from: 1, to: 10_485_760, whole: true }, 32_768),
      };
    case 'Image':
      return {
        ...column,
        type,
        max: numberOf(body, 'MaxSizeInKB', { from: 1, to: 30_720, whole: true }, 10_240),
      };
    case 'Lookup':
      return invalid('A lookup is created with its relationship: POST RelationshipDefinitions.');
    default:
      return invalid(`A column of type '${name}' cannot be created.`);
  }
}

function rangeFrom(
  body: JsonObject,
  limits: { from: number; to: number; whole?: true },
): Pick<Column, 'min' | 'max'> {
  const min = numberOf(body, 'MinValue', limits, limits.from);
  const max = numberOf(body, 'MaxValue', limits, limits.to);
  return min <= max ? { min, max } : invalid('MinValue is greater than MaxValue.');
}

const precisionFrom = (body: JsonObject, to: number): Pick<Column, 'precision'> => ({
  precision: numberOf(body, 'Precision', { from: 0, to, whole: true }, 2),
});

function instantFrom(body: JsonObject): Pick<Column, 'format' | 'behavior'> {
  const format = wordOf(body, 'Format', ['DateOnly', 'DateAndTime'] as const, 'DateAndTime');
  const behaviors = ['UserLocal', 'DateOnly', 'TimeZoneIndependent'] as const;
  const behavior = wordOf(body, 'DateTimeBehavior', behaviors, 'UserLocal');
  if (behavior === 'DateOnly' && format !== 'DateOnly')
    return invalid('A column of DateTimeBehavior DateOnly has the Format DateOnly.');
  return { format, behavior };
}

function yesNoFrom(body: JsonObject): Pick<Column, 'options' | 'default'> {
  const set = objectOf(body, 'OptionSet');
  const yes = labelOf(objectOf(set, 'TrueOption'), 'Label') ?? 'Yes';
  const no = labelOf(objectOf(set, 'FalseOption'), 'Label') ?? 'No';
  return {
    options: [
      { value: 1, label: yes },
      { value: 0, label: no },
    ],
    default: booleanOf(body, 'DefaultValue') ? 1 : 0,
  };
}

function choiceFrom(
  body: JsonObject,
  { choices }: Definitions,
): Pick<Column, 'options' | 'default' | 'globalChoice'> {
  const bound = textOf(body, 'GlobalOptionSet@odata.bind');
  const shared = bound === null ? null : globalChoiceAt(bound, choices);
  const set = objectOf(body, 'OptionSet');
  if (shared === null && booleanOf(set, 'IsGlobal'))
    return invalid('A global choice is named by GlobalOptionSet@odata.bind.');
  const options = shared === null ? optionsFrom(set) : (choices[shared]?.options ?? []);
  const chosen = body.DefaultFormValue ?? -1;
  if (chosen !== -1 && !options.some(({ value }) => value === chosen))
    return invalid(`DefaultFormValue ${JSON.stringify(chosen)} is none of the options.`);
  return {
    ...(shared === null ? { options } : { options, globalChoice: shared }),
    ...(chosen === -1 ? {} : { default: Number(chosen) }),
  };
}

/** The name of the global choice at an address. Refuses definitionInvalid. */
function globalChoiceAt(address: string, choices: Definitions['choices']): string {
  const match = /GlobalOptionSetDefinitions\((?:Name='(\w+)'|([0-9a-fA-F-]{36}))\)$/.exec(address);
  const found = Object.keys(choices).find(
    (name) => name === match?.[1] || metadataId('choice', name) === match?.[2]?.toLowerCase(),
  );
  return found ?? invalid(`There is no global choice at '${address.slice(0, 200)}'.`);
}

/** A column and those that the system adds beside it: names of what is chosen, parts of a picture, amounts in the base
 *  currency. */
export function withCompanions(name: string, column: Column): Readonly<Record<string, Column>> {
  const beside = (suffix: string, more: Omit<Column, 'schemaName'>): [string, Column] => [
    `${name}${suffix}`.toLowerCase(),
    { ...more, schemaName: `${column.schemaName}${suffix}`, noCreate: true, noUpdate: true, custom: true },
  ];
  const system: [string, Column][] = [];
  switch (column.type) {
    case 'Picklist':
    case 'MultiSelectPicklist':
    case 'Boolean':
      system.push(beside('Name', { type: 'Virtual', companion: true }));
      break;
    case 'Lookup':
      system.push(beside('Name', { type: 'String', maxLength: 100, companion: true }));
      break;
    case 'File':
      system.push(beside('_Name', { type: 'String', maxLength: 200 }));
      break;
    case 'Image':
      system.push(
        beside('_Timestamp', { type: 'BigInt' }),
        beside('_URL', { type: 'String', maxLength: 200 }),
        beside('Id', { type: 'Uniqueidentifier' }),
      );
      break;
    case 'Money':
      system.push(beside('_Base', { type: 'Money', ...mostMoneyColumn }));
      break;
  }
  return { [name]: column, ...Object.fromEntries(system) };
}

const mostMoneyColumn = { min: mostMoney.from, max: mostMoney.to, precision: 2 } as const;
