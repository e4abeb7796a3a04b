/** What a user may do, worked out from the rows of roles, teams and business units. */
import type { Reader } from '../../store/index.ts';
import {
  businessunit,
  role,
  systemuser,
  systemuserroles,
  team,
  teammembership,
  teamroles,
} from '../../tables/dataverse/index.ts';
import { roles } from '../../tables/index.ts';
import { privilege, roleprivileges } from '../../tables/platform/index.ts';
import { tableName } from '../sql/text.ts';
import { depthMasks } from './privileges.ts';

/** systemuser.accessmode "Read": of what the roles give, only the privileges to read count, an administrator's too. */
const readMode = 2;

/** Whether a privilege counts for somebody who may read only. */
export const isToRead = (privilege: string): boolean => privilege.startsWith('prvRead');

/** How far a privilege reaches: everywhere, or to the rows of these owners and these business units. */
export type Reach = 'all' | { readonly owners: readonly string[]; readonly units: readonly string[] };

/** A user's rights. `isAdministrator`: holds System Administrator, the role that may do everything, also with tables
 *  that come later; the rest is empty then. `readsOnly`: the access mode is Read. `principals`: the user and the user's teams. `reaches` by the name of the privilege. `depths`: the
 *  widest depth mask of each privilege. */
export interface Profile {
  readonly userId: string;
  readonly businessUnitId: string;
  readonly accessMode: number;
  readonly readsOnly: boolean;
  readonly isDisabled: boolean;
  readonly isAdministrator: boolean;
  readonly roleCount: number;
  readonly principals: readonly string[];
  readonly reaches: ReadonlyMap<string, Reach>;
  readonly depths: ReadonlyMap<string, number>;
  /** As it was read. */
  readonly loaded: Loaded;
}

/** A privilege by name, who holds it (the user or a team), its depth mask, and whether it covers what the user owns. */
type Grant = readonly [name: string, holder: string, mask: number, inherited: boolean];

interface Loaded {
  readonly unit: string;
  readonly mode: number | null;
  readonly disabled: boolean | null;
  readonly principals: readonly { readonly id: string; readonly unit: string }[];
  readonly below: readonly { readonly root: string; readonly id: string }[];
  readonly roles: number;
  readonly administrator: boolean;
  readonly grants: readonly Grant[];
}

/** One statement for all of it, for a user and for a team alike. A team is held like a user: its roles count in the team's own business unit. A role's
 *  isinherited says whether a user-level depth that came by a team also covers what the member owns. */
const text = `with recursive one(id, businessunitid, accessmode, isdisabled) as (
    select systemuserid, businessunitid, accessmode, isdisabled from ${tableName(systemuser)} where systemuserid = $1
    union all
    select teamid, businessunitid, 0, false from ${tableName(team)} where teamid = $1),
  principal(id, unit) as (
    select u.id, u.businessunitid from one u
    union all
    select t.teamid, t.businessunitid from ${tableName(teammembership)} m
      join ${tableName(team)} t on t.teamid = m.teamid where m.systemuserid = $1),
  held(holder, roleid) as (
    select systemuserid, roleid from ${tableName(systemuserroles)} where systemuserid = $1
    union
    select r.teamid, r.roleid from ${tableName(teamroles)} r join principal p on p.id = r.teamid),
  below(root, id) as (
    select distinct p.unit, p.unit from principal p where p.unit is not null
    union
    select b.root, c.businessunitid from below b
      join ${tableName(businessunit)} c on c.parentbusinessunitid = b.id),
  granted(name, holder, mask, inherited) as (
    select p.name, h.holder, max(coalesce(rp.privilegedepthmask, 0)), coalesce(r.isinherited, 1) <> 0
    from held h join ${tableName(role)} r on r.roleid = h.roleid
      join ${tableName(roleprivileges)} rp on rp.roleid = h.roleid
      join ${tableName(privilege)} p on p.privilegeid = rp.privilegeid
    where not exists (select 1 from held a where a.roleid = $2)
    group by 1, 2, 4)
  select json_build_object(
    'unit', u.businessunitid, 'mode', u.accessmode, 'disabled', u.isdisabled,
    'principals', (select json_agg(json_build_object('id', id, 'unit', unit)) from principal),
    'below', (select coalesce(json_agg(json_build_object('root', root, 'id', id)), '[]') from below),
    'roles', (select count(distinct roleid) from held),
    'administrator', exists (select 1 from held where roleid = $2),
    'grants', (select coalesce(json_agg(json_build_array(name, holder, mask, inherited)), '[]') from granted))::text
  from one u`;

/** Reads the profile of a user or a team; null when there is none. */
export async function loadProfile(reader: Pick<Reader, 'json'>, userId: string): Promise<Profile | null> {
  const values = [userId, roles.systemAdministrator];
  const [found] = await reader.json({ text, values, name: 'access_profile' });
  // The shape is that of the statement above.
  return typeof found === 'string' ? profileOf(userId, JSON.parse(found) as Loaded) : null;
}

/** The profile of a user who is impersonated: each privilege as deep as both hold it, over the rows that are the
 *  impersonated user's. Source: webapi.md §2. */
export function commonProfile(user: Profile, other: Profile): Profile {
  if (other.isAdministrator) return user;
  const grants: readonly Grant[] = user.isAdministrator
    ? [...other.depths].map(([name, mask]): Grant => [name, user.userId, mask, true])
    : user.loaded.grants.map(
        ([name, holder, mask, inherited]): Grant => [
          name,
          holder,
          Math.min(mask, other.depths.get(name) ?? 0),
          inherited,
        ],
      );
  return profileOf(user.userId, { ...user.loaded, administrator: false, grants });
}

function profileOf(userId: string, loaded: Loaded): Profile {
  const unitOf = new Map(loaded.principals.map(({ id, unit }) => [id, unit]));
  const below = new Map<string, string[]>();
  for (const { root, id } of loaded.below) below.set(root, [...(below.get(root) ?? []), id]);
  const readsOnly = loaded.mode === readMode;
  const wide = new Set<string>();
  const owners = new Map<string, Set<string>>();
  const units = new Map<string, Set<string>>();
  const depths = new Map<string, number>();
  for (const [name, holder, mask, inherited] of loaded.grants) {
    if (mask <= 0 || (readsOnly && !isToRead(name))) continue;
    depths.set(name, Math.max(depths.get(name) ?? 0, mask));
    if (mask >= depthMasks.global) wide.add(name);
    const own = setOf(owners, name).add(holder);
    if (inherited || holder === userId) own.add(userId);
    const unit = unitOf.get(holder);
    if (unit === undefined || unit === null || mask < depthMasks.local) continue;
    const reached = mask >= depthMasks.deep ? (below.get(unit) ?? [unit]) : [unit];
    for (const one of reached) setOf(units, name).add(one);
  }
  const reaches = new Map<string, Reach>();
  for (const [name, own] of owners) {
    const reach = { owners: [...own].sort(), units: [...(units.get(name) ?? [])].sort() };
    reaches.set(name, wide.has(name) ? 'all' : reach);
  }
  return {
    userId,
    businessUnitId: loaded.unit,
    accessMode: loaded.mode ?? 0,
    readsOnly,
    isDisabled: loaded.disabled === true,
    isAdministrator: loaded.administrator,
    roleCount: loaded.roles,
    principals: loaded.principals.map(({ id }) => id).sort(),
    reaches,
    depths,
    loaded,
  };
}

function setOf(map: Map<string, Set<string>>, name: string): Set<string> {
  const known = map.get(name);
  if (known) return known;
  const made = new Set<string>();
  map.set(name, made);
  return made;
}
