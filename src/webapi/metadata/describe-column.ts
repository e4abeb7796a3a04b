import { type Column, type ColumnType, currentDefinitions, type Table } from '../../tables/index.ts';
import type { Json, JsonObject } from '../parse/body.ts';
import { describeGlobalChoice, describeLocalChoice } from './describe-choice.ts';
import { type Described, isSolutionName } from './described.ts';
import { metadataId } from './metadata-id.ts';
import { label, managed } from './parts.ts';

/** How a column type is named: the type of its definition, AttributeType, and AttributeTypeName. */
const typeNames: Readonly<Record<ColumnType, readonly [type: string, code: string, name: string]>> = {
  String: ['StringAttributeMetadata', 'String', 'StringType'],
  Memo: ['MemoAttributeMetadata', 'Memo', 'MemoType'],
  Integer: ['IntegerAttributeMetadata', 'Integer', 'IntegerType'],
  BigInt: ['BigIntAttributeMetadata', 'BigInt', 'BigIntType'],
  Decimal: ['DecimalAttributeMetadata', 'Decimal', 'DecimalType'],
  Double: ['DoubleAttributeMetadata', 'Double', 'DoubleType'],
  Money: ['MoneyAttributeMetadata', 'Money', 'MoneyType'],
  Boolean: ['BooleanAttributeMetadata', 'Boolean', 'BooleanType'],
  DateTime: ['DateTimeAttributeMetadata', 'DateTime', 'DateTimeType'],
  Lookup: ['LookupAttributeMetadata', 'Lookup', 'LookupType'],
  Customer: ['LookupAttributeMetadata', 'Customer', 'CustomerType'],
  Owner: ['LookupAttributeMetadata', 'Owner', 'OwnerType'],
  PartyList: ['LookupAttributeMetadata', 'PartyList', 'PartyListType'],
  Picklist: ['PicklistAttributeMetadata', 'Picklist', 'PicklistType'],
  MultiSelectPicklist: ['MultiSelectPicklistAttributeMetadata', 'Virtual', 'MultiSelectPicklistType'],
  State: ['StateAttributeMetadata', 'State', 'StateType'],
  Status: ['StatusAttributeMetadata', 'Status', 'StatusType'],
  Uniqueidentifier: ['UniqueIdentifierAttributeMetadata', 'Uniqueidentifier', 'UniqueidentifierType'],
  EntityName: ['EntityNameAttributeMetadata', 'EntityName', 'EntityNameType'],
  ManagedProperty: ['ManagedPropertyAttributeMetadata', 'ManagedProperty', 'ManagedPropertyType'],
  Virtual: ['AttributeMetadata', 'Virtual', 'VirtualType'],
  Image: ['ImageAttributeMetadata', 'Virtual', 'ImageType'],
  File: ['FileAttributeMetadata', 'Virtual', 'FileType'],
};

/** The definition's type of a column type, as in StringAttributeMetadata. */
export const attributeTypeOf = (type: ColumnType): string => typeNames[type][0];

/** The column types by the names that clients may send: the definition's type. */
export const columnTypeOf: ReadonlyMap<string, ColumnType> = new Map(
  Object.entries(typeNames).flatMap(([type, [name]]): [string, ColumnType][] =>
    ['Customer', 'Owner', 'PartyList', 'Virtual'].includes(type) ? [] : [[name, type as ColumnType]],
  ),
);

/** One column. What no source tells of a built-in column is null. Source: webapi.md §13, Attributes. */
export function describeColumn(table: Table, name: string): Described | null {
  const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  if (column === undefined) return null;
  const [type] = typeNames[column.type];
  const owner = `${table.logicalName}.${name}`;
  const choice = () => describeLocalChoice(table, name, column);
  const shared = column.globalChoice && currentDefinitions().choices[column.globalChoice];
  const hasChoice = ['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean'].includes(column.type);
  return {
    type,
    members: { ...typedMembers(table, name, column), ...commonMembers(table, name, column, owner) },
    related: hasChoice
      ? { OptionSet: choice, GlobalOptionSet: () => (shared ? describeGlobalChoice(shared) : null) }
      : column.type === 'EntityName'
        ? { OptionSet: () => null, GlobalOptionSet: () => null }
        : {},
  };
}

