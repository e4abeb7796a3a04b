import { changeMembers } from '../access/team-members.ts';
import type { Perform } from '../operation.ts';

/** Adds users to a team; who is in it already stays. Shape: teams(t)/AddMembersTeam {Members: [systemuser]} → 204.
 *  Refuses recordNotFound, accessDenied without the right to write the team. Source: webapi.md §12. */
export const AddMembersTeam: Perform = (call) =>
  changeMembers(call, (transaction, team, user, isMember) =>
    isMember ? Promise.resolve() : transaction.associate('teammembership_association', team, user),
  );
