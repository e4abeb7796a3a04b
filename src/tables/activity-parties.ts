import type { Relationship, Table } from './model.ts';

/** The relationship from a party to the activity it belongs to. Every activity table has one, and its parties go with it.
 *  Source: webapi.md §7, activity parties; published entity reference of the activity tables. */
const toActivity = (activity: string): Relationship => ({
  schemaName: `${activity}_activity_parties`,
  column: 'activityid',
  target: activity,
  navigation: `activityid_${activity}`,
  collection: `${activity}_activity_parties`,
  cascade: { delete: 'Cascade' },
});

/** The table of activity parties with its relationship to each activity table: the published page of the table names only
 *  some of them. */
export function withEveryActivity(party: Table, tables: Iterable<Table>): Table {
  const { activityid } = party.columns;
  if (activityid === undefined) return party;
  const activities = [...tables].filter(({ isActivity }) => isActivity).map(({ logicalName }) => logicalName);
  const others = party.relationships.filter(({ column }) => column !== 'activityid');
  const targets = [...new Set([...(activityid.targets ?? []), ...activities])].sort();
  return {
    ...party,
    columns: { ...party.columns, activityid: { ...activityid, targets } },
    relationships: [...activities.sort().map(toActivity), ...others],
  };
}
