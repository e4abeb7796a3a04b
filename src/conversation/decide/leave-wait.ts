/** What belongs to a wait in a queue and ends with it. Source: behaviour.md §3.4, §3.5. */
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import { type PartyFacts, partyStatus } from '../room-facts.ts';
import { type Context, timerKey } from './context.ts';

/** The numbers that are being called instead of a representative. */
export const redirections = ({ situation, draft }: Context): readonly PartyFacts[] =>
  situation.room.parties.filter(
    ({ id, purpose, joined }) => purpose === 'redirection' && !joined && !draft.ends(wirechief_callparty, id),
  );

/** A number that was called is out of it: it did not pick up, or is not wanted any more. */
export function endRedirection({ draft, now }: Context, party: string): void {
  draft.update(wirechief_callparty, party, {
    wirechief_lefton: now,
    statecode: 1,
    statuscode: partyStatus.didNotCome,
  });
}

/** The wait is over: a number that rings is let be, nothing more is announced, and no limit of the queue counts. */
export function leaveWait(context: Context): void {
  const { situation, draft } = context;
  const conversation = situation.conversation.activityid ?? '';
  for (const { id } of redirections(context)) {
    endRedirection(context, id);
    draft.effect({ type: 'DropParty', conversation, party: id });
  }
  draft.cancelTimer(timerKey.overflow(conversation));
  for (const prompt of ['position', 'callback']) draft.cancelTimer(timerKey.prompt(conversation, prompt));
}
