/** Why a conversation went where it went: read from its rows. Source: behaviour.md §4.11; mission row B3. */
import { msdyn_ocliveworkitem } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import type { ExplainedStage, Explanation } from '../../tables/why-trace.ts';
import { mode, status } from '../choices.ts';
import { instant, numberOrNull, type RowReader, text } from '../read/rows.ts';
import { foldTries, named, stage, stageOf } from './decision-stage.ts';
import { labelOf, offerStage, partStage, sessionStage } from './journey.ts';
import { fromText } from './shapes.ts';

type Conversation = Guid<'msdyn_ocliveworkitem'>;

/** The explanation, oldest stage first. Refuses recordNotFound. */
export async function readExplanation(reader: RowReader, conversation: Conversation): Promise<Explanation> {
  const [row] = await reader.query({ text: statement, values: [conversation], name: 'why_conversation' });
  if (!row) throw new Refusal('recordNotFound', 'msdyn_ocliveworkitem', conversation);
  const decided = await readDecisionStages(reader, conversation);
  const identified = decided.find(({ Stage }) => Stage === 'Intake');
  const stages = [
    ...decided.filter(({ Stage }) => Stage !== 'Intake'),
    ...(await readJourney(reader, conversation)),
    ...endStage(row),
  ];
  return {
    ConversationId: conversation,
    Title: text(row.subject),
    QueueId: text(row.queue),
    AgentId: text(row.agent),
    Stages: [intakeStage(row, identified), ...foldTries(inOrder(stages))],
  };
}

const statement = `select c."subject" as subject, c."createdon" as created, c."msdyn_startedon" as started,
    c."statuscode" as status, c."msdyn_closedon" as closed, c."msdyn_statuschangereason" as reason,
    c."msdyn_cdsqueueid" as queue, c."msdyn_activeagentid" as agent, c."msdyn_customer" as customer,
    coalesce(k."fullname", a."name") as customer_name, w."msdyn_name" as workstream,
    x."msdyn_fromphone" as caller, x."msdyn_tophone" as dialled
  from "dataverse"."msdyn_ocliveworkitem" c
  left join "dataverse"."msdyn_liveworkstream" w on w."msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid"
  left join "dataverse"."contact" k on k."contactid" = c."msdyn_customer"
  left join "dataverse"."account" a on a."accountid" = c."msdyn_customer"
  left join lateral (select * from "dataverse"."msdyn_ocphonecallengagementctx"
    where "msdyn_liveworkitemid" = c."activityid" limit 1) x on true
  where c."activityid" = $1`;

/** What came in, and who it is from: by the identification that was kept, else by who is linked. */
function intakeStage(row: Record<string, unknown>, kept: ExplainedStage | undefined): ExplainedStage {
  const customer = text(row.customer_name) ?? text(row.customer);
  const inputs = { caller: text(row.caller), dialled: text(row.dialled), workstream: text(row.workstream) };
  const intake = stage(
    {
      Stage: 'Intake',
      Summary: customer === null ? 'nobody is linked' : `${customer} is linked`,
      Inputs: named(inputs),
    },
    instant(row.started) ?? instant(row.created),
    null,
  );
  if (kept === undefined) return intake;
  const { Summary, Rules, Notes } = kept;
  return { ...intake, Summary, Rules, Notes };
}

/** The decisions that were kept, run by run. */
export async function readDecisionStages(
  reader: RowReader,
  conversation: Conversation,
): Promise<readonly ExplainedStage[]> {
  const records = await reader.query({
    text: `select d."msdyn_diagnosticdatatype" as kind, d."msdyn_startedon" as started, d."msdyn_completedon" as completed,
        d."msdyn_inputdata" as input, d."msdyn_evaluation" as evaluation, d."msdyn_outputdata" as output
      from "dataverse"."msdyn_unifiedroutingdiagnostic" d
      left join "dataverse"."msdyn_unifiedroutingrun" r
        on r."msdyn_unifiedroutingrunid" = d."msdyn_unifiedroutingrunid"
      where d."msdyn_ocliveworkitemid" = $1
      order by r."msdyn_runnumber" nulls first, d."msdyn_startedon", d."msdyn_sequencenumber"`,
    values: [conversation],
    name: 'why_decisions',
  });
  return records.flatMap((record) => {
    const one = stageOf({
      kind: numberOrNull(record.kind),
      startedOn: instant(record.started),
      completedOn: instant(record.completed),
      input: fromText(record.input),
      evaluation: fromText(record.evaluation),
      output: fromText(record.output),
    });
    return one === null ? [] : [one];
  });
}

