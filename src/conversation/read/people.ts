/** People as decisions need them. What they hold is counted from the open conversations, never from a stored figure, so
 *  it cannot drift and a changed maximum acts at once. */
import type { Guid } from '../../tables/index.ts';
import { voiceChannel } from '../people.ts';
import type { AgentFacts, Member } from '../situation.ts';
import { instant, number, numberOrNull, type RowReader, text } from './rows.ts';

const facts = `u."systemuserid" as agent, u."fullname" as name, coalesce(u."msdyn_capacity", 0) as maximum,
  held.units, held.sessions, held.calls,
  t."msdyn_agentstatusid" as status, t."msdyn_isagentloggedin" as signed_in, t."msdyn_currentpresenceid" as presence,
  t."msdyn_nextpresenceid" as saved, t."msdyn_presencemodifiedby" as set_by, p."msdyn_basepresencestatus" as base,
  (select h."msdyn_agentstatushistoryid" from "dataverse"."msdyn_agentstatushistory" h
    where h."msdyn_agentid" = u."systemuserid" and h."msdyn_endtime" is null
    order by h."msdyn_starttime" desc nulls last limit 1) as history,
  s."msdyn_agentchannelstateid" as channel_state, s."msdyn_lastsessionreleasetime" as released,
  u."msdyn_defaultpresenceiduser" as wish, d."msdyn_basepresencestatus" as wish_base`;

const joins = `left join "dataverse"."msdyn_agentstatus" t on t."msdyn_agentid" = u."systemuserid"
  left join "dataverse"."msdyn_presence" p on p."msdyn_presenceid" = t."msdyn_currentpresenceid"
  left join "dataverse"."msdyn_presence" d on d."msdyn_presenceid" = u."msdyn_defaultpresenceiduser"
  left join "dataverse"."msdyn_agentchannelstate" s
    on s."msdyn_agentid" = u."systemuserid" and s."msdyn_channeltype" = '${voiceChannel}'
  cross join lateral (
    select coalesce(sum(w."msdyn_capacityrequired") filter (where a."msdyn_iscapacityblocking"), 0)::int4 as units,
      count(*)::int4 as sessions, (count(*) filter (where c."statuscode" = 2))::int4 as calls
    from "dataverse"."msdyn_ocliveworkitem" c
    left join "dataverse"."msdyn_liveworkstream" w on w."msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid"
    left join "dataverse"."msdyn_sessionparticipant" a
      on a."msdyn_sessionparticipantid" = c."msdyn_activesessionparticipantid"
    where c."msdyn_activeagentid" = u."systemuserid" and c."statecode" = 0) held`;

function toFacts(record: Record<string, unknown>): AgentFacts {
  const saved = text(record.saved);
  const signedIn = record.signed_in === true;
  return {
    agent: text(record.agent) ?? '',
    name: text(record.name),
    maximumUnits: number(record.maximum),
    heldUnits: number(record.units),
    sessions: number(record.sessions),
    liveCalls: number(record.calls),
    statusId: text(record.status),
    signedIn,
    lost: signedIn && saved !== null,
    presence: text(record.presence),
    basePresence: numberOrNull(record.base),
    savedPresence: saved,
    setByPerson: record.set_by === 'AGENT',
    openHistory: text(record.history),
    channelState: text(record.channel_state),
    lastReleasedOn: instant(record.released),
    defaultPresence: text(record.wish),
    defaultBasePresence: numberOrNull(record.wish_base),
  };
}

/** One person, or null. */
export async function readAgent(reader: RowReader, agent: Guid): Promise<AgentFacts | null> {
  const [record] = await reader.query({
    text: `select ${facts} from "dataverse"."systemuser" u ${joins} where u."systemuserid" = $1`,
    values: [agent],
    name: 'engine_agent',
  });
  return record ? toFacts(record) : null;
}

/** The members of a queue, seen from one conversation: who declined it how often, who was last given work here. */
export async function readMembers(
  reader: RowReader,
  queue: Guid,
  conversation: Guid,
): Promise<readonly Member[]> {
  const records = await reader.query({
    text: `select ${facts},
        (row_number() over (order by m."queuemembershipid"))::int4 as joined,
        (select a."msdyn_addedon" from "dataverse"."msdyn_sessionparticipant" a
          where a."msdyn_agentid" = u."systemuserid" and a."msdyn_cdsqueueid" = $1
          order by a."createdon" desc nulls last limit 1) as assigned,
        (select count(*) from "dataverse"."wirechief_offer" o
          where o."wirechief_conversationid" = $2 and o."wirechief_agentid" = u."systemuserid"
            and o."statuscode" in (3, 4))::int4 as declines
      from "dataverse"."queuemembership" m
      join "dataverse"."systemuser" u on u."systemuserid" = m."systemuserid" and u."isdisabled" is not true
      ${joins} where m."queueid" = $1`,
    values: [queue, conversation],
    name: 'engine_members',
  });
  return records.map((record) => ({
    ...toFacts(record),
    lastAssignedOn: instant(record.assigned),
    joinedRank: number(record.joined),
    declines: number(record.declines),
  }));
}