/** The column that a companion repeats: `customerid` of `customeridname`. */
function companionOf(table: Table, name: string): string | null {
  for (const suffix of ['yominame', 'name', 'idtype', 'type', 'typecode']) {
    const base = name.slice(0, -suffix.length);
    if (name.endsWith(suffix) && Object.hasOwn(table.columns, base)) return base;
  }
  return null;
}

function commonMembers(table: Table, name: string, column: Column, owner: string): JsonObject {
  const own = column.custom === true;
  const unless = <V extends Json>(value: V): V | null => (own ? value : null);
  const [, code, typeName] = typeNames[column.type];
  const companion = column.companion === true;
  const isManaged = !own;
  return {
    AttributeOf: companion ? companionOf(table, name) : null,
    AttributeType: code,
    ColumnNumber: null,
    DeprecatedVersion: null,
    IntroducedVersion: unless('1.0'),
    EntityLogicalName: table.logicalName,
    IsCustomAttribute: own || isSolutionName(name),
    IsPrimaryId: name === table.primaryId,
    IsValidODataAttribute: !companion && column.noRead !== true,
    IsPrimaryName: name === table.primaryName,
    IsValidForCreate: column.noCreate !== true && !companion,
    IsValidForRead: column.noRead !== true,
    IsValidForUpdate: column.noUpdate !== true && !companion,
    ...{ CanBeSecuredForRead: null, CanBeSecuredForCreate: null, CanBeSecuredForUpdate: null },
    IsSecured: unless(false),
    ...{ IsRetrievable: unless(true), IsFilterable: unless(false), IsSearchable: unless(false) },
    IsManaged: isManaged,
    LinkedAttributeId: null,
    LogicalName: name,
    ...{ IsValidForForm: unless(!companion), IsRequiredForForm: unless(false) },
    IsValidForGrid: unless(!companion),
    SchemaName: column.schemaName,
    ExternalName: null,
    IsLogical: companion ? true : unless(false),
    IsDataSourceSecret: unless(false),
    InheritsFrom: null,
    ...{ CreatedOn: null, ModifiedOn: null },
    SourceType: unless(0),
    AutoNumberFormat: unless(''),
    MetadataId: metadataId('column', owner),
    HasChanged: null,
    AttributeTypeName: { Value: typeName },
    Description: label(column.description, `column ${owner} description`, isManaged),
    DisplayName: label(column.displayName, `column ${owner} name`, isManaged),
    IsAuditEnabled: unless(managed(false, true, 'canmodifyauditsettings')),
    IsGlobalFilterEnabled: unless(managed(false, true, 'canmodifyglobalfiltersettings')),
    IsSortableEnabled: unless(managed(false, true, 'canmodifyissortablesettings')),
    IsCustomizable: unless(managed(true, true, 'iscustomizable')),
    IsRenameable: unless(managed(true, true, 'isrenameable')),
    IsValidForAdvancedFind: unless(managed(true, true, 'canmodifysearchsettings')),
    RequiredLevel: {
      Value: column.required ?? 'None',
      CanBeChanged: column.required !== 'SystemRequired',
      ManagedPropertyLogicalName: 'canmodifyrequirementlevelsettings',
    },
    CanModifyAdditionalSettings: unless(managed(true, true, 'canmodifyadditionalsettings')),
  };
}

const range = ({ min, max }: Column): JsonObject => ({ MaxValue: max ?? null, MinValue: min ?? null });

