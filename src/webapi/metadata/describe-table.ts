import { manyToMany, type Table, tables, tablesVersion } from '../../tables/index.ts';
import { objectTypeCode } from '../access/object-types.ts';
import { allPrivileges, depthMasks, privilegeName } from '../access/privileges.ts';
import type { Json, JsonObject } from '../parse/body.ts';
import { describeColumn } from './describe-column.ts';
import { describeKey, describeManyToMany, describeOneToMany } from './describe-relationship.ts';
import { type Described, isSolutionName } from './described.ts';
import { metadataId } from './metadata-id.ts';
import { label, managed } from './parts.ts';
import { membersOf } from './types.ts';

/** One table. What no source tells of a built-in table is null; of a table made by a request it is the documented
 *  default. Source: webapi.md §13; published article "Create and update table definitions using the Web API". */
export function describeTable(table: Table): Described {
  const known: JsonObject = {
    ...(table.custom ? ownDefaults(table) : {}),
    ...names(table),
    ...capabilities(table),
  };
  const nothing = Object.keys(membersOf('EntityMetadata')).map((name): [string, Json] => [name, null]);
  return {
    type: 'EntityMetadata',
    members: { ...Object.fromEntries(nothing), ...known },
    related: {
      Attributes: () => Object.keys(table.columns).flatMap((name) => describeColumn(table, name) ?? []),
      ManyToOneRelationships: () => table.relationships.map((one) => describeOneToMany(table, one)),
      OneToManyRelationships: () => oneToMany(table),
      ManyToManyRelationships: () =>
        manyToMany
          .filter(({ ends }) => ends.some((end) => end.table === table.logicalName))
          .map(describeManyToMany),
      Keys: () => (table.keys ?? []).map((key) => describeKey(table, key)),
    },
  };
}

function oneToMany({ logicalName }: Table): Described[] {
  return [...tables.values()].flatMap((holder) =>
    holder.relationships
      .filter(({ target }) => target === logicalName)
      .map((one) => describeOneToMany(holder, one)),
  );
}

/** `Contacts` beside `contacts`, where the plural is regular; else unknown. */
function collectionSchemaName({ schemaName, entitySetName }: Table): string | null {
  const candidates = [`${schemaName}s`, `${schemaName}es`, schemaName.replace(/y$/, 'ies')];
  return candidates.find((one) => one.toLowerCase() === entitySetName.toLowerCase()) ?? null;
}

function names(table: Table): JsonObject {
  const { logicalName, entitySetName } = table;
  const own = table.custom === true;
  const owner = `table ${logicalName}`;
  const collection = collectionSchemaName(table);
  return {
    LogicalName: logicalName,
    SchemaName: table.schemaName,
    EntitySetName: entitySetName,
    LogicalCollectionName: own || collection !== null ? entitySetName : null,
    CollectionSchemaName: collection,
    ObjectTypeCode: objectTypeCode(table) || null,
    OwnershipType: table.ownership,
    PrimaryIdAttribute: table.primaryId,
    PrimaryNameAttribute: table.primaryName,
    PrimaryImageAttribute: table.columns.entityimage?.type === 'Image' ? 'entityimage' : null,
    Description: label(table.description, `${owner} description`, !own),
    DisplayCollectionName: label(table.displayCollectionName, `${owner} plural`, !own),
    DisplayName: label(table.displayName, `${owner} name`, !own),
    MetadataId: metadataId('table', logicalName),
  };
}

/** Whether a lookup of another table may lead here. */
const isTargetOf = (table: Table, holder: string, column: string): boolean =>
  tables.get(holder)?.columns[column]?.targets?.includes(table.logicalName) ?? false;

function capabilities(table: Table): JsonObject {
  const own = table.custom === true;
  const open = !table.isIntersect;
  return {
    IsActivity: table.isActivity,
    IsActivityParty: own ? false : null,
    IsCustomEntity: own || isSolutionName(table.logicalName),
    IsIntersect: table.isIntersect,
    IsManaged: !own,
    IsStateModelAware: 'statecode' in table.columns,
    IsOptimisticConcurrencyEnabled: 'versionnumber' in table.columns,
    ChangeTrackingEnabled: table.changeTracking ?? (own ? false : null),
    HasNotes: isTargetOf(table, 'annotation', 'objectid'),
    HasActivities: isTargetOf(table, 'activitypointer', 'regardingobjectid'),
    HasFeedback: isTargetOf(table, 'feedback', 'regardingobjectid'),
    IsValidForQueue: managed(isTargetOf(table, 'queueitem', 'objectid'), own, 'canmodifyqueuesettings'),
    IsConnectionsEnabled: managed(
      isTargetOf(table, 'connection', 'record1id'),
      own,
      'canmodifyconnectionsettings',
    ),
    IsCustomizable: managed(open, own, 'iscustomizable'),
    CanCreateAttributes: managed(open, false, 'cancreateattributes'),
    CanBeRelatedEntityInRelationship: managed(open, false, 'canberelatedentityinrelationship'),
    CanBePrimaryEntityInRelationship: managed(open, false, 'canbeprimaryentityinrelationship'),
    CanBeInManyToMany: managed(open, false, 'canbeinmanytomany'),
    Privileges: privilegesOf(table),
  };
}

