/** A queue is consulted: whoever fits best of it is asked for help, and the next one when they decline, miss it or are
 *  gone. Who helps so gives capacity, as the product has it for these. Source: behaviour.md §3.9; published articles on
 *  consult and transfer settings. */
import { Refusal } from '../../tables/index.ts';
import { consider } from '../consider.ts';
import type { PartyFacts } from '../room-facts.ts';
import type { Board, Member } from '../situation.ts';
import type { Context } from './context.ts';
import { inviteAgent, mostParties } from './parties.ts';
import { fittingQueue } from './transfer.ts';

/** Asks the first one. Refuses conflict: no such queue, of another type, closed, or nobody of it fits now. */
export function consultQueue(context: Context, id: string): void {
  const { name } = fittingQueue(context, id);
  const { board, situation } = context;
  if (situation.room.parties.length >= mostParties)
    throw new Refusal('conflict', `A call has at most ${mostParties} others in it.`);
  const refused = board === null ? 'it is not there' : ask(context, board, null);
  if (refused !== null) throw new Refusal('conflict', `Nobody of ${name} can be consulted now: ${refused}.`);
}

/** The one who was asked does not come: the next one of the queue is, if anybody is left. */
export function askNext(context: Context, party: PartyFacts): void {
  const { board } = context;
  if (party.queue !== null && board !== null) ask(context, board, party.agent);
}

/** Asks whoever fits best among those who have not declined or missed this conversation before. Gives why nobody was
 *  asked, null when somebody was. `gone`: who was asked just now. */
function ask(context: Context, board: Board, gone: string | null): string | null {
  const { situation, people, now } = context;
  const { session, workstream, load, room, participant } = situation;
  const inCall = new Set([gone, participant?.msdyn_agentid, ...room.parties.map(({ agent }) => agent)]);
  const members = board.members.flatMap((member): readonly Member[] =>
    inCall.has(member.agent) || member.declines > 0 ? [] : [people.current(member, now)],
  );
  const work = {
    session: session?.activityid ?? '',
    workstream,
    load,
    reason: null,
    lastAgent: null,
    declines: 1,
  };
  const { chosen, reason } = consider(work, board, members);
  if (chosen === null) return reason;
  inviteAgent(context, chosen, { purpose: 'consult', queue: board.queue.queueid, blocks: true });
  return null;
}
