import type { Reader } from '../../store/index.ts';
import { systemuser, systemuserroles, teammembership, teamroles } from '../../tables/dataverse/index.ts';
import { privilege, roleprivileges } from '../../tables/platform/index.ts';
import type { JsonObject } from '../parse/body.ts';
import { tableName } from '../sql/text.ts';
import { depthMasks } from './privileges.ts';

/** Depths as the enumeration PrivilegeDepth names them, by mask. Source: published Web API reference. */
export const depthNames: ReadonlyMap<number, string> = new Map([
  [depthMasks.basic, 'Basic'],
  [depthMasks.local, 'Local'],
  [depthMasks.deep, 'Deep'],
  [depthMasks.global, 'Global'],
]);

const text = `select p.name, p.privilegeid as id, u.businessunitid as unit, max(rp.privilegedepthmask) as mask
  from ${tableName(systemuser)} u
    join (
      select systemuserid as holder, roleid from ${tableName(systemuserroles)}
      union
      select m.systemuserid, r.roleid from ${tableName(teammembership)} m
        join ${tableName(teamroles)} r on r.teamid = m.teamid) h on h.holder = u.systemuserid
    join ${tableName(roleprivileges)} rp on rp.roleid = h.roleid
    join ${tableName(privilege)} p on p.privilegeid = rp.privilegeid
  where u.systemuserid = $1 group by 1, 2, 3 order by 1`;

/** A privilege that a user holds. `mask`: its widest depth. */
interface Held {
  readonly name: string;
  readonly id: string;
  readonly unit: string;
  readonly mask: number;
}

/** Every privilege of a user, by roles of the user's own and of the user's teams, by name. */
export async function heldBy(reader: Pick<Reader, 'query'>, userId: string): Promise<Held[]> {
  const rows = await reader.query({ text, values: [userId], name: 'held_privileges' });
  return rows.map(({ name, id, unit, mask }) => ({
    ...{ name: String(name), id: String(id), unit: String(unit) },
    mask: Number(mask),
  }));
}

/** A user's privileges as RolePrivilege objects, by name. */
export async function heldPrivileges(reader: Pick<Reader, 'query'>, userId: string): Promise<JsonObject[]> {
  return (await heldBy(reader, userId)).map(({ name, id, unit, mask }) => ({
    Depth: depthNames.get(mask) ?? 'Basic',
    PrivilegeId: id,
    BusinessUnitId: unit,
    PrivilegeName: name,
  }));
}
