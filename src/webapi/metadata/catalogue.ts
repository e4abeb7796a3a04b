import { currentDefinitions, manyToMany, tables, tablesVersion } from '../../tables/index.ts';
import { describeGlobalChoice } from './describe-choice.ts';
import { describeManyToMany, describeOneToMany } from './describe-relationship.ts';
import { describeTable } from './describe-table.ts';
import type { Described } from './described.ts';

/** A set of definitions: the type of what it holds, the members that name one beside MetadataId, and its content. */
export interface DefinitionSet {
  readonly type: string;
  readonly keys: readonly string[];
  readonly all: () => readonly Described[];
}

/** Made once for each version of the definitions: a table's own members do not depend on who asks. */
function kept(make: () => readonly Described[]): () => readonly Described[] {
  let version = -1;
  let made: readonly Described[] = [];
  return () => {
    if (version !== tablesVersion()) {
      version = tablesVersion();
      made = make();
    }
    return made;
  };
}

/** The sets of definitions by name. Source: webapi.md §13. */
export const definitionSets: ReadonlyMap<string, DefinitionSet> = new Map([
  [
    'EntityDefinitions',
    {
      type: 'EntityMetadata',
      keys: ['LogicalName'],
      all: kept(() => [...tables.values()].map(describeTable)),
    },
  ],
  [
    'RelationshipDefinitions',
    {
      type: 'RelationshipMetadataBase',
      keys: ['SchemaName'],
      all: kept(() => [
        ...[...tables.values()].flatMap((table) =>
          table.relationships.map((one) => describeOneToMany(table, one)),
        ),
        ...manyToMany.map(describeManyToMany),
      ]),
    },
  ],
  [
    'GlobalOptionSetDefinitions',
    {
      type: 'OptionSetMetadataBase',
      keys: ['Name'],
      all: kept(() => Object.values(currentDefinitions().choices).map(describeGlobalChoice)),
    },
  ],
]);

/** The members that name one definition of a type beside its MetadataId. */
export const keysOfType: Readonly<Record<string, readonly string[]>> = {
  EntityMetadata: ['LogicalName'],
  AttributeMetadata: ['LogicalName'],
  EntityKeyMetadata: ['LogicalName'],
  RelationshipMetadataBase: ['SchemaName'],
  OneToManyRelationshipMetadata: ['SchemaName'],
  ManyToManyRelationshipMetadata: ['SchemaName'],
  OptionSetMetadataBase: ['Name'],
};
