/** The books on the people a decision touches: capacity taken and given back, presence recomputed, history written.
 *  Changes are collected and written once at the end, so that a person who is released and asked again in one decision
 *  shows one change, or none. Source: behaviour.md §4.7, §4.8, §11 choice 2. */
import { msdyn_agentchannelstate, msdyn_agentstatushistory } from '../tables/dataverse/index.ts';
import type { Guid, Values } from '../tables/index.ts';
import { ownAgentStatus } from '../tables/wirechief/node-columns.ts';
import type { PresenceToSet } from './assignment-facts.ts';
import { writeCapacity } from './capacity.ts';
import { timerKey } from './decide/context.ts';
import type { Draft } from './decision.ts';
import {
  computedPresence,
  isBlocked,
  isRecomputed,
  isSetAside,
  type Occasion,
  presenceOf,
} from './presence.ts';
import type { AgentFacts, Load } from './situation.ts';

/** The channel of msdyn_agentchannelstate that release times are kept under. */
export const voiceChannel = 'voice';

const dayMs = 86_400_000;

interface Entry {
  readonly before: AgentFacts;
  now: AgentFacts;
  occasion: Occasion;
  released: boolean;
  aside: boolean;
}

/** The people of one decision, which is about one conversation: `load` is what it takes of each. `accepted`: whoever
 *  has it now took it, and did not just decline; a profile that is counted by the day then stays taken. */
export class People {
  readonly #entries = new Map<Guid, Entry>();
  readonly #load: Load;
  readonly #accepted: boolean;

  constructor(load: Load, accepted: boolean) {
    this.#load = load;
    this.#accepted = accepted;
  }

  /** The person as they stand after what was booked so far. */
  current<A extends AgentFacts>(facts: A, now: Date): A {
    const entry = this.#entries.get(facts.agent);
    if (!entry) return facts;
    const lastReleasedOn = entry.released ? now : facts.lastReleasedOn;
    return { ...facts, ...presentOf(entry), lastReleasedOn };
  }

