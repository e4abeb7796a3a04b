import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Participant, SessionRow } from '../conversation/rows.ts';
import { buildJourney, ticksBetween } from './journey.ts';

const at = (time: string) => new Date(`2025-12-21T${time}Z`);
const participant = (id: string, name: string, more: Partial<Participant>): Participant => ({
  id,
  agent: { id: `user-${name}`, name, table: 'systemuser' },
  isBot: false,
  addedOn: null,
  joinedOn: null,
  leftOn: null,
  leftReason: null,
  assignReason: null,
  talkSeconds: 0,
  talkStartedOn: null,
  holdSeconds: 0,
  holdStartedOn: null,
  ...more,
});
const session = (id: string, queue: string, more: Partial<SessionRow>): SessionRow => ({
  id,
  queue: { id: `queue-${queue}`, name: queue, table: 'queue' },
  createdOn: null,
  closedOn: null,
  agentAcceptedOn: null,
  closureReason: null,
  closureLabel: null,
  participants: [],
  ...more,
});

/** The call of 21 December (mission.md, reference trace), while it is live. */
const bot = session('396c1a45', 'Front-desk Call center Queue', {
  createdOn: at('12:46:00'),
  closedOn: at('12:46:20'),
  closureReason: '192350026',
  closureLabel: 'BotTransferToAgent',
  participants: [
    participant('p1', 'Front-desk IVR', { isBot: true, addedOn: at('12:46:00'), joinedOn: at('12:46:00') }),
  ],
});
const human = session('b6346b35', 'Legal Call center Queue', {
  createdOn: at('12:46:20'),
  participants: [
    participant('54e26f97', 'Robin Dahl', {
      addedOn: at('12:46:40'),
      joinedOn: at('12:46:55'),
      assignReason: 'BotTransferSession',
      talkStartedOn: at('12:46:55'),
    }),
  ],
});
const now = at('12:47:54').getTime();

describe('journey (ui.md §3)', () => {
  test('the reference call: bot, its queue, the next queue waiting, the agent talking', () => {
    const journey = buildJourney([bot, human], now, false);
    expect(journey.lanes.map((lane) => [lane.title, ...lane.bars.map((bar) => bar.label)])).toEqual([
      ['Front-desk IVR', 'IVR · 20 s'],
      ['Front-desk Call center Queue', 'Session 1 · 20 s'],
      ['Legal Call center Queue', 'Waiting · 35 s'],
      ['Robin Dahl', 'Session 2 · talking 59 s (live)'],
    ]);
    expect(journey.isLive).toBe(true);
    expect([journey.from, journey.to]).toEqual([at('12:46:00').getTime(), now]);
    expect(journey.cards[0]?.events.map(({ text }) => text)).toEqual([
      'Bot transfer to agent',
      'Primary agent assigned (Front-desk IVR accepted)',
    ]);
    expect(journey.cards[1]?.events).toEqual([
      {
        at: at('12:46:55'),
        text: 'Primary agent assigned (Robin Dahl accepted)',
        reason: 'BotTransferSession',
      },
    ]);
  });

  test('left in wrap-up for a day: the bar ends with the talk, not with the session', () => {
    const talked = human.participants.map((entry) => ({ ...entry, talkSeconds: 59, talkStartedOn: null }));
    const closed = { ...human, closedOn: new Date('2025-12-22T12:48:00Z'), participants: talked };
    const journey = buildJourney([bot, closed], now + 2 * 86_400_000, true);
    expect(journey.to).toBe(at('12:47:54').getTime());
    expect(journey.lanes.at(-1)?.bars[0]).toMatchObject({ label: 'Session 2 · talked 59 s', isLive: false });
  });

  test('on hold the talk already had is shown, and the bar runs on', () => {
    const held = human.participants.map((entry) => ({
      ...entry,
      talkSeconds: 30,
      talkStartedOn: null,
      holdStartedOn: at('12:47:25'),
    }));
    const bar = buildJourney([{ ...human, participants: held }], now, false).lanes.at(-1)?.bars[0];
    expect(bar).toMatchObject({ label: 'Session 1 · on hold, talked 30 s (live)', to: now });
  });

  test('an offer not taken has a bar of its own; one still open has none', () => {
    const offered = participant('p9', 'Robin Dahl', { addedOn: at('12:46:40') });
    const rejected = { ...offered, leftOn: at('12:46:50'), leftReason: 'AgentReject' };
    const open = session('s', 'Legal', { createdOn: at('12:46:20'), participants: [offered] });
    expect(buildJourney([open], now, false).lanes.map(({ title }) => title)).toEqual(['Legal']);
    const after = buildJourney([{ ...open, closedOn: at('12:46:50'), participants: [rejected] }], now, false);
    expect(after.lanes.at(-1)?.bars[0]).toMatchObject({ kind: 'declined', label: 'Rejected' });
  });

  test('no sessions: an empty journey, no infinite axis', () => {
    expect(buildJourney([], now, false)).toMatchObject({ from: now, to: now, lanes: [], ticks: [] });
  });

  const anySession = fc
    .record({
      start: fc.nat(10_000),
      length: fc.option(fc.nat(200_000)),
      joined: fc.option(fc.nat(300)),
      isBot: fc.boolean(),
    })
    .map(({ start, length, joined, isBot }) => {
      const createdOn = new Date(now - 400_000_000 + start * 1000);
      return session('s', 'Queue', {
        createdOn,
        closedOn: length === null ? null : new Date(createdOn.getTime() + length * 1000),
        participants: [
          participant('p', 'Somebody', {
            isBot,
            addedOn: createdOn,
            joinedOn: joined === null ? null : new Date(createdOn.getTime() + joined * 1000),
          }),
        ],
      });
    });

  test('every bar lies on the axis and only an unfinished journey is live (property)', () => {
    fc.assert(
      fc.property(fc.array(anySession, { maxLength: 6 }), fc.boolean(), (sessions, isClosed) => {
        const journey = buildJourney(sessions, now, isClosed);
        for (const bar of journey.lanes.flatMap((lane) => lane.bars)) {
          expect(bar.from).toBeGreaterThanOrEqual(journey.from);
          expect(bar.to).toBeLessThanOrEqual(journey.to);
          expect(bar.label).not.toMatch(/NaN|undefined|--/);
        }
        if (isClosed) expect(journey.isLive).toBe(false);
        expect(journey.cards).toHaveLength(sessions.length);
      }),
    );
  });

  test('at most eight ticks, all inside, evenly spaced (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * 86_400_000 }), (span) => {
        const ticks = ticksBetween(now, now + span);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(ticks.every((tick) => tick >= now && tick <= now + span)).toBe(true);
        expect(
          new Set(ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0))).size,
        ).toBeLessThanOrEqual(1);
      }),
    );
  });
});
