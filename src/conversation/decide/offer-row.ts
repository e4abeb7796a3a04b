/** An offer is answered: the row of it and its deadline. */
import type { Values } from '../../tables/index.ts';
import { wirechief_offer } from '../../tables/wirechief/wirechief_offer.ts';
import { type Context, timerKey } from './context.ts';

/** What became of an offer. */
export type OfferAnswer = NonNullable<Values<typeof wirechief_offer>['statuscode']>;

/** Notes it; its deadline means nothing any more. `offer`: its id, which an invitation shares with its party. */
export function answerOffer(
  { draft, now }: Pick<Context, 'draft' | 'now'>,
  offer: string,
  answered: OfferAnswer,
): void {
  draft.update(wirechief_offer, offer, { statecode: 1, statuscode: answered, wirechief_respondedon: now });
  draft.cancelTimer(timerKey.offer(offer));
}
