/** The work put before this agent and not yet decided. The server owns every deadline: nothing is decided here.
 *  Source: ui.md §3 "Incoming offer", behaviour.md §5.4. */
import type { OfferData, PushEvent } from '../../tables/push.ts';
import { text, type WebRecord } from '../kit/record.ts';

/** One offer. Instants are milliseconds since 1970 by the server's clock. */
export interface Offer {
  readonly id: string;
  readonly conversation: string;
  readonly session: string | null;
  readonly offeredAt: number;
  readonly expiresAt: number;
  /** Which answer is under way at the server. */
  readonly answering: 'accept' | 'reject' | null;
  /** Why the last answer was refused, in the server's words. */
  readonly refusal: string | null;
}

/** Offers, oldest first, and the ids of the newest that ended: a slow list read must not bring those back. */
export interface Offers {
  readonly open: readonly Offer[];
  readonly ended: readonly string[];
}

/** Nothing offered. */
export const noOffers: Offers = { open: [], ended: [] };

/** What happens to offers. */
export type OfferEvent =
  | { readonly type: 'offered'; readonly offer: Offer }
  | { readonly type: 'listed'; readonly offers: readonly Offer[]; readonly askedAt: number }
  | { readonly type: 'ended'; readonly id: string }
  | { readonly type: 'answered'; readonly id: string; readonly answer: 'accept' | 'reject' }
  | { readonly type: 'refused'; readonly id: string; readonly message: string };

const endedKept = 50;

/** The offers after an event. `listed` replaces all but what was offered after the list was asked for. */
export function reduceOffers(state: Offers, event: OfferEvent): Offers {
  switch (event.type) {
    case 'offered':
      if (state.ended.includes(event.offer.id)) return state;
      return { ...state, open: inOrder([...without(state.open, event.offer.id), event.offer]) };
    case 'listed': {
      const listed = event.offers.filter(({ id }) => !state.ended.includes(id));
      const known = new Map(state.open.map((offer) => [offer.id, offer]));
      const newer = state.open.filter(
        (offer) => offer.offeredAt > event.askedAt && !listed.some(({ id }) => id === offer.id),
      );
      return { ...state, open: inOrder([...listed.map((offer) => known.get(offer.id) ?? offer), ...newer]) };
    }
    case 'ended':
      return {
        open: without(state.open, event.id),
        ended: [event.id, ...state.ended.filter((id) => id !== event.id)].slice(0, endedKept),
      };
    case 'answered':
      return change(state, event.id, { answering: event.answer, refusal: null });
    case 'refused':
      return change(state, event.id, { answering: null, refusal: event.message });
  }
}

function change(state: Offers, id: string, changes: Partial<Offer>): Offers {
  return { ...state, open: state.open.map((offer) => (offer.id === id ? { ...offer, ...changes } : offer)) };
}

function without(offers: readonly Offer[], id: string): readonly Offer[] {
  return offers.filter((offer) => offer.id !== id);
}

function inOrder(offers: readonly Offer[]): readonly Offer[] {
  return offers.toSorted((a, b) => a.offeredAt - b.offeredAt || a.id.localeCompare(b.id));
}

/** Reads the data of offer.new and offer.ended; null for anything else. */
export function parseOfferData({ data }: PushEvent): OfferData | null {
  const required = ['offer', 'conversation', 'agent', 'session', 'expiresAt', 'serverNow'] as const;
  const [offer, conversation, agent, session, expiresAt, serverNow] = required.map((name) =>
    text(data, name),
  );
  if (!offer || !conversation || !agent || !session || !expiresAt || !serverNow) return null;
  const outcome = text(data, 'outcome');
  const read = { offer, conversation, agent, session, expiresAt, serverNow };
  return isOutcome(outcome) ? { ...read, outcome } : read;
}

function isOutcome(value: string | null): value is NonNullable<OfferData['outcome']> {
  return value === 'accepted' || value === 'rejected' || value === 'expired' || value === 'withdrawn';
}

/** The offer that an offer.new event tells of. */
export function offerOfEvent(data: OfferData): Offer {
  return {
    id: data.offer,
    conversation: data.conversation,
    session: data.session,
    offeredAt: Date.parse(data.serverNow),
    expiresAt: Date.parse(data.expiresAt),
    answering: null,
    refusal: null,
  };
}

/** The offer of a wirechief_offer row; null when a column it needs is empty. */
export function offerOfRow(row: WebRecord): Offer | null {
  const [id, conversation] = [text(row, 'wirechief_offerid'), text(row, '_wirechief_conversationid_value')];
  const [created, expires] = [text(row, 'createdon'), text(row, 'wirechief_expireson')];
  if (!id || !conversation || !created || !expires) return null;
  return {
    id,
    conversation,
    session: text(row, '_wirechief_sessionid_value'),
    offeredAt: Date.parse(created),
    expiresAt: Date.parse(expires),
    answering: null,
    refusal: null,
  };
}
