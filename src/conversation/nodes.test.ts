/** Two servers on one database: docs/decisions/0011-several-servers.md. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { empty } from '../../test/engine/desk.ts';
import { call, type FrontDesk, number, openFrontDesk, rowsOf } from '../../test/engine/front-desk.ts';
import { change, offeredTo } from '../../test/engine/world.ts';
import { openStore, type Store } from '../store/index.ts';
import { ownAgentStatus, ownConversation } from '../tables/wirechief/node-columns.ts';
import type { CallEffect } from './call-control.ts';
import type { Engine } from './engine.ts';
import type { ConversationEvent } from './events.ts';
import { createEngine } from './run.ts';

/** One server: its engine, and what it was asked to do. */
interface Server {
  readonly store: Store;
  readonly engine: Engine;
  readonly effects: CallEffect[];
}

let test: TestStore;
let other: Store;
let here: Server;
let there: Server;
let desk: FrontDesk;
const lines: string[] = [];

beforeAll(async () => {
  test = await openTestStore();
  other = await openStore({ url: test.url });
  for (const store of [test.store, other])
    await store.nodes.join({ onLost: ({ id }) => lines.push(id), onExpelled: (why) => lines.push(why) });
});
beforeEach(async () => {
  desk = await openFrontDesk(test.store, { agents: 2, capacity: 60 });
  here = { store: test.store, engine: desk.engine, effects: desk.effects };
  there = serverOn(other);
  await expect.poll(() => here.store.nodes.hasOthers && there.store.nodes.hasOthers).toBe(true);
});
afterEach(async () => {
  await quiet();
  await empty(test.store);
  expect([...lines, ...desk.lines, ...test.faults]).toEqual([]);
});
afterAll(async () => {
  await other.close();
  await test.close();
});

function serverOn(store: Store): Server {
  const effects: CallEffect[] = [];
  const engine = createEngine({ store, log: (line) => lines.push(line) });
  engine.attach({ perform: async (effect) => void effects.push(effect) });
  return { store, engine, effects };
}

const quiet = async (): Promise<void> => {
  for (const { engine } of [here, there, here]) await engine.idle();
};
const agent = (n = 0): string => desk.ids.agents[n] ?? '';
const typesOf = ({ effects }: Server): string[] => effects.map(({ type }) => type);
const run = async ({ engine }: Server, event: ConversationEvent): Promise<void> => {
  await engine.run(event);
  await quiet();
};
/** A call at the first server. */
const calls = async (): Promise<string> => {
  const conversation = await call(desk, number.direct);
  await quiet();
  return conversation;
};
const nodeOf = async (conversation: string): Promise<string | null> =>
  (await test.store.row(ownConversation, conversation))?.wirechief_node ?? null;
const statusOf = async (one: string) =>
  (await test.store.rows(ownAgentStatus, { msdyn_agentid: one }))[0] ?? null;
const writes = async (conversation: string) => (await rowsOf(desk, conversation)).row;

/** A call at the first server in which an agent talks who is connected there. */
async function talking(): Promise<string> {
  await run(here, { type: 'AgentConnected', agent: agent() });
  const conversation = await calls();
  await run(here, { type: 'AgentAccepted', conversation, agent: agent() });
  await run(here, { type: 'MediaConnected', conversation, agent: agent() });
  return conversation;
}

