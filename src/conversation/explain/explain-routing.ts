/** What would happen if: the explanation of a conversation that is only supposed, by the same rules, readers and choices
 *  as the real one. Nothing is written, locked or offered. Source: mission row B3; behaviour.md §3.1, §4. */
import type { Guid } from '../../tables/index.ts';
import type { AssignmentOutput, IdentificationOutput } from '../../tables/why.ts';
import type { ExplainedStage, Explanation } from '../../tables/why-trace.ts';
import { diagnostic } from '../choices.ts';
import { consider } from '../consider.ts';
import { decisionsOf } from '../decide/why-rows.ts';
import { defaultLimits } from '../limits.ts';
import type { TimedReader } from '../read/people.ts';
import type { Identified, Routing } from '../situation.ts';
import { named, stage, stageOf } from './decision-stage.ts';
import {
  type Supposed,
  type SupposedArrival,
  type Supposition,
  suppose,
  supposeArrival,
} from './supposed.ts';

/** Which rows the asker has to be allowed to read before anything is told of them. */
export interface Revealed {
  readonly workstream: Guid<'msdyn_liveworkstream'>;
  readonly customer: Identified['customer'];
}

/** Explains. `allow` is told what will be revealed, and refuses. Refuses what `supposeArrival` and `suppose` refuse. */
export async function explainRouting(
  reader: TimedReader,
  asked: Supposition,
  allow: (revealed: Revealed) => Promise<void>,
): Promise<Explanation> {
  const arrival = await supposeArrival(reader, asked);
  const { workstream, identified, closed } = arrival;
  await allow({ workstream: workstream.msdyn_liveworkstreamid ?? '', customer: identified.customer });
  const intake = intakeStage(arrival, asked);
  const nobody = { ConversationId: null, Title: null, QueueId: null, AgentId: null };
  if (closed !== null) return { ...nobody, Stages: [intake, ended('the channel is closed at this hour')] };
  const found = await suppose(reader, arrival, asked, defaultLimits, ({ queue }) => queue);
  const { routing, board } = found;
  const { at } = asked;
  const queue = { id: routing.queue, name: board?.queue.name ?? null };
  const decided = decisionsOf(routing, queue).flatMap(
    ({ kind, input, evaluation, output }) =>
      stageOf({ kind: kind.data, startedOn: at, completedOn: at, input, evaluation, output }) ?? [],
  );
  const last = lastStage(found, at);
  return {
    ...nobody,
    QueueId: routing.queue,
    AgentId: last.agent,
    Stages: [intake, ...decided, last.stage],
  };
}

function intakeStage(arrival: SupposedArrival, asked: Supposition): ExplainedStage {
  const { workstream, bot, identified } = arrival;
  const { trace, customer, name, incident, provisional } = identified;
  const reason = trace?.reason ?? 'no number came along';
  const output: IdentificationOutput = {
    customer,
    name,
    incident,
    created: provisional !== null,
    reason: provisional === null ? reason : `${reason}; a contact would be made for ${provisional}`,
  };
  const { identification } = diagnostic;
  const decided = { kind: identification.data, input: trace?.input, evaluation: trace?.evaluation, output };
  const told = stageOf({ ...decided, startedOn: asked.at, completedOn: asked.at });
  const inputs = { caller: asked.caller, dialled: asked.number, workstream: workstream.msdyn_name };
  const first = `${bot} answers first: what follows is as if it asked for a human with these values`;
  const intake = told ?? stage({ Stage: 'Intake', Summary: output.reason }, asked.at, asked.at);
  return {
    ...intake,
    Inputs: named(inputs),
    Notes: bot === null ? intake.Notes : [...intake.Notes, first],
  };
}

/** Overflow actions after which no agent is looked for. */
const leaves: ReadonlySet<string> = new Set(['end', 'voicemail', 'phone']);

interface Last {
  readonly stage: ExplainedStage;
  readonly agent: Guid<'systemuser'> | null;
}

function lastStage({ routing, board, situation }: Supposed, at: Date): Last {
  const action = routing.route.overflow?.applied?.config.action ?? null;
  if (action !== null && leaves.has(action)) return { stage: ended(`overflow: ${action}`, at), agent: null };
  if (board === null) return { stage: ended('there is no queue to go to', at), agent: null };
  if (board.members.length === 0 && situation.kind !== 'record')
    return { stage: ended(`queue ${board.queue.name} has no members`, at), agent: null };
  const { workstream, load } = situation;
  const work = { session: '', workstream, load, reason: null, lastAgent: null };
  const { result, chosen, reason, input } = consider(
    { ...work, declines: defaultLimits.declines },
    board,
    board.members,
  );
  const output: AssignmentOutput = { agent: chosen?.agent ?? null, offer: null, reason };
  const evaluation = {
    ...(board.rank === null ? {} : { priority: board.rank.trace }),
    candidates: result.candidates,
    notes: board.othersWait ? [...result.notes, waits] : result.notes,
  };
  const kind = diagnostic.assignment.data;
  const told = stageOf({ kind, startedOn: at, completedOn: at, input, evaluation, output });
  return { stage: told ?? ended(reason, at), agent: output.agent };
}

const waits = 'other work waits as well: it goes first where its turn is earlier';

const ended = (Summary: string, at: Date | null = null): ExplainedStage =>
  stage({ Stage: 'End', Summary }, at, at);

/** Which queue the first rule that holds gives, overflow and percentages aside; else the fallback queue. */
export const firstQueueOf = ({ route }: Routing, fallback: Guid<'queue'> | null): Guid<'queue'> | null =>
  route.evaluation.rules.find(({ status }) => status === 'Applied' || status === 'Matched')?.queue ??
  fallback;
