/** Which outbound profile a representative calls a number with. Pure. Source: behaviour.md §3.10. */
import { Refusal } from '../tables/index.ts';
import type { OutboundProfile } from './read/outbound.ts';
import type { AgentFacts } from './situation.ts';

/** What is asked. `country`: of the number, null where nobody knows; `profile`: the wished one. */
export interface DialWish {
  readonly number: string;
  readonly country: string | null;
  readonly profile: string | null;
}

/** The profile, and why this one in words. */
export interface ChosenProfile {
  readonly profile: OutboundProfile;
  readonly reason: string;
}

/** The first profile of the representative that names the country of the number; else the first that calls every
 *  country. Refuses conflict: they have none, or as many calls as its capacity profile lets them have; invalidArgument:
 *  none of theirs calls there, or the wished one is none of theirs. */
export function chooseProfile(
  profiles: readonly OutboundProfile[],
  agent: Pick<AgentFacts, 'profiles' | 'name'>,
  wish: DialWish,
): ChosenProfile {
  const theirs = profiles.filter(({ capacity }) =>
    capacity.some(({ id }) => roomOf(agent, id) !== undefined),
  );
  if (theirs.length === 0)
    throw new Refusal(
      'conflict',
      `${agent.name ?? 'The representative'} has no outbound profile: a workstream of direction Outbound, with a number that makes calls and one of their capacity profiles.`,
    );
  const { profile: id } = wish;
  const wished = id === null ? theirs : theirs.filter((one) => one.workstream.msdyn_liveworkstreamid === id);
  if (wished.length === 0)
    throw new Refusal('invalidArgument', `${id} is no outbound profile of ${agent.name ?? 'yours'}.`);
  const profile =
    wished.find(({ countries }) => wish.country !== null && countries.includes(wish.country)) ??
    wished.find(({ countries }) => countries.length === 0);
  if (profile === undefined) throw new Refusal('invalidArgument', notCalled(wished, wish));
  requireRoom(profile, agent);
  const where = wish.country ?? 'no known country';
  const how =
    profile.countries.length === 0 ? 'calls every country' : `calls ${profile.countries.join(', ')}`;
  return {
    profile,
    reason: `outbound profile ${profile.workstream.msdyn_name}, which ${how}: ${wish.number} belongs to ${where}`,
  };
}

const roomOf = ({ profiles }: Pick<AgentFacts, 'profiles'>, id: string) =>
  profiles.find(({ profile }) => profile === id);

function notCalled(profiles: readonly OutboundProfile[], { number, country }: DialWish): string {
  const called = [...new Set(profiles.flatMap(({ countries }) => countries))].sort();
  const belongs = country === null ? 'is of no country that is known' : `belongs to ${country}`;
  return `${number} ${belongs}; your outbound profiles call ${called.join(', ')}.`;
}

/** Every capacity profile of it that they have must have room: with a limit of 1 a second call is refused. */
function requireRoom({ capacity }: OutboundProfile, agent: Pick<AgentFacts, 'profiles'>): void {
  for (const { id, name } of capacity) {
    const room = roomOf(agent, id);
    if (room !== undefined && room.held >= room.maximum)
      throw new Refusal(
        'conflict',
        `Capacity profile ${name} has a limit of ${room.maximum}, and ${room.held} of it is taken: end a conversation of it first.`,
      );
  }
}
