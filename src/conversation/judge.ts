/** One event about one conversation: what it needs is locked and read, then decided. Nothing is written here, and the
 *  transaction is only known by what it can be asked. Rows are locked in one order: the conversation, then people; a
 *  second person only if nobody else holds them. */
import { msdyn_ocliveworkitem } from '../tables/dataverse/index.ts';
import { type Guid, Refusal, type Row, type Table } from '../tables/index.ts';
import { decide, type Given } from './decide.ts';
import type { Decision } from './decision.ts';
import { namedBy, queueNamedBy } from './hand-events.ts';
import type { OneConversationEvent } from './internal-events.ts';
import { stageOf } from './lifecycle.ts';
import { readBoard } from './read/board.ts';
import { consultedQueue, helpersOf, otherOf, readCallRequest } from './read/call-request.ts';
import { readAround } from './read/in-queue.ts';
import { needsOf } from './read/needs.ts';
import { lockPerson, readAgent } from './read/people.ts';
import { readRouting, readVariables } from './read/routing.ts';
import type { RowReader } from './read/rows.ts';
import { lockSituation } from './read/situation.ts';
import { readWaiting } from './read/waiting.ts';
import type { AgentFacts, Member, Situation } from './situation.ts';

type Agent = Guid<'systemuser'>;

/** A transaction as the judge sees it. */
export interface Ledger extends RowReader {
  readonly now: Date;
  lock<T extends Table>(table: T, id: Guid): Promise<Row<T> | null>;
}

/** What is handed in besides the clock, which is the ledger's. */
export type Means = Omit<Given, 'now'>;

/** Locks, reads and decides. Refuses recordNotFound, and what `decide` refuses. */
export async function judge(ledger: Ledger, event: OneConversationEvent, means: Means): Promise<Decision> {
  const found = await lockSituation(ledger, event.conversation);
  if (!found) throw new Refusal('recordNotFound', 'msdyn_ocliveworkitem', event.conversation);
  const { situation: read, codes } = found;
  const needs = needsOf(stageOf({ ...read, agent: null }), event);
  const locked = new Set<Agent>();
  const active = needs.agent ? read.conversation.msdyn_activeagentid : null;
  const agent = active === null ? null : await lockAgent(ledger, active, locked);
  const other = await readOther(ledger, otherOf(read, event), event, locked);
  const helpers = needs.agent ? await lockHelpers(ledger, helpersOf(read), other, locked) : [];
  const call = await readCallRequest(ledger, read, event, { other, helpers }, means.limits, ledger.now);
  const consulted = consultedQueue(read, event);
  const situation: Situation = { ...read, agent };
  const actor = event.type === 'AgentReopened' ? await lockAgent(ledger, event.agent, locked) : null;
  const dispositions = event.type === 'SessionClosed' ? (codes.get(event.agent) ?? 0) : 0;
  const variables = needs.variables ? await readVariables(ledger, read) : [];
  const values = new Map(
    variables.flatMap(({ msdyn_name, value }) => (msdyn_name && value ? [[msdyn_name, value]] : [])),
  );
  if (event.type === 'BotTransferred')
    for (const [name, value] of Object.entries(event.variables)) values.set(name, value);
  const at = later(ledger.now, read.conversation.modifiedon);
  const row = async () => (await ledger.row(msdyn_ocliveworkitem, event.conversation)) ?? {};
  const known = { row, values, variables, at };
  const routing = needs.rules ? await readRouting(ledger, read, known) : null;
  const around = await readAround(ledger, read, event, needs, known);
  const session = call.queue?.id ?? around.queue ?? read.session?.msdyn_cdsqueueid ?? null;
  const queue = consulted ?? queueNamedBy(event) ?? (routing ? routing.queue : session);
  const waiting = needs.waiting
    ? await readWaiting(
        ledger,
        read.workstream.msdyn_liveworkstreamid ?? '',
        queue,
        needs.board ? { conversation: event.conversation, at } : null,
      )
    : null;
  const given: Given = { ...means, now: at };
  const busy = new Set<Agent>();
  const whole =
    needs.board || consulted !== null
      ? await readBoard(ledger, queue, read, means.limits, values, namedBy(event))
      : null;
  const fresh = new Map<Agent, AgentFacts>();
  for (;;) {
    // Whoever is being assigned elsewhere at this moment is left out; work is looked for again afterwards.
    const board = whole && { ...whole, members: withFresh(whole.members, fresh, busy) };
    const readings = { board, routing, variables, call, dispositions, actor, waiting, ...around };
    const decision = decide(situation, event, readings, given);
    const chosen = decision.reserves;
    if (chosen !== null && !locked.has(chosen)) {
      const found = await lockAgent(ledger, chosen, locked);
      if (found === null) busy.add(chosen);
      else fresh.set(chosen, found);
      continue;
    }
    // Work that begins to wait is looked at once more after the commit: who became free between our reading and our
    // commit found it not waiting yet, and would never be asked.
    const beginsToWait = needs.board && board !== null && chosen === null && event.type !== 'AssignmentDue';
    return busy.size > 0 || beginsToWait ? { ...decision, workAvailable: true } : decision;
  }
}

