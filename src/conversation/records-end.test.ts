import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { change, make } from '../../test/engine/world.ts';
import { incident, queue } from '../tables/dataverse/index.ts';

const at = deskOfTests();

/** Agent 1 works on a case that was routed; another case has nothing to do with it. */
async function worksOnCase(): Promise<{ conversation: string; id: string; other: string }> {
  await at.open({ agents: 1 });
  for (const one of [at.desk.ids.front, at.desk.ids.legal])
    await change(at.store, queue, one, { msdyn_queuetype: 192350001 });
  const customerid = { table: 'contact', id: at.desk.ids.contact } as const;
  const id = await make(at.store, incident, { title: 'Routed', customerid });
  const other = await make(at.store, incident, { title: 'Other', customerid });
  await signIn(at.desk, at.agent());
  const conversation = randomUUID();
  await at.run({
    type: 'ConversationArrived',
    conversation,
    workstream: at.desk.ids.direct,
    channel: 192350000,
    customer: customerid,
    name: 'Kim Berg',
    context: {},
    record: { table: 'incident', id },
  });
  await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
  return { conversation, id, other };
}

const units = async () => (await statusOf(at.desk, at.agent()))?.msdyn_availableunitscapacity;

it('§1.2: a routed case that is resolved in its row frees capacity; the session closes the conversation', async () => {
  const { conversation, id, other } = await worksOnCase();
  expect(await units()).toBe(70);
  const close = { type: 'SessionClosed', conversation, agent: at.agent() } as const;
  await change(at.store, incident, other, { statecode: 1, statuscode: 5 });
  await at.desk.engine.idle();
  // Difference 80: the tab of a record that is not resolved stays.
  await expect(at.run(close)).rejects.toMatchObject({ key: 'conflict' });
  await change(at.store, incident, id, { statecode: 1, statuscode: 5 });
  await expect.poll(units).toBe(100);
  await at.run(close);
  expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(4);
});