  /** Takes capacity for an offer: a session more, and the telephone for a call. */
  reserve(agent: AgentFacts): void {
    const entry = this.#entry(agent);
    entry.now = {
      ...this.#booked(entry.now, 1, true),
      sessions: entry.now.sessions + 1,
      liveCalls: entry.now.liveCalls + (this.#load.telephone ? 1 : 0),
    };
  }

  /** They accepted: capacity is taken already, only the presence may change. */
  accept(agent: AgentFacts): void {
    this.#entry(agent).occasion = 'acceptedOrFinished';
  }

  /** Sets a presence by the system that stays until the person changes it: an offer was missed or rejected. */
  setAside(agent: AgentFacts, { presence, base }: PresenceToSet): void {
    const entry = this.#entry(agent);
    entry.now = { ...entry.now, presence, basePresence: base };
    entry.aside = true;
  }

  /** Gives back: each of the three only if it was taken and not given back before. */
  release(agent: AgentFacts, what: { capacity?: boolean; session?: boolean; call?: boolean }): void {
    const entry = this.#entry(agent);
    entry.now = {
      ...(what.capacity ? this.#booked(entry.now, -1, !this.#accepted) : entry.now),
      sessions: entry.now.sessions - (what.session ? 1 : 0),
      liveCalls: entry.now.liveCalls - (what.call && this.#load.telephone ? 1 : 0),
    };
    entry.occasion = 'acceptedOrFinished';
    entry.released ||= what.capacity === true;
  }

  /** Writes what changed. */
  settle(draft: Draft): void {
    for (const entry of this.#entries.values()) {
      const { before, released } = entry;
      const after = presentOf(entry);
      writeStatus(draft, before, after);
      watchTheDay(draft, entry, after);
      if (released) writeRelease(draft, before);
      // Wrap-up may keep the units and free the telephone, or free a session alone, and that may be what work waits for.
      const freed = after.liveCalls < before.liveCalls || after.sessions < before.sessions;
      if (released || freed || after.basePresence !== before.basePresence) draft.workAvailable = true;
    }
  }

  /** `times` the load more. `daily`: whether profiles that are counted by the day change too. */
  #booked(agent: AgentFacts, times: 1 | -1, daily: boolean): AgentFacts {
    const taken = new Set(this.#load.profiles.map(({ id }) => id));
    return {
      ...agent,
      heldUnits: agent.heldUnits + times * this.#load.units,
      profiles: agent.profiles.map((room) =>
        taken.has(room.profile) && (daily || !room.daily) ? { ...room, held: room.held + times } : room,
      ),
    };
  }

  #entry(agent: AgentFacts): Entry {
    const known = this.#entries.get(agent.agent);
    if (known) return known;
    const entry: Entry = { before: agent, now: agent, occasion: 'offered', released: false, aside: false };
    this.#entries.set(agent.agent, entry);
    return entry;
  }
}

/** What is counted by the day is free again when it ends. */
function watchTheDay(draft: Draft, { before, aside }: Entry, after: AgentFacts): void {
  if (!after.profiles.some(({ daily, held }) => daily && held > 0)) return;
  const { agent } = after;
  const made = !aside && !isSetAside(before);
  draft.setTimer(timerKey.day(agent), dayAfter(draft.now), { type: 'DayEnded', agent, made });
}

/** When the day of this instant ends (behaviour.md §4.8). */
const dayAfter = (instant: Date): Date => new Date((Math.floor(instant.getTime() / dayMs) + 1) * dayMs);

/** The person after all bookings. A presence that was set aside, now or before, is not made anew by work. */
function presentOf({ before, now, occasion, aside }: Entry): AgentFacts {
  return aside || isSetAside(before) ? now : withPresence(now, occasion);
}

function withPresence(agent: AgentFacts, occasion: Occasion): AgentFacts {
  if (!agent.signedIn || agent.lost || !isRecomputed(agent.basePresence, agent.setByPerson, occasion))
    return agent;
  const basePresence = computedPresence(agent);
  if (basePresence === agent.basePresence) return agent;
  return { ...agent, basePresence, presence: presenceOf.get(basePresence) ?? null, setByPerson: false };
}

/** Brings a person's status row from `before` to `after`: capacity, sessions, presence, sign-in. A change of presence
 *  or of sign-in ends the open history row and begins another. Nothing is written when nothing changed. `by`: who chose
 *  the presence, when it was not the system. */
export function writeStatus(
  draft: Draft,
  before: AgentFacts,
  after: AgentFacts,
  by?: Guid<'systemuser'>,
): void {
  const moved = before.presence !== after.presence || before.signedIn !== after.signedIn;
  const blocked = isBlocked(after);
  const values: Values<typeof ownAgentStatus> = {
    ...(holdsTheSame(before, after) && before.statusId !== null ? {} : capacityOf(draft, after)),
    ...(moved || before.setByPerson !== after.setByPerson
      ? {
          msdyn_currentpresenceid: after.presence,
          msdyn_presencemodifiedby: after.setByPerson ? 'AGENT' : 'SYSTEM',
          msdyn_presencemodifiedbyuserid: by ?? null,
          msdyn_presencemodifiedon: draft.now,
        }
      : {}),
    ...(before.signedIn === after.signedIn && before.statusId !== null
      ? {}
      : { msdyn_isagentloggedin: after.signedIn }),
    ...(isBlocked(before) === blocked && before.statusId !== null
      ? {}
      : { msdyn_isblockedbysomeprofile: blocked }),
    ...(before.savedPresence === after.savedPresence ? {} : { msdyn_nextpresenceid: after.savedPresence }),
    ...(before.node === after.node ? {} : { wirechief_node: after.node }),
  };
  writeCapacity(draft, before, after);
  if (Object.keys(values).length === 0) return;
  if (before.statusId !== null) draft.update(ownAgentStatus, before.statusId, values);
  else {
    // The row takes the person's own id, so that two servers cannot both make one.
    const identity = { msdyn_agentid: after.agent, msdyn_name: after.name };
    draft.create(ownAgentStatus, { ...identity, ...values }, after.agent);
  }
  if (moved) writeHistory(draft, before, after, by);
}

/** Whoever reads a person while they are locked by another finds out by this row that they changed (read/people.ts): so it
 *  changes with everything that is written of them. */
const holdsTheSame = (before: AgentFacts, after: AgentFacts): boolean =>
  before.heldUnits === after.heldUnits &&
  before.sessions === after.sessions &&
  before.profiles.every(({ held }, place) => held === after.profiles[place]?.held);

function capacityOf(draft: Draft, after: AgentFacts): Values<typeof ownAgentStatus> {
  return {
    msdyn_availableunitscapacity: after.maximumUnits - after.heldUnits,
    msdyn_assignedconversationcount: after.sessions,
    msdyn_capacitymodifiedon: draft.now,
  };
}

function writeHistory(draft: Draft, before: AgentFacts, after: AgentFacts, by?: Guid<'systemuser'>): void {
  if (before.openHistory !== null)
    draft.update(msdyn_agentstatushistory, before.openHistory, { msdyn_endtime: draft.now });
  draft.create(msdyn_agentstatushistory, {
    msdyn_name: after.name,
    msdyn_agentid: after.agent,
    msdyn_presenceid: after.presence,
    msdyn_starttime: draft.now,
    msdyn_availablecapacity: after.maximumUnits - after.heldUnits,
    msdyn_assignedconversationcount: after.sessions,
    msdyn_isagentloggedin: after.signedIn,
    msdyn_isblockedbysomeprofile: isBlocked(after),
    msdyn_presencemodifiedbyuserid: by ?? null,
  });
}

/** When capacity was last given back, which least active goes by (behaviour.md §4.5). */
function writeRelease(draft: Draft, agent: AgentFacts): void {
  const values = { msdyn_lastsessionreleasetime: draft.now };
  if (agent.statusId !== null)
    draft.update(ownAgentStatus, agent.statusId, { msdyn_capacitymodifiedon: draft.now });
  if (agent.channelState !== null) draft.update(msdyn_agentchannelstate, agent.channelState, values);
  else {
    const identity = { msdyn_agentid: agent.agent, msdyn_name: agent.name, msdyn_channeltype: voiceChannel };
    draft.create(msdyn_agentchannelstate, { ...identity, ...values }, agent.agent);
  }
}
