/** What must be true of the rows after every step, whatever happened. Each check gives the rows that break it. */
import type { Reader } from '../../src/store/index.ts';

/** One thing that must never be seen, with the rows that show it as text. */
interface Check {
  readonly name: string;
  /** A query of one text column. */
  readonly broken: string;
}

/** A participant with its session, conversation and workstream. */
const participants = `"dataverse"."msdyn_sessionparticipant" p
  join "dataverse"."msdyn_ocsession" s on s."activityid" = p."msdyn_omnichannelsession"
  join "dataverse"."msdyn_ocliveworkitem" c on c."activityid" = s."msdyn_liveworkitemid"
  join "dataverse"."msdyn_liveworkstream" w on w."msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid"`;

/** What an agent holds: by the participants that block capacity, and by the transfers that ring at them. */
const held = `((select coalesce(sum(w."msdyn_capacityrequired"), 0) from ${participants}
    where p."msdyn_agentid" = u."systemuserid" and p."msdyn_iscapacityblocking")
  + (select coalesce(sum(w."msdyn_capacityrequired"), 0) from "dataverse"."wirechief_callparty" y
    join "dataverse"."msdyn_ocliveworkitem" c on c."activityid" = y."wirechief_conversationid"
    join "dataverse"."msdyn_liveworkstream" w on w."msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid"
    where y."wirechief_agentid" = u."systemuserid" and y."statuscode" = 1 and y."wirechief_purpose" = 1))`;

