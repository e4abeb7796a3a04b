import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { systemUserId } from '../tables/index.ts';
import { type Change, newGuid, openStore, type Store } from './index.ts';

let test: TestStore;
let store: Store;
/** A second node on the same database. */
let other: Store;
let raw: pg.Client;
const faults: unknown[] = [];
beforeAll(async () => {
  test = await openTestStore();
  ({ store } = test);
  other = await openStore({ url: test.url, report: (fault) => faults.push(fault) });
  raw = new pg.Client({ connectionString: test.url });
  await raw.connect();
});
afterAll(async () => {
  await raw.end();
  await other.close();
  await test.close();
});

const cause = { actor: systemUserId, cause: 'test' };

function write(node: Store, lastname: string): Promise<string> {
  return node.transact(cause, (transaction) => transaction.create(contact, { lastname }));
}

/** Collects what a node tells of contacts of this round. */
function listen(node: Store): { readonly told: Change[]; stop(): void } {
  const told: Change[] = [];
  const stop = node.subscribe((changes) => told.push(...changes));
  return { told, stop };
}

const names = (changes: readonly Change[]) => changes.map(({ after }) => after?.lastname);

async function insertRaw(lastname: string): Promise<void> {
  await raw.query('insert into dataverse.contact (contactid, versionnumber) values ($1, 0)', [newGuid()]);
  await raw.query(
    `insert into wirechief.change_log (transaction, at, actor, cause, "table", id, operation, after)
     values ($1, now(), $1, 'test', 'contact', $1, 'create', $2)`,
    [newGuid(), JSON.stringify({ lastname })],
  );
}

describe('the order of the change log (data-and-http.md §5)', () => {
  it('holds back what was numbered later until what was numbered before has ended', async () => {
    const after = (await store.changeRange()).newest;
    const here = listen(store);
    const there = listen(other);
    await raw.query('begin');
    await insertRaw('first, open');
    await write(store, 'second, committed');
    expect(names(await store.changes({ after }))).toEqual([]);
    await raw.query('commit');
    const expected = ['first, open', 'second, committed'];
    await vi.waitFor(() => expect(names(here.told)).toEqual(expected), { timeout: 5_000 });
    await vi.waitFor(() => expect(names(there.told)).toEqual(expected), { timeout: 5_000 });
    expect(names(await store.changes({ after }))).toEqual(expected);
    here.stop();
    there.stop();
  });

  it('goes on when what was numbered before is rolled back', async () => {
    const after = (await store.changeRange()).newest;
    const here = listen(store);
    await raw.query('begin');
    await insertRaw('never');
    await write(store, 'kept');
    await raw.query('rollback');
    await vi.waitFor(() => expect(names(here.told)).toEqual(['kept']), { timeout: 5_000 });
    expect(names(await store.changes({ after }))).toEqual(['kept']);
    here.stop();
  });

  it('is the same for every listener, misses nothing, repeats nothing, and tells one row as it went', async () => {
    const writes = fc.array(
      fc.record({ node: fc.constantFrom(0, 1), held: fc.nat(3), hot: fc.boolean(), fails: fc.boolean() }),
      { minLength: 5, maxLength: 40 },
    );
    const hot = await write(store, '0');
    await fc.assert(
      fc.asyncProperty(writes, async (plan) => {
        const marker = newGuid();
        const after = (await store.changeRange()).newest;
        const listeners = [listen(store), listen(other)];
        const round = plan.map(async ({ node, held, hot: isHot, fails }, i) => {
          const work = (node === 0 ? store : other).transact(
            { ...cause, cause: marker },
            async (transaction) => {
              await transaction.create(contact, { lastname: `${i}` });
              if (isHot) await transaction.update(contact, hot, { lastname: `${marker} ${i}`.slice(0, 50) });
              // Holds the transaction open, so that others overtake it.
              await transaction.query({ text: 'select pg_sleep($1)', values: [held / 1_000] });
              if (fails) throw new Error('as planned');
            },
          );
          await work.catch(() => undefined);
        });
        await Promise.all(round);
        const expected = plan.reduce((sum, { fails, hot: isHot }) => sum + (fails ? 0 : isHot ? 2 : 1), 0);
        const logged = (await store.changes({ after })).filter((change) => change.cause === marker);
        expect(logged).toHaveLength(expected);
        expect(logged.map(({ seq }) => seq)).toEqual(logged.map(({ seq }) => seq).sort((a, b) => a - b));
        for (const { told, stop } of listeners) {
          const heard = () => told.filter((change) => change.cause === marker);
          await vi.waitFor(() => expect(heard()).toEqual(logged), { timeout: 5_000 });
          stop();
        }
        const steps = logged.filter(({ id }) => id === hot);
        for (const [i, step] of steps.entries()) {
          if (i > 0) expect(step.before?.lastname).toBe(steps[i - 1]?.after?.lastname);
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe('subscribe', () => {
  it('tells only from now on, and nothing after the way out was taken', async () => {
    await write(store, 'before');
    // What was committed milliseconds ago may still be told.
    await store.changeRange();
    const one = listen(store);
    await write(store, 'meanwhile');
    await vi.waitFor(() => expect(names(one.told)).toContain('meanwhile'), { timeout: 5_000 });
    expect(names(one.told)).toEqual(['meanwhile']);
    one.stop();
    const two = listen(store);
    await write(store, 'later');
    await vi.waitFor(() => expect(names(two.told)).toEqual(['later']), { timeout: 5_000 });
    expect(names(one.told)).toEqual(['meanwhile']);
    two.stop();
  });

  it('goes on for the others when a listener throws, and reports it', async () => {
    const fault = new Error('a listener of ours');
    const stop = store.subscribe(() => {
      throw fault;
    });
    const here = listen(store);
    await write(store, 'one');
    await vi.waitFor(() => expect(names(here.told)).toEqual(['one']), { timeout: 5_000 });
    expect(test.faults).toContain(fault);
    stop();
    here.stop();
  });

  it('hears of another node also after its line was cut', async () => {
    const there = listen(other);
    await raw.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and query like 'listen%'`,
    );
    await write(store, 'over a cut line');
    await vi.waitFor(() => expect(names(there.told)).toContain('over a cut line'), { timeout: 10_000 });
    expect(faults.length).toBeGreaterThan(0);
    there.stop();
  });
});
