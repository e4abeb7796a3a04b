/** The types of the definitions, as the CSDL declares them and as queries are checked against them. Members in the order
 *  in which the product answers them. Source: webapi.md §13 and the published Web API type reference. */

/** A type: what it builds on, its members by name, where its navigation properties lead. */
export interface MetadataType {
  readonly base: string | null;
  readonly members: Readonly<Record<string, string>>;
  readonly navigations: Readonly<Record<string, string>>;
}

const s = 'Edm.String';
const b = 'Edm.Boolean';
const i = 'Edm.Int32';
const d = 'Edm.Double';
const t = 'Edm.DateTimeOffset';
const g = 'Edm.Guid';
const managed = 'mscrm.BooleanManagedProperty';
const label = 'mscrm.Label';

const all = (type: string, names: string): Record<string, string> =>
  Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, type]),
  );

const type = (
  base: string | null,
  members: Record<string, string>,
  navigations: Record<string, string> = {},
): MetadataType => ({ base, members, navigations });

const entityMembers: Record<string, string> = {
  ActivityTypeMask: i,
  ...all(b, 'AutoRouteToOwnerQueue CanTriggerWorkflow EntityHelpUrlEnabled'),
  EntityHelpUrl: s,
  ...all(b, 'IsDocumentManagementEnabled IsOneNoteIntegrationEnabled IsInteractionCentricEnabled'),
  ...all(b, 'IsKnowledgeManagementEnabled IsSLAEnabled IsBPFEntity IsDocumentRecommendationsEnabled'),
  ...all(b, 'IsMSTeamsIntegrationEnabled'),
  SettingOf: s,
  ...all(g, 'DataProviderId DataSourceId'),
  ...all(b, 'AutoCreateAccessTeams IsActivity IsActivityParty IsRetrieveAuditEnabled'),
  ...all(b, 'IsRetrieveMultipleAuditEnabled IsArchivalEnabled IsRetentionEnabled'),
  ...all(b, 'IsAvailableOffline IsChildEntity IsAIRUpdated'),
  ...all(s, 'IconLargeName IconMediumName IconSmallName IconVectorName'),
  ...all(b, 'IsCustomEntity IsBusinessProcessEnabled SyncToExternalSearchIndex'),
  ...all(b, 'IsOptimisticConcurrencyEnabled ChangeTrackingEnabled IsImportable IsIntersect IsManaged'),
  ...all(b, 'IsEnabledForCharts IsEnabledForTrace IsValidForAdvancedFind'),
  DaysSinceRecordLastModified: i,
  MobileOfflineFilters: s,
  ...all(b, 'IsReadingPaneEnabled IsQuickCreateEnabled'),
  LogicalName: s,
  ObjectTypeCode: i,
  OwnershipType: 'mscrm.OwnershipTypes',
  ...all(s, 'PrimaryNameAttribute PrimaryImageAttribute PrimaryIdAttribute'),
  ...all(s, 'RecurrenceBaseEntityLogicalName ReportViewName SchemaName IntroducedVersion'),
  ...all(b, 'IsStateModelAware EnforceStateTransitions'),
  ...all(s, 'ExternalName EntityColor LogicalCollectionName ExternalCollectionName'),
  ...all(s, 'CollectionSchemaName EntitySetName'),
  ...all(b, 'IsEnabledForExternalChannels IsPrivate UsesBusinessDataLabelTable IsLogicalEntity'),
  ...all(b, 'HasNotes HasActivities HasFeedback IsSolutionAware'),
  ...all(t, 'CreatedOn ModifiedOn'),
  HasEmailAddresses: b,
  TableType: s,
  ...all(label, 'Description DisplayCollectionName DisplayName'),
  ...all(managed, 'IsAuditEnabled IsValidForQueue IsConnectionsEnabled IsCustomizable IsRenameable'),
  ...all(managed, 'IsMappable IsDuplicateDetectionEnabled CanCreateAttributes CanCreateForms'),
  ...all(managed, 'CanCreateViews CanCreateCharts CanBeRelatedEntityInRelationship'),
  ...all(managed, 'CanBePrimaryEntityInRelationship CanBeInManyToMany CanBeInCustomEntityAssociation'),
  ...all(managed, 'CanEnableSyncToExternalSearchIndex CanModifyAdditionalSettings'),
  ...all(managed, 'CanChangeHierarchicalRelationship CanChangeTrackingBeEnabled IsMailMergeEnabled'),
  ...all(managed, 'IsVisibleInMobile IsVisibleInMobileClient IsReadOnlyInMobileClient'),
  ...all(managed, 'IsOfflineInMobileClient'),
  Privileges: 'Collection(mscrm.SecurityPrivilegeMetadata)',
};

