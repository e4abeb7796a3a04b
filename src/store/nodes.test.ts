import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { systemUserId } from '../tables/index.ts';
import { type LostNode, openStore, type Store } from './index.ts';

const cause = { actor: systemUserId, cause: 'test' } as const;

let test: TestStore;
let stores: Store[];
beforeEach(async () => {
  test = await openTestStore();
  stores = [test.store];
});
afterEach(async () => {
  for (const store of stores.slice(1)) await store.close();
  await test.close();
});

const open = async (): Promise<Store> => {
  const store = await openStore({ url: test.url, report: () => {} });
  stores.push(store);
  return store;
};

/** Joins, and keeps what it is told. */
async function join(store: Store) {
  const lost: LostNode[] = [];
  const expelled: string[] = [];
  const joined = await store.nodes.join({
    onLost: (node) => lost.push(node),
    onExpelled: (reason) => expelled.push(reason),
  });
  return { ...joined, told: lost, expelled };
}

/** As when a process is killed: PostgreSQL lets go of the lock, and nobody takes it again. */
const lineOf = async (store: Store): Promise<number> => {
  const [row] = await test.store.query({
    text: `select l.pid from pg_locks l join wirechief.node n on l.objid = n.number::oid
      where l.locktype = 'advisory' and l.objsubid = 2 and n.id = $1`,
    values: [store.nodes.id],
  });
  return Number(row?.pid);
};
const kill = async (pid: number) =>
  test.store.query({ text: 'select pg_terminate_backend($1)', values: [pid] });

const rowOf = async (id: string) =>
  (await test.store.query({ text: 'select from wirechief.node where id = $1', values: [id] })).length;

/** A node that died with its process: a row, and a lock that nobody holds. */
const leaveDead = async (): Promise<string> => {
  const [row] = await test.store.query({
    text: `insert into wirechief.node (id, alive_on) values (gen_random_uuid(), '2026-01-05T08:00:00Z') returning id`,
    values: [],
  });
  return String(row?.id);
};

describe('several nodes on one database', () => {
  it('know of each other until they leave', async () => {
    const [first, second] = [test.store, await open()];
    expect(await join(first)).toMatchObject({ alone: true, lost: [] });
    expect(first.nodes.hasOthers).toBe(false);
    expect(await join(second)).toMatchObject({ alone: false, lost: [] });
    expect(second.nodes.hasOthers).toBe(true);
    expect(await second.nodes.living()).toEqual(new Set([first.nodes.id, second.nodes.id]));
    await expect.poll(() => first.nodes.hasOthers).toBe(true);
    await second.nodes.leave();
    await expect.poll(() => first.nodes.hasOthers, { timeout: 5_000 }).toBe(false);
  });

  it('whoever comes takes over what the dead left, once', async () => {
    const dead = await leaveDead();
    const [one, other] = await Promise.all([join(test.store), join(await open())]);
    expect([...one.lost, ...other.lost]).toEqual([
      { id: dead, lastAliveOn: new Date('2026-01-05T08:00:00Z') },
    ]);
  });

  it('exactly one of those who live on takes over from one that dies meanwhile', async () => {
    const seen = await Promise.all([test.store, await open(), await open()].map((store) => join(store)));
    const dead = await leaveDead();
    const told = () => seen.flatMap((one) => one.told).map(({ id }) => id);
    await expect.poll(told, { timeout: 10_000 }).toEqual([dead]);
    expect(await rowOf(dead)).toBe(0);
    await expect
      .poll(() => stores.map(({ nodes }) => nodes.hasOthers), { timeout: 10_000 })
      .toEqual([true, true, true]);
    expect(told()).toEqual([dead]);
  });

  it('one whose connection broke is back before it is taken for dead', async () => {
    const other = await open();
    const [self] = [await join(test.store), await join(other)];
    const pid = await lineOf(other);
    await kill(pid);
    await expect.poll(async () => (await lineOf(other)) || pid, { timeout: 10_000 }).not.toBe(pid);
    expect(self.told).toEqual([]);
    expect(await rowOf(other.nodes.id)).toBe(1);
  });

  it('one does what is done by one at a time, the others leave it, and not for ever', async () => {
    const other = await open();
    for (const store of stores) await join(store);
    await expect.poll(() => stores.every(({ nodes }) => nodes.hasOthers), { timeout: 10_000 }).toBe(true);
    let end = (): void => {};
    let done = 0;
    let first: Promise<boolean> = Promise.resolve(false);
    await new Promise<void>((begun) => {
      first = other.nodes.oneAtATime(() => {
        begun();
        return new Promise((resolve) => {
          end = resolve;
        });
      });
    });
    const ask = () =>
      test.store.nodes.oneAtATime(async () => {
        done += 1;
      });
    expect(await ask()).toBe(false);
    // The other one hangs.
    await expect.poll(ask, { timeout: 15_000, interval: 200 }).toBe(true);
    expect(done).toBe(1);
    end();
    expect(await first).toBe(true);
    expect(await ask()).toBe(true);
  });

  it('one that was taken for dead is told to stop', async () => {
    const other = await open();
    const { expelled } = await join(other);
    const pid = await lineOf(other);
    await test.store.query({ text: 'delete from wirechief.node where id = $1', values: [other.nodes.id] });
    await kill(pid);
    await expect.poll(() => expelled, { timeout: 5_000 }).toHaveLength(1);
    expect(expelled[0]).toContain('Start it again');
  });
});

describe('mail between nodes', () => {
  it('comes in the order of the commits, to the one it is for or to all others, and only after the commit', async () => {
    const [first, second, third] = [test.store, await open(), await open()];
    for (const store of stores) await join(store);
    const got = new Map<Store, unknown[]>(stores.map((store) => [store, []]));
    for (const store of stores) store.nodes.onMail((message) => got.get(store)?.push(message));
    await first.transact(cause, async (transaction) => {
      await first.nodes.post(transaction, null, [1, 2]);
      await first.nodes.post(transaction, second.nodes.id, [{ three: 3 }]);
      await second.nodes.collect();
      expect(got.get(second)).toEqual([]);
    });
    await first.transact(cause, (transaction) => first.nodes.post(transaction, second.nodes.id, [4]));
    await expect.poll(() => got.get(third)).toEqual([1, 2]);
    await expect.poll(() => got.get(second)).toEqual([1, 2, { three: 3 }, 4]);
    expect(got.get(first)).toEqual([]);
  });

  it('what is rolled back, or is for the dead, is sent to nobody', async () => {
    const second = await open();
    for (const store of stores) await join(store);
    const dead = await leaveDead();
    await expect(
      test.store.transact(cause, async (transaction) => {
        await test.store.nodes.post(transaction, null, ['never']);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await test.store.transact(cause, (transaction) => test.store.nodes.post(transaction, dead, ['late']));
    const left = () => test.store.query({ text: 'select from wirechief.mail', values: [] });
    await expect.poll(async () => (await left()).length, { timeout: 10_000 }).toBe(0);
    await second.nodes.collect();
  });
});
