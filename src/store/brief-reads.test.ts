import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { systemUserId } from '../tables/index.ts';

let opened: TestStore;
let ids: string[];
beforeAll(async () => {
  opened = await openTestStore();
  ids = await opened.store.transact({ actor: systemUserId, cause: 'test' }, (transaction) =>
    Promise.all(Array.from({ length: 50 }, (_, n) => transaction.create(contact, { lastname: `Berg ${n}` }))),
  );
});
afterAll(() => opened.close());

const brief = (text: string, values: readonly unknown[] = []) =>
  opened.store.query({ text, values, brief: true });
const backend = 'select pg_backend_pid() as pid';

/** The processes that serve so many brief reads side by side. */
async function backends(): Promise<Set<unknown>> {
  const all = await Promise.all(Array.from({ length: 50 }, () => brief(backend)));
  return new Set(all.map(([row]) => row?.pid));
}

describe('brief reads (docs/decisions/0014)', () => {
  it('are each answered with their own row', async () => {
    const rows = await Promise.all(ids.map((id) => opened.store.row(contact, id)));
    expect(rows.map((row) => row?.lastname)).toEqual(ids.map((_, n) => `Berg ${n}`));
  });

  it('share two connections', async () => {
    await expect.poll(async () => (await backends()).size).toBe(2);
  });

  it('that fail leave those beside them alone', async () => {
    const ends = await Promise.allSettled([brief(backend), brief('select 1 / 0'), brief(backend)]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('go on after their connection broke', async () => {
    const broken = await backends();
    await opened.store.query({
      text: 'select pg_terminate_backend(pid) from unnest($1::int[]) pid',
      values: [[...broken]],
    });
    await expect.poll(() => backends().catch(() => new Set())).not.toEqual(new Set());
    await expect.poll(async () => (await backends()).size).toBe(2);
    expect([...(await backends())].filter((pid) => broken.has(pid))).toEqual([]);
  });
});