const attributeMembers: Record<string, string> = {
  AttributeOf: s,
  AttributeType: 'mscrm.AttributeTypeCode',
  ColumnNumber: i,
  ...all(s, 'DeprecatedVersion IntroducedVersion EntityLogicalName'),
  ...all(b, 'IsCustomAttribute IsPrimaryId IsValidODataAttribute IsPrimaryName'),
  ...all(b, 'IsValidForCreate IsValidForRead IsValidForUpdate'),
  ...all(b, 'CanBeSecuredForRead CanBeSecuredForCreate CanBeSecuredForUpdate IsSecured'),
  ...all(b, 'IsRetrievable IsFilterable IsSearchable IsManaged'),
  LinkedAttributeId: g,
  LogicalName: s,
  ...all(b, 'IsValidForForm IsRequiredForForm IsValidForGrid'),
  ...all(s, 'SchemaName ExternalName'),
  ...all(b, 'IsLogical IsDataSourceSecret'),
  InheritsFrom: s,
  ...all(t, 'CreatedOn ModifiedOn'),
  SourceType: i,
  AutoNumberFormat: s,
  AttributeTypeName: 'mscrm.AttributeTypeDisplayName',
  ...all(label, 'Description DisplayName'),
  ...all(managed, 'IsAuditEnabled IsGlobalFilterEnabled IsSortableEnabled IsCustomizable IsRenameable'),
  ...all(managed, 'IsValidForAdvancedFind'),
  RequiredLevel: 'mscrm.AttributeRequiredLevelManagedProperty',
  CanModifyAdditionalSettings: managed,
};

const formula = { FormulaDefinition: s, SourceTypeMask: i };
const ime = { ImeMode: 'mscrm.ImeMode' };
const choices = { OptionSet: 'mscrm.OptionSetMetadata', GlobalOptionSet: 'mscrm.OptionSetMetadata' };
const enumMembers = { DefaultFormValue: i };

const relationshipMembers: Record<string, string> = {
  ...all(b, 'IsCustomRelationship IsValidForAdvancedFind'),
  SchemaName: s,
  SecurityTypes: 'mscrm.SecurityTypes',
  IsManaged: b,
  RelationshipType: 'mscrm.RelationshipType',
  IntroducedVersion: s,
  IsCustomizable: managed,
};

