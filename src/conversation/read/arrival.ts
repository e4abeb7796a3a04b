/** Where a dialled number leads, and who is calling. Source: behaviour.md §3.1 rows 1 to 3, §3.2. */
import { alwaysOpen, hoursAt } from '../../routing/index.ts';
import { msdyn_liveworkstream } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal, tables } from '../../tables/index.ts';
import { contextTables, kindOf } from '../channels.ts';
import { channel } from '../choices.ts';
import type { CallArrived } from '../events.ts';
import type { ConversationArrived } from '../message-events.ts';
import { messageOf, trigger } from '../messages.ts';
import { type Arrival, columns, type MessageArrival } from '../situation.ts';
import { closesAfterSelection, toClosesAfter } from './closes-after.ts';
import { readHours } from './hours.ts';
import { readIdentified } from './identified.ts';
import { number, pick, type RowReader, select, text } from './rows.ts';
import { readWaiting } from './waiting.ts';

/** The workstream of the number by the voice settings that name both; null when the number leads nowhere. `e164`: how a
 *  number becomes E.164; `supposed`: nobody really calls. */
export async function readArrival(
  reader: RowReader,
  event: CallArrived,
  at: Date,
  e164: (number: string) => string | null,
  supposed = false,
): Promise<Arrival | null> {
  const [record] = await reader.query({
    text: `select ${select('w', columns.workstream)}, b."systemuserid" as bot, b."fullname" as bot_name,
        v."msdyn_operatinghoursid" as hours, w."msdyn_recordidentificationrule" as rule,
        w."wirechief_unknowncallers" as unknown, w."wirechief_adopthistory" as adopts,
        ${closesAfterSelection(`array[${channel.voiceCall}]`)}
      from "dataverse"."msdyn_ocphonenumber" n
      join "dataverse"."msdyn_ocvoicechannelsetting" v
        on v."msdyn_phonenumberid" = n."msdyn_ocphonenumberid" and v."statecode" = 0
      join "dataverse"."msdyn_liveworkstream" w
        on w."msdyn_liveworkstreamid" = v."msdyn_liveworkstreamid" and w."statecode" = 0
      left join "dataverse"."systemuser" b on b."systemuserid" = w."msdyn_bot_user"
      where lower(n."msdyn_phonenumber") = lower($1) and n."statecode" = 0
        and n."msdyn_phoneinboundenabled" is not false
      order by v."msdyn_ocvoicechannelsettingid" limit 1`,
    values: [event.to],
    name: 'engine_number',
  });
  const workstream = record ? pick(record, 'w', msdyn_liveworkstream, columns.workstream) : null;
  if (!record || !workstream) return null;
  const bot = text(record.bot);
  return {
    workstream,
    closesAfter: toClosesAfter(record, 'voice', false),
    bot: bot === null ? null : { id: bot, name: text(record.bot_name) },
    identified: await readIdentified(reader, event, {
      workstream: workstream.msdyn_liveworkstreamid ?? '',
      rule: text(record.rule),
      unknown: number(record.unknown),
      adopts: record.adopts === true,
      e164,
      supposed,
    }),
    ...(await readHouse(reader, workstream.msdyn_liveworkstreamid ?? '', text(record.hours), at)),
  };
}

/** How the channel stands: what a caller is told when it is closed, or first of all when it is open. */
async function readHouse(
  reader: RowReader,
  workstream: Guid<'msdyn_liveworkstream'>,
  id: Guid<'msdyn_operatinghour'> | null,
  at: Date,
): Promise<Pick<Arrival, 'closed' | 'greeting'>> {
  const hours = id === null ? undefined : (await readHours(reader, [id])).get(id);
  const state = hours === undefined ? alwaysOpen : hoursAt(hours, at);
  const { texts } = await readWaiting(reader, workstream, null, null);
  const slugs = { variables: new Map<string, string>(), named: { QueueName: '', AgentName: '' } };
  const type = state.onHoliday ? trigger.holiday : trigger.outOfHours;
  return {
    closed: state.open ? null : (messageOf(texts, type, slugs) ?? ''),
    greeting: state.open ? messageOf(texts, trigger.greeting, slugs) : null,
  };
}

/** The workstream that a message or record was sent to. Refuses recordNotFound: it is not there; invalidArgument: the
 *  channel has no engagement context, or not these columns. */
export async function readMessageArrival(
  reader: RowReader,
  event: ConversationArrived,
): Promise<MessageArrival> {
  const context = tables.get(contextTables.get(event.channel) ?? '');
  const known = Object.values(channel).find((one) => one === event.channel);
  if (!context || known === undefined)
    throw new Refusal('invalidArgument', `Channel ${event.channel} takes no messages and no records.`);
  const strange = Object.keys(event.context).find((name) => !(name in context.columns));
  if (strange !== undefined)
    throw new Refusal('invalidArgument', `${context.logicalName} has no column '${strange}'.`);
  const [record] = await reader.query({
    text: `select ${select('w', columns.workstream)}, b."systemuserid" as bot, b."fullname" as bot_name,
        ${closesAfterSelection('array[$2::int4]')}
      from "dataverse"."msdyn_liveworkstream" w
      left join "dataverse"."systemuser" b on b."systemuserid" = w."msdyn_bot_user"
      where w."msdyn_liveworkstreamid" = $1 and w."statecode" = 0`,
    values: [event.workstream, event.channel],
    name: 'engine_workstream',
  });
  const workstream = record ? pick(record, 'w', msdyn_liveworkstream, columns.workstream) : null;
  if (!record || !workstream) throw new Refusal('recordNotFound', 'msdyn_liveworkstream', event.workstream);
  const kind = kindOf([event.channel], workstream.msdyn_conversationmode);
  const bot = text(record.bot);
  return {
    workstream,
    channel: known,
    context,
    closesAfter: toClosesAfter(record, kind, event.channel === channel.liveChat),
    bot: bot === null ? null : { id: bot, name: text(record.bot_name) },
  };
}
