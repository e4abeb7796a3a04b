import pg from 'pg';
import { expect, it } from 'vitest';
import { openTestStore } from '../../test/database/database.ts';
import { call, number, openFrontDesk, rowsOf, signIn } from '../../test/engine/front-desk.ts';
import type { Store } from '../store/index.ts';
import { presences } from '../tables/index.ts';
import { createEngine } from './run.ts';

/** Calls that wait, people who become available all at once, and an engine that has yet to look. */
async function waitingAndFree(store: Store, calls: number) {
  const desk = await openFrontDesk(store, { agents: calls });
  for (const agent of desk.ids.agents) {
    await signIn(desk, agent);
    await desk.engine.run({ type: 'PresenceSet', agent, presence: presences.away, by: agent });
  }
  const conversations: string[] = [];
  for (let n = 0; n < calls; n += 1) {
    const conversation = await call(desk, number.bot);
    await desk.engine.run({ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } });
    conversations.push(conversation);
  }
  await desk.engine.idle();
  await store.query({
    text: 'update "dataverse"."msdyn_agentstatus" set "msdyn_currentpresenceid" = $1',
    values: [presences.available],
  });
  const lots: number[] = [];
  const lines: string[] = [];
  const engine = createEngine({
    store,
    log: (line) => lines.push(line),
    assigned: (pieces) => lots.push(pieces),
  });
  const offered = async () => {
    const rows = await Promise.all(conversations.map((conversation) => rowsOf(desk, conversation)));
    return rows.map(({ row }) => row.msdyn_activeagentid);
  };
  return { engine, conversations, offered, lots, lines };
}

it('work is handed out together, each piece to one person and under its own conversation in the log', async () => {
  const test = await openTestStore();
  const { engine, conversations, offered, lots, lines } = await waitingAndFree(test.store, 5);
  await engine.run({ type: 'WorkAvailable' });
  await engine.idle();
  expect(lots).toEqual([5]);
  expect(new Set(await offered()).size).toBe(5);
  expect(await offered()).not.toContain(null);
  const transactions = new Set<string>();
  for (const conversation of conversations) {
    const changes = await test.store.changes({ after: 0, conversation });
    const offer = changes.find(
      ({ table, operation }) => table === 'wirechief_offer' && operation === 'create',
    );
    expect(offer?.after).toMatchObject({ _wirechief_conversationid_value: conversation });
    transactions.add(offer?.transaction ?? '');
  }
  expect(transactions.size).toBe(1);
  expect(lines).toEqual([]);
  await test.close();
});

it('a piece that somebody holds does not keep the others, and is handed out when it is let go', async () => {
  const test = await openTestStore();
  const { engine, conversations, offered, lots, lines } = await waitingAndFree(test.store, 3);
  const other = new pg.Client({ connectionString: test.url });
  await other.connect();
  await other.query('begin');
  await other.query('select from dataverse.msdyn_ocliveworkitem where activityid = $1 for update', [
    conversations[1],
  ]);
  const pass = engine.run({ type: 'WorkAvailable' });
  await expect.poll(offered).toEqual([expect.any(String), null, expect.any(String)]);
  await other.query('commit');
  await other.end();
  await pass;
  await engine.idle();
  expect(new Set(await offered()).size).toBe(3);
  expect(await offered()).not.toContain(null);
  expect(lots).toEqual([2]);
  expect(lines).toEqual([]);
  await test.close();
});
