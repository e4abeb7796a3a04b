import type { Choice, Column, GlobalChoice, Table } from '../../tables/index.ts';
import { type Described, isSolutionName } from './described.ts';
import { metadataId } from './metadata-id.ts';
import { label, managed, option } from './parts.ts';

interface ChoiceParts {
  readonly name: string;
  readonly type: 'Picklist' | 'State' | 'Status' | 'Boolean';
  readonly isGlobal: boolean;
  readonly isManaged: boolean;
  readonly displayName: string | undefined;
  readonly description: string | undefined;
}

function base({ name, type, isGlobal, isManaged, displayName, description }: ChoiceParts) {
  return {
    IsCustomOptionSet: !isManaged || isSolutionName(name),
    IsGlobal: isGlobal,
    IsManaged: isManaged,
    Name: name,
    ExternalTypeName: null,
    OptionSetType: type,
    IntroducedVersion: isManaged ? null : '1.0',
    MetadataId: metadataId('choice', name),
    HasChanged: null,
    Description: label(description, `choice ${name} description`, isManaged),
    DisplayName: label(displayName, `choice ${name} name`, isManaged),
    IsCustomizable: managed(true, true, 'iscustomizable'),
  };
}

const optionSet = (parts: ChoiceParts, options: readonly Choice[]): Described => ({
  type: 'OptionSetMetadata',
  members: {
    ParentOptionSetName: null,
    Options: options.map((one) => option(one, parts.name, parts.isManaged, parts.type)),
    ...base(parts),
  },
  related: {},
});

/** A global choice. Source: webapi.md §13, GlobalOptionSetDefinitions. */
export const describeGlobalChoice = (choice: GlobalChoice): Described =>
  optionSet(
    {
      name: choice.name,
      type: 'Picklist',
      isGlobal: true,
      isManaged: false,
      displayName: choice.displayName,
      description: choice.description,
    },
    choice.options,
  );

/** The choice of one column of its own; null when it shares a global one. */
export function describeLocalChoice(table: Table, name: string, column: Column): Described | null {
  if (column.globalChoice !== undefined) return null;
  const type = column.type === 'State' || column.type === 'Status' ? column.type : 'Picklist';
  const parts: ChoiceParts = {
    name: `${table.logicalName}_${name}`,
    type: column.type === 'Boolean' ? 'Boolean' : type,
    isGlobal: false,
    isManaged: column.custom !== true,
    displayName: column.displayName,
    description: undefined,
  };
  if (column.type !== 'Boolean') return optionSet(parts, column.options ?? []);
  const of = (value: number) => {
    const found = column.options?.find((one) => one.value === value);
    return found === undefined ? null : option(found, parts.name, parts.isManaged);
  };
  return {
    type: 'BooleanOptionSetMetadata',
    members: { TrueOption: of(1), FalseOption: of(0), ...base(parts) },
    related: {},
  };
}
