/** Activity tables made by requests: what every activity has besides its own columns. */
import { msdyn_ocsession } from '../../tables/dataverse/index.ts';
import type { Column, Definitions, Relationship, Table } from '../../tables/index.ts';
import type { JsonObject } from '../parse/body.ts';
import { booleanOf, invalid, numberOf, textOf } from './body.ts';
import { modelOf, needTable, withTable } from './model.ts';

/** An activity that a solution of the product made: what is not its own is what every such table gets. */
const example: Table = msdyn_ocsession;
const isOwn = (name: string): boolean => name.startsWith('msdyn_');

/** The key of every activity, and the column with its name. */
export const activityKey = 'activityid';
export const activityName = 'subject';

/** Refuses definitionInvalid for a definition that no activity can have. `primary`: the column that is its name.
 *  Source: published "Create a custom activity entity": IsActivity, PrimaryAttribute, ownership. */
export function checkActivity(body: JsonObject, primary: JsonObject): void {
  if (textOf(primary, 'SchemaName')?.toLowerCase() !== activityName)
    invalid("The primary column of an activity table has the SchemaName 'Subject'.");
  if ((textOf(body, 'OwnershipType') ?? 'UserOwned') !== 'UserOwned')
    invalid("The OwnershipType of an activity table is 'UserOwned'.");
  if (booleanOf(body, 'HasActivities'))
    invalid('An activity table has no activities: HasActivities is false.');
}

/** The columns of a new activity table. `primary`: as the request gave it. */
export function activityColumns(displayName: string, primary: JsonObject): Readonly<Record<string, Column>> {
  const shared = Object.entries(example.columns).filter(([name]) => !isOwn(name));
  const { activityid, subject } = example.columns;
  const most = { from: 1, to: 4000, whole: true } as const;
  return {
    ...Object.fromEntries(shared),
    ...(activityid ? { activityid: { ...activityid, displayName } } : {}),
    ...(subject ? { subject: { ...subject, maxLength: numberOf(primary, 'MaxLength', most, 200) } } : {}),
  };
}

/** The relationships of those columns, each under the new table's own name. */
export function activityRelationships(logicalName: string): Relationship[] {
  const own = (name: string): string => name.replaceAll(example.logicalName, logicalName);
  return example.relationships
    .filter(({ column }) => !isOwn(column))
    .map((one) => ({
      ...one,
      schemaName: own(one.schemaName),
      navigation: own(one.navigation),
      collection: own(one.collection),
      custom: true,
    }));
}

/** Gives the parties of activities a place at the new table. */
export function withParties(definitions: Definitions, logicalName: string): Definitions {
  const party = needTable(modelOf(definitions), 'activityparty');
  const { activityid } = party.columns;
  if (activityid === undefined) throw new TypeError('a party has no activity');
  const schemaName = `${logicalName}_activity_parties`;
  return withTable(definitions, 'activityparty', (entry) => ({
    ...entry,
    columns: {
      ...entry.columns,
      activityid: { ...activityid, targets: [...(activityid.targets ?? []), logicalName].sort() },
    },
    relationships: [
      ...entry.relationships,
      {
        ...{ schemaName, column: 'activityid', target: logicalName, collection: schemaName },
        ...{ navigation: `activityid_${logicalName}`, cascade: { delete: 'Cascade' }, custom: true },
      },
    ],
  }));
}

/** The tables made by requests that have activities. */
export const withActivitiesOf = (definitions: Definitions): readonly string[] => {
  const { tables } = modelOf(definitions);
  const targets = tables.get('activitypointer')?.columns.regardingobjectid?.targets ?? [];
  return targets.filter((name) => tables.get(name)?.custom === true);
};