const checks: readonly Check[] = [
  {
    name: 'a conversation has two primary participants (behaviour.md §2.3)',
    broken: `select s."msdyn_liveworkitemid"::text from "dataverse"."msdyn_sessionparticipant" p
      join "dataverse"."msdyn_ocsession" s on s."activityid" = p."msdyn_omnichannelsession"
      where p."msdyn_mode" = 192350002 and p."msdyn_lefton" is null
      group by s."msdyn_liveworkitemid" having count(*) > 1`,
  },
  {
    name: 'an agent is above capacity, ringing counted (behaviour.md §4.8)',
    broken: `select u."fullname" || ' holds ' || ${held} || ' of ' || u."msdyn_capacity"
      from "dataverse"."systemuser" u where u."msdyn_capacity" is not null and ${held} > u."msdyn_capacity"`,
  },
  {
    name: 'the units an agent has left are not those of the work they hold (behaviour.md §4.8)',
    broken: `select u."fullname" || ' has ' || a."msdyn_availableunitscapacity" || ' of ' || u."msdyn_capacity" || ', holds ' || ${held}
      from "dataverse"."msdyn_agentstatus" a
      join "dataverse"."systemuser" u on u."systemuserid" = a."msdyn_agentid"
      where a."msdyn_availableunitscapacity" <> u."msdyn_capacity" - ${held}`,
  },
  {
    name: 'work waits beside somebody who fits (behaviour.md §4.4)',
    broken: `select c."activityid" || ' beside ' || u."fullname"
      from "dataverse"."msdyn_ocliveworkitem" c
      join "dataverse"."msdyn_liveworkstream" w on w."msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid"
      join "dataverse"."queuemembership" m on m."queueid" = c."msdyn_cdsqueueid"
      join "dataverse"."systemuser" u on u."systemuserid" = m."systemuserid"
      join "dataverse"."msdyn_agentstatus" a on a."msdyn_agentid" = u."systemuserid"
      join "dataverse"."msdyn_presence" r on r."msdyn_presenceid" = a."msdyn_currentpresenceid"
      where c."statecode" = 0 and c."statuscode" = 1 and c."msdyn_queueitemid" is not null
        and a."msdyn_isagentloggedin" and r."msdyn_basepresencestatus" = any (w."msdyn_allowedpresences")
        and a."msdyn_availableunitscapacity" >= w."msdyn_capacityrequired"
        and not exists (select from "dataverse"."msdyn_ocliveworkitem" o
          where o."msdyn_activeagentid" = u."systemuserid" and o."statecode" = 0 and o."statuscode" = 2)
        and not exists (select from "dataverse"."wirechief_callparty" y
          where y."wirechief_agentid" = u."systemuserid" and y."statecode" = 0)
        and (select count(*) from "dataverse"."wirechief_offer" o
          where o."wirechief_conversationid" = c."activityid" and o."wirechief_agentid" = u."systemuserid"
            and o."statuscode" in (3, 4)) < 3`,
  },
  {
    name: 'a participant is outside the times of its session (behaviour.md §2.3)',
    broken: `select p."msdyn_sessionparticipantid"::text from "dataverse"."msdyn_sessionparticipant" p
      join "dataverse"."msdyn_ocsession" s on s."activityid" = p."msdyn_omnichannelsession"
      where p."msdyn_addedon" < s."msdyn_sessioncreatedon" or p."msdyn_joinedon" < p."msdyn_addedon"
        or p."msdyn_lefton" < coalesce(p."msdyn_joinedon", p."msdyn_addedon")
        or p."msdyn_lefton" > s."msdyn_sessionclosedon"
        or (s."msdyn_sessionclosedon" is not null and p."msdyn_lefton" is null)`,
  },
  {
    name: 'talk, hold and wrap-up are not the handle time (behaviour.md §2.4)',
    broken: `select c."activityid"::text from "dataverse"."msdyn_ocliveworkitem" c
      where coalesce(c."msdyn_conversationhandletimeinseconds", 0) <> coalesce(c."msdyn_conversationtalktimeinseconds", 0)
        + coalesce(c."msdyn_conversationholdtimeinseconds", 0) + coalesce(c."msdyn_conversationwrapuptimeinseconds", 0)`,
  },
  {
    name: 'an engagement context is not of exactly one conversation, or one has two (mission.md S0.1)',
    broken: `select coalesce(x."msdyn_liveworkitemid"::text, 'none')
      from "dataverse"."msdyn_ocphonecallengagementctx" x group by x."msdyn_liveworkitemid"
      having count(*) > 1 or x."msdyn_liveworkitemid" is null`,
  },
  {
    name: 'the ongoing conversation shows another state (mission.md S3.3)',
    broken: `select c."activityid"::text from "dataverse"."msdyn_ocliveworkitem" c
      left join "dataverse"."msdyn_liveconversation" l on l."msdyn_liveconversationid" = c."activityid"
      where l."statuscode" is distinct from c."statuscode"
        or l."msdyn_activeagentid" is distinct from c."msdyn_activeagentid"
        or l."msdyn_cdsqueueid" is distinct from c."msdyn_cdsqueueid"`,
  },
  {
    name: 'nobody has an active conversation, or somebody an open one (behaviour.md §1.1)',
    broken: `select c."activityid"::text from "dataverse"."msdyn_ocliveworkitem" c
      where c."statuscode" = 2 and c."msdyn_activeagentid" is null
          and not exists (select from "dataverse"."wirechief_callparty" y
            where y."wirechief_conversationid" = c."activityid" and y."statecode" = 0 and y."wirechief_part" = 1)
        or c."statuscode" = 1 and c."msdyn_activeagentid" is not null`,
  },
  {
    name: 'an offer is open that nobody can take, or the matcher has two open of one conversation or agent',
    broken: `select o."wirechief_offerid"::text from "dataverse"."wirechief_offer" o
      join "dataverse"."msdyn_ocliveworkitem" c on c."activityid" = o."wirechief_conversationid"
      where o."statuscode" = 1 and c."statuscode" <> 2
      union all select o."wirechief_conversationid"::text from "dataverse"."wirechief_offer" o
      where o."statuscode" = 1 and coalesce(o."wirechief_purpose", 1) = 1 group by o."wirechief_conversationid" having count(*) > 1
      union all select o."wirechief_agentid"::text from "dataverse"."wirechief_offer" o
      where o."statuscode" = 1 and coalesce(o."wirechief_purpose", 1) = 1 group by o."wirechief_agentid" having count(*) > 1`,
  },
  {
    name: 'somebody is a party of a call that is over (behaviour.md §3.9)',
    broken: `select y."wirechief_callpartyid"::text from "dataverse"."wirechief_callparty" y
      join "dataverse"."msdyn_ocliveworkitem" c on c."activityid" = y."wirechief_conversationid"
      where y."statecode" = 0 and c."statecode" = 1`,
  },
  {
    name: 'the queue segments do not add up to their conversation (behaviour.md §2.5)',
    broken: `select c."activityid"::text from "dataverse"."msdyn_ocliveworkitem" c
      join lateral (select coalesce(sum(g."msdyn_talktime"), 0) as talk from "dataverse"."msdyn_queueextension" g
        where g."msdyn_conversationid" = c."activityid") n on true
      where c."statecode" = 1 and coalesce(c."msdyn_conversationtalktimeinseconds", 0) <> n.talk`,
  },
  {
    name: 'the sums of a closed conversation are not those of its participants (behaviour.md §2.4)',
    broken: `select c."activityid"::text from "dataverse"."msdyn_ocliveworkitem" c
      join lateral (select coalesce(sum(p."msdyn_talktime"), 0) as talk, coalesce(sum(p."msdyn_holdtime"), 0) as held
        from "dataverse"."msdyn_sessionparticipant" p
        join "dataverse"."msdyn_ocsession" s on s."activityid" = p."msdyn_omnichannelsession"
        where s."msdyn_liveworkitemid" = c."activityid" and p."msdyn_mode" = 192350002) n on true
      where c."statecode" = 1 and (coalesce(c."msdyn_conversationtalktimeinseconds", 0) <> n.talk
        or coalesce(c."msdyn_conversationholdtimeinseconds", 0) <> n.held)`,
  },
];

