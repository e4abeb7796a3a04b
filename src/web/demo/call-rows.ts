/** Reads the rows of one call, in the order in which they were written. Source: behaviour.md §3.1. */
import { queryOptions } from '@tanstack/react-query';
import { instant, label, records, text, type WebRecord } from '../kit/record.ts';
import { readList, readRecord } from '../kit/web-api.ts';
import { keys } from '../push/stale.ts';

/** One row, told in words. */
export interface CallRow {
  readonly id: string;
  readonly table: string;
  readonly what: string;
  readonly words: string;
  readonly createdOn: Date | null;
}

const participants = 'msdyn_ocsession_sessionparticipant_nested';

/** The rows of a conversation. */
export const callRowsQuery = (conversation: string) =>
  queryOptions({
    queryKey: [...keys.conversation(conversation), 'call rows'],
    queryFn: async (): Promise<readonly CallRow[]> => {
      const of = (column: string) => `$filter=_${column}_value eq ${conversation}`;
      const [work, engagements, sessions, variables, offers] = await Promise.all([
        readRecord(`msdyn_ocliveworkitems(${conversation})?$select=subject,statuscode,createdon`),
        readList(
          `msdyn_ocphonecallengagementctxes?$select=msdyn_callername,createdon&${of('msdyn_liveworkitemid')}`,
        ),
        readList(
          `msdyn_ocsessions?$select=_msdyn_cdsqueueid_value,msdyn_closurereason,createdon&${of('msdyn_liveworkitemid')}` +
            `&$expand=${participants}($select=_msdyn_agentid_value,msdyn_joinedon,msdyn_talktime,createdon)`,
        ),
        readList(
          `msdyn_ocliveworkitemcontextitems?$select=msdyn_name,msdyn_value,createdon&${of('msdyn_ocliveworkitemid')}`,
        ),
        readList(
          `wirechief_offers?$select=statuscode,_wirechief_agentid_value,createdon&${of('wirechief_conversationid')}`,
        ),
      ]);
      return [
        ...engagements.map(engagementRow),
        conversationRow(work),
        ...sessions.flatMap((session) => [
          sessionRow(session),
          ...records(session, participants).map(participantRow),
        ]),
        ...variables.map(variableRow),
        ...offers.map(offerRow),
      ].toSorted((a, b) => (a.createdOn?.getTime() ?? 0) - (b.createdOn?.getTime() ?? 0));
    },
  });

function row(record: WebRecord, id: string, table: string, what: string, words: string): CallRow {
  return { id: text(record, id) ?? '', table, what, words, createdOn: instant(record, 'createdon') };
}

function engagementRow(record: WebRecord): CallRow {
  const words = text(record, 'msdyn_callername') ?? 'number withheld';
  return row(
    record,
    'msdyn_ocphonecallengagementctxid',
    'msdyn_ocphonecallengagementctx',
    'Phone engagement',
    words,
  );
}

function conversationRow(record: WebRecord): CallRow {
  const words = `${text(record, 'subject') ?? ''} · ${label(record, 'statuscode') ?? ''}`;
  return row(record, 'activityid', 'msdyn_ocliveworkitem', 'Conversation', words);
}

function sessionRow(record: WebRecord): CallRow {
  const queue = label(record, '_msdyn_cdsqueueid_value') ?? 'no queue';
  const words = `${queue} · ${label(record, 'msdyn_closurereason') ?? 'open'}`;
  return row(record, 'activityid', 'msdyn_ocsession', 'Session', words);
}

function participantRow(record: WebRecord): CallRow {
  const who = label(record, '_msdyn_agentid_value') ?? 'somebody';
  const words = `${who} · ${text(record, 'msdyn_joinedon') === null ? 'offered' : 'joined'}`;
  return row(record, 'msdyn_sessionparticipantid', 'msdyn_sessionparticipant', 'Session participant', words);
}

function variableRow(record: WebRecord): CallRow {
  const words = `${text(record, 'msdyn_name') ?? ''} = ${text(record, 'msdyn_value') ?? ''}`;
  return row(
    record,
    'msdyn_ocliveworkitemcontextitemid',
    'msdyn_ocliveworkitemcontextitem',
    'Context variable',
    words,
  );
}

function offerRow(record: WebRecord): CallRow {
  const words = `${label(record, '_wirechief_agentid_value') ?? ''} · ${label(record, 'statuscode') ?? ''}`;
  return row(record, 'wirechief_offerid', 'wirechief_offer', 'Offer', words);
}
