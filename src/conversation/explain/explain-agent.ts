/** "Why not this agent?": each criterion of one person for one conversation as it is now, and how they fared in the tries
 *  that were kept. Source: mission row B3; behaviour.md §4.5 to §4.11. */
import { everyCriterion, type Judgement } from '../../routing/index.ts';
import { msdyn_ocliveworkitem, systemuser } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import type {
  AgentExplanation,
  ExplainedCriterion,
  ExplainedStage,
  ExplainedTry,
} from '../../tables/why-trace.ts';
import { consider } from '../consider.ts';
import { defaultLimits } from '../limits.ts';
import { readBoard } from '../read/board.ts';
import { readAgent, type TimedReader } from '../read/people.ts';
import { readVariables } from '../read/routing.ts';
import { readSituation } from '../read/situation.ts';
import { type AgentFacts, type Board, type Member, type Situation, toCandidate } from '../situation.ts';
import { readDecisionStages } from './read-explanation.ts';

/** Explains. Refuses recordNotFound for a conversation or a person that is not there. */
export async function explainAgent(
  reader: TimedReader,
  conversation: Guid<'msdyn_ocliveworkitem'>,
  agent: Guid<'systemuser'>,
): Promise<AgentExplanation> {
  const row = await reader.row(msdyn_ocliveworkitem, conversation);
  if (!row) throw new Refusal('recordNotFound', msdyn_ocliveworkitem.logicalName, conversation);
  const person = await readAgent(reader, agent);
  if (!person) throw new Refusal('recordNotFound', systemuser.logicalName, agent);
  const situation = await readSituation(reader, row);
  const queue = situation?.session?.msdyn_cdsqueueid ?? null;
  const waits = row.statecode === 0 && row.msdyn_queueitemid !== null;
  const variables = situation && waits ? await readVariables(reader, situation) : [];
  const values = new Map(
    variables.flatMap(({ msdyn_name, value }) => (msdyn_name && value ? [[msdyn_name, value]] : [])),
  );
  const board =
    situation && waits ? await readBoard(reader, queue, situation, defaultLimits, values, null) : null;
  const decided = await readDecisionStages(reader, conversation);
  return {
    AgentId: agent,
    Name: person.name,
    QueueId: board?.queue.queueid ?? null,
    ...(situation && board ? judge(situation, board, person) : { Outcome: notWaiting, Criteria: [] }),
    Tries: decided.flatMap((one) => tryOf(one, agent, person.name)),
  };
}

const notWaiting = 'the conversation waits in no queue now';

function judge(
  { conversation, workstream, load, session }: Omit<Situation, 'agent'>,
  board: Board,
  person: AgentFacts,
): Pick<AgentExplanation, 'Outcome' | 'Criteria'> {
  const member = board.members.find(({ agent }) => agent === person.agent);
  const { demand, left, result } = consider(
    {
      session: session?.activityid ?? '',
      workstream,
      load,
      reason: session?.msdyn_sessioncreationreason ?? null,
      lastAgent: conversation.msdyn_lastactiveownerid,
      declines: defaultLimits.declines,
    },
    board,
    board.members,
  );
  const way =
    demand.affinity === person.agent
      ? 'affinity'
      : demand.preferred.includes(person.agent)
        ? 'preferred'
        : demand.method === 'custom'
          ? 'rules'
          : 'method';
  const trace = result.candidates.find(({ agent }) => agent === person.agent);
  const said = everyCriterion(demand, toCandidate(member ?? strangerOf(person)), way)
    .filter(({ criterion }) => member || !keptByMember.has(criterion))
    .map(toCriterion);
  // What only the choice among several can fail: a rule of the queue's own, or that others are preferred.
  const failed = trace?.failed;
  const chosen =
    failed && !said.some(({ Criterion }) => Criterion === failed.criterion)
      ? [{ Criterion: failed.criterion, Required: failed.required, Actual: failed.actual, IsMet: false }]
      : [];
  const criteria = [membership(board, member), ...said, ...chosen];
  const missed = criteria.find(({ IsMet }) => !IsMet);
  const place = trace?.rank === undefined ? 'would be looked at' : `would be place ${trace.rank}`;
  return {
    Outcome: left ?? (missed ? `passed over: ${missed.Criterion}` : place),
    Criteria: criteria,
  };
}

const membership = (board: Board, member: Member | undefined): ExplainedCriterion => ({
  Criterion: 'queueMember',
  Required: `member of ${board.queue.name ?? 'the queue'}`,
  Actual: member ? 'is' : 'is not',
  IsMet: member !== undefined,
});

/** Criteria that rest on what is only read of members. */
const keptByMember: ReadonlySet<string> = new Set(['skills', 'declines']);

/** Who is no member of the queue, as if they were. */
const strangerOf = (person: AgentFacts): Member => ({
  ...person,
  lastAssignedOn: null,
  isMember: false,
  joinedRank: 0,
  declines: 0,
  skills: [],
  facts: new Map(),
});

const toCriterion = ({ criterion, required, actual, met }: Judgement): ExplainedCriterion => ({
  Criterion: criterion,
  Required: required,
  Actual: actual,
  IsMet: met,
});

/** The person in a kept try; of a large queue only those are told of by name. */
function tryOf(one: ExplainedStage, agent: Guid, name: string | null): readonly ExplainedTry[] {
  const own = one.Candidates.find(({ AgentId }) => AgentId === agent);
  const found =
    own ??
    one.Candidates.find(({ AgentId, Names }) => AgentId === null && name !== null && Names.includes(name));
  if (!found) return [];
  const { Outcome, Criterion, Required, Actual } = found;
  return [{ On: one.StartedOn, Outcome, Criterion, Required, Actual }];
}