const statement = checks
  .map(
    ({ broken }, i) =>
      `select ${i} as number, (array_agg(b.what))[1:3] as rows from (${broken}) b(what) having count(*) > 0`,
  )
  .join(' union all ');

/** What is broken now, in words; empty when all is well. `closed`: the conversations that were seen closed, which is
 *  brought up to date: none may ever be seen otherwise again. */
export async function broken(reader: Reader, closed: Set<string>): Promise<readonly string[]> {
  const found = await reader.query({ text: statement, values: [], name: 'invariants' });
  const words = found.map((row) => `${checks[Number(row.number)]?.name}: ${String(row.rows)}`);
  const rows = await reader.query({
    text: `select "activityid" as id, "statuscode" = 4 as closed from "dataverse"."msdyn_ocliveworkitem"`,
    values: [],
    name: 'closed_conversations',
  });
  for (const { id, closed: isClosed } of rows) {
    if (isClosed === true) closed.add(String(id));
    else if (closed.has(String(id))) words.push(`a closed conversation is open again: ${String(id)}`);
  }
  return words;
}

/** What must be true when everything has come to its end: nothing open, nothing held, no timer left. */
export async function unfinished(reader: Reader): Promise<readonly string[]> {
  const rows = await reader.query({
    text: `select 'a conversation is not closed: ' || c."activityid" as what
        from "dataverse"."msdyn_ocliveworkitem" c where c."statecode" <> 1
      union all select 'a session has no end: ' || s."activityid" from "dataverse"."msdyn_ocsession" s
        where s."msdyn_sessionclosedon" is null
      union all select 'a participant never left: ' || p."msdyn_sessionparticipantid"
        from "dataverse"."msdyn_sessionparticipant" p where p."msdyn_lefton" is null
      union all select 'capacity was not given back: ' || p."msdyn_sessionparticipantid"
        from "dataverse"."msdyn_sessionparticipant" p where p."msdyn_iscapacityblocking"
      union all select 'a queue item is still active: ' || i."queueitemid"
        from "dataverse"."queueitem" i where i."statecode" = 0
      union all select 'a timer is left: ' || k.key from wirechief.timer k where k.kind = 'conversation'`,
    values: [],
  });
  return rows.map(({ what }) => String(what));
}
