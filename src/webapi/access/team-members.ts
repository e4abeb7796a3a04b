import type { Transaction } from '../../store/index.ts';
import { teammembership, team as teamTable } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import { transact } from '../exchange.ts';
import { boundRow, idOf, type OperationCall } from '../operation.ts';
import { unguarded } from './guard.ts';

/** Changes who belongs to the team that the message is bound to, one user after the other, all or nothing.
 *  Refuses recordNotFound for a team that is not there. */
export async function changeMembers(
  call: OperationCall,
  change: (transaction: Transaction, team: Guid, user: Guid, isMember: boolean) => Promise<void>,
): Promise<null> {
  const { id: team } = boundRow(call);
  const members = call.parameters.rows('Members');
  await transact(call.exchange, async (transaction) => {
    if ((await transaction.row(teamTable, team)) === null) throw new Refusal('recordNotFound', 'team', team);
    for (const [place, member] of members.entries()) {
      const user = await idOf(call, transaction, `Members[${place}]`, member);
      const [present] = await unguarded(transaction).rows(teammembership, {
        teamid: team,
        systemuserid: user,
      });
      await change(transaction, team, user, present !== undefined);
    }
  });
  return null;
}
