/** Conversations and the rows beside them, in one statement. */
import {
  msdyn_liveworkstream,
  msdyn_ocsession,
  msdyn_queueextension,
  msdyn_sessionparticipant,
} from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import { wirechief_offer } from '../../tables/wirechief/wirechief_offer.ts';
import { kindOf } from '../channels.ts';
import { channel } from '../choices.ts';
import { type Conversation, columns, type Situation } from '../situation.ts';
import { closesAfterSelection, toClosesAfter } from './closes-after.ts';
import { loadJoin, loadSelection, toLoad } from './load.ts';
import { readRoom, roomJoins, roomSelection } from './room.ts';
import { instant, number, pick, type RowReader, select, text } from './rows.ts';
import { readTimeoutRules } from './timeout-rules.ts';

/** The rows beside conversation `c`, by `situationJoins`. */
export const situationSelection = `${select('w', columns.workstream)}, ${select('s', columns.session)},
    ${select('p', columns.participant)}, ${select('o', columns.offer)}, ${select('g', columns.segment)},
    ${closesAfterSelection('c."msdyn_channel"')}, ${roomSelection},
    x."msdyn_callsid" as call, x."msdyn_fromphone" as caller,
    r."msdyn_unifiedroutingrunid" as run, r."msdyn_runnumber" as run_number, r."msdyn_starttime" as run_start,
    h."msdyn_ocsessionparticipanteventid" as hold, ${loadSelection}`;

/** The joins that `situationSelection` reads from. */
export const situationJoins = `left join "dataverse"."msdyn_liveworkstream" w on w."msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid"
  left join "dataverse"."msdyn_ocsession" s on s."activityid" = c."msdyn_lastsessionid"
  left join "dataverse"."msdyn_sessionparticipant" p
    on p."msdyn_sessionparticipantid" = c."msdyn_activesessionparticipantid"
  left join "dataverse"."msdyn_queueextension" g on g."msdyn_queueextensionid" = s."msdyn_queueextensionid"
    and g."msdyn_endtime" is null
  left join "dataverse"."wirechief_offer" o on o."wirechief_conversationid" = c."activityid" and o."statuscode" = 1
    and coalesce(o."wirechief_purpose", 1) in (1, 4)
  left join lateral (select "msdyn_callsid", "msdyn_fromphone", "msdyn_tophone", "msdyn_ocphonecallengagementctxid"
    from "dataverse"."msdyn_ocphonecallengagementctx"
    where "msdyn_liveworkitemid" = c."activityid" limit 1) x on true
  left join lateral (select "msdyn_unifiedroutingrunid", "msdyn_runnumber", "msdyn_starttime"
    from "dataverse"."msdyn_unifiedroutingrun" where "msdyn_liveworkitem" = c."activityid"
    order by "msdyn_runnumber" desc nulls last limit 1) r on true
  left join lateral (select "msdyn_ocsessionparticipanteventid" from "dataverse"."msdyn_ocsessionparticipantevent"
    where "msdyn_sessionparticipantid" = p."msdyn_sessionparticipantid" and "msdyn_eventtype" = 192350001
      and "msdyn_eventendtime" is null limit 1) h on true
  ${roomJoins}
  ${loadJoin}`;

const statement = `select ${situationSelection} from "dataverse"."msdyn_ocliveworkitem" c ${situationJoins}
  where c."activityid" = $1`;

/** The conversation's own columns, by `toConversation`. */
export const conversationSelection = `${select('c', columns.conversation)}, c."regardingobjectid@table" as regarding`;

/** Locks the row of the conversation and reads it with the rows beside it. What was committed while the lock was waited
 *  for is in the locked row, but not in the others, which are read as they were when the statement began: `current` says
 *  whether nobody came between. Every decision about a conversation changes its row. */
const lockingStatement = `select ${conversationSelection}, seen."versionnumber" = c."versionnumber" as current,
    (select json_object_agg(m."createdby", m.codes) from (select "createdby", count(*) as codes
      from "dataverse"."msdyn_conversationdispositioncodemap"
      where "msdyn_ocliveworkitemid" = c."activityid" and "statecode" = 0 and "createdby" is not null
      group by "createdby") m) as codes, ${situationSelection}
  from (select * from "dataverse"."msdyn_ocliveworkitem" where "activityid" = $1 for no key update) c
  left join "dataverse"."msdyn_ocliveworkitem" seen on seen."activityid" = c."activityid"
  ${situationJoins}`;

