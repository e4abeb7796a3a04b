import { systemuser } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { heldPrivileges } from '../access/held-privileges.ts';
import { boundRow, type Perform } from '../operation.ts';

/** The privileges a user holds, by roles of the user's own and of the user's teams, each at its widest depth.
 *  Shape: systemusers(u)/RetrieveUserPrivileges() → {RolePrivileges: [{Depth, PrivilegeId, BusinessUnitId,
 *  PrivilegeName}]}. Refuses recordNotFound, accessDenied. Source: webapi.md §11. */
export const RetrieveUserPrivileges: Perform = async (call) => {
  const { reader } = call.exchange.database;
  const { id } = boundRow(call);
  if ((await reader.row(systemuser, id)) === null) throw new Refusal('recordNotFound', 'systemuser', id);
  return { RolePrivileges: await heldPrivileges(reader, id) };
};
