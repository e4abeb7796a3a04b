import type { ManyToMany } from './model.ts';

const users = { table: 'systemuser', column: 'systemuserid' } as const;

/** The many-to-many relationships of the modelled tables. Navigation names are the same on both ends.
 *  Source: published entity reference, sections many-to-many of queue, systemuser, team and msdyn_sessiontemplate. */
export const manyToMany: readonly ManyToMany[] = [
  {
    schemaName: 'queuemembership_association',
    intersect: 'queuemembership',
    ends: [
      { table: 'queue', column: 'queueid', navigation: 'queuemembership_association' },
      { ...users, navigation: 'queuemembership_association' },
    ],
  },
  {
    schemaName: 'systemuserroles_association',
    intersect: 'systemuserroles',
    ends: [
      { ...users, navigation: 'systemuserroles_association' },
      { table: 'role', column: 'roleid', navigation: 'systemuserroles_association' },
    ],
  },
  {
    schemaName: 'roleprivileges_association',
    intersect: 'roleprivileges',
    ends: [
      { table: 'role', column: 'roleid', navigation: 'roleprivileges_association' },
      { table: 'privilege', column: 'privilegeid', navigation: 'roleprivileges_association' },
    ],
  },
  {
    schemaName: 'teammembership_association',
    intersect: 'teammembership',
    ends: [
      { table: 'team', column: 'teamid', navigation: 'teammembership_association' },
      { ...users, navigation: 'teammembership_association' },
    ],
  },
  {
    schemaName: 'teamroles_association',
    intersect: 'teamroles',
    ends: [
      { table: 'team', column: 'teamid', navigation: 'teamroles_association' },
      { table: 'role', column: 'roleid', navigation: 'teamroles_association' },
    ],
  },
  {
    schemaName: 'msdyn_sessiontemplate_applicationtab',
    intersect: 'msdyn_sessiontemplate_applicationtab',
    ends: [
      {
        table: 'msdyn_sessiontemplate',
        column: 'msdyn_sessiontemplateid',
        navigation: 'msdyn_sessiontemplate_applicationtab',
      },
      {
        table: 'msdyn_applicationtabtemplate',
        column: 'msdyn_applicationtabtemplateid',
        navigation: 'msdyn_sessiontemplate_applicationtab',
      },
    ],
  },
];
