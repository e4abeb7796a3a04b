import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeTestDatabase } from '../../test/database/database.ts';
import { contact } from '../tables/dataverse/index.ts';
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
  await store.clock.change({ kind: 'real' });
  await store.query({ text: 'delete from wirechief.timer', values: [] });
  for (const opened of stores.splice(0)) await opened.close();
  expect(faults.splice(0)).toEqual([]);
});

const cause = { actor: systemUserId, cause: 'test' };
const soon = { timeout: 5_000, interval: 2 };
const hourMs = 3_600_000;
const noon = new Date('2031-06-02T12:00:00.000Z');
const since = (ms: number): Date => new Date(noon.getTime() + ms);
const stopAt = async (to: Date): Promise<void> => {
  await store.clock.change({ kind: 'factor', factor: 0 });
  await store.clock.change({ kind: 'set', to });
};
const set = (key: string, due: Date): Promise<void> =>
  store.transact(cause, (transaction) => transaction.setTimer({ key, due, kind: 'test', payload: {} }));

function collect(node: Store): { key: string; at: Date }[] {
  const fired: { key: string; at: Date }[] = [];
  node.onTimer('test', async ({ key }: Timer) => {
    fired.push({ key, at: node.clock.now() });
  });
  return fired;
}

describe('the clock of a store (mission.md B4)', () => {
  it('is the real one until it is touched', async () => {
    expect(store.clock.setting()).toBeNull();
    expect(Math.abs(store.clock.now().getTime() - Date.now())).toBeLessThan(1_000);
  });

  it('stamps rows and the change log', async () => {
    await stopAt(noon);
    expect(await store.now()).toEqual(noon);
    const { newest } = await store.changeRange();
    const id = await store.transact(cause, (transaction) =>
      transaction.create(contact, { lastname: 'Early' }),
    );
    expect(await store.row(contact, id)).toMatchObject({ createdon: noon, modifiedon: noon });
    expect((await store.changes({ after: newest })).map(({ at }) => at)).toEqual([noon]);
  });

  it('runs as fast as it is told, from where it was', async () => {
    await stopAt(noon);
    await store.clock.change({ kind: 'factor', factor: 3600 });
    await vi.waitFor(
      () => expect(store.clock.now().getTime()).toBeGreaterThan(noon.getTime() + hourMs / 4),
      soon,
    );
    await store.clock.change({ kind: 'factor', factor: 0 });
    const stopped = store.clock.now();
    expect(await store.now()).toEqual(stopped);
  });

  it('is one for every node on the database, within a second', async () => {
    const other = await open();
    const changed = vi.fn();
    const leave = other.clock.onChange(changed);
    await stopAt(noon);
    await vi.waitFor(() => expect(other.clock.now()).toEqual(noon), { timeout: 1_000, interval: 2 });
    expect(changed).toHaveBeenCalled();
    leave();
    // A node that comes later finds it so.
    expect((await open()).clock.now()).toEqual(noon);
    await other.clock.change({ kind: 'real' });
    await vi.waitFor(() => expect(store.clock.setting()).toBeNull(), { timeout: 1_000, interval: 2 });
  });

  it('takes changes that are made at once one after the other', async () => {
    const other = await open();
    await stopAt(noon);
    const nodes = [store, other];
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        nodes[n % 2]?.clock.change(
          n === 7 ? { kind: 'set', to: since(hourMs) } : { kind: 'factor', factor: 0 },
        ),
      ),
    );
    expect(await store.now()).toEqual(since(hourMs));
    expect(await other.now()).toEqual(since(hourMs));
  });

  it('wakes the timers of another node that sleeps for longer', async () => {
    const other = await open();
    const fired = collect(other);
    await stopAt(noon);
    await set('far', since(24 * hourMs));
    other.startTimers();
    await store.clock.change({ kind: 'set', to: since(25 * hourMs) });
    await vi.waitFor(() => expect(fired.map(({ key }) => key)).toEqual(['far']), {
      timeout: 1_000,
      interval: 2,
    });
  });

  it('does not fire timers while it stands, nor those that are due by the real time only', async () => {
    const fired = collect(store);
    await stopAt(new Date('2001-01-01T00:00:00Z'));
    store.startTimers();
    await set('due by the real time', new Date(Date.now() - hourMs));
    await set('due by the clock', new Date('2000-12-31T00:00:00Z'));
    await vi.waitFor(() => expect(fired).toHaveLength(1), soon);
    expect(fired[0]?.key).toBe('due by the clock');
  });
});

describe('moving the clock on', () => {
  it('to the next timer: fires it at its time, and whatever else is due then, and says so', async () => {
    const fired = collect(store);
    await stopAt(noon);
    store.startTimers();
    await set('b', since(hourMs));
    await set('a', since(hourMs));
    await set('c', since(2 * hourMs));
    expect(await store.clock.nextTimerOn()).toEqual(since(hourMs));
    const move = await store.clock.moveOn(null);
    expect(move).toEqual({
      reached: true,
      fired: ['a', 'b'].map((key) => ({ key, kind: 'test', due: since(hourMs), handled: true })),
    });
    expect(fired).toEqual(['a', 'b'].map((key) => ({ key, at: since(hourMs) })));
    expect(store.clock.now()).toEqual(since(hourMs));
  });

  it('by a span: each timer at its time, those set on the way too, then the end of it', async () => {
    const seen: (readonly [string, Date])[] = [];
    store.onTimer('test', async ({ key, due }) => {
      seen.push([key, store.clock.now()]);
      if (key === 'first') await set('of the first', new Date(due.getTime() + hourMs));
    });
    await stopAt(noon);
    store.startTimers();
    await set('second', since(3 * hourMs));
    await set('first', since(hourMs));
    await set('beyond', since(9 * hourMs));
    const { fired, reached } = await store.clock.moveOn(since(4 * hourMs));
    expect(seen).toEqual([
      ['first', since(hourMs)],
      ['of the first', since(2 * hourMs)],
      ['second', since(3 * hourMs)],
    ]);
    expect([fired.length, reached, store.clock.now()]).toEqual([3, true, since(4 * hourMs)]);
  });

  it('with nothing set changes nothing, and never goes back', async () => {
    await stopAt(noon);
    store.startTimers();
    expect(await store.clock.moveOn(null)).toEqual({ fired: [], reached: true });
    await store.clock.moveOn(since(-hourMs));
    expect(store.clock.now()).toEqual(noon);
  });

  it('says which handler failed, and tries it again by the real time', async () => {
    let calls = 0;
    store.onTimer('test', async () => {
      calls += 1;
      if (calls === 1) throw new Error('as planned');
    });
    await stopAt(noon);
    store.startTimers();
    await set('fails', since(hourMs));
    expect((await store.clock.moveOn(null)).fired).toMatchObject([{ key: 'fails', handled: false }]);
    expect(faults.splice(0)).toHaveLength(1);
    await vi.waitFor(() => expect(calls).toBe(2), soon);
  });

  it('ends in time where timers set timers without end', async () => {
    store.onTimer('test', async ({ due }) => set('again', new Date(due.getTime() + 1)));
    await stopAt(noon);
    store.startTimers();
    await set('again', since(1));
    const { fired, reached } = await store.clock.moveOn(since(hourMs), { withinMs: 200 });
    expect(reached).toBe(false);
    expect(store.clock.now()).toEqual(fired.at(-1)?.due);
    await store.transact(cause, (transaction) => transaction.cancelTimer('again'));
  });
});
