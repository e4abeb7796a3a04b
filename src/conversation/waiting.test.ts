import pg from 'pg';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { signIn } from '../../test/engine/front-desk.ts';
import { offeredTo } from '../../test/engine/world.ts';
import { presences, Refusal } from '../tables/index.ts';
import { defaultLimits } from './limits.ts';
import { WaitingWork } from './waiting.ts';

/** A matcher that has read a database of nothing, and what it asks for from then on. */
async function listening(meanwhile = (_waiting: WaitingWork): void => {}) {
  const asked: unknown[] = [];
  const reader = {
    now: new Date(0),
    query: async ({ name, values }: { readonly name?: string; readonly values: readonly unknown[] }) => {
      asked.push([name, values[0]]);
      if (name === 'engine_waiting') meanwhile(waiting);
      return [];
    },
    row: async () => null,
  };
  const waiting = new WaitingWork(defaultLimits);
  await waiting.refresh(reader);
  asked.length = 0;
  return { waiting, asked, refresh: () => waiting.refresh(reader) };
}

const begins = {
  table: 'msdyn_ocliveworkitem',
  id: 'conversation',
  transaction: 'own',
  after: { statuscode: 1 },
};

describe('what the change log tells of a transaction of our own', () => {
  it('is passed over, because whoever made it tells of it', async () => {
    const { waiting, asked, refresh } = await listening();
    await waiting.knowing(['conversation'], async (knows) => knows('own'));
    waiting.note(begins);
    await refresh();
    expect(asked).toEqual([]);
    waiting.note({ ...begins, transaction: 'of another server' });
    await refresh();
    expect(asked).toEqual([['engine_waiting', ['conversation']]]);
  });

  it('is heard when nobody knows whether it was committed, and all it is about is read', async () => {
    const { waiting, asked, refresh } = await listening();
    const lost = waiting.knowing(['conversation'], async (knows) => {
      knows('own');
      throw new Refusal('unavailable', 'The connection is lost.');
    });
    await expect(lost).rejects.toThrow();
    await refresh();
    expect(asked).toEqual([['engine_waiting', ['conversation']]]);
    waiting.note(begins);
    await refresh();
    expect(asked).toHaveLength(2);
  });

  it('a refusal is sure: nothing was written, and nothing is read', async () => {
    const { waiting, asked, refresh } = await listening();
    const refused = waiting.knowing(['conversation'], async () => {
      throw new Refusal('conflict', 'The conversation is closed.');
    });
    await expect(refused).rejects.toThrow();
    await refresh();
    expect(asked).toEqual([]);
  });
});

describe('work that changes while it is read', () => {
  it('is read again, also when the change does not say that it waits', async () => {
    let changes = 1;
    const { waiting, asked, refresh } = await listening((matcher) => {
      const { table, id } = begins;
      if (changes-- > 0) matcher.note({ table, id, after: { wirechief_node: null } });
    });
    waiting.note(begins);
    for (const _ of [1, 2, 3]) await refresh();
    expect(asked).toEqual([
      ['engine_waiting', ['conversation']],
      ['engine_waiting', ['conversation']],
    ]);
  });

  it('is not read again when it no longer waits', async () => {
    const { waiting, asked, refresh } = await listening((matcher) =>
      matcher.note({ ...begins, after: { statuscode: 4 } }),
    );
    waiting.note(begins);
    for (const _ of [1, 2]) await refresh();
    expect(asked).toEqual([['engine_waiting', ['conversation']]]);
  });
});

describe('what is known of work and people', () => {
  const at = deskOfTests();
  afterEach(() => vi.restoreAllMocks());

  it('is decided from while their rows are as they were read, and read again when they are not', async () => {
    await at.open({ agents: 2 });
    for (const n of [0, 1]) {
      await signIn(at.desk, at.agent(n));
      await at.run({ type: 'PresenceSet', agent: at.agent(n), presence: presences.away, by: at.agent(n) });
    }
    const [first, second] = [await at.transferred(), await at.transferred()];
    await at.run({ type: 'WorkAvailable' });
    // As another server would change it, of which nothing is heard yet.
    await at.store.query({
      text: `update "dataverse"."msdyn_ocliveworkitem" set "subject" = 'Renamed',
        "versionnumber" = nextval('wirechief.version') where "activityid" = $1`,
      values: [first],
    });
    const read: unknown[] = [];
    const query = pg.Client.prototype.query;
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
      this: pg.Client,
      ...given: unknown[]
    ) {
      const { name, values } = given[0] as { readonly name?: string; readonly values?: readonly unknown[] };
      if (name === 'engine_waiting' || name === 'engine_situation') read.push(values?.[0]);
      return Reflect.apply(query, this, given);
    });
    for (const n of [0, 1])
      await at.run({
        type: 'PresenceSet',
        agent: at.agent(n),
        presence: presences.available,
        by: at.agent(n),
      });
    await at.desk.engine.idle();
    expect(read).toEqual([[first]]);
    expect(await offeredTo(at.desk, first)).toBe(at.agent(0));
    expect(await offeredTo(at.desk, second)).toBe(at.agent(1));
    const offers = await at.store.query({
      text: `select "wirechief_name" as name from "dataverse"."wirechief_offer" where "wirechief_conversationid" = $1`,
      values: [first],
    });
    expect(offers).toEqual([{ name: 'Renamed' }]);
  });
});
