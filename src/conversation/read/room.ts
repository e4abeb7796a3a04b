/** The parties of a call, what is kept of it and how its number is set up. Columns and joins stand in the statement of
 *  read/situation.ts; parties, which an ordinary call has none of, are read by themselves. */
import { msdyn_ocvoicechannelsetting } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import { wirechief_callcontrol } from '../../tables/wirechief/wirechief_callcontrol.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import type { Party } from '../room.ts';
import {
  type PartyFacts,
  partValue,
  partyStatus,
  purposeValue,
  type RoomFacts,
  roomColumns,
} from '../room-facts.ts';
import { instant, pick, type RowReader, select, text } from './rows.ts';

/** To be read beside the conversation `c`, its primary participant `p` and engagement context `x`. */
export const roomSelection = `${select('control', roomColumns.control)}, ${select('voice', roomColumns.voice)},
    x."msdyn_tophone" as dialled, x."msdyn_ocphonecallengagementctxid" as context,
    exists (select from "dataverse"."wirechief_callparty" y
      where y."wirechief_conversationid" = c."activityid" and y."statecode" = 0) as with_parties,
    exists (select from "dataverse"."msdyn_agentstatus" y where y."msdyn_agentid" = c."msdyn_activeagentid"
      and y."msdyn_nextpresenceid" is not null) as primary_lost,
    exists (select from "dataverse"."msdyn_ocsessionparticipantevent" y
      where y."msdyn_sessionparticipantid" = p."msdyn_sessionparticipantid" and y."msdyn_eventtype" = 192350001
        and y."msdyn_eventreason" = 192350001 and y."msdyn_eventendtime" is null) as transfer_hold,
    keeping.id as transcription_event, keeping.since as transcription_since`;

/** The joins that `roomSelection` reads from. */
export const roomJoins = `left join "dataverse"."wirechief_callcontrol" control
    on control."wirechief_callcontrolid" = c."activityid"
  left join lateral (select * from "dataverse"."msdyn_ocvoicechannelsetting"
    where "msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid" and "statecode" = 0
    order by "msdyn_ocvoicechannelsettingid" limit 1) voice on true
  left join lateral (select "msdyn_ocsessionparticipanteventid" as id, "msdyn_eventstarttime" as since
    from "dataverse"."msdyn_ocsessionparticipantevent"
    where "msdyn_sessionparticipantid" = p."msdyn_sessionparticipantid" and "msdyn_eventtype" = 192350002
      and "msdyn_eventendtime" is null limit 1) keeping on true`;

/** Takes what the selection gave, and reads the parties if there are any. */
export async function readRoom(
  reader: RowReader,
  conversation: Guid | null,
  record: Record<string, unknown>,
): Promise<RoomFacts> {
  return toRoom(record, record.with_parties === true ? await readParties(reader, conversation) : []);
}

/** What the selection gave, with these parties. */
export function toRoom(record: Record<string, unknown>, parties: readonly PartyFacts[]): RoomFacts {
  const event = text(record.transcription_event);
  return {
    parties,
    control: pick(record, 'control', wirechief_callcontrol, roomColumns.control),
    voice: pick(record, 'voice', msdyn_ocvoicechannelsetting, roomColumns.voice),
    dialled: text(record.dialled),
    context: text(record.context),
    primaryLost: record.primary_lost === true,
    transferHold: record.transfer_hold === true,
    transcriptionEvent: event === null ? null : { id: event, startedOn: instant(record.transcription_since) },
  };
}

async function readParties(reader: RowReader, conversation: Guid | null): Promise<readonly PartyFacts[]> {
  const records = await reader.query({
    text: `select ${select('y', roomColumns.party)}, o."wirechief_expireson" as expires
      from "dataverse"."wirechief_callparty" y
      left join "dataverse"."wirechief_offer" o
        on o."wirechief_offerid" = y."wirechief_callpartyid" and o."statuscode" = 1
      where y."wirechief_conversationid" = $1 and y."statecode" = 0
      order by y."createdon", y."wirechief_callpartyid"`,
    values: [conversation],
    name: 'engine_parties',
  });
  return records.flatMap((record) => {
    const row = pick(record, 'y', wirechief_callparty, roomColumns.party);
    if (!row) return [];
    return [
      {
        id: row.wirechief_callpartyid ?? '',
        agent: row.wirechief_agentid,
        number: row.wirechief_phonenumber,
        name: row.wirechief_name,
        part: nameOf<Party['part']>(partValue, row.wirechief_part) ?? 'consult',
        purpose: nameOf<PartyFacts['purpose']>(purposeValue, row.wirechief_purpose) ?? 'consult',
        joined: row.statuscode === partyStatus.inCall,
        held: row.wirechief_isheld === true,
        bridged: row.wirechief_isbridged === true,
        bySupervisor: row.wirechief_isbysupervisor === true,
        queue: row.wirechief_queueid,
        blocks: row.wirechief_iscapacityblocking === true,
        participant: row.wirechief_sessionparticipantid,
        offerExpiresOn: instant(record.expires),
      },
    ];
  });
}

function nameOf<N extends string>(values: { readonly [name in N]: number }, value: number | null): N | null {
  const found = Object.entries(values).find(([, one]) => one === value);
  return found ? (found[0] as N) : null;
}
