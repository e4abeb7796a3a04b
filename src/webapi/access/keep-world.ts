/** What a world cannot be without: its organization, its shipped roles while they are held, somebody who administers it,
 *  and its users while they are enabled. */
import type { Transaction } from '../../store/index.ts';
import { role, systemuser, systemuserroles, teamroles } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal, roles, systemUserId, type Table } from '../../tables/index.ts';
import { tableName } from '../sql/text.ts';

const shipped: ReadonlySet<string> = new Set(Object.values(roles));

/** SYSTEM holds the role too, but nobody signs in as SYSTEM. */
const otherAdministrators = `select 1 from ${tableName(systemuserroles)} h
  join ${tableName(systemuser)} u on u.systemuserid = h.systemuserid and u.isdisabled is not true
  where h.roleid = $1 and h.systemuserid <> $2 and h.systemuserid <> $3 limit 1`;

const holders = `select 1 from ${tableName(systemuserroles)} where roleid = $1
  union all select 1 from ${tableName(teamroles)} where roleid = $1 limit 1`;

/** Refuses the deletion of the role System Administrator, of another shipped role that somebody holds, of SYSTEM and of
 *  an enabled user: administratorRoleKept, deleteRestricted, specialUser, userEnabled.
 *  Source: published error codes; published documentation, delete a user. */
export async function requireDeletable(transaction: Transaction, table: Table, id: Guid): Promise<void> {
  if (table.logicalName === 'role') {
    if (id === roles.systemAdministrator) throw new Refusal('administratorRoleKept');
    if (!shipped.has(id)) return;
    const held = await transaction.query({ text: holders, values: [id], name: 'role_holders' });
    if (held.length > 0) throw new Refusal('deleteRestricted', 'role', id, 'the users or teams that hold it');
  }
  if (table.logicalName !== 'systemuser') return;
  if (id === systemUserId) throw new Refusal('specialUser');
  const row = await transaction.lock(systemuser, id);
  if (row !== null && row.isdisabled !== true) throw new Refusal('userEnabled', id);
}

/** Refuses lastAdministratorDisabled and specialUser for values that would disable who must stay enabled. */
export async function requireEnabled(transaction: Transaction, user: Guid, values: object): Promise<void> {
  if (!('isdisabled' in values) || values.isdisabled !== true) return;
  if (user === systemUserId) throw new Refusal('specialUser');
  if (await isLastAdministrator(transaction, user)) throw new Refusal('lastAdministratorDisabled');
}

/** Refuses lastAdministratorRemoved when nobody enabled would hold the role System Administrator any more. */
export async function requireAdministrator(transaction: Transaction, user: Guid, held: Guid): Promise<void> {
  if (held !== roles.systemAdministrator) return;
  if (await isLastAdministrator(transaction, user)) throw new Refusal('lastAdministratorRemoved');
}

async function isLastAdministrator(transaction: Transaction, user: Guid): Promise<boolean> {
  // Two who leave at the same time come one after the other.
  await transaction.lock(role, roles.systemAdministrator);
  const values = [roles.systemAdministrator, user, systemUserId];
  const others = await transaction.query({ text: otherAdministrators, values, name: 'other_administrators' });
  return others.length === 0;
}
