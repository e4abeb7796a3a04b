import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { startHeartbeat } from './alive.ts';

let database: TestStore;
beforeAll(async () => {
  database = await openTestStore();
});
afterAll(() => database.close());

const fail = (line: string) => expect.unreachable(line);

const readAliveOn = async (): Promise<Date | null> => {
  const [row] = await database.store.query({ text: 'select alive_on from wirechief.node', values: [] });
  return row?.alive_on instanceof Date ? row.alive_on : null;
};

test('the instant goes on while there are legs, and once after the last, outside the change log', async () => {
  const { store } = database;
  const { nodes } = store;
  await nodes.join({ onLost: () => fail('lost'), onExpelled: fail });
  const before = await store.changeRange();
  expect(await readAliveOn()).toBeNull();
  let legs = 0;
  let asked = 0;
  const count = () => {
    asked += 1;
    return legs;
  };
  const stop = startHeartbeat({ nodes, now: () => store.clock.now(), legs: count, log: fail, everyMs: 10 });
  const later = async (than: Date | null) => {
    await expect
      .poll(async () => (await readAliveOn())?.getTime() ?? 0)
      .toBeGreaterThan(than?.getTime() ?? 0);
    return readAliveOn();
  };
  await expect.poll(() => asked).toBeGreaterThan(3);
  expect(await readAliveOn()).toBeNull();
  legs = 1;
  const last = await later(await later(await later(null)));
  legs = 0;
  await later(last);
  const asking = asked;
  await expect.poll(() => asked).toBeGreaterThan(asking + 3);
  const settled = await readAliveOn();
  const resting = asked;
  await expect.poll(() => asked).toBeGreaterThan(resting + 5);
  expect(await readAliveOn()).toEqual(settled);
  await stop();
  expect(await store.changeRange()).toEqual(before);
});

test('a database that is away is told, and tried again', async () => {
  const lines: string[] = [];
  const stop = startHeartbeat({
    nodes: { noteAlive: () => Promise.reject(new Error('away')) },
    now: () => new Date(),
    legs: () => 1,
    log: (line) => lines.push(line),
    everyMs: 5,
  });
  await expect.poll(() => lines.length).toBeGreaterThan(1);
  await stop();
  expect(lines[0]).toBe('saying that calls are live: away');
});
