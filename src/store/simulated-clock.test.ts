import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeTestDatabase } from '../../test/database/database.ts';
import { contact } from '../tables/dataverse/index.ts';
import { systemUserId } from '../tables/index.ts';
import { openStore, SimulatedClock, type Store } from './index.ts';

let database: Awaited<ReturnType<typeof makeTestDatabase>>;
let clock: SimulatedClock;
let store: Store;
let settled: string[];
const stores: Store[] = [];
const faults: unknown[] = [];
const start = new Date('2030-03-01T08:00:00.000Z');
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);
const cause = { actor: systemUserId, cause: 'test' };

async function open(): Promise<Store> {
  const opened = await openStore({ url: database.url, clock, report: (fault) => faults.push(fault) });
  stores.push(opened);
  return opened;
}
const set = (key: string, due: Date): Promise<void> =>
  store.transact(cause, (transaction) => transaction.setTimer({ key, due, kind: 'test', payload: {} }));

beforeAll(async () => {
  database = await makeTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  settled = [];
  clock = new SimulatedClock({ at: start, settle: async () => void settled.push(clock.now().toISOString()) });
  store = await open();
});
afterEach(async () => {
  await store.query({ text: 'delete from wirechief.timer', values: [] });
  for (const opened of stores.splice(0)) await opened.close();
  expect(faults.splice(0)).toEqual([]);
});

describe('a simulated clock', () => {
  it('stamps rows, and stands until it is told to go on', async () => {
    const id = await store.transact(cause, (transaction) => transaction.create(contact, { lastname: 'A' }));
    await clock.advanceTo(at(5));
    await store.transact(cause, (transaction) => transaction.update(contact, id, { lastname: 'B' }));
    expect(await store.row(contact, id)).toMatchObject({ createdon: start, modifiedon: at(5) });
    expect([await store.now(), store.clock.now()]).toEqual([at(5), at(5)]);
  });

  it('fires due timers in the order of their times, one after the other, and resolves when all is done', async () => {
    const lines: string[] = [];
    store.onTimer('test', async ({ key, due }) => {
      lines.push(`${key} begins`);
      // Longer than a look at the database takes.
      await store.now();
      await store.now();
      lines.push(`${key} ends at ${clock.now().getTime() - due.getTime()}`);
    });
    store.startTimers();
    for (const [key, seconds] of [
      ['c', 30],
      ['b', 10],
      ['a', 10],
      ['later', 61],
    ] as const)
      await set(key, at(seconds));
    const fired = await clock.advanceTo(at(60));
    expect(lines).toEqual(['a', 'b', 'c'].flatMap((key) => [`${key} begins`, `${key} ends at 0`]));
    expect(fired.map(({ key, handled }) => [key, handled])).toEqual(
      ['a', 'b', 'c'].map((key) => [key, true]),
    );
    expect(settled).toEqual([at(10), at(10), at(30)].map((one) => one.toISOString()));
    expect(clock.now()).toEqual(at(60));
  });

  it('fires what is set on the way, and what is overdue at once', async () => {
    const fired: string[] = [];
    store.onTimer('test', async ({ key, due }) => {
      fired.push(`${key} ${clock.now().toISOString()}`);
      if (fired.length < 4) await set(`${key}+`, new Date(due.getTime() + 1000));
    });
    store.startTimers();
    await set('x', at(-3600));
    await clock.advanceTo(at(2));
    expect(fired).toEqual(['x', 'x+', 'x++', 'x+++'].map((key) => `${key} ${start.toISOString()}`));
  });

  it('fires nothing before startTimers, nothing that was cancelled, and nothing by itself', async () => {
    const fired: string[] = [];
    store.onTimer('test', async ({ key }) => void fired.push(key));
    await set('gone', at(1));
    await set('stays', at(1));
    await store.transact(cause, (transaction) => transaction.cancelTimer('gone'));
    expect(await clock.advanceTo(at(5))).toEqual([]);
    store.startTimers();
    expect(fired).toEqual([]);
    await clock.advanceTo(at(5));
    expect(fired).toEqual(['stays']);
  });

  it('counts the pause after a handler that throws, too', async () => {
    const tries: Date[] = [];
    store.onTimer('test', async () => {
      tries.push(clock.now());
      if (tries.length < 3) throw new Error('as planned');
    });
    store.startTimers();
    await set('again', at(10));
    const fired = await clock.advanceTo(at(60));
    expect(tries).toEqual([at(10), at(11), at(13)]);
    expect(fired.map(({ handled }) => handled)).toEqual([false, false, true]);
    expect(faults.splice(0)).toHaveLength(2);
  });

  it('is one for several stores: a timer fires on the first that is there, once', async () => {
    const second = await open();
    const fired: string[] = [];
    for (const [name, node] of [
      ['first', store],
      ['second', second],
    ] as const) {
      node.onTimer('test', async ({ key }) => void fired.push(`${key} on ${name}`));
      node.startTimers();
    }
    await set('one', at(1));
    await clock.advanceTo(at(1));
    await store.close();
    store = second;
    stores.splice(0, stores.length, second);
    await set('two', at(2));
    await clock.advanceTo(at(2));
    expect(fired).toEqual(['one on first', 'two on second']);
  });

  it('does not go back, and is moved by nobody else', async () => {
    await expect(clock.advanceTo(at(-1))).rejects.toThrow(RangeError);
    await expect(store.clock.change({ kind: 'real' })).rejects.toThrow(TypeError);
    await expect(store.clock.moveOn(null)).rejects.toThrow(TypeError);
  });
});
