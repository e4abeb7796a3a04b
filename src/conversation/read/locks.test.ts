import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../../test/database/database.ts';
import { call, type FrontDesk, number, openFrontDesk, signIn } from '../../../test/engine/front-desk.ts';
import type { Transaction } from '../../store/index.ts';
import { lockPerson } from './people.ts';
import { lockSituation } from './situation.ts';

let test: TestStore;
let desk: FrontDesk;
let other: pg.Client;

beforeAll(async () => {
  test = await openTestStore();
  desk = await openFrontDesk(test.store, { agents: 1 });
  await signIn(desk, agent());
  other = new pg.Client({ connectionString: test.url });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await desk.engine.idle();
  await test.close();
});

const agent = (): string => desk.ids.agents[0] ?? '';
const cause = { actor: '00000000-0000-4000-8000-000000000003', cause: 'test' };

/** Runs `read` in a transaction that waits until the other connection has committed `changes`. */
async function readBehind<R>(
  changes: readonly string[],
  read: (transaction: Transaction) => Promise<R>,
): Promise<R> {
  await other.query('begin');
  for (const change of changes) await other.query(change);
  const reading = test.store.transact(cause, read);
  const isWaiting = async (): Promise<boolean> =>
    (await other.query('select from pg_locks where not granted')).rows.length > 0;
  while (!(await isWaiting())) await pause(5);
  await other.query('commit');
  return reading;
}

it('a conversation that was waited for is read with what was committed beside it meanwhile', async () => {
  const conversation = await call(desk, number.bot);
  const ofConversation = `where "msdyn_liveworkitemid" = '${conversation}'`;
  const found = await readBehind(
    [
      `update dataverse.msdyn_ocliveworkitem set subject = 'changed', versionnumber = nextval('wirechief.version')
         where activityid = '${conversation}'`,
      `update dataverse.msdyn_ocsession set "msdyn_closurereason" = 192350026 ${ofConversation}`,
    ],
    (transaction) => lockSituation(transaction, conversation),
  );
  expect(found?.situation.conversation.subject).toBe('changed');
  expect(found?.situation.session?.msdyn_closurereason).toBe(192350026);
});

it('a person who was waited for is read with what was committed beside them meanwhile', async () => {
  const found = await readBehind(
    [
      `update dataverse.msdyn_agentstatus set versionnumber = nextval('wirechief.version')
         where msdyn_agentid = '${agent()}'`,
      `update dataverse.systemuser set msdyn_capacity = 7 where systemuserid = '${agent()}'`,
    ],
    (transaction) => lockPerson(transaction, agent(), 'wait'),
  );
  expect(found?.maximumUnits).toBe(7);
});

it('whoever must not wait gets nobody while another holds the person', async () => {
  await other.query('begin');
  await other.query(`select from dataverse.msdyn_agentstatus where msdyn_agentid = '${agent()}' for update`);
  expect(await test.store.transact(cause, (transaction) => lockPerson(transaction, agent(), 'skip'))).toBe(
    null,
  );
  await other.query('rollback');
  expect(
    await test.store.transact(cause, (transaction) => lockPerson(transaction, agent(), 'skip')),
  ).toMatchObject({ agent: agent(), signedIn: true });
});
