/** Ids that every Wirechief has, whatever its world. Presence ids are the product's own (behaviour.md §4.7), the rest
 *  are ours. The rows themselves are written by server/world when a database is new. */
import type { Guid } from './rows.ts';

export const organizationId: Guid<'organization'> = '00000000-0000-4000-8000-000000000001';
export const rootBusinessUnitId: Guid<'businessunit'> = '00000000-0000-4000-8000-000000000002';
/** The user in whose name the engine, timers and set-up write. */
export const systemUserId: Guid<'systemuser'> = '00000000-0000-4000-8000-000000000003';
/** The application user of the client `wirechief-dev`. */
export const developmentUserId: Guid<'systemuser'> = '00000000-0000-4000-8000-000000000004';

/** The roles that come with every world, under their names in the product. Ids are ours. */
export const roles = {
  systemAdministrator: '00000000-0000-4000-8000-000000000007',
  agent: '00000000-0000-4000-8000-000000000008',
  supervisor: '00000000-0000-4000-8000-000000000009',
  administrator: '00000000-0000-4000-8000-00000000000a',
} as const satisfies Record<string, Guid<'role'>>;

/** The product's presences. `inactive` is set by the system only; its id is not published, so it is ours. */
export const presences = {
  available: 'f523f628-c07a-e811-8162-000d3aa11f50',
  busy: 'efdeb843-c07a-e811-8162-000d3aa11f50',
  doNotDisturb: '08971864-c07a-e811-8162-000d3aa11f50',
  offline: '70139190-c07a-e811-8162-000d3aa11f50',
  away: '3dacae76-c07a-e811-8162-000d3aa11f50',
  inactive: '00000000-0000-4000-8000-000000000010',
} as const satisfies Record<string, Guid<'msdyn_presence'>>;

/** The settings a user starts with, in `usersettings`: UTC, English, 50 rows on a page of the screens. */
export const newUserSettings = {
  timezonecode: 92,
  uilanguageid: 1033,
  localeid: 1033,
  paginglimit: 50,
} as const;
