/** What happens to a person, apart from any conversation: sign-in, the page going and coming back, a presence chosen.
 *  Pure. Source: behaviour.md §1.8, §4.7. */
import { msdyn_agentchannelstate, type msdyn_presence } from '../tables/dataverse/index.ts';
import { presences, Refusal, type Row } from '../tables/index.ts';
import { base } from './choices.ts';
import { after, timerKey } from './decide/context.ts';
import type { Given } from './decide.ts';
import { type Decision, Draft } from './decision.ts';
import type { AgentConnected, AgentGone, AgentLost, PresenceSet } from './events.ts';
import type { AgentSignedOut, DayEnded } from './internal-events.ts';
import { writeStatus } from './people.ts';
import { computedPresence, presenceOf, signInPresence } from './presence.ts';
import type { AgentFacts } from './situation.ts';

/** Events about one person. */
export type AgentEvent = AgentConnected | AgentLost | AgentGone | AgentSignedOut | DayEnded | PresenceSet;

/** The presence asked for by PresenceSet. */
export type PresenceFacts = Pick<
  Row<typeof msdyn_presence>,
  'msdyn_presenceid' | 'msdyn_basepresencestatus' | 'msdyn_canuserset'
>;

/** Decides about a person. `chosen`: the presence of PresenceSet, null when there is none of that id.
 *  Refuses invalidArgument: a presence that is unknown or only the system may set. */
export function decideAgent(
  agent: AgentFacts,
  event: AgentEvent,
  chosen: PresenceFacts | null,
  { now, node, newId, limits }: Given,
): Decision {
  const draft = new Draft(now, newId);
  switch (event.type) {
    case 'AgentConnected':
      if (agent.lost) comeBack(draft, agent, node);
      else if (agent.signedIn) move(draft, agent, node);
      else signIn(draft, agent, node);
      break;
    case 'AgentLost':
      if (losesPage(agent, event.node ?? node)) lose(draft, agent, limits.graceMs);
      break;
    case 'AgentGone':
      if (agent.lost) signOut(draft, agent);
      break;
    case 'AgentSignedOut':
      if (agent.signedIn) signOut(draft, agent);
      break;
    case 'DayEnded':
      beginDay(draft, agent, event);
      break;
    case 'PresenceSet':
      choose(draft, agent, event, chosen);
  }
  return draft.decision();
}

/** Whether the page that is gone is the one they are at work with: they may have moved to another server with it. */
export const losesPage = (agent: AgentFacts, node: string): boolean =>
  agent.signedIn && !agent.lost && (agent.node === null || agent.node === node);

/** Whether calls of theirs stay behind on another server when they connect to this one. */
export const movesTo = (agent: AgentFacts, node: string): boolean =>
  agent.signedIn && agent.node !== null && agent.node !== node;

/** Connected to another server while the page at the first one is still there: that one is closed. */
function move(draft: Draft, agent: AgentFacts, node: string): void {
  if (agent.node === node) return;
  writeStatus(draft, agent, { ...agent, node });
  draft.workAvailable = true;
  if (agent.node === null) return;
  draft.home = agent.node;
  draft.effect({ type: 'ReplacePage', agent: agent.agent });
}

function signIn(draft: Draft, agent: AgentFacts, node: string): void {
  const computed = computedPresence(agent);
  const { base: wanted, kept } = signInPresence(agent.defaultBasePresence, computed);
  const presence = kept ? agent.defaultPresence : (presenceOf.get(wanted) ?? null);
  writeStatus(draft, agent, {
    ...agent,
    signedIn: true,
    presence,
    basePresence: wanted,
    setByPerson: kept,
    node,
  });
  // A fresh sign-in has no release time and so goes first (§4.5).
  if (agent.channelState !== null && agent.lastReleasedOn !== null)
    draft.update(msdyn_agentchannelstate, agent.channelState, { msdyn_lastsessionreleasetime: null });
  draft.workAvailable = true;
}

/** Shown Offline at once; what it had is kept for the case that the page comes back. */
function lose(draft: Draft, agent: AgentFacts, graceMs: number): void {
  writeStatus(draft, agent, {
    ...agent,
    lost: true,
    savedPresence: agent.presence,
    presence: presences.offline,
    basePresence: base.offline,
  });
  draft.setTimer(timerKey.agent(agent.agent), after(draft.now, graceMs), {
    type: 'AgentGone',
    agent: agent.agent,
  });
}

/** A presence chosen by hand is restored; the rest follows from the work there is now. */
function comeBack(draft: Draft, agent: AgentFacts, node: string): void {
  const computed = computedPresence(agent);
  const presence = agent.setByPerson ? agent.savedPresence : (presenceOf.get(computed) ?? null);
  writeStatus(draft, agent, { ...agent, lost: false, presence, savedPresence: null, node });
  draft.cancelTimer(timerKey.agent(agent.agent));
  draft.workAvailable = true;
}

function signOut(draft: Draft, agent: AgentFacts): void {
  writeStatus(draft, agent, {
    ...agent,
    signedIn: false,
    lost: false,
    presence: presences.offline,
    basePresence: base.offline,
    savedPresence: null,
    setByPerson: false,
    node: null,
  });
  draft.cancelTimer(timerKey.agent(agent.agent));
}

/** Profiles that are counted by the day are free again: the rows that show them, the presence that they made, and work
 *  that waited for it. */
function beginDay(draft: Draft, agent: AgentFacts, { made }: DayEnded): void {
  const yesterday = {
    ...agent,
    profiles: agent.profiles.map((room) => (room.daily ? { ...room, held: room.maximum } : room)),
  };
  const follows = made && agent.signedIn && !agent.lost && !agent.setByPerson;
  const computed = computedPresence(agent);
  const today = follows
    ? { ...agent, basePresence: computed, presence: presenceOf.get(computed) ?? null }
    : agent;
  writeStatus(draft, yesterday, today);
  draft.workAvailable = true;
}

function choose(draft: Draft, agent: AgentFacts, event: PresenceSet, chosen: PresenceFacts | null): void {
  if (chosen === null) throw new Refusal('invalidArgument', `There is no presence ${event.presence}.`);
  if (chosen.msdyn_canuserset === false || chosen.msdyn_presenceid === presences.inactive)
    throw new Refusal('invalidArgument', `Presence ${event.presence} is set by the system only.`);
  if (agent.lost) writeStatus(draft, agent, { ...agent, savedPresence: event.presence, setByPerson: true });
  else writeStatus(draft, agent, { ...agent, presence: event.presence, setByPerson: true }, event.by);
  draft.workAvailable = true;
}
