/** Conversations and the rows beside them, in one statement. */
import {
  msdyn_liveworkstream,
  msdyn_ocsession,
  msdyn_queueextension,
  msdyn_sessionparticipant,
} from '../../tables/dataverse/index.ts';
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

/** Reads what belongs to the locked row of a conversation; the agent is read apart, because it is locked first.
 *  Null when the conversation is none of a workstream's. */
export async function readSituation(
  reader: RowReader,
  conversation: Conversation,
): Promise<Omit<Situation, 'agent'> | null> {
  const [record] = await reader.query({
    text: statement,
    values: [conversation.activityid],
    name: 'engine_situation',
  });
  if (!record) return null;
  return toSituation(record, conversation, {
    room: await readRoom(reader, conversation.activityid, record),
    timeoutRules: isMessaging(record, conversation)
      ? await readTimeoutRules(reader, text(record['w.msdyn_liveworkstreamid']))
      : [],
  });
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
