/** People as decisions need them. What they hold is counted from the open conversations, never from a stored figure, so
 *  it cannot drift and a changed maximum acts at once. */
import type { Guid } from '../../tables/index.ts';
import type { Abilities } from '../assignment-facts.ts';
import { isCallInSql } from '../channels.ts';
import { voiceChannel } from '../people.ts';
import type { AgentFacts, Member, ProfileRoom } from '../situation.ts';
import { instant, number, numberOrNull, type RowReader, text } from './rows.ts';
import { skillsOfPerson, toSkills } from './wants.ts';

const noFacts: Member['facts'] = new Map();

/** A call takes of the person's capacity while another still has it: it is offered to them as a transfer, or they give
 *  capacity to it as a helper. */
const anothersCall = `z."wirechief_agentid" = u."systemuserid" and z."statecode" = 0
  and (z."statuscode" = 1 and z."wirechief_purpose" = 1 or z."wirechief_iscapacityblocking")`;

/** What a person has of each profile. One that is reset at once is taken by open work; one that is reset at the end of
 *  the day by what was accepted since $1, whether it is open or not, and by what is offered now (behaviour.md §4.8). */
const room = `select json_agg(json_build_object('profile', y."msdyn_capacityprofileid", 'name', y."msdyn_name",
      'maximum', coalesce(b."msdyn_maxunits", y."msdyn_defaultmaxunits", 0),
      'blocking', y."msdyn_blockassignment" is true, 'daily', y."msdyn_resetduration" is not distinct from 192350001,
      'held', case when y."msdyn_resetduration" = 192350001 then (
        select count(distinct v."msdyn_liveworkitemid") from "dataverse"."msdyn_sessionparticipant" a
          join "dataverse"."msdyn_ocsession" v on v."activityid" = a."msdyn_omnichannelsession"
          join "dataverse"."msdyn_ocliveworkitemcapacityprofile" k
            on k."msdyn_ocliveworkitemid" = v."msdyn_liveworkitemid" and k."statecode" = 0
          where a."msdyn_agentid" = u."systemuserid" and a."msdyn_mode" = 192350002 and a."msdyn_addedon" >= $1
            and k."msdyn_capacityprofileid" = y."msdyn_capacityprofileid"
            and (a."msdyn_joinedon" is not null or a."msdyn_lefton" is null))
        else (select count(*) from "dataverse"."msdyn_ocliveworkitem" c
          join "dataverse"."msdyn_sessionparticipant" a
            on a."msdyn_sessionparticipantid" = c."msdyn_activesessionparticipantid" and a."msdyn_iscapacityblocking"
          join "dataverse"."msdyn_ocliveworkitemcapacityprofile" k
            on k."msdyn_ocliveworkitemid" = c."activityid" and k."statecode" = 0
          where c."msdyn_activeagentid" = u."systemuserid" and c."statecode" = 0
            and k."msdyn_capacityprofileid" = y."msdyn_capacityprofileid") end
        + (select count(*) from "dataverse"."wirechief_callparty" z
          join "dataverse"."msdyn_ocliveworkitemcapacityprofile" k
            on k."msdyn_ocliveworkitemid" = z."wirechief_conversationid" and k."statecode" = 0
          where ${anothersCall} and k."msdyn_capacityprofileid" = y."msdyn_capacityprofileid"),
      'unit', (select n."msdyn_agentcapacityprofileunitid" from "dataverse"."msdyn_agentcapacityprofileunit" n
        where n."msdyn_agentid" = u."systemuserid" and n."msdyn_capacityprofileid" = y."msdyn_capacityprofileid"
        order by n."createdon" limit 1),
      'history', (select h."msdyn_agentcapacityupdatehistoryid"
        from "dataverse"."msdyn_agentcapacityupdatehistory" h
        where h."msdyn_agentid" = u."systemuserid" and h."msdyn_endtime" is null
          and h."msdyn_capacityprofileid" = y."msdyn_capacityprofileid"
        order by h."msdyn_starttime" desc nulls last limit 1)) order by y."msdyn_name") as profiles
    from "dataverse"."bookableresource" r
    join "dataverse"."msdyn_bookableresourcecapacityprofile" b
      on b."msdyn_bookableresourceid" = r."bookableresourceid" and b."statecode" = 0
    join "dataverse"."msdyn_capacityprofile" y
      on y."msdyn_capacityprofileid" = b."msdyn_capacityprofileid" and y."statecode" = 0
    where r."userid" = u."systemuserid" and r."statecode" = 0`;

