import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SoftphoneEvent } from '../../tables/softphone.ts';
import { microphoneConstraints } from './microphone.ts';
import { parseSoftphoneEvent } from './phone-socket.ts';
import { type PhoneAction, type PhoneState, phoneOff, reducePhone } from './phone-state.ts';

type Event = SoftphoneEvent | PhoneAction;
const stateAfter = (...events: Event[]): PhoneState => events.reduce(reducePhone, phoneOff);
const up: Event[] = [
  { type: 'started' },
  { type: 'socketOpen' },
  { type: 'welcome', serverNow: '2026-01-05T10:00:00Z' },
  { type: 'offer', sdp: 'v=0' },
  { type: 'ready' },
];
const call = (state: 'idle' | 'ringing' | 'connected' | 'held' | 'ended', conversation?: string): Event => ({
  type: 'call',
  call: { state, ...(conversation === undefined ? {} : { conversation }) },
});

describe('phone state (ui.md §4)', () => {
  test('from off to ready, and lost and back without losing the call', () => {
    expect(stateAfter(...up).link).toBe('ready');
    const back = stateAfter(...up, call('connected', 'c'), { type: 'socketGone' }, ...up.slice(1));
    expect(stateAfter(...up, call('connected', 'c'), { type: 'socketGone' })).toMatchObject({
      link: 'lost',
      call: { state: 'connected' },
    });
    expect(back.link).toBe('ready');
  });

  test('replaced stays replaced when its socket closes', () => {
    expect(stateAfter(...up, { type: 'replaced' }, { type: 'socketGone' })).toEqual({
      ...phoneOff,
      link: 'replaced',
    });
  });

  test('hold keeps the mute of the same call; the next call begins unmuted', () => {
    const muted = [...up, call('connected', 'c'), { type: 'muted', isMuted: true } as const];
    expect(stateAfter(...muted, call('held', 'c'), call('connected', 'c')).isMuted).toBe(true);
    expect(stateAfter(...muted, call('ended', 'c')).isMuted).toBe(false);
    expect(stateAfter(...muted, call('ringing', 'd')).call).toMatchObject({
      state: 'connected',
      conversation: 'c',
    });
    expect(stateAfter(...muted, call('ended', 'c'), call('connected', 'c')).isMuted).toBe(false);
  });

  test('after a reload in a muted call the server tells', () => {
    const event: Event = { type: 'call', call: { state: 'connected', conversation: 'c', muted: true } };
    expect(stateAfter(...up, event).isMuted).toBe(true);
  });

  const anyEvent: fc.Arbitrary<Event> = fc.oneof(
    fc.constantFrom(
      ...up,
      { type: 'lost' } as const,
      { type: 'socketGone' } as const,
      { type: 'stopped' } as const,
    ),
    fc.record({ type: fc.constant('muted' as const), isMuted: fc.boolean() }),
    fc
      .tuple(
        fc.constantFrom(
          'idle' as const,
          'ringing' as const,
          'connected' as const,
          'held' as const,
          'ended' as const,
        ),
        fc.constantFrom('c', 'd'),
      )
      .map(([state, conversation]) => call(state, conversation)),
  );

  test('whatever went before, a new conversation is never muted by the last one (property)', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        expect(stateAfter(...events, call('connected', 'new')).isMuted).toBe(false);
      }),
    );
  });
});

describe('messages of the server (tables/softphone.ts)', () => {
  test('each kind is read; others are passed over', () => {
    const events: SoftphoneEvent[] = [
      { type: 'welcome', serverNow: 'x' },
      { type: 'offer', sdp: 'v=0' },
      { type: 'ready' },
      { type: 'lost' },
      { type: 'replaced' },
      { type: 'refused', request: 'dial', message: 'No such number' },
      { type: 'call', call: { state: 'held', conversation: 'c', since: 's', muted: false, reason: 'r' } },
    ];
    for (const event of events) expect(parseSoftphoneEvent(JSON.stringify(event))).toEqual(event);
    expect(parseSoftphoneEvent('{"type":"later"}')).toBeNull();
    expect(parseSoftphoneEvent('{"type":"call","call":{"state":"flying"}}')).toBeNull();
    expect(parseSoftphoneEvent(new ArrayBuffer(2))).toBeNull();
  });
});

test('people get the browser’s filters, measurements do not (voice.md §8)', () => {
  expect(microphoneConstraints(false)).toMatchObject({ echoCancellation: true, noiseSuppression: true });
  expect(microphoneConstraints(true)).toMatchObject({
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
  });
});