/** Every type by name. */
export const metadataTypes: Readonly<Record<string, MetadataType>> = {
  MetadataBase: type(null, { MetadataId: g, HasChanged: b }),
  EntityMetadata: type('MetadataBase', entityMembers, {
    Attributes: 'Collection(mscrm.AttributeMetadata)',
    ManyToManyRelationships: 'Collection(mscrm.ManyToManyRelationshipMetadata)',
    ManyToOneRelationships: 'Collection(mscrm.OneToManyRelationshipMetadata)',
    OneToManyRelationships: 'Collection(mscrm.OneToManyRelationshipMetadata)',
    Keys: 'Collection(mscrm.EntityKeyMetadata)',
  }),
  AttributeMetadata: type('MetadataBase', attributeMembers),
  EnumAttributeMetadata: type('AttributeMetadata', enumMembers, choices),
  BigIntAttributeMetadata: type('AttributeMetadata', all('Edm.Int64', 'MaxValue MinValue')),
  BooleanAttributeMetadata: type(
    'AttributeMetadata',
    { DefaultValue: b, ...formula },
    { OptionSet: 'mscrm.BooleanOptionSetMetadata', GlobalOptionSet: 'mscrm.BooleanOptionSetMetadata' },
  ),
  DateTimeAttributeMetadata: type('AttributeMetadata', {
    ...all(t, 'MinSupportedValue MaxSupportedValue'),
    Format: 'mscrm.DateTimeFormat',
    ...ime,
    SourceTypeMask: i,
    FormulaDefinition: s,
    DateTimeBehavior: 'mscrm.DateTimeBehavior',
    CanChangeDateTimeBehavior: managed,
  }),
  DecimalAttributeMetadata: type('AttributeMetadata', {
    ...all('Edm.Decimal', 'MaxValue MinValue'),
    Precision: i,
    ...ime,
    ...formula,
  }),
  DoubleAttributeMetadata: type('AttributeMetadata', {
    ...ime,
    ...all(d, 'MaxValue MinValue'),
    Precision: i,
  }),
  EntityNameAttributeMetadata: type('EnumAttributeMetadata', { IsEntityReferenceStored: b }),
  FileAttributeMetadata: type('AttributeMetadata', { MaxSizeInKB: i }),
  ImageAttributeMetadata: type('AttributeMetadata', {
    IsPrimaryImage: b,
    ...all('Edm.Int16', 'MaxHeight MaxWidth'),
    MaxSizeInKB: i,
    CanStoreFullImage: b,
  }),
  IntegerAttributeMetadata: type('AttributeMetadata', {
    Format: 'mscrm.IntegerFormat',
    ...all(i, 'MaxValue MinValue'),
    ...formula,
  }),
  LookupAttributeMetadata: type('AttributeMetadata', {
    Targets: 'Collection(Edm.String)',
    Format: 'mscrm.LookupFormat',
  }),
  ManagedPropertyAttributeMetadata: type('AttributeMetadata', {
    ...all(s, 'ManagedPropertyLogicalName ParentAttributeName'),
    ParentComponentType: i,
    ValueAttributeTypeCode: 'mscrm.AttributeTypeCode',
  }),
  MemoAttributeMetadata: type('AttributeMetadata', {
    Format: 'mscrm.StringFormat',
    FormatName: 'mscrm.MemoFormatName',
    ...ime,
    MaxLength: i,
    IsLocalizable: b,
  }),
  MoneyAttributeMetadata: type('AttributeMetadata', {
    ...ime,
    ...all(d, 'MaxValue MinValue'),
    ...all(i, 'Precision PrecisionSource'),
    CalculationOf: s,
    ...formula,
    IsBaseCurrency: b,
  }),
  MultiSelectPicklistAttributeMetadata: type('EnumAttributeMetadata', {
    ...formula,
    ParentPicklistLogicalName: s,
    ChildPicklistLogicalNames: 'Collection(Edm.String)',
  }),
  PicklistAttributeMetadata: type('EnumAttributeMetadata', {
    ...formula,
    ParentPicklistLogicalName: s,
    ChildPicklistLogicalNames: 'Collection(Edm.String)',
  }),
  StateAttributeMetadata: type('EnumAttributeMetadata', {}),
  StatusAttributeMetadata: type('EnumAttributeMetadata', {}),
  StringAttributeMetadata: type('AttributeMetadata', {
    Format: 'mscrm.StringFormat',
    FormatName: 'mscrm.StringFormatName',
    ...ime,
    MaxLength: i,
    YomiOf: s,
    IsLocalizable: b,
    DatabaseLength: i,
    ...formula,
  }),
  UniqueIdentifierAttributeMetadata: type('AttributeMetadata', {}),
  RelationshipMetadataBase: type('MetadataBase', relationshipMembers),
  OneToManyRelationshipMetadata: type(
    'RelationshipMetadataBase',
    {
      ...all(s, 'ReferencedAttribute ReferencedEntity ReferencingAttribute ReferencingEntity'),
      IsHierarchical: b,
      EntityKey: s,
      IsRelationshipAttributeDenormalized: b,
      ...all(s, 'ReferencedEntityNavigationPropertyName ReferencingEntityNavigationPropertyName'),
      RelationshipBehavior: i,
      IsDenormalizedLookup: b,
      DenormalizedAttributeName: s,
      AssociatedMenuConfiguration: 'mscrm.AssociatedMenuConfiguration',
      CascadeConfiguration: 'mscrm.CascadeConfiguration',
    },
    { Lookup: 'mscrm.LookupAttributeMetadata' },
  ),
  ManyToManyRelationshipMetadata: type('RelationshipMetadataBase', {
    ...all(s, 'Entity1LogicalName Entity2LogicalName IntersectEntityName'),
    ...all(s, 'Entity1IntersectAttribute Entity2IntersectAttribute'),
    ...all(s, 'Entity1NavigationPropertyName Entity2NavigationPropertyName'),
    Entity1AssociatedMenuConfiguration: 'mscrm.AssociatedMenuConfiguration',
    Entity2AssociatedMenuConfiguration: 'mscrm.AssociatedMenuConfiguration',
  }),
  EntityKeyMetadata: type('MetadataBase', {
    ...all(s, 'EntityLogicalName IntroducedVersion'),
    IsManaged: b,
    KeyAttributes: 'Collection(Edm.String)',
    ...all(s, 'LogicalName SchemaName'),
    EntityKeyIndexStatus: 'mscrm.EntityKeyIndexStatus',
    ...all(b, 'IsExportKey IsSynchronous'),
    DisplayName: label,
    IsCustomizable: managed,
  }),
  OptionSetMetadataBase: type('MetadataBase', {
    ...all(b, 'IsCustomOptionSet IsGlobal IsManaged'),
    ...all(s, 'Name ExternalTypeName'),
    OptionSetType: 'mscrm.OptionSetType',
    IntroducedVersion: s,
    ...all(label, 'Description DisplayName'),
    IsCustomizable: managed,
  }),
  OptionSetMetadata: type('OptionSetMetadataBase', {
    ParentOptionSetName: s,
    Options: 'Collection(mscrm.OptionMetadata)',
  }),
  BooleanOptionSetMetadata: type('OptionSetMetadataBase', {
    TrueOption: 'mscrm.OptionMetadata',
    FalseOption: 'mscrm.OptionMetadata',
  }),
};

