import { changePrivileges } from '../access/role-privileges.ts';
import type { Perform } from '../operation.ts';

/** Gives a role these privileges and no others. Shape: roles(r)/ReplacePrivilegesRole {Privileges: [{PrivilegeId,
 *  Depth}]} → 204. Source: published Web API reference, ReplacePrivilegesRole. */
export const ReplacePrivilegesRole: Perform = (call) => changePrivileges(call, true);