describe('a call and the softphones of its agents are at one server', () => {
  it('a call is offered there only, whoever hands it out', async () => {
    await run(there, { type: 'AgentConnected', agent: agent() });
    const conversation = await calls();
    expect(await nodeOf(conversation)).toBe(here.store.nodes.id);
    await run(there, { type: 'WorkAvailable' });
    expect(await offeredTo(desk, conversation)).toBeNull();
    await run(here, { type: 'AgentConnected', agent: agent(1) });
    await expect.poll(() => offeredTo(desk, conversation)).toBe(agent(1));
    await quiet();
    expect(typesOf(here)).toContain('RingAgent');
    expect(typesOf(there)).not.toContain('RingAgent');
  });

  it('nobody who is connected elsewhere is given it by hand or called into it', async () => {
    await run(there, { type: 'AgentConnected', agent: agent(1) });
    const refused = async (event: ConversationEvent): Promise<void> => {
      await expect(here.engine.run(event)).rejects.toMatchObject({
        key: 'conflict',
        message: expect.stringContaining('connected to another server'),
      });
    };
    const waiting = await calls();
    await refused({ type: 'WorkAssigned', conversation: waiting, agent: agent(1) });
    await run(here, { type: 'CallEnded', conversation: waiting, by: 'customer', reason: 'BYE' });
    const conversation = await talking();
    const own = { conversation, agent: agent() };
    await refused({ type: 'ConsultRequested', ...own, to: agent(1), number: null });
    await refused({ type: 'AgentTransferRequested', ...own, to: agent(1) });
    await refused({ type: 'SupervisionRequested', conversation, agent: agent(1), part: 'monitor' });
  });

  it('what is decided elsewhere is done there, in the order of the decisions', async () => {
    const conversation = await talking();
    here.effects.splice(0);
    for (let n = 0; n < 3; n += 1) {
      await there.engine.run({ type: 'HoldRequested', conversation, agent: agent() });
      await here.engine.run({ type: 'UnholdRequested', conversation, agent: agent() });
    }
    const held = () => here.effects.flatMap((one) => (one.type === 'Arrange' ? [one.room.caller.held] : []));
    await expect.poll(held).toEqual([true, false, true, false, true, false]);
    expect(there.effects).toEqual([]);
  });

  it('whoever connects elsewhere leaves the calls of the first server, and the page there is closed', async () => {
    const conversation = await talking();
    await run(there, { type: 'AgentConnected', agent: agent() });
    await expect.poll(() => typesOf(here)).toContain('ReplacePage');
    await quiet();
    expect(await statusOf(agent())).toMatchObject({ wirechief_node: there.store.nodes.id });
    expect(await writes(conversation)).toMatchObject({
      statuscode: 1,
      msdyn_queueitemid: expect.any(String),
    });
    // The page that was closed is not the one they work with.
    await run(here, { type: 'AgentLost', agent: agent() });
    expect(await statusOf(agent())).toMatchObject({
      msdyn_isagentloggedin: true,
      msdyn_nextpresenceid: null,
    });
  });

  it('a callback is at no server until somebody takes it, and is dialled from theirs', async () => {
    const conversation = await calls();
    await run(here, { type: 'CallbackAccepted', conversation });
    expect(await nodeOf(conversation)).toBeNull();
    await run(there, { type: 'AgentConnected', agent: agent() });
    await expect.poll(() => typesOf(there)).toContain('RingAgent');
    await run(here, { type: 'AgentAccepted', conversation, agent: agent() });
    await expect.poll(() => typesOf(there)).toContain('CallCustomer');
    expect(typesOf(here)).not.toContain('CallCustomer');
    expect(await nodeOf(conversation)).toBe(there.store.nodes.id);
  });
});

describe('a server that is gone (behaviour.md §1.8, §3.1 row 12)', () => {
  it('its calls are over, its people may come back, everything else goes on', async () => {
    await run(there, { type: 'AgentConnected', agent: agent(1) });
    const kept = await chat();
    await run(there, { type: 'AgentAccepted', conversation: kept, agent: agent(1) });
    const lost = await talking();
    await run(there, { type: 'NodeLost', node: here.store.nodes.id });
    expect(await writes(lost)).toMatchObject({ statuscode: 4, msdyn_statuschangereason: 192350014 });
    expect(await writes(kept)).toMatchObject({ statuscode: 2, msdyn_activeagentid: agent(1) });
    const away = await statusOf(agent());
    expect(away).toMatchObject({ msdyn_isagentloggedin: true, msdyn_availableunitscapacity: 60 });
    expect(away?.msdyn_nextpresenceid).not.toBeNull();
    await run(there, { type: 'AgentConnected', agent: agent() });
    expect(await statusOf(agent())).toMatchObject({ wirechief_node: there.store.nodes.id });
    expect((await statusOf(agent()))?.msdyn_nextpresenceid).toBeNull();
  });

  it('what arrived and was not routed is routed', async () => {
    const conversation = await chat();
    // As when the server died between the two: no session yet.
    await change(test.store, ownConversation, conversation, { msdyn_lastsessionid: null });
    await test.store.query({
      text: 'delete from "dataverse"."msdyn_ocsession" where "msdyn_liveworkitemid" = $1',
      values: [conversation],
    });
    await run(there, { type: 'NodeLost', node: here.store.nodes.id });
    expect((await rowsOf(desk, conversation)).sessions).toHaveLength(1);
  });

  it('one that starts alone leaves the calls of those who live', async () => {
    const conversation = await talking();
    await run(there, { type: 'ServerStarted' });
    expect(await writes(conversation)).toMatchObject({ statuscode: 2 });
    expect(await statusOf(agent())).toMatchObject({ msdyn_isagentloggedin: true });
  });
});

async function chat(): Promise<string> {
  const conversation: string = crypto.randomUUID();
  await run(there, {
    type: 'ConversationArrived',
    conversation,
    workstream: desk.ids.direct,
    channel: 192360000,
    customer: null,
    name: null,
    context: {},
    record: null,
  });
  return conversation;
}
