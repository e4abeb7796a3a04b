/** What a decision about the caller of a conversation rests on. */
import { type Guid, Refusal } from '../../tables/index.ts';
import type { CallerEvent } from '../caller-events.ts';
import type { CallerFacts, CallerLink } from '../decide/caller.ts';
import { type Customer, customerOf, type TiedRow } from '../decide/tie.ts';
import type { Tie } from '../situation.ts';
import { numberOrNull, type RowReader, text } from './rows.ts';
import { readHistory, readTies } from './ties.ts';

type Conversation = Guid<'msdyn_ocliveworkitem'>;

/** Reads them; the conversation is locked by whoever asks. Refuses recordNotFound. */
export async function readCaller(
  reader: RowReader,
  event: CallerEvent,
  e164: (number: string) => string | null,
): Promise<CallerFacts> {
  const { conversation, agent } = event;
  const [tie] = await readTies(reader, [conversation]);
  if (tie === undefined) throw new Refusal('recordNotFound', 'msdyn_ocliveworkitem', conversation);
  const number = tie.number && e164(tie.number);
  const adopts = event.type !== 'CallerUnlinked' && event.adoptHistory;
  return {
    ...(await readStanding(reader, conversation, agent)),
    number: number ?? tie.number,
    tie,
    chosen: event.type === 'CallerLinked' ? await readChosen(reader, event.customer) : null,
    provisional: event.type === 'CallerCreated' ? await readProvisional(reader, tie) : null,
    history: adopts && number ? await readHistory(reader, number, conversation) : [],
    links: await readLinks(reader, conversation),
  };
}

async function readStanding(
  reader: RowReader,
  conversation: Conversation,
  agent: Guid<'systemuser'>,
): Promise<Pick<CallerFacts, 'status' | 'takesPart'>> {
  const [row] = await reader.query({
    text: `select c."statuscode" as status, exists (select from "dataverse"."msdyn_sessionparticipant" p
        where p."msdyn_omnichannelsession" = c."msdyn_lastsessionid" and p."msdyn_agentid" = $2
          and p."msdyn_joinedon" is not null and p."msdyn_lefton" is null) as takes_part
      from "dataverse"."msdyn_ocliveworkitem" c where c."activityid" = $1`,
    values: [conversation, agent],
  });
  return { status: numberOrNull(row?.status), takesPart: row?.takes_part === true };
}

async function readChosen(
  reader: RowReader,
  customer: { readonly table: 'account' | 'contact'; readonly id: Guid },
): Promise<Customer | null> {
  const sql =
    customer.table === 'contact'
      ? `select "fullname" as name from "dataverse"."contact" where "contactid" = $1`
      : `select "name" from "dataverse"."account" where "accountid" = $1`;
  const [row] = await reader.query({ text: `${sql} for key share`, values: [customer.id] });
  return row ? { customer, name: text(row.name), incident: null } : null;
}

async function readProvisional(reader: RowReader, tie: Tie): Promise<Guid<'contact'> | null> {
  const customer = customerOf(tie);
  if (customer?.table !== 'contact') return null;
  const [row] = await reader.query({
    text: `select "contactid" as id from "dataverse"."contact"
      where "contactid" = $1 and "wirechief_isprovisional" for no key update`,
    values: [customer.id],
  });
  return row ? text(row.id) : null;
}

/** The newest link in force of the conversation, then those of the conversations it adopted, which are locked. */
async function readLinks(reader: RowReader, conversation: Conversation): Promise<CallerLink[]> {
  const records = await reader.query({
    text: `with newest as (select "wirechief_callerlinkid" as id from "dataverse"."wirechief_callerlink"
        where "wirechief_conversationid" = $1 and "statecode" = 0
        order by "createdon" desc, "versionnumber" desc limit 1)
      select l."wirechief_callerlinkid" as id, l."wirechief_kind" as kind, l."wirechief_tied" as tied,
        l."wirechief_conversationid" as conversation, l."wirechief_customerid" as customer, n."fullname" as name
      from newest join "dataverse"."wirechief_callerlink" l
        on l."wirechief_callerlinkid" = newest.id or (l."wirechief_parentid" = newest.id and l."statecode" = 0)
      join "dataverse"."msdyn_ocliveworkitem" c on c."activityid" = l."wirechief_conversationid"
      left join "dataverse"."contact" n on n."contactid" = l."wirechief_customerid"
      order by l."wirechief_callerlinkid" <> newest.id, c."activityid" for no key update of c`,
    values: [conversation],
  });
  const ties = await readTies(
    reader,
    records.flatMap((record) => text(record.conversation) ?? []),
  );
  return records.flatMap(({ id, kind, tied, conversation: of, customer, name }) => {
    const tie = ties.find((one) => one.conversation === of);
    if (tie === undefined) return [];
    return {
      id: text(id) ?? '',
      kind: numberOrNull(kind),
      customer: text(customer),
      name: text(name),
      tied: JSON.parse(text(tied) ?? '[]') as TiedRow[],
      tie,
    };
  });
}
