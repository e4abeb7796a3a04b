/** Many pieces of waiting work handed out in one transaction. The matcher said who is to get what; here its matches are
 *  locked together and decided one by one, exactly as one of them would be. What the matcher knows of a piece and of its
 *  person is true when their rows have the versions that it knows; otherwise they are read under the lock. The other
 *  members of the queue are looked at as the matcher knows them, for they get nothing here. Why so: docs/decisions/0012. */
import type { Candidate } from '../routing/index.ts';
import type { Guid } from '../tables/index.ts';
import { memberOf, withWork } from './crowd.ts';
import { decide, type Readings } from './decide.ts';
import type { Decision } from './decision.ts';
import { type Ledger, later, type Means } from './judge.ts';
import { stageOf } from './lifecycle.ts';
import { type ReadItem, readWaiting } from './read/matching.ts';
import { type Person, readSignedIn } from './read/people.ts';
import { Shared } from './read/shared.ts';
import type { ReadTurn } from './read/turns.ts';

/** Work, and who is to get it. `known`: that person before it was meant for them, as the matcher knows them; null when it
 *  does not. */
export interface Match {
  readonly item: Guid<'msdyn_ocliveworkitem'>;
  readonly agent: Guid<'systemuser'>;
  readonly known: Person | null;
}

/** What the matcher knows besides. `turn` gives null for what it knows to be out of date. */
export interface Knowledge {
  turn(item: Match['item']): Pick<ReadItem, 'turn' | 'version'> | null;
  others(queue: Guid<'queue'>, agent: Match['agent']): readonly Candidate[];
}

/** A match that came true. `person`: as they stand after it. */
export interface Assigned extends Omit<Match, 'known'> {
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
const lockText = `with work as (select "activityid" as id, "versionnumber" as version
    from "dataverse"."msdyn_ocliveworkitem" where "activityid" = any($1::uuid[]) for no key update skip locked),
  people as (select "msdyn_agentid" as id, "versionnumber" as version
    from "dataverse"."msdyn_agentstatus" where "msdyn_agentid" = any($2::uuid[]) for no key update skip locked)
  select id, version from work union all select id, version from people`;

/** Locks, reads what is not known and decides. No two matches are of the same work or of the same person. */
export async function judgeMany(
  ledger: Ledger,
  matches: readonly Match[],
  known: Knowledge,
  means: Means,
): Promise<Judged> {
  const locked = await ledger.query({
    text: lockText,
    values: [matches.map(({ item }) => item), matches.map(({ agent }) => agent)],
    name: 'engine_lock_matches',
  });
  const versions = new Map(locked.map(({ id, version }) => [id, version]));
  const held = matches.filter(({ item, agent }) => versions.has(item) && versions.has(agent));
  const turns = new Map<Guid, ReadTurn | null>();
  const people = new Map<Guid, Person>();
  for (const match of held) {
    const turn = known.turn(match.item);
    if (turn && turn.version === versions.get(match.item)) turns.set(match.item, turn.turn);
    const { agent, known: person } = match;
    if (person && person.version === versions.get(agent)) people.set(agent, person);
  }
  await readUnknown(ledger, held, turns, people, means);
  const assigned: Assigned[] = [];
  const left: Match[] = [];
  for (const match of matches) {
    const turn = turns.get(match.item);
    const person = people.get(match.agent);
    const made = turn && person ? judgeOne(ledger.now, match, turn, person, known, means) : null;
    if (made) assigned.push(made);
    else left.push(match);
  }
  return { assigned, left };
}

/** Reads what changed since the matcher read it, under the lock. */
async function readUnknown(
  ledger: Ledger,
  held: readonly Match[],
  turns: Map<Guid, ReadTurn | null>,
  people: Map<Guid, Person>,
  { limits }: Means,
): Promise<void> {
  const items = held.map(({ item }) => item).filter((item) => !turns.has(item));
  const agents = held.map(({ agent }) => agent).filter((agent) => !people.has(agent));
  if (items.length > 0)
    for (const { item, turn } of await readWaiting(ledger, items, limits, new Shared()))
      turns.set(item.id, turn);
  if (agents.length > 0)
    for (const person of await readSignedIn(ledger, agents)) people.set(person.agent, person);
}

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
  known: Knowledge,
  means: Means,
): Assigned | null {
  const situation = { ...read, agent: null };
  const queue = board.queue.queueid ?? '';
  const member = memberOf(person, queue);
  if (stageOf(situation) !== 'queued' || member === null) return null;
  const at = later(now, situation.conversation.modifiedon);
  const { offerSeconds } = means.limits;
  const decision = decide(
    situation,
    { type: 'AssignmentDue', conversation: match.item },
    {
      ...nothing,
      board: { ...board, members: [member], others: known.others(queue, match.agent) },
      call: { other: null, helpers: [], offerSeconds, queue: null, kept: null },
    },
    { ...means, now: at },
  );
  if (decision.reserves !== match.agent) return null;
  return {
    item: match.item,
    agent: match.agent,
    decision,
    person: withWork(person, situation.load, queue, at),
  };
}
