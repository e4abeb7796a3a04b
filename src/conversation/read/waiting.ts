/** What a caller is told while waiting, and which rules look at their wait. Source: behaviour.md §3.4, §3.5. */
import { type ReadRuleSet, readRuleSet } from '../../routing/index.ts';
import type { Guid } from '../../tables/index.ts';
import type { BotFailure, Situation, Waiting } from '../situation.ts';
import { readAverageWait } from './queue-states.ts';
import { numberOrNull, type RowReader, text } from './rows.ts';

/** Settings of the workstream's voice channel, the queue's in-queue overflow rules, and the automated messages to the
 *  customer, of the voice channel before those of any. */
const statement = `select v.position, v.average, q."name" as queue, r."msdyn_decisionrulesetid" as rules,
    r."msdyn_rulesetdefinition" as definition, r."msdyn_disabledrules" as disabled,
    m."msdyn_systemmessageeventtype" as trigger, m."msdyn_messagetext" as message
  from (select bool_or("msdyn_announcepositioninqueue") as position,
      bool_or("msdyn_announceaveragewaittime") as average
    from "dataverse"."msdyn_ocvoicechannelsetting"
    where "msdyn_liveworkstreamid" = $1 and "statecode" = 0) v
  left join "dataverse"."queue" q on q."queueid" = $2
  left join "dataverse"."msdyn_decisionruleset" r
    on r."msdyn_decisionrulesetid" = q."msdyn_inqueueoverflowrulesetid" and r."statecode" = 0
  left join "dataverse"."msdyn_ocsystemmessage" m on m."statecode" = 0
    and m."msdyn_messagereceiver" is distinct from 192350000
    and (m."msdyn_streamsource" is null or m."msdyn_streamsource" in (192440000, 192370000))
  order by m."msdyn_streamsource" nulls first, m."msdyn_ocsystemmessageid"`;

/** Reads it for a workstream and the queue that is entered or waited in. `entering`: the conversation, when it enters the
 *  queue at that instant; it may be told the average wait then. */
export async function readWaiting(
  reader: RowReader,
  workstream: Guid<'msdyn_liveworkstream'>,
  queue: Guid<'queue'> | null,
  entering: { readonly conversation: Guid; readonly at: Date } | null,
): Promise<Waiting> {
  const records = await reader.query({
    text: statement,
    values: [workstream, queue],
    name: 'engine_waiting_room',
  });
  const texts = new Map<number, string>();
  for (const { trigger, message } of records) {
    const said = text(message)?.trim();
    if (typeof trigger === 'number' && said) texts.set(trigger, said);
  }
  const [first] = records;
  const inqueue: ReadRuleSet | null =
    text(first?.rules) === null ? null : readRuleSet(text(first?.definition), text(first?.disabled));
  return {
    queueName: text(first?.queue),
    texts,
    position: first?.position === true,
    averageWait:
      first?.average === true && queue !== null && entering !== null
        ? await readAverageWait(reader, queue, entering.at, entering.conversation)
        : null,
    inqueue,
  };
}

/** msdyn_overflowactionconfig.msdyn_botfailureactiontype. */
const failures: ReadonlyMap<number, BotFailure['action']> = new Map([
  [192350000, 'end'],
  [192350001, 'phone'],
  [192350002, 'promptAndEscalate'],
  [192350003, 'escalate'],
]);

/** What the workstream wants done when its bot fails. Without a word about it the caller waits for a human. */
export async function readBotFailure(
  reader: RowReader,
  { workstream }: Omit<Situation, 'agent'>,
): Promise<BotFailure> {
  const [record] = await reader.query({
    text: `select "msdyn_botfailureactiontype" as action, "msdyn_overflowactiondata" as number
      from "dataverse"."msdyn_overflowactionconfig"
      where "msdyn_overflowactionconfigid" = $1 and "statecode" = 0`,
    values: [workstream.msdyn_botfailureactionconfig],
    name: 'engine_bot_failure',
  });
  const action = failures.get(numberOrNull(record?.action) ?? -1) ?? 'escalate';
  return { action, number: text(record?.number)?.trim() || null };
}
