import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeTestDatabase } from '../../test/database/database.ts';
import { systemUserId } from '../tables/index.ts';
import { openStore, type Store, type Timer } from './index.ts';

let database: Awaited<ReturnType<typeof makeTestDatabase>>;
const faults: unknown[] = [];
const stores: Store[] = [];
let store: Store;

async function open(): Promise<Store> {
  const opened = await openStore({ url: database.url, report: (fault) => faults.push(fault) });
  stores.push(opened);
  return opened;
}

beforeAll(async () => {
  database = await makeTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  store = await open();
});
afterEach(async () => {
  for (const opened of stores.splice(0)) await opened.close();
});

const cause = { actor: systemUserId, cause: 'test' };
const soon = { timeout: 8_000, interval: 2 };

async function set(
  key: string,
  dueInMs: number,
  payload: Timer['payload'] = {},
  kind = 'test',
): Promise<Date> {
  const due = new Date((await store.now()).getTime() + dueInMs);
  await store.transact(cause, (transaction) => transaction.setTimer({ key, due, kind, payload }));
  return due;
}

async function left(): Promise<number> {
  return (await store.query({ text: 'select key from wirechief.timer', values: [] })).length;
}

/** Collects what fires on a node. */
function collect(node: Store, kind = 'test'): { timer: Timer; at: Date }[] {
  const fired: { timer: Timer; at: Date }[] = [];
  node.onTimer(kind, async (timer) => {
    fired.push({ timer, at: await node.now() });
  });
  return fired;
}

describe('timers (data-and-http.md §5)', () => {
  it('wait for startTimers, fire once at or after their time with what they were given, and are gone', async () => {
    const fired = collect(store);
    const due = await set('one', -1, { offer: 'x' });
    const later = await set('two', 150);
    expect(fired).toEqual([]);
    store.startTimers();
    await vi.waitFor(() => expect(fired).toHaveLength(2), soon);
    expect(fired[0]?.timer).toEqual({ key: 'one', due, kind: 'test', payload: { offer: 'x' } });
    expect(fired[1]?.at.getTime()).toBeGreaterThanOrEqual(later.getTime());
    await vi.waitFor(async () => expect(await left()).toBe(0), soon);
  });

  it('are replaced by a later one of the same key, and cancelled by key', async () => {
    const fired = collect(store);
    store.startTimers();
    const hourMs = 3_600_000;
    await set('same', hourMs, { turn: 1 });
    await set('same', 2 * hourMs, { turn: 2 });
    await set('gone', hourMs);
    await store.transact(cause, (transaction) => transaction.cancelTimer('gone'));
    const last = await set('last', 3 * hourMs);
    await store.clock.moveOn(last);
    await store.clock.change({ kind: 'real' });
    expect(fired.map(({ timer }) => timer)).toMatchObject([
      { key: 'same', payload: { turn: 2 } },
      { key: 'last' },
    ]);
  });

  it('set by a transaction that fails do not exist', async () => {
    await store
      .transact(cause, async (transaction) => {
        await transaction.setTimer({ key: 'never', due: new Date(0), kind: 'test', payload: {} });
        throw new Error('as planned');
      })
      .catch(() => undefined);
    expect(await left()).toBe(0);
  });

  it('fire when due although a far one was being slept for', async () => {
    const fired = collect(store);
    store.startTimers();
    await set('far', 3_600_000);
    const due = await set('near', 20);
    await vi.waitFor(() => expect(fired.map(({ timer }) => timer.key)).toEqual(['near']), soon);
    // Far below the second after which the table is looked at in any case.
    expect((fired[0]?.at.getTime() ?? 0) - due.getTime()).toBeLessThan(700);
    await store.transact(cause, (transaction) => transaction.cancelTimer('far'));
  });

  it('fire once in all when several nodes handle them', async () => {
    const second = await open();
    const fired = [collect(store), collect(second)];
    const keys = Array.from({ length: 120 }, (_, i) => `n${i}`);
    const due = new Date(Date.now() - 1_000);
    await store.transact(cause, async (transaction) => {
      for (const key of keys) await transaction.setTimer({ key, due, kind: 'test', payload: {} });
    });
    store.startTimers();
    second.startTimers();
    await vi.waitFor(async () => expect(await left()).toBe(0), soon);
    expect(
      fired
        .flat()
        .map(({ timer }) => timer.key)
        .sort(),
    ).toEqual([...keys].sort());
  });

  it('are handed on to the nodes that know their kind', async () => {
    const second = await open();
    const fired = collect(second, 'special');
    collect(store);
    store.startTimers();
    second.startTimers();
    await set('special', 0, {}, 'special');
    await vi.waitFor(() => expect(fired).toHaveLength(1), soon);
  });

  it('come again after a handler that throws, and what it threw is reported', async () => {
    const fault = new Error('a handler of ours');
    let calls = 0;
    store.onTimer('test', async () => {
      calls += 1;
      if (calls === 1) throw fault;
    });
    store.startTimers();
    await set('again', 0);
    await vi.waitFor(() => expect(calls).toBe(2), soon);
    expect(faults).toContain(fault);
    await vi.waitFor(async () => expect(await left()).toBe(0), soon);
  });

  it('come again when the node that took them is gone', async () => {
    const fired = collect(store);
    await set('orphan', 0);
    // As a claim leaves it whose lease has run out.
    const text = `update wirechief.timer set attempts = 1, held = now() - interval '1 second'`;
    await store.query({ text, values: [] });
    store.startTimers();
    await vi.waitFor(() => expect(fired).toHaveLength(1), soon);
  });

  it('set anew by their own handler stay', async () => {
    let calls = 0;
    store.onTimer('test', async (timer) => {
      calls += 1;
      if (calls > 1) return;
      const due = new Date(timer.due.getTime() + 50);
      await store.transact(cause, (transaction) => transaction.setTimer({ ...timer, due }));
    });
    store.startTimers();
    await set('chain', 0);
    await vi.waitFor(() => expect(calls).toBe(2), soon);
    await vi.waitFor(async () => expect(await left()).toBe(0), soon);
  });

  it('that are being handled are waited for by close', async () => {
    let release = () => {};
    let started = false;
    let ended = false;
    store.onTimer('test', async () => {
      started = true;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      // Its own writes still work.
      await store.transact(cause, (transaction) => transaction.cancelTimer('none'));
      ended = true;
    });
    store.startTimers();
    await set('slow', 0);
    await vi.waitFor(() => expect(started).toBe(true), soon);
    const closing = store.close().then(() => ended);
    stores.splice(0);
    release();
    expect(await closing).toBe(true);
  });
});
