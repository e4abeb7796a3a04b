import { heldPrivileges } from '../access/held-privileges.ts';
import { boundRow, type Perform } from '../operation.ts';

/** The privileges a user holds, by roles of the user's own and of the user's teams, each at its widest depth.
 *  Shape: systemusers(u)/RetrieveUserPrivileges() → {RolePrivileges: [{Depth, PrivilegeId, BusinessUnitId,
 *  PrivilegeName}]}. Source: webapi.md §11. */
export const RetrieveUserPrivileges: Perform = async (call) => ({
  RolePrivileges: await heldPrivileges(call.exchange.database.reader, boundRow(call).id),
});
