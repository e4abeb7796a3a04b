/** Many pieces of waiting work handed out in one transaction. The matcher said who is to get what; here its matches are
 *  locked, read together and decided one by one from the rows, exactly as one of them would be. Only the person of a
 *  match is read under lock; the other members of its queue are looked at as the matcher knows them, for they get
 *  nothing here. Why so: docs/decisions/0012. */
import type { Guid } from '../tables/index.ts';
import { type Crowd, memberOf, withWork } from './crowd.ts';
import { decide, type Readings } from './decide.ts';
import type { Decision } from './decision.ts';
import { type Ledger, later, type Means } from './judge.ts';
import { stageOf } from './lifecycle.ts';
import { type Person, readSignedIn } from './read/people.ts';
import { type ReadTurn, readTurns } from './read/turns.ts';

/** Work, and who is to get it. */
export interface Match {
  readonly item: Guid<'msdyn_ocliveworkitem'>;
  readonly agent: Guid<'systemuser'>;
}

/** A match that came true. `person`: as they stand after it. */
export interface Assigned extends Match {
  readonly decision: Decision;
  readonly person: Person;
}

/** What of decisions is written. */
export type ToWrite = Pick<Decision, 'writes' | 'timers' | 'files'>;

/** All that assignments write, each row under its own conversation. */
export const together = (assigned: readonly Assigned[]): ToWrite => ({
  writes: assigned.flatMap(({ item, decision }) =>
    decision.writes.map((write) => ({ ...write, conversation: item })),
  ),
  timers: assigned.flatMap(({ decision }) => decision.timers),
  files: assigned.flatMap(({ decision }) => decision.files),
});

/** What became of some matches. `left`: those that somebody holds at this moment, or that the rows decide otherwise. */
export interface Judged {
  readonly assigned: readonly Assigned[];
  readonly left: readonly Match[];
}

/** Whoever waits for nothing cannot be waited for in a circle: a row that somebody else holds is passed over. */
const lockText = `with work as (select "activityid" as id from "dataverse"."msdyn_ocliveworkitem"
    where "activityid" = any($1::uuid[]) for no key update skip locked),
  people as (select "msdyn_agentid" as id from "dataverse"."msdyn_agentstatus"
    where "msdyn_agentid" = any($2::uuid[]) for no key update skip locked)
  select (select array_agg(id) from work)::text[] as work, (select array_agg(id) from people)::text[] as people`;

/** Locks, reads and decides. No two matches are of the same work or of the same person. */
export async function judgeMany(
  ledger: Ledger,
  matches: readonly Match[],
  crowd: Pick<Crowd, 'members'>,
  means: Means,
): Promise<Judged> {
  const items = matches.map(({ item }) => item);
  const agents = matches.map(({ agent }) => agent);
  // Sent together, done one after the other: what is read is read after the locks are held.
  const [[locked], turns, read] = await Promise.all([
    ledger.query({ text: lockText, values: [items, agents], name: 'engine_lock_matches' }),
    readTurns(ledger, items, means.limits),
    readSignedIn(ledger, agents),
  ]);
  const held = new Set([...list(locked?.work), ...list(locked?.people)]);
  const people = new Map(read.map((person) => [person.agent, person]));
  const assigned: Assigned[] = [];
  const left: Match[] = [];
  for (const match of matches) {
    const turn = turns.get(match.item);
    const person = people.get(match.agent);
    const isHeld = held.has(match.item) && held.has(match.agent);
    const made = turn && person && isHeld ? judgeOne(ledger.now, match, turn, person, crowd, means) : null;
    if (made) assigned.push(made);
    else left.push(match);
  }
  return { assigned, left };
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : []);

/** What an assignment looks at nothing of. */
const nothing: Omit<Readings, 'board' | 'call'> = {
  routing: null,
  variables: [],
  dispositions: 0,
  actor: null,
  waiting: null,
  inqueue: null,
  place: null,
  failure: null,
};

function judgeOne(
  now: Date,
  match: Match,
  { situation: read, board }: ReadTurn,
  person: Person,
  crowd: Pick<Crowd, 'members'>,
  means: Means,
): Assigned | null {
  const situation = { ...read, agent: null };
  const queue = board.queue.queueid ?? '';
  const fresh = memberOf(person, queue);
  if (stageOf(situation) !== 'queued' || fresh === null) return null;
  const members = crowd.members(queue).map((member) => (member.agent === match.agent ? fresh : member));
  const at = later(now, situation.conversation.modifiedon);
  const { offerSeconds } = means.limits;
  const decision = decide(
    situation,
    { type: 'AssignmentDue', conversation: match.item },
    {
      ...nothing,
      board: { ...board, members },
      call: { other: null, offerSeconds, queue: null, kept: null },
    },
    { ...means, now: at },
  );
  if (decision.reserves !== match.agent) return null;
  return { ...match, decision, person: withWork(person, situation.load, queue, at) };
}
