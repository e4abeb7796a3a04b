/** How a call stands, from its rows, and how it is to stand: the one way in which decisions say who is in it.
 *  Source: behaviour.md §1.8, §3.9. */
import type { Guid } from '../../tables/index.ts';
import { wirechief_callcontrol } from '../../tables/wirechief/wirechief_callcontrol.ts';
import type { Keeping, Party, RoomPlan } from '../room.ts';
import { callStep, keepingState, type PartyFacts } from '../room-facts.ts';
import type { Situation } from '../situation.ts';
import type { Context } from './context.ts';

/** `held`: the customer is on hold. `primary`: the representative whose call it is, null for nobody and for somebody
 *  outside, who is among `parties`. `away`: the page of the primary is gone, all wait for it. */
export interface Standing {
  readonly held: boolean;
  readonly primary: Guid<'systemuser'> | null;
  readonly away: boolean;
  readonly parties: readonly PartyFacts[];
  readonly keeping: Keeping | null;
}

/** How the call stands before this decision. */
export function standingOf({ participant, room }: Situation): Standing {
  const here =
    participant !== null && participant.msdyn_joinedon !== null && participant.msdyn_lefton === null;
  return {
    held: here && participant.msdyn_startholdtime !== null,
    primary: here ? participant.msdyn_agentid : null,
    away: room.primaryLost,
    parties: room.parties.filter(({ joined }) => joined),
    keeping: keepingOf(room.control),
  };
}

/** The plan of a call that stands like this. While the page of the primary is away they are not in it, and all others
 *  are on hold (§1.8). */
export function roomOf({ held, primary, away, parties, keeping }: Standing): RoomPlan {
  const others = parties.map(
    ({ id, agent, part, held: alone }): Party => ({ id: agent ?? id, agent, part, held: alone || away }),
  );
  const first: readonly Party[] =
    primary === null || away ? [] : [{ id: primary, agent: primary, part: 'primary', held: false }];
  return {
    caller: { held },
    parties: [...first, ...others],
    alone: held ? 'hold' : 'wait',
    recording: keeping,
  };
}

/** What the customer was called for who has not picked up yet; null when nobody waits for that. */
export function dialledAs({ situation, draft }: Context): 'outbound' | 'callback' | null {
  const id = situation.conversation.activityid ?? '';
  const written = draft.values(wirechief_callcontrol, id)?.wirechief_step;
  const step = written === undefined ? situation.room.control?.wirechief_step : written;
  if (step === callStep.customerDialled) return 'outbound';
  return step === callStep.callbackDialled ? 'callback' : null;
}

/** Brings the call to where it stands with these changes. What is no call has no room, and a customer who has not picked
 *  up yet is in none: how it stands then is said when they do. */
export function arrange(context: Context, changes: Partial<Standing> = {}): void {
  const { situation, draft } = context;
  if (situation.kind !== 'voice' || dialledAs(context) !== null) return;
  draft.effect({
    type: 'Arrange',
    conversation: situation.conversation.activityid ?? '',
    call: situation.call,
    room: roomOf({ ...standingOf(situation), ...changes }),
  });
}

/** What is kept of the call now; null for nothing. */
export function keepingOf(control: Situation['room']['control']): Keeping | null {
  const state = control?.wirechief_keepingstate ?? keepingState.stopped;
  if (!control?.wirechief_transcriptid || state === keepingState.stopped) return null;
  return {
    id: control.wirechief_transcriptid,
    audio: control.wirechief_isrecording === true,
    transcript: true,
    paused: state !== keepingState.running,
  };
}