const rights = ['create', 'read', 'write', 'delete', 'assign', 'share', 'append', 'appendTo'] as const;

let version = -1;
let privileges: ReturnType<typeof allPrivileges> = new Map();

function privilegesOf(table: Table): JsonObject[] {
  if (version !== tablesVersion()) {
    version = tablesVersion();
    privileges = allPrivileges();
  }
  return rights.flatMap((right) => {
    const privilege = privileges.get(privilegeName(table, right));
    if (privilege === undefined) return [];
    const { id, name, depths } = privilege;
    return {
      CanBeBasic: depths.includes(depthMasks.basic),
      CanBeDeep: depths.includes(depthMasks.deep),
      CanBeGlobal: depths.includes(depthMasks.global),
      CanBeLocal: depths.includes(depthMasks.local),
      CanBeEntityReference: false,
      CanBeParentEntityReference: false,
      Name: name,
      PrivilegeId: id,
      PrivilegeType: `${right.slice(0, 1).toUpperCase()}${right.slice(1)}`,
    };
  });
}

/** The documented defaults of a table that was made with nothing more than its names. */
function ownDefaults(table: Table): JsonObject {
  const off = [
    ...['AutoRouteToOwnerQueue', 'EntityHelpUrlEnabled', 'IsDocumentManagementEnabled'],
    ...['IsOneNoteIntegrationEnabled', 'IsInteractionCentricEnabled', 'IsKnowledgeManagementEnabled'],
    ...['AutoCreateAccessTeams', 'IsAvailableOffline', 'IsChildEntity', 'IsAIRUpdated'],
    ...['IsBusinessProcessEnabled', 'SyncToExternalSearchIndex', 'IsEnabledForTrace'],
    ...['IsQuickCreateEnabled', 'EnforceStateTransitions', 'IsEnabledForExternalChannels', 'IsPrivate'],
  ];
  const on = ['CanTriggerWorkflow', 'IsImportable', 'IsEnabledForCharts', 'IsValidForAdvancedFind'];
  const properties: readonly (readonly [
    name: string,
    value: boolean,
    changeable: boolean,
    logical: string,
  ])[] = [
    ['IsAuditEnabled', false, true, 'canmodifyauditsettings'],
    ['IsRenameable', true, true, 'isrenameable'],
    ['IsMappable', true, false, 'ismappable'],
    ['IsDuplicateDetectionEnabled', false, true, 'canmodifyduplicatedetectionsettings'],
    ['CanCreateForms', true, true, 'cancreateforms'],
    ['CanCreateViews', true, true, 'cancreateviews'],
    ['CanCreateCharts', true, true, 'cancreatecharts'],
    ['CanEnableSyncToExternalSearchIndex', true, true, 'canenablesynctoexternalsearchindex'],
    ['CanModifyAdditionalSettings', true, true, 'canmodifyadditionalsettings'],
    ['CanChangeHierarchicalRelationship', true, true, 'canchangehierarchicalrelationship'],
    ['IsMailMergeEnabled', true, true, 'canmodifymailmergesettings'],
    ['IsVisibleInMobile', false, true, 'canmodifymobilevisibility'],
    ['IsVisibleInMobileClient', false, true, 'canmodifymobileclientvisibility'],
    ['IsReadOnlyInMobileClient', false, true, 'canmodifymobileclientreadonly'],
    ['IsOfflineInMobileClient', false, true, 'canmodifymobileclientoffline'],
  ];
  return {
    ActivityTypeMask: table.isActivity ? 1 : 0,
    ...Object.fromEntries(off.map((name) => [name, false])),
    ...Object.fromEntries([...on, 'IsReadingPaneEnabled'].map((name) => [name, true])),
    DaysSinceRecordLastModified: 0,
    ReportViewName: `Filtered${table.schemaName}`,
    IntroducedVersion: '1.0',
    TableType: 'Standard',
    ...Object.fromEntries(
      properties.map(([name, value, changeable, logical]) => [name, managed(value, changeable, logical)]),
    ),
  };
}
