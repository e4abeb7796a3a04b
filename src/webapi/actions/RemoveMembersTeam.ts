import { changeMembers } from '../access/team-members.ts';
import type { Perform } from '../operation.ts';

/** Takes users out of a team. Shape: teams(t)/RemoveMembersTeam {Members: [systemuser]} → 204.
 *  Refuses recordNotFound, accessDenied without the right to write the team. Source: webapi.md §12. */
export const RemoveMembersTeam: Perform = (call) =>
  changeMembers(call, (transaction, team, user) =>
    transaction.disassociate('teammembership_association', team, user),
  );
