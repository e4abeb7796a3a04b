import {
  type AlternateKey,
  type ManyToMany,
  type Relationship,
  type Table,
  tables,
} from '../../tables/index.ts';
import type { JsonObject } from '../parse/body.ts';
import { describeColumn } from './describe-column.ts';
import { type Described, isSolutionName } from './described.ts';
import { metadataId } from './metadata-id.ts';
import { label, managed } from './parts.ts';

function base(schemaName: string, own: boolean, type: string, security: string | null): JsonObject {
  return {
    IsCustomRelationship: own || isSolutionName(schemaName),
    IsValidForAdvancedFind: own ? true : null,
    SchemaName: schemaName,
    SecurityTypes: security,
    IsManaged: !own,
    RelationshipType: type,
    IntroducedVersion: own ? '1.0' : null,
    MetadataId: metadataId('relationship', schemaName),
    HasChanged: null,
    IsCustomizable: own ? managed(true, true, 'iscustomizable') : null,
  };
}

/** A one-to-many relationship, from whichever side: `holder` has the lookup. Source: webapi.md §13. */
export function describeOneToMany(holder: Table, relationship: Relationship): Described {
  const { schemaName, column, target, navigation, collection, cascade = {} } = relationship;
  const own = relationship.custom === true;
  return {
    type: 'OneToManyRelationshipMetadata',
    members: {
      ReferencedAttribute: tables.get(target)?.primaryId ?? null,
      ReferencedEntity: target,
      ReferencingAttribute: column,
      ReferencingEntity: holder.logicalName,
      IsHierarchical: relationship.hierarchical === true,
      EntityKey: null,
      IsRelationshipAttributeDenormalized: own ? false : null,
      ReferencedEntityNavigationPropertyName: collection,
      ReferencingEntityNavigationPropertyName: navigation,
      RelationshipBehavior: null,
      IsDenormalizedLookup: own ? false : null,
      DenormalizedAttributeName: null,
      AssociatedMenuConfiguration: null,
      CascadeConfiguration: {
        Assign: cascade.assign ?? 'NoCascade',
        Delete: cascade.delete ?? 'RemoveLink',
        Merge: cascade.merge ?? 'NoCascade',
        Reparent: cascade.reparent ?? 'NoCascade',
        Share: cascade.share ?? 'NoCascade',
        Unshare: cascade.unshare ?? 'NoCascade',
        RollupView: 'NoCascade',
        Archive: null,
      },
      ...base(schemaName, own, 'OneToManyRelationship', own ? 'Append' : null),
    },
    related: { Lookup: () => describeColumn(holder, column) },
  };
}

/** A many-to-many relationship. Source: webapi.md §13. */
export function describeManyToMany({ schemaName, intersect, ends, custom }: ManyToMany): Described {
  const [one, two] = ends;
  return {
    type: 'ManyToManyRelationshipMetadata',
    members: {
      Entity1LogicalName: one.table,
      Entity2LogicalName: two.table,
      IntersectEntityName: intersect,
      Entity1IntersectAttribute: one.column,
      Entity2IntersectAttribute: two.column,
      Entity1NavigationPropertyName: one.navigation,
      Entity2NavigationPropertyName: two.navigation,
      Entity1AssociatedMenuConfiguration: null,
      Entity2AssociatedMenuConfiguration: null,
      ...base(schemaName, custom === true, 'ManyToManyRelationship', custom ? 'None' : null),
    },
    related: {},
  };
}

/** An alternate key. Its index is there as soon as the key is. Source: webapi.md §13. */
export function describeKey(table: Table, key: AlternateKey): Described {
  const owner = `${table.logicalName}.${key.logicalName}`;
  return {
    type: 'EntityKeyMetadata',
    members: {
      EntityLogicalName: table.logicalName,
      IntroducedVersion: '1.0',
      IsManaged: false,
      KeyAttributes: [...key.columns],
      LogicalName: key.logicalName,
      SchemaName: key.schemaName,
      EntityKeyIndexStatus: 'Active',
      IsExportKey: false,
      IsSynchronous: true,
      MetadataId: metadataId('key', owner),
      HasChanged: null,
      DisplayName: label(key.displayName, `key ${owner} name`, false),
      IsCustomizable: managed(true, true, 'iscustomizable'),
    },
    related: {},
  };
}
