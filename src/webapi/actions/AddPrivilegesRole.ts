import { changePrivileges } from '../access/role-privileges.ts';
import type { Perform } from '../operation.ts';

/** Adds privileges to a role. Shape: roles(r)/AddPrivilegesRole {Privileges: [{PrivilegeId, Depth}]} → 204.
 *  Source: published Web API reference, AddPrivilegesRole. */
export const AddPrivilegesRole: Perform = (call) => changePrivileges(call, false);