function typedMembers(table: Table, name: string, column: Column): JsonObject {
  const own = column.custom === true;
  const formula = { FormulaDefinition: own ? '' : null, SourceTypeMask: own ? 0 : null };
  const ime = { ImeMode: own ? 'Auto' : null };
  const format = column.format ?? null;
  const named = { Format: format, FormatName: format === null ? null : { Value: format } };
  switch (column.type) {
    case 'String': {
      const text = { MaxLength: column.maxLength ?? null, YomiOf: null };
      return {
        ...named,
        ...ime,
        ...text,
        IsLocalizable: own ? false : null,
        DatabaseLength: null,
        ...formula,
      };
    }
    case 'Memo': {
      const text = { MaxLength: column.maxLength ?? null, IsLocalizable: own ? false : null };
      return { ...named, ...ime, ...text };
    }
    case 'Integer':
      return { Format: format ?? (own ? 'None' : null), ...range(column), ...formula };
    case 'BigInt':
      return range(column);
    case 'Decimal':
      return { ...range(column), Precision: column.precision ?? null, ...ime, ...formula };
    case 'Double':
      return { ...ime, ...range(column), Precision: column.precision ?? null };
    case 'Money':
      return moneyMembers(table, name, column);
    case 'DateTime':
      return {
        ...{ MinSupportedValue: '1753-01-01T00:00:00Z', MaxSupportedValue: '9999-12-30T23:59:59Z' },
        ...{ Format: format, ...ime, ...formula },
        DateTimeBehavior: column.behavior === undefined ? null : { Value: column.behavior },
        CanChangeDateTimeBehavior: own ? managed(true, true, 'canchangedatetimebehavior') : null,
      };
    case 'Boolean':
      return { DefaultValue: column.default === undefined ? null : column.default === 1, ...formula };
    case 'Lookup':
    case 'Customer':
    case 'Owner':
    case 'PartyList':
      return { Targets: [...(column.targets ?? [])], Format: own ? 'None' : null };
    case 'Picklist':
    case 'MultiSelectPicklist': {
      const nested = { ParentPicklistLogicalName: null, ChildPicklistLogicalNames: [] };
      return { ...formula, ...nested, DefaultFormValue: column.default ?? (own ? -1 : null) };
    }
    case 'State':
    case 'Status':
      return { DefaultFormValue: column.default ?? null };
    case 'EntityName':
      return { IsEntityReferenceStored: null, DefaultFormValue: null };
    case 'Image':
      return imageMembers(name, column);
    case 'File':
      return { MaxSizeInKB: column.max ?? null };
    case 'ManagedProperty':
      return managedMembers;
    case 'Uniqueidentifier':
    case 'Virtual':
      return {};
  }
}

function moneyMembers(table: Table, name: string, column: Column): JsonObject {
  const own = column.custom === true;
  const base = name.endsWith('_base') && Object.hasOwn(table.columns, name.slice(0, -5));
  return {
    ImeMode: own ? 'Auto' : null,
    ...range(column),
    // The published pages of the platform's tables: two digits, four in the base currency, and the row's currency decides.
    Precision: column.precision ?? (base ? 4 : 2),
    PrecisionSource: column.precisionSource ?? 2,
    CalculationOf: base ? name.slice(0, -5) : null,
    FormulaDefinition: own ? '' : null,
    SourceTypeMask: own ? 0 : null,
    IsBaseCurrency: base,
  };
}

function imageMembers(name: string, column: Column): JsonObject {
  const own = column.custom === true;
  return {
    IsPrimaryImage: name === 'entityimage' ? true : own ? false : null,
    ...{ MaxHeight: own ? 144 : null, MaxWidth: own ? 144 : null },
    MaxSizeInKB: column.max ?? null,
    CanStoreFullImage: own ? false : null,
  };
}

const managedMembers: JsonObject = {
  ...{ ManagedPropertyLogicalName: null, ParentAttributeName: null },
  ...{ ParentComponentType: null, ValueAttributeTypeCode: null },
};
