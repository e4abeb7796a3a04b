/** Who is signed in, and their presence. Source: behaviour.md §4.7, §4.8. */
import { queryOptions } from '@tanstack/react-query';
import { presences, roles } from '../../tables/well-known.ts';
import { lookup, number, records, text } from '../kit/record.ts';
import { readList, readRecord, runAction } from '../kit/web-api.ts';
import { keys } from '../push/stale.ts';

/** The signed-in person. `capacity`: units, null when none is set. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly signInName: string | null;
  readonly capacity: number | null;
}

/** The signed-in person. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<Me> => {
    const id = text(await readRecord('WhoAmI'), 'UserId') ?? '';
    const row = await readRecord(`systemusers(${id})?$select=fullname,domainname,msdyn_capacity`);
    return {
      id,
      name: text(row, 'fullname') ?? 'Somebody',
      signInName: text(row, 'domainname'),
      capacity: number(row, 'msdyn_capacity'),
    };
  },
});

/** Whether the person may see the request log: holds System Administrator, by themselves or through a team. The server
 *  asks again at each read; this is only for what the navigation shows. */
export const administratorQuery = (person: string) =>
  queryOptions({
    queryKey: ['me', 'administrator', person],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async (): Promise<boolean> => {
      const held = `$select=roleid;$filter=roleid eq ${roles.systemAdministrator}`;
      const own = `systemusers(${person})?$select=systemuserid&$expand=systemuserroles_association(${held})`;
      if (records(await readRecord(own), 'systemuserroles_association').length > 0) return true;
      const inTeam = `teammembership_association/any(u:u/systemuserid eq ${person})`;
      const withRole = `teamroles_association/any(r:r/roleid eq ${roles.systemAdministrator})`;
      const teams = await readList(`teams?$select=teamid&$top=1&$filter=${inTeam} and ${withRole}`);
      return teams.length > 0;
    },
  });

/** One presence a person can have. */
export interface Presence {
  readonly id: string;
  readonly name: string;
  readonly base: 'available' | 'busy' | 'doNotDisturb' | 'away' | 'offline' | 'inactive';
}

const bases: { readonly [code: number]: Presence['base'] } = {
  192360000: 'available',
  192360001: 'busy',
  192360002: 'doNotDisturb',
  192360003: 'away',
  192360004: 'offline',
};

/** The product's own wording for its own presences; a custom one is called what its row says. */
const names: { readonly [id: string]: string } = {
  [presences.available]: 'Available',
  [presences.busy]: 'Busy',
  [presences.doNotDisturb]: 'Do not disturb',
  [presences.away]: 'Appear away',
  [presences.offline]: 'Offline',
  [presences.inactive]: 'Inactive',
};
const order = Object.keys(names);

/** Every presence, the product's own first. */
export const presencesQuery = queryOptions({
  queryKey: ['presences'],
  staleTime: 10 * 60_000,
  queryFn: async (): Promise<readonly Presence[]> => {
    const columns = 'msdyn_name,msdyn_presencestatustext,msdyn_basepresencestatus';
    const rows = await readList(`msdyn_presences?$select=${columns}`);
    const read = rows.map((row): Presence => {
      const id = text(row, 'msdyn_presenceid') ?? '';
      const own = text(row, 'msdyn_presencestatustext') ?? text(row, 'msdyn_name') ?? 'Presence';
      const base = bases[number(row, 'msdyn_basepresencestatus') ?? 0] ?? 'available';
      return { id, name: names[id] ?? own, base: id === presences.inactive ? 'inactive' : base };
    });
    const rank = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
    return read.toSorted((a, b) => rank(a.id) - rank(b.id) || a.name.localeCompare(b.name));
  },
});

/** The agent's own status row; null for somebody who is no agent. */
export interface AgentStatus {
  readonly presence: string | null;
  readonly isBySystem: boolean;
  readonly availableUnits: number | null;
  readonly conversations: number;
}

/** The signed-in agent's status. */
export const statusQuery = (agent: string) =>
  queryOptions({
    queryKey: [...keys.status, agent],
    refetchInterval: 30_000,
    queryFn: async (): Promise<AgentStatus | null> => {
      const columns =
        '_msdyn_currentpresenceid_value,msdyn_presencemodifiedby,msdyn_availableunitscapacity,msdyn_assignedconversationcount';
      const filter = `_msdyn_agentid_value eq ${agent}`;
      const [row] = await readList(`msdyn_agentstatuses?$select=${columns}&$filter=${filter}&$top=1`);
      if (row === undefined) return null;
      return {
        presence: lookup(row, 'msdyn_currentpresenceid')?.id ?? null,
        isBySystem: text(row, 'msdyn_presencemodifiedby')?.toUpperCase() === 'SYSTEM',
        availableUnits: number(row, 'msdyn_availableunitscapacity'),
        conversations: number(row, 'msdyn_assignedconversationcount') ?? 0,
      };
    },
  });

/** Sets a presence (CCaaS_ModifyAgentPresence). */
export function setPresence(agent: string, presence: string): Promise<void> {
  return runAction('CCaaS_ModifyAgentPresence', { ApiVersion: '1.0', AgentId: agent, PresenceId: presence });
}
