/** One event by which a representative calls a customer: the person is locked, the profiles are read, then it is decided.
 *  It stands beside the lifecycle, because the conversation begins with it. */
import { msdyn_ocliveworkitem } from '../tables/dataverse/index.ts';
import { Refusal } from '../tables/index.ts';
import { dial } from './decide/dial.ts';
import { keepSessionExtensions } from './decide/segments.ts';
import { keepClock } from './decide/time-outs.ts';
import type { Given } from './decide.ts';
import { type Decision, Draft } from './decision.ts';
import type { CustomerDialled } from './dial-event.ts';
import { type Ledger, lockAgent } from './judge.ts';
import { chooseProfile } from './outbound-profile.ts';
import { People } from './people.ts';
import { readIdentified } from './read/identified.ts';
import { type OutboundProfile, readOutboundProfiles } from './read/outbound.ts';
import type { AgentFacts, Identified, Load } from './situation.ts';

/** What is handed in besides the clock. `countryOf`, `e164`: of a telephone number. */
export interface DialMeans extends Omit<Given, 'now'> {
  readonly e164: (number: string) => string | null;
  readonly countryOf: (number: string) => string | null;
}

/** Locks, reads and decides; null when this conversation was begun so before. Refuses conflict, invalidArgument (see
 *  CustomerDialled), recordNotFound: no such person. */
export async function judgeDial(
  ledger: Ledger,
  event: CustomerDialled,
  means: DialMeans,
): Promise<Decision | null> {
  const agent = await lockAgent(ledger, event.agent);
  if (agent === null) throw new Refusal('recordNotFound', 'systemuser', event.agent);
  const before = await ledger.row(msdyn_ocliveworkitem, event.conversation);
  if (before !== null) {
    if (before.msdyn_isoutbound === true && before.msdyn_lastactiveownerid === event.agent) return null;
    throw new Refusal(
      'conflict',
      `Conversation ${event.conversation} is there already, and no call of yours.`,
    );
  }
  requireTelephone(agent);
  const { number, profile: wished } = event;
  const { profile, reason } = chooseProfile(await readOutboundProfiles(ledger), agent, {
    number,
    country: means.countryOf(number),
    profile: wished,
  });
  const draft = new Draft(ledger.now, means.newId);
  draft.home = agent.node ?? means.node;
  const identified = withReason(await identify(ledger, event, profile, means), reason);
  dial(draft, event, { profile, agent, identified });
  const people = new People(loadOf(profile, draft.home), true);
  people.reserve(agent);
  people.accept(agent);
  keepClock(draft, event.conversation, { ...profile, kind: 'voice' });
  keepSessionExtensions(draft, event.conversation);
  people.settle(draft);
  return draft.decision();
}

function requireTelephone(agent: AgentFacts): void {
  const name = agent.name ?? 'The representative';
  if (!agent.signedIn || agent.lost)
    throw new Refusal('conflict', `The softphone of ${name} is not connected: sign in first.`);
  if (agent.liveCalls > 0) throw new Refusal('conflict', `${name} has another call, and one softphone.`);
}

/** Who is called is looked for as who calls is. */
const identify = (
  ledger: Ledger,
  { conversation, number }: CustomerDialled,
  { workstream, identifies, ...profile }: OutboundProfile,
  { e164 }: DialMeans,
): Promise<Identified> =>
  readIdentified(
    ledger,
    { type: 'CallArrived', conversation, call: '', from: number, to: profile.number, provider: 'sip' },
    { workstream: workstream.msdyn_liveworkstreamid ?? '', ...identifies, e164, supposed: false },
  );

/** The trace tells the profile too. */
const withReason = ({ trace, ...identified }: Identified, reason: string): Identified => ({
  ...identified,
  trace: trace && {
    ...trace,
    evaluation: { ...trace.evaluation, notes: [reason, ...trace.evaluation.notes] },
  },
});

/** What it takes: one of each capacity profile, units besides where the workstream goes by units, and the telephone. */
const loadOf = ({ workstream, capacity }: OutboundProfile, node: string): Load => ({
  units:
    workstream.msdyn_capacityformat === 192360000 ? 0 : Math.max(0, workstream.msdyn_capacityrequired ?? 0),
  telephone: true,
  node,
  profiles: capacity,
  unkept: [],
});
