/** Numbers are those of docs/differences.md. */
import { expect, it } from 'vitest';
import { ownAgentStatus } from '../../src/tables/wirechief/node-columns.ts';
import { deskOfTests } from '../engine/desk.ts';
import { call, number, rowsOf, signIn } from '../engine/front-desk.ts';
import { change, offeredTo } from '../engine/world.ts';

const at = deskOfTests();
const elsewhere = '7b0e4f8a-6a1c-4c1e-9a57-0d7f5c1f2a10';

it('86 a call does not ring at a softphone that is connected to another server; a chat is offered', async () => {
  await at.open({ agents: 1 });
  await signIn(at.desk, at.agent());
  const [status] = await at.store.rows(ownAgentStatus, { msdyn_agentid: at.agent() });
  expect(status?.wirechief_node).toBe(at.store.nodes.id);
  await change(at.store, ownAgentStatus, status?.msdyn_agentstatusid ?? '', { wirechief_node: elsewhere });

  const waiting = await call(at.desk, number.direct);
  await at.run({ type: 'WorkAvailable' });
  expect((await rowsOf(at.desk, waiting)).row).toMatchObject({ statuscode: 1 });
  const refused = { key: 'conflict', message: expect.stringContaining('connected to another server') };
  const assigned = { type: 'WorkAssigned', conversation: waiting, agent: at.agent() } as const;
  await expect(at.desk.engine.run(assigned)).rejects.toMatchObject(refused);

  const conversation = crypto.randomUUID();
  await at.run({
    type: 'ConversationArrived',
    conversation,
    workstream: at.desk.ids.direct,
    channel: 192360000,
    customer: null,
    name: null,
    context: {},
    record: null,
  });
  expect(await offeredTo(at.desk, conversation)).toBe(at.agent());
});
