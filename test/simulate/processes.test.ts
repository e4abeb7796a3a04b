import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { openTestStore } from '../database/database.ts';
import { type FrontDesk, number, openFrontDesk } from '../engine/front-desk.ts';
import { AgentsAtWork } from './agents-at-work.ts';
import { replayLog } from './log-check.ts';
import { Servers } from './servers.ts';

/** `npm run simulate -- --processes 3 --conversations 2000 --kill-seconds 10` sets them. */
const processes = Number(process.env.WIRECHIEF_SIMULATE_PROCESSES ?? 3);
const conversations = Number(process.env.WIRECHIEF_SIMULATE_CONVERSATIONS ?? 60);
const killSeconds = Number(process.env.WIRECHIEF_SIMULATE_KILL_SECONDS ?? 2);
const agents = 50;
/** Two pieces of work of thirty units. */
const capacity = 60;

const liveChat = 192360000;
const messaging = 192340000;

it('servers that are killed offer nothing twice and lose nothing (behaviour.md §4.4, §4.8)', {
  timeout: 120_000 + conversations * 1_000,
}, async () => {
  const test = await openTestStore();
  const { store } = test;
  const servers = new Servers(test.url);
  let kills = 0;
  let isOver = false;
  try {
    const desk = await openFrontDesk(store, {
      agents,
      capacity,
      workstream: { msdyn_allowedpresences: [192360000, 192360001] },
    });
    await Promise.all(Array.from({ length: processes }, () => servers.start()));
    const crew = new AgentsAtWork(store, servers, desk.ids.agents);
    await crew.connect();
    const began = performance.now();
    const arriving = arrive(servers, desk);

    const killing = (async () => {
      while (!isOver) {
        await pause(killSeconds * 1_000);
        if (isOver) break;
        servers.any().kill();
        kills += 1;
        const replacement = servers.start();
        await pause(Math.random() * 1_000);
        await crew.connect();
        await replacement;
        // So that the calls of the new one find somebody.
        await crew.connect(1 / processes);
      }
    })();
    for (let closed = -1; closed !== 0; ) {
      await crew.look();
      await pause(100);
      closed = (await openOnes(desk)) + (await stillUnder(arriving));
    }
    isOver = true;
    const seconds = Math.round((performance.now() - began) / 1_000);
    await killing;

    const { chats, dialled } = await arriving;
    const replay = await replayLog(store, capacity / 30);
    const rows = await store.query({
      text: 'select "activityid" as id, "statuscode" as status, "msdyn_isagentaccepted" as accepted, "msdyn_statuschangereason" as reason from "dataverse"."msdyn_ocliveworkitem"',
      values: [],
    });
    const byId = new Map(rows.map((row) => [String(row.id), row]));
    const lostCalls = rows.filter(({ reason }) => reason === 192350014).length;
    console.log(
      `${processes} servers, ${kills} killed, ${agents} agents: ${chats.length} conversations and ${dialled.length} calls in ${seconds} s; ${[...replay.offered.values()].reduce((sum, one) => sum + one, 0)} offers, ${replay.violations.length} violations, ${lostCalls} calls ended with their server`,
    );
    expect(replay.violations).toEqual([]);
    expect(chats.filter((id) => byId.get(id)?.status !== 4 || byId.get(id)?.accepted !== true)).toEqual([]);
    expect(dialled.filter((id) => byId.get(id)?.status !== 4)).toEqual([]);
    expect([...byId.keys()].filter((id) => !replay.offered.has(id) && chats.includes(id))).toEqual([]);
    expect(kills).toBeGreaterThan(0);
    expect(servers.wrong).toEqual([]);
    // Nobody is left with work they do not have.
    await expect.poll(() => held(desk), { timeout: 10_000 }).toEqual([]);
  } finally {
    isOver = true;
    servers.close();
    await test.close();
  }
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** All in one burst: four chats and messages for each call. A chat whose server dies is sent again, to another; a caller
 *  who hears nothing dials again. */
async function arrive(servers: Servers, { ids }: FrontDesk): Promise<{ chats: string[]; dialled: string[] }> {
  const chats: string[] = [];
  const dialled: string[] = [];
  const one = async (n: number): Promise<void> => {
    if (n % 5 !== 0) {
      const conversation = randomUUID();
      chats.push(conversation);
      await servers.deliver({
        type: 'ConversationArrived',
        conversation,
        workstream: ids.direct,
        channel: n % 2 === 0 ? liveChat : messaging,
        customer: { table: 'contact', id: ids.contact },
        name: 'Kim Berg',
        context: {},
        record: null,
      });
      return;
    }
    for (let outcome: string | null = null; outcome !== 'done'; ) {
      const conversation = randomUUID();
      outcome = await servers.any().ask({
        type: 'CallArrived',
        conversation,
        call: conversation,
        from: null,
        to: number.direct,
        provider: 'test',
      });
      if (outcome === 'done') dialled.push(conversation);
    }
  };
  await Promise.all(Array.from({ length: conversations }, (_, n) => one(n)));
  return { chats, dialled };
}

/** 1 while the promise is not settled. */
const stillUnder = (promise: Promise<unknown>): Promise<number> =>
  Promise.race([promise.then(() => 0), pause(1).then(() => 1)]);

async function openOnes({ store }: FrontDesk): Promise<number> {
  const [row] = await store.query({
    text: 'select count(*)::int4 as n from "dataverse"."msdyn_ocliveworkitem" where "statecode" = 0',
    values: [],
  });
  return Number(row?.n);
}

/** People who are shown with less than all their capacity. */
const held = ({ store }: FrontDesk): Promise<Record<string, unknown>[]> =>
  store.query({
    text: `select "msdyn_agentid" as agent, "msdyn_availableunitscapacity" as units
      from "dataverse"."msdyn_agentstatus" where "msdyn_availableunitscapacity" <> $1`,
    values: [capacity],
  });
