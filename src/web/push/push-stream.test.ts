import { describe, expect, test, vi } from 'vitest';
import type { PushEvent } from '../../tables/push.ts';
import { backOffMs, openPush, parsePushEvent } from './push-stream.ts';
import { staleKeys } from './stale.ts';

const event = (more: Partial<PushEvent>): PushEvent => ({
  seq: 1,
  at: '2026-01-05T10:00:00Z',
  type: 'row.changed',
  data: {},
  ...more,
});

/** A body that gives `text` and stays open until the request is aborted. */
const openStream = (text: string, signal: AbortSignal | null | undefined) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode(text));
      signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')));
    },
  });

describe('push stream (ui.md §8)', () => {
  test('the wait doubles from 0.5 s, stops at 10 s, and jitter only shortens it', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => backOffMs(attempt, 0))).toEqual([
      500, 1000, 2000, 4000, 8000, 10_000, 10_000,
    ]);
    expect(backOffMs(9, 1)).toBe(7500);
  });

  test('an event is read whole; what is not one is passed over', () => {
    const sent = event({ type: 'offer.new', table: 'wirechief_offer', id: 'o1', data: { offer: 'o1' } });
    expect(parsePushEvent(JSON.stringify(sent))).toEqual(sent);
    for (const bad of [
      '',
      '{',
      '[]',
      '1',
      '{"type":"row.changed"}',
      '{"type":"later.kind","seq":1,"at":"x"}',
    ]) {
      expect(parsePushEvent(bad)).toBeNull();
    }
  });

  test('after a loss it asks again with the id of the last event it saw', async () => {
    const asked: (string | undefined)[] = [];
    const answers = [
      `id: 41\ndata: ${JSON.stringify(event({ seq: 41 }))}\n\nid: 42\ndata: ${JSON.stringify(event({ seq: 42 }))}\n\n`,
      `id: 43\ndata: ${JSON.stringify(event({ seq: 43 }))}\n\n`,
    ];
    vi.stubGlobal('fetch', async (_url: string, options: { headers: Record<string, string> }) => {
      asked.push(options.headers['last-event-id']);
      const answer = answers.shift();
      if (answer === undefined) throw new TypeError('network');
      return new Response(answer);
    });
    vi.useFakeTimers();
    const seen: number[] = [];
    const stream = openPush({
      topics: 'me',
      token: async () => 't',
      onEvent: ({ seq }) => seen.push(seq),
    });
    await vi.waitFor(() => expect(seen).toEqual([41, 42]));
    await vi.waitFor(() => expect(stream.state.get().state).toBe('lost'));
    await vi.advanceTimersByTimeAsync(500);
    await vi.waitFor(() => expect(seen).toEqual([41, 42, 43]));
    stream.close();
    expect(asked).toEqual([undefined, '42']);
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test('other topics: asked for at once, behind the last event, and never shown as a loss', async () => {
    const asked: string[] = [];
    vi.stubGlobal(
      'fetch',
      async (url: string, options: RequestInit & { headers: Record<string, string> }) => {
        asked.push(`${decodeURIComponent(url)} ${options.headers['last-event-id'] ?? 'from now'}`);
        return new Response(openStream(': connected\nid: 7\n\n', options.signal));
      },
    );
    const lives: string[] = [];
    const states = new Set<string>();
    const stream = openPush({
      topics: 'me',
      token: async () => 't',
      onEvent: () => undefined,
      onLive: () => lives.push('live'),
    });
    stream.state.subscribe(() => states.add(stream.state.get().state));
    await vi.waitFor(() => expect(lives).toEqual(['live']));
    stream.setTopics('me,conversation:c');
    await vi.waitFor(() => expect(lives).toHaveLength(2));
    stream.close();
    expect(asked).toEqual(['/events?topics=me from now', '/events?topics=me,conversation:c 7']);
    expect([...states]).toEqual(['live']);
    expect(lives).toEqual(['live', 'live']);
    vi.unstubAllGlobals();
  });
});

describe('what a change makes stale', () => {
  test('a row of a conversation: that conversation; the conversation itself: the lists too', () => {
    expect(staleKeys(event({ table: 'msdyn_ocsession', id: 's', conversation: 'c' }))).toEqual([
      ['conversation', 'c'],
    ]);
    expect(staleKeys(event({ table: 'msdyn_ocliveworkitem', id: 'c' }))).toEqual([
      ['conversation', 'c'],
      ['work'],
      ['recent'],
    ]);
  });

  test('own presence; a resync: all', () => {
    expect(staleKeys(event({ table: 'msdyn_agentstatus', id: 'a' }))).toEqual([['status'], ['work']]);
    expect(staleKeys(event({ type: 'resync' }))).toEqual([[]]);
  });
});
