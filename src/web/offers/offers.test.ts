import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PushEvent } from '../../tables/push.ts';
import {
  noOffers,
  type Offer,
  type OfferEvent,
  type Offers,
  offerOfEvent,
  offerOfRow,
  parseOfferData,
  reduceOffers,
} from './offers.ts';

const offer = (id: string, offeredAt: number): Offer => ({
  id,
  conversation: `c-${id}`,
  session: null,
  offeredAt,
  expiresAt: offeredAt + 120_000,
  answering: null,
  refusal: null,
});
const stateAfter = (...events: OfferEvent[]): Offers => events.reduce(reduceOffers, noOffers);
const ids = (offers: Offers) => offers.open.map(({ id }) => id);

describe('offers (ui.md §3)', () => {
  test('oldest first, whatever the order of arrival; the same offer twice is one', () => {
    const second = { type: 'offered', offer: offer('b', 20) } as const;
    expect(ids(stateAfter(second, { type: 'offered', offer: offer('a', 10) }, second))).toEqual(['a', 'b']);
  });

  test('an offer that ended does not come back by a list read before it ended', () => {
    const state = stateAfter(
      { type: 'offered', offer: offer('a', 10) },
      { type: 'ended', id: 'a' },
      { type: 'listed', offers: [offer('a', 10)], askedAt: 5 },
    );
    expect(ids(state)).toEqual([]);
  });

  test('a list drops what the server no longer has, keeps what was offered after it was asked for', () => {
    const state = stateAfter(
      { type: 'offered', offer: offer('old', 10) },
      { type: 'offered', offer: offer('new', 30) },
      { type: 'listed', offers: [], askedAt: 20 },
    );
    expect(ids(state)).toEqual(['new']);
  });

  test('a refused answer can be given again, and says why it was refused', () => {
    const state = stateAfter(
      { type: 'offered', offer: offer('a', 10) },
      { type: 'answered', id: 'a', answer: 'accept' },
      { type: 'refused', id: 'a', message: 'Taken' },
    );
    expect(state.open[0]).toMatchObject({ answering: null, refusal: 'Taken' });
  });

  const anyEvent: fc.Arbitrary<OfferEvent> = fc.oneof(
    fc.record({
      type: fc.constant('offered' as const),
      offer: fc.constantFrom('a', 'b', 'c').map((id) => offer(id, 1)),
    }),
    fc.record({ type: fc.constant('ended' as const), id: fc.constantFrom('a', 'b', 'c') }),
    fc.record({
      type: fc.constant('listed' as const),
      offers: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')).map((names) => names.map((id) => offer(id, 1))),
      askedAt: fc.nat(3),
    }),
  );

  test('once ended, never open again; never twice in the list (property)', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const state = stateAfter(...events);
        expect(new Set(ids(state)).size).toBe(state.open.length);
        for (const event of events) if (event.type === 'ended') expect(ids(state)).not.toContain(event.id);
      }),
    );
  });

  test('read from the event and from the row (tables/push.ts, wirechief_offer)', () => {
    const event: PushEvent = {
      seq: 9,
      at: '2026-01-05T10:00:00Z',
      type: 'offer.new',
      data: {
        offer: 'o',
        conversation: 'c',
        agent: 'a',
        session: 's',
        expiresAt: '2026-01-05T10:02:00Z',
        serverNow: '2026-01-05T10:00:00Z',
      },
    };
    const data = parseOfferData(event);
    expect(data).toEqual(event.data);
    expect(parseOfferData({ ...event, data: { offer: 'o' } })).toBeNull();
    const row = {
      wirechief_offerid: 'o',
      _wirechief_conversationid_value: 'c',
      _wirechief_sessionid_value: 's',
      createdon: '2026-01-05T10:00:00Z',
      wirechief_expireson: '2026-01-05T10:02:00Z',
    };
    expect(offerOfRow(row)).toEqual(data === null ? null : offerOfEvent(data));
    expect(offerOfRow({ ...row, wirechief_expireson: null })).toBeNull();
  });
});