/** A conversation, locked. `codes`: how many disposition codes each person gave it (behaviour.md §1.5: each primary
 *  representative gives their own). */
export interface LockedSituation {
  readonly situation: Omit<Situation, 'agent'>;
  readonly codes: ReadonlyMap<Guid, number>;
}

/** Locks a conversation and reads it; the agent is read apart, because it is locked too. Null when the conversation is
 *  not there, or none of a workstream's. */
export async function lockSituation(
  reader: RowReader,
  id: Guid<'msdyn_ocliveworkitem'>,
): Promise<LockedSituation | null> {
  const read = () => reader.query({ text: lockingStatement, values: [id], name: 'engine_lock_situation' });
  let [record] = await read();
  if (record && record.current !== true) [record] = await read();
  if (!record) return null;
  const situation = await withApart(reader, record, toConversation(record));
  // The database edge: json_object_agg gives an object, or null of no row.
  const codes = new Map(Object.entries((record.codes ?? {}) as Record<string, number>));
  return situation && { situation, codes };
}

/** Reads what belongs to the row of a conversation, without locking it. Null when it is none of a workstream's. */
export async function readSituation(
  reader: RowReader,
  conversation: Conversation,
): Promise<Omit<Situation, 'agent'> | null> {
  const [record] = await reader.query({
    text: statement,
    values: [conversation.activityid],
    name: 'engine_situation',
  });
  return record ? withApart(reader, record, conversation) : null;
}

async function withApart(
  reader: RowReader,
  record: Record<string, unknown>,
  conversation: Conversation,
): Promise<Omit<Situation, 'agent'> | null> {
  return toSituation(record, conversation, {
    room: await readRoom(reader, conversation.activityid, record),
    timeoutRules: isMessaging(record, conversation)
      ? await readTimeoutRules(reader, text(record['w.msdyn_liveworkstreamid']))
      : [],
  });
}

/** The conversation of a record. The database edge: node-postgres gives these columns the very types that rows have, but
 *  for the one lookup that may point to several tables. */
export function toConversation(record: Record<string, unknown>): Conversation {
  const own = Object.fromEntries(
    columns.conversation.map((name) => [name, record[`c.${name}`] ?? null]),
  ) as Conversation;
  const regarding = text(record['c.regardingobjectid']);
  const table = text(record.regarding);
  const regardingobjectid = regarding === null || table === null ? null : { table, id: regarding };
  return { ...own, regardingobjectid: regardingobjectid as Conversation['regardingobjectid'] };
}

/** Whether the conversation of a record is one of messages, whose workstream may have time-out rules. */
export const isMessaging = (record: Record<string, unknown>, { msdyn_channel }: Conversation): boolean =>
  kindOf(
    msdyn_channel,
    pick(record, 'w', msdyn_liveworkstream, columns.workstream)?.msdyn_conversationmode ?? null,
  ) === 'messaging';

/** A record of `situationSelection` as the situation of its conversation, with what was read apart. Null when it is none
 *  of a workstream's. */
export function toSituation(
  record: Record<string, unknown>,
  conversation: Conversation,
  apart: Pick<Situation, 'room' | 'timeoutRules'>,
): Omit<Situation, 'agent'> | null {
  const workstream = pick(record, 'w', msdyn_liveworkstream, columns.workstream);
  if (!workstream) return null;
  const run = text(record.run);
  const kind = kindOf(conversation.msdyn_channel, workstream.msdyn_conversationmode);
  return {
    kind,
    conversation,
    workstream,
    load: toLoad(workstream, record),
    call: text(record.call) ?? '',
    from: text(record.caller),
    session: pick(record, 's', msdyn_ocsession, columns.session),
    segment: pick(record, 'g', msdyn_queueextension, columns.segment),
    closesAfter: toClosesAfter(record, kind, conversation.msdyn_channel?.[0] === channel.liveChat),
    participant: pick(record, 'p', msdyn_sessionparticipant, columns.participant),
    offer: pick(record, 'o', wirechief_offer, columns.offer),
    routingRun:
      run === null
        ? null
        : { id: run, number: number(record.run_number), startedOn: instant(record.run_start) },
    holdEvent: text(record.hold),
    ...apart,
  };
}
