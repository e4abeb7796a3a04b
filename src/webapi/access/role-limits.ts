/** Nobody gives away more than they hold. */
import type { Reader } from '../../store/index.ts';
import { Refusal } from '../../tables/index.ts';
import { privilege, roleprivileges } from '../../tables/platform/index.ts';
import { tableName } from '../sql/text.ts';
import { heldBy } from './held-privileges.ts';

const text = `select p.name, coalesce(rp.privilegedepthmask, 0) as mask from ${tableName(roleprivileges)} rp
  join ${tableName(privilege)} p on p.privilegeid = rp.privilegeid where rp.roleid = $1`;

/** The depth at which somebody holds a privilege, as a mask; 0 for not at all. */
export type DepthOf = (privilege: string) => number;

/** Refuses rolesTooHigh unless every privilege of the role is held at least as deep by who gives it. */
export async function requireRole(
  reader: Pick<Reader, 'query'>,
  userId: string,
  depthOf: DepthOf,
  roleId: string,
): Promise<void> {
  const rows = await reader.query({ text, values: [roleId], name: 'role_privileges' });
  requireDepths(
    userId,
    depthOf,
    rows.map(({ name, mask }) => ({ name: String(name), mask: Number(mask) })),
  );
}

/** The columns that say which sign-in a user answers to. */
const signInColumns = ['applicationid', 'domainname'] as const;

/** Whoever says which sign-in a user answers to may sign in as the user: refuses rolesTooHigh unless every privilege of
 *  the user is held at least as deep by who writes these values. */
export async function requireSignIn(
  reader: Pick<Reader, 'query'>,
  userId: string,
  depthOf: DepthOf,
  written: { readonly user: string; readonly values: object },
): Promise<void> {
  if (signInColumns.some((name) => name in written.values))
    requireDepths(userId, depthOf, await heldBy(reader, written.user));
}

/** The same for privileges by name and mask. */
export function requireDepths(
  userId: string,
  depthOf: DepthOf,
  wanted: readonly { readonly name: string; readonly mask: number }[],
): void {
  const beyond = wanted.find(({ name, mask }) => depthOf(name) < mask);
  if (beyond) throw new Refusal('rolesTooHigh', userId, beyond.name);
}