/** Names are looked up that come from outside: what these give has no prototype. */
const nothing: Readonly<Record<string, string>> = Object.create(null);

/** The members of a type and of all it builds on, the type's own first, as the product answers them. */
export function membersOf(name: string): Readonly<Record<string, string>> {
  const known = metadataTypes[name];
  if (known === undefined) return nothing;
  return Object.assign(Object.create(null), known.members, known.base === null ? {} : membersOf(known.base));
}

/** The navigation properties of a type and of all it builds on. */
export function navigationsOf(name: string): Readonly<Record<string, string>> {
  const known = metadataTypes[name];
  if (known === undefined) return nothing;
  const inherited = known.base === null ? {} : navigationsOf(known.base);
  return Object.assign(Object.create(null), inherited, known.navigations);
}

/** Whether a type is another or builds on it. */
export function isA(name: string, other: string): boolean {
  for (let at: string | null = name; at !== null; at = metadataTypes[at]?.base ?? null)
    if (at === other) return true;
  return false;
}

/** Enumerations of the definitions with the members that are answered here. */
export const metadataEnums: Readonly<Record<string, readonly string[]>> = {
  AttributeTypeCode: [
    ...['Boolean', 'Customer', 'DateTime', 'Decimal', 'Double', 'Integer', 'Lookup', 'Memo', 'Money'],
    ...['Owner', 'PartyList', 'Picklist', 'State', 'Status', 'String', 'Uniqueidentifier'],
    ...['CalendarRules', 'Virtual', 'BigInt', 'ManagedProperty', 'EntityName'],
  ],
  AttributeRequiredLevel: ['None', 'SystemRequired', 'ApplicationRequired', 'Recommended'],
  OwnershipTypes: [
    'None',
    'UserOwned',
    'TeamOwned',
    'BusinessOwned',
    'OrganizationOwned',
    'BusinessParented',
    'Filtered',
  ],
  RelationshipType: ['OneToManyRelationship', 'ManyToManyRelationship'],
  SecurityTypes: ['None', 'Append', 'ParentChild', 'Pointer', 'Inheritance'],
  CascadeType: ['NoCascade', 'Cascade', 'Active', 'UserOwned', 'RemoveLink', 'Restrict'],
  AssociatedMenuBehavior: ['UseCollectionName', 'UseLabel', 'DoNotDisplay'],
  AssociatedMenuGroup: ['Details', 'Sales', 'Service', 'Marketing'],
  OptionSetType: ['Picklist', 'State', 'Status', 'Boolean'],
  EntityKeyIndexStatus: ['Pending', 'InProgress', 'Active', 'Failed'],
  DateTimeFormat: ['DateOnly', 'DateAndTime'],
  IntegerFormat: ['None', 'Duration', 'TimeZone', 'Language', 'Locale'],
  LookupFormat: ['None', 'Connection', 'Regarding', 'Text'],
  ImeMode: ['Auto', 'Inactive', 'Active', 'Disabled'],
  PrivilegeType: ['None', 'Create', 'Read', 'Write', 'Delete', 'Assign', 'Share', 'Append', 'AppendTo'],
  StringFormat: [
    ...['Email', 'Text', 'TextArea', 'Url', 'TickerSymbol', 'PhoneticGuide', 'VersionNumber', 'Phone'],
    ...['Json', 'RichText'],
  ],
};