async function readJourney(
  reader: RowReader,
  conversation: Conversation,
): Promise<readonly ExplainedStage[]> {
  const sessions = await reader.query({
    text: `select s."msdyn_sessioncreatedon" as started, s."msdyn_sessionclosedon" as closed, q."name" as queue,
        s."msdyn_sessioncreationreason" as creation, s."msdyn_closurereason" as closure
      from "dataverse"."msdyn_ocsession" s left join "dataverse"."queue" q on q."queueid" = s."msdyn_cdsqueueid"
      where s."msdyn_liveworkitemid" = $1 order by s."msdyn_sessioncreatedon", s."activityid"`,
    values: [conversation],
    name: 'why_sessions',
  });
  const offers = await reader.query({
    text: `select o."createdon" as made, o."wirechief_respondedon" as responded, u."fullname" as agent,
        o."wirechief_purpose" as purpose, o."statuscode" as status
      from "dataverse"."wirechief_offer" o
      left join "dataverse"."systemuser" u on u."systemuserid" = o."wirechief_agentid"
      where o."wirechief_conversationid" = $1 order by o."createdon", o."wirechief_offerid"`,
    values: [conversation],
    name: 'why_offers',
  });
  const parts = await reader.query({
    text: `select p."msdyn_addedon" as added, p."msdyn_lefton" as gone, p."msdyn_mode" as mode, p."msdyn_name" as name,
        p."msdyn_assignreason" as reason
      from "dataverse"."msdyn_sessionparticipant" p
      join "dataverse"."msdyn_ocsession" s on s."activityid" = p."msdyn_omnichannelsession"
      where s."msdyn_liveworkitemid" = $1 and p."msdyn_mode" <> ${mode.primary}
      order by p."msdyn_addedon", p."msdyn_sessionparticipantid"`,
    values: [conversation],
    name: 'why_parts',
  });
  return [
    ...sessions.map((one) =>
      sessionStage({
        startedOn: instant(one.started),
        closedOn: instant(one.closed),
        creation: numberOrNull(one.creation),
        closure: numberOrNull(one.closure),
        queue: text(one.queue),
      }),
    ),
    ...offers.map((one) =>
      offerStage({
        madeOn: instant(one.made),
        respondedOn: instant(one.responded),
        agent: text(one.agent),
        purpose: numberOrNull(one.purpose),
        status: numberOrNull(one.status),
      }),
    ),
    ...parts.map((one) =>
      partStage({
        addedOn: instant(one.added),
        leftOn: instant(one.gone),
        mode: numberOrNull(one.mode),
        name: text(one.name),
        reason: text(one.reason),
      }),
    ),
  ];
}

function endStage(row: Record<string, unknown>): readonly ExplainedStage[] {
  if (numberOrNull(row.status) !== status.closed) return [];
  const { msdyn_statuschangereason } = msdyn_ocliveworkitem.columns;
  const on = instant(row.closed);
  const Summary = `closed: ${labelOf(msdyn_statuschangereason, numberOrNull(row.reason))}`;
  return [stage({ Stage: 'End', Summary }, on, on)];
}

/** Of what happens at one instant, what comes first. */
const order: readonly ExplainedStage['Stage'][] = [
  'Classification',
  'RouteToQueue',
  'Overflow',
  'Transfer',
  'Supervisor',
  'Queue',
  'Assignment',
  'Offer',
  'Consult',
  'End',
];

function inOrder(stages: readonly ExplainedStage[]): readonly ExplainedStage[] {
  const at = ({ StartedOn }: ExplainedStage): number =>
    StartedOn === null ? Number.POSITIVE_INFINITY : Date.parse(StartedOn);
  return [...stages].sort(
    (one, other) => Math.sign(at(one) - at(other)) || order.indexOf(one.Stage) - order.indexOf(other.Stage),
  );
}