const facts = `u."systemuserid" as agent, u."fullname" as name, coalesce(u."msdyn_capacity", 0) as maximum,
  held.units, held.sessions, held.calls, room.profiles,
  (select h."msdyn_agentcapacityupdatehistoryid" from "dataverse"."msdyn_agentcapacityupdatehistory" h
    where h."msdyn_agentid" = u."systemuserid" and h."msdyn_isunitbased" and h."msdyn_endtime" is null
    order by h."msdyn_starttime" desc nulls last limit 1) as capacity_history,
  t."msdyn_agentstatusid" as status, t."msdyn_isagentloggedin" as signed_in, t."msdyn_currentpresenceid" as presence,
  t."msdyn_nextpresenceid" as saved, t."wirechief_node" as node, t."msdyn_presencemodifiedby" as set_by, p."msdyn_basepresencestatus" as base,
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
    select coalesce(sum(greatest(w."msdyn_capacityrequired", 0)) filter (where c.blocks
        and w."msdyn_capacityformat" is distinct from 192360000), 0)::int4 as units,
      count(*)::int4 as sessions, (count(*) filter (where c.status = 2 and c.call))::int4 as calls
    from (select c."msdyn_liveworkstreamid" as stream, c."statuscode" as status, ${isCallInSql('c')} as call,
          a."msdyn_iscapacityblocking" as blocks
        from "dataverse"."msdyn_ocliveworkitem" c
        left join "dataverse"."msdyn_sessionparticipant" a
          on a."msdyn_sessionparticipantid" = c."msdyn_activesessionparticipantid"
        where c."msdyn_activeagentid" = u."systemuserid" and c."statecode" = 0
      union all select c."msdyn_liveworkstreamid", c."statuscode", ${isCallInSql('c')}, true
        from "dataverse"."wirechief_callparty" z
        join "dataverse"."msdyn_ocliveworkitem" c on c."activityid" = z."wirechief_conversationid"
        where ${anothersCall}) c
    left join "dataverse"."msdyn_liveworkstream" w on w."msdyn_liveworkstreamid" = c.stream) held
  cross join lateral (${room}) room`;

function toFacts(record: Record<string, unknown>): AgentFacts {
  const saved = text(record.saved);
  const signedIn = record.signed_in === true;
  return {
    agent: text(record.agent) ?? '',
    name: text(record.name),
    maximumUnits: number(record.maximum),
    heldUnits: number(record.units),
    // The database edge: the statement builds exactly these objects.
    profiles: Array.isArray(record.profiles) ? (record.profiles as readonly ProfileRoom[]) : [],
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
    capacityHistory: text(record.capacity_history),
    channelState: text(record.channel_state),
    lastReleasedOn: instant(record.released),
    defaultPresence: text(record.wish),
    defaultBasePresence: numberOrNull(record.wish_base),
    node: text(record.node),
  };
}

/** Reads rows, and knows what time it is. */
export interface TimedReader extends RowReader {
  readonly now: Date;
}

/** When the day of `now` began, by which profiles are counted that are reset at its end. */
export const dayOf = (now: Date): Date => new Date(Math.floor(now.getTime() / 86_400_000) * 86_400_000);

/** One person, or null. */
export async function readAgent(reader: TimedReader, agent: Guid): Promise<AgentFacts | null> {
  const [record] = await reader.query({
    text: `select ${facts} from "dataverse"."systemuser" u ${joins} where u."systemuserid" = $2`,
    values: [dayOf(reader.now), agent],
    name: 'engine_agent',
  });
  return record ? toFacts(record) : null;
}

/** Locks the status row of a person and reads them; who has no row never signed in, and nothing is locked. What was
 *  committed while the lock was waited for is in no row that was read with it: then they are read again. Every decision
 *  that touches a person changes that row. Null when there is no such person; with `skip` also when another holds the
 *  row, or there is none. */