/** The members without those who are busy; who is locked by now stands as read under lock. */
function withFresh(
  members: readonly Member[],
  fresh: ReadonlyMap<Agent, AgentFacts>,
  busy: ReadonlySet<Agent>,
): readonly Member[] {
  return members.flatMap((member) =>
    busy.has(member.agent) ? [] : [{ ...member, ...fresh.get(member.agent) }],
  );
}

/** The person whom a call-control event concerns besides the primary representative. Who only listens keeps their
 *  capacity and is not locked. Refuses unavailable: somebody is assigning work to them at this moment. */
async function readOther(
  ledger: Ledger,
  other: Agent | null,
  event: OneConversationEvent,
  locked: Set<Agent>,
): Promise<AgentFacts | null> {
  if (other === null) return null;
  if (event.type === 'SupervisionRequested') return readAgent(ledger, other);
  if (locked.has(other)) return readAgent(ledger, other);
  const found = await lockAgent(ledger, other, locked);
  if (found !== null) return found;
  return notLocked(ledger, other);
}

/** The same for those who give capacity as helpers. `other`: who is locked already. */
async function lockHelpers(
  ledger: Ledger,
  helpers: readonly Agent[],
  other: AgentFacts | null,
  locked: Set<Agent>,
): Promise<readonly AgentFacts[]> {
  const found: AgentFacts[] = [];
  for (const helper of helpers) {
    const facts =
      helper === other?.agent
        ? other
        : ((await lockAgent(ledger, helper, locked)) ?? (await notLocked(ledger, helper)));
    if (facts !== null) found.push(facts);
  }
  return found;
}

/** A person whose row is another's at this moment, or who has none. */
async function notLocked(ledger: Ledger, other: Agent): Promise<AgentFacts | null> {
  const unlocked = await readAgent(ledger, other);
  if (unlocked === null || unlocked.statusId === null) return unlocked;
  throw new Refusal('unavailable', 'The representative is being assigned work at this moment: try again.');
}

/** Locks the person's status row and reads them; null when there is no such person, or when another holds the row
 *  and somebody is locked already: waiting with a lock in hand is how two could wait for each other. Who has no row
 *  never signed in, and cannot be offered anything. */
export async function lockAgent(
  ledger: Ledger,
  agent: Agent,
  locked: Set<Agent> = new Set(),
): Promise<AgentFacts | null> {
  const found = await lockPerson(ledger, agent, locked.size > 0 ? 'skip' : 'wait');
  if (found !== null) locked.add(agent);
  return found;
}

/** The later of two instants. */
export const later = (one: Date, other: Date | null): Date => (other !== null && other > one ? other : one);
