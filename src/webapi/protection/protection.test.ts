import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiResponse } from '../api.ts';
import { Protection, type ProtectionLimits } from './protection.ts';
import { SlidingWindow } from './window.ts';

const fine: ApiResponse = { status: 204, headers: { 'OData-Version': '4.0' }, body: null };

/** A protection with a clock of its own. `ask`: a request that takes `ms`. */
function bench(limits?: ProtectionLimits, isOn = true) {
  let nowMs = 1_000_000;
  const protection = new Protection({ isOn, nowMs: () => nowMs, ...(limits ? { limits } : {}) });
  const ask = (ms = 0, user = 'ada'): Promise<ApiResponse> =>
    protection.protect(user, async () => {
      nowMs += ms;
      return fine;
    });
  const pass = (seconds: number): void => {
    nowMs += seconds * 1000;
  };
  return { protection, ask, pass };
}

const codeOf = ({ status, body, headers }: ApiResponse) => ({
  status,
  ...JSON.parse(String(body)).error,
  retryAfter: headers['Retry-After'],
});

describe('service protection (webapi.md §16)', () => {
  it('6,000 requests in 300 s, then 429 with 0x80072322 and Retry-After', async () => {
    const { ask, pass } = bench();
    for (let i = 0; i < 6000; i += 1) expect((await ask()).status).toBe(204);
    expect(codeOf(await ask())).toEqual({
      status: 429,
      code: '0x80072322',
      message: 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.',
      retryAfter: '300',
    });
    pass(299);
    expect(codeOf(await ask()).retryAfter).toBe('1');
    pass(1);
    expect((await ask()).status).toBe(204);
  });

  it('20 minutes of execution time, then 0x80072321', async () => {
    const { ask } = bench({ requests: 6000, timeSeconds: 200, atOnce: 52 });
    for (let i = 0; i < 5; i += 1) expect((await ask(40_000)).status).toBe(204);
    expect(codeOf(await ask())).toEqual({
      status: 429,
      code: '0x80072321',
      message:
        'Combined execution time of incoming requests exceeded limit of 200,000 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.',
      retryAfter: '140',
    });
  });

  it('52 at the same time, then 0x80072326', async () => {
    const { protection } = bench();
    const gate: { open: () => void } = { open: () => undefined };
    const opened = new Promise<void>((resolve) => {
      gate.open = resolve;
    });
    const work = async (): Promise<ApiResponse> => opened.then(() => fine);
    const underWay = Array.from({ length: 52 }, () => protection.protect('ada', work));
    expect(codeOf(await protection.protect('ada', work))).toMatchObject({
      status: 429,
      code: '0x80072326',
      message: 'Number of concurrent requests exceeded the limit of 52.',
    });
    // Everybody is counted alone.
    const other = protection.protect('ben', work);
    gate.open();
    for (const { status } of await Promise.all([...underWay, other])) expect(status).toBe(204);
    expect((await protection.protect('ada', work)).status).toBe(204);
  });

  it('answers carry what is left', async () => {
    const { ask } = bench();
    await ask(250);
    expect((await ask()).headers).toMatchObject({
      'OData-Version': '4.0',
      'x-ms-ratelimit-burst-remaining-xrm-requests': '5998',
      'x-ms-ratelimit-time-remaining-xrm-requests': '1,199.75',
    });
  });

  it('is only counted when it is off: nothing is refused, the headers end at 0', async () => {
    const { ask } = bench({ requests: 2, timeSeconds: 1, atOnce: 1 }, false);
    for (let i = 0; i < 5; i += 1) expect((await ask(1000)).status).toBe(204);
    expect((await ask()).headers).toMatchObject({
      'x-ms-ratelimit-burst-remaining-xrm-requests': '0',
      'x-ms-ratelimit-time-remaining-xrm-requests': '0.00',
    });
  });

  it('a request is under way until its stream is read or given up, or its work has failed', async () => {
    const { protection } = bench({ requests: 100, timeSeconds: 100, atOnce: 1 });
    const streaming = async (): Promise<ApiResponse> => ({
      ...fine,
      stream: (async function* () {
        yield Buffer.from('a');
        yield Buffer.from('b');
      })(),
    });
    const first = await protection.protect('ada', streaming);
    expect((await protection.protect('ada', streaming)).status).toBe(429);
    for await (const _piece of first.stream ?? []) break;
    const unread = await protection.protect('ada', streaming);
    await unread.stream?.[Symbol.asyncIterator]().return?.();
    await expect(protection.protect('ada', () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    expect((await protection.protect('ada', async () => fine)).status).toBe(204);
  });

  it('remembers no more than 1,500 users', async () => {
    const { ask } = bench({ requests: 1, timeSeconds: 100, atOnce: 9 });
    await ask(0, 'first');
    expect((await ask(0, 'first')).status).toBe(429);
    for (let i = 0; i < 1500; i += 1) await ask(0, `user ${i}`);
    expect((await ask(0, 'first')).status).toBe(204);
  });
});

describe('the sliding window', () => {
  it('holds what a list of everything would say', () => {
    const step = fc.record({ wait: fc.nat(12), ms: fc.nat(1000) });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.array(step, { maxLength: 60 }), (seconds, steps) => {
        const window = new SlidingWindow(seconds);
        const all: { second: number; ms: number }[] = [];
        let second = 7;
        for (const { wait, ms } of steps) {
          second += wait;
          window.move(second);
          window.begin();
          window.end(ms);
          all.push({ second, ms });
          const inside = all.filter((one) => one.second > second - seconds);
          expect(window.requests).toBe(inside.length);
          expect(window.timeMs).toBeCloseTo(inside.reduce((sum, one) => sum + one.ms, 0));
          const wantedAfter = window.secondsUntil({
            requests: inside.length,
            timeMs: Number.POSITIVE_INFINITY,
          });
          const oldest = inside[0]?.second ?? second;
          expect(wantedAfter).toBe(oldest + seconds - second);
        }
      }),
      { seed: 16 },
    );
  });
});