export async function lockPerson(
  reader: TimedReader,
  agent: Guid<'systemuser'>,
  mode: 'wait' | 'skip',
): Promise<AgentFacts | null> {
  const [record] = await reader.query({
    text: `with mine as materialized (select "versionnumber" as version from "dataverse"."msdyn_agentstatus"
        where "msdyn_agentid" = $2 for no key update${mode === 'skip' ? ' skip locked' : ''})
      select ${facts}, mine.version is not null as held,
        mine.version is not distinct from t."versionnumber" as current
      from "dataverse"."systemuser" u ${joins} left join mine on true where u."systemuserid" = $2`,
    values: [dayOf(reader.now), agent],
    name: mode === 'skip' ? 'engine_try_agent' : 'engine_lock_agent',
  });
  if (!record || (mode === 'skip' && record.held !== true)) return null;
  return record.current === true ? toFacts(record) : readAgent(reader, agent);
}

/** The members of a queue, seen from one conversation: who declined it how often, who was last given work here. */
export async function readMembers(
  reader: TimedReader,
  queue: Guid,
  conversation: Guid,
): Promise<readonly Member[]> {
  const records = await reader.query({
    text: `select ${facts}, able.skills,
        (row_number() over (order by m."queuemembershipid"))::int4 as joined,
        (select a."msdyn_addedon" from "dataverse"."msdyn_sessionparticipant" a
          where a."msdyn_agentid" = u."systemuserid" and a."msdyn_cdsqueueid" = $2
          order by a."createdon" desc nulls last limit 1) as assigned,
        (select count(*) from "dataverse"."wirechief_offer" o
          where o."wirechief_conversationid" = $3 and o."wirechief_agentid" = u."systemuserid"
            and o."statuscode" in (3, 4))::int4 as declines
      from "dataverse"."queuemembership" m
      join "dataverse"."systemuser" u on u."systemuserid" = m."systemuserid" and u."isdisabled" is not true
      ${joins} cross join lateral (${skillsOfPerson}) able where m."queueid" = $2`,
    values: [dayOf(reader.now), queue, conversation],
    name: 'engine_members',
  });
  return records.map((record) => ({
    ...toFacts(record),
    lastAssignedOn: instant(record.assigned),
    isMember: true,
    joinedRank: number(record.joined),
    declines: number(record.declines),
    skills: toSkills(record.skills),
    facts: noFacts,
  }));
}

/** A person, signed in or not, with the queues they are a member of. `assigned`: when they were last given work there, ISO
 *  8601. `version`: of their status row when all this was read, which is true as long as the row has it
 *  (docs/decisions/0013); null when something was added that was not read. */
export interface Person extends AgentFacts, Abilities {
  readonly version: string | null;
  readonly memberships: readonly {
    readonly id: Guid;
    readonly queue: Guid<'queue'>;
    readonly assigned: string | null;
  }[];
}

/** Those among `ids` who are signed in. */
export async function readSignedIn(reader: TimedReader, ids: readonly Guid[]): Promise<readonly Person[]> {
  return (await readPeople(reader, ids)).filter(({ signedIn }) => signedIn);
}

/** Everybody who is a member of a queue; or those among `ids`, members or not. */
export async function readPeople(
  reader: TimedReader,
  ids: readonly Guid[] | null,
): Promise<readonly Person[]> {
  const records = await reader.query({
    text: `select ${facts}, t."versionnumber" as version, able.skills, belongs.memberships
      from "dataverse"."systemuser" u ${joins}
      cross join lateral (${skillsOfPerson}) able
      cross join lateral (select json_agg(json_build_object('id', m."queuemembershipid", 'queue', m."queueid",
          'assigned', (select max(a."msdyn_addedon") from "dataverse"."msdyn_sessionparticipant" a
            where a."msdyn_agentid" = u."systemuserid" and a."msdyn_cdsqueueid" = m."queueid"))) as memberships
        from "dataverse"."queuemembership" m where m."systemuserid" = u."systemuserid") belongs
      where u."isdisabled" is not true and ${
        ids === null ? 'belongs.memberships is not null' : 'u."systemuserid" = any($2::uuid[])'
      }`,
    values: ids === null ? [dayOf(reader.now)] : [dayOf(reader.now), ids],
    name: ids === null ? 'engine_all_people' : 'engine_some_people',
  });
  return records.map((record) => ({
    ...toFacts(record),
    skills: toSkills(record.skills),
    facts: noFacts,
    version: text(record.version),
    // The database edge: the statement builds exactly these objects.
    memberships: Array.isArray(record.memberships) ? (record.memberships as Person['memberships']) : [],
  }));
}