/** Complex types of the definitions, in the form of the CSDL. */
export const metadataComplexTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  BooleanManagedProperty: { ...all(b, 'Value CanBeChanged'), ManagedPropertyLogicalName: s },
  AttributeRequiredLevelManagedProperty: {
    Value: 'mscrm.AttributeRequiredLevel',
    CanBeChanged: b,
    ManagedPropertyLogicalName: s,
  },
  AttributeTypeDisplayName: { Value: s },
  StringFormatName: { Value: s },
  MemoFormatName: { Value: s },
  DateTimeBehavior: { Value: s },
  LocalizedLabel: { Label: s, LanguageCode: i, IsManaged: b, MetadataId: g, HasChanged: b },
  Label: {
    LocalizedLabels: 'Collection(mscrm.LocalizedLabel)',
    UserLocalizedLabel: 'mscrm.LocalizedLabel',
  },
  OptionMetadata: {
    Value: i,
    Label: label,
    Description: label,
    Color: s,
    IsManaged: b,
    ExternalValue: s,
    ParentValues: 'Collection(Edm.Int32)',
    Tag: s,
    IsHidden: b,
    MetadataId: g,
    HasChanged: b,
  },
  SecurityPrivilegeMetadata: {
    ...all(b, 'CanBeBasic CanBeDeep CanBeGlobal CanBeLocal CanBeEntityReference CanBeParentEntityReference'),
    Name: s,
    PrivilegeId: g,
    PrivilegeType: 'mscrm.PrivilegeType',
  },
  AssociatedMenuConfiguration: {
    Behavior: 'mscrm.AssociatedMenuBehavior',
    Group: 'mscrm.AssociatedMenuGroup',
    Order: i,
    Label: label,
  },
  CascadeConfiguration: all(
    'mscrm.CascadeType',
    'Assign Delete Merge Reparent Share Unshare RollupView Archive',
  ),
};
