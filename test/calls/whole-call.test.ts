import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src/conversation/index.ts';
import { loadWorld } from '../../src/server/world/load.ts';
import * as t from '../../src/tables/dataverse/index.ts';
import { type Guid, organizationId, presences, rootBusinessUnitId } from '../../src/tables/index.ts';
import { wirechief_offer } from '../../src/tables/wirechief/wirechief_offer.ts';
import { startVoice, type Voice } from '../../src/voice/index.ts';
import { createWebApi } from '../../src/webapi/index.ts';
import { openTestStore, type TestStore } from '../database/database.ts';
import { createPhone, type Phone } from '../phone/phone.ts';
import { numbers, until } from './line.ts';
import { TestPage } from './page.ts';

/** The world front-desk with the real engine, the real voice layer and a real database: the main job of product.md,
 *  all but the browser. */
let database: TestStore;
let engine: Engine;
let voice: Voice;
let server: Server;
let origin: string;
let robin: Guid<'systemuser'>;
let page: TestPage;
let caller: Phone;
const log: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'wirechief-whole-'));

beforeAll(async () => {
  database = await openTestStore();
  const { store } = database;
  const world = await loadWorld(store, 'front-desk');
  const [user] = await store.rows(t.systemuser, { domainname: 'agent' });
  robin = user?.systemuserid ?? '';
  engine = createEngine({ store, log: (line) => log.push(line) });
  voice = await startVoice(
    {
      sip: { host: '127.0.0.1', port: 0, trunks: ['127.0.0.1'], credentials: {} },
      rtpPorts: [41_000, 41_099],
      cacheFolder: folder,
      flows: world.flows,
      numbers: world.testNumbers,
      callersWithoutSignIn: true,
      authenticate: async (token) => (token === 'robin' ? robin : null),
      log: (line) => log.push(line),
    },
    engine,
  );
  store.startTimers();
  server = createServer().on('upgrade', (request, socket, head) => voice.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  origin = `http://127.0.0.1:${bound !== null && typeof bound === 'object' ? bound.port : 0}`;
  page = await TestPage.open(origin, { type: 'hello', role: 'agent', token: 'robin' }, { hertz: 440 });
  await until(() => page.ready);
  await engine.idle();
  await engine.run({ type: 'PresenceSet', agent: robin, presence: presences.available, by: robin });
  caller = await createPhone({ hertz: 1000 });
});
afterAll(async () => {
  await caller?.close();
  await page?.close();
  await voice?.close();
  await engine?.idle();
  await new Promise((resolve) => server.close(resolve));
  await database.close();
  rmSync(folder, { recursive: true, force: true });
  expect(database.faults).toEqual([]);
});

const bothHear = (): boolean => caller.share(440, 400) > 0.9 && page.ear.share(1000, 400) > 0.9;

it('goes from ring to talk time, and the rows say so (mission rows S0.1–S0.4)', async () => {
  const { store } = database;
  await caller.dial(`sip:${numbers.frontDesk}@127.0.0.1:${voice.sipPort}`, { from: '+4570123456' });
  await until(() => caller.sound.ear.level(300) > 0.02);
  await caller.sendKeys('1');
  await until(() => page.call?.state === 'ringing');
  const conversation = page.call?.conversation ?? '';
  const [context] = await store.rows(t.msdyn_ocphonecallengagementctx, {
    msdyn_liveworkitemid: conversation,
  });
  expect(context).toMatchObject({ msdyn_callsid: caller.callId, msdyn_fromphone: '+4570123456' });
  expect(await store.rows(wirechief_offer, { wirechief_agentid: robin })).toHaveLength(1);

  const accepted = performance.now();
  await engine.run({ type: 'AgentAccepted', conversation, agent: robin }, robin);
  await until(bothHear);
  expect(performance.now() - accepted).toBeLessThan(2000);
  await engine.idle();
  const sessions = await store.rows(t.msdyn_ocsession, { msdyn_liveworkitemid: conversation });
  const live = sessions.find((session) => session.msdyn_sessionclosedon === null);
  const participant = async () => {
    const rows = await store.rows(t.msdyn_sessionparticipant, {
      msdyn_omnichannelsession: live?.activityid ?? '',
    });
    return rows[0];
  };
  await expect.poll(async () => (await participant())?.msdyn_starttalktime ?? null).not.toBeNull();
  expect(await participant()).toMatchObject({ msdyn_agentid: robin });

  await engine.run({ type: 'HoldRequested', conversation, agent: robin }, robin);
  caller.sound.ear.forget();
  await until(() => caller.sound.ear.level(400) > 0.01 && caller.share(440, 400) < 0.1);
  await engine.run({ type: 'UnholdRequested', conversation, agent: robin }, robin);
  await until(bothHear);

  await caller.hangUp();
  await until(() => page.call?.state === 'ended');
  expect(page.call?.reason).toBe('The caller hung up');
  await expect.poll(async () => (await participant())?.msdyn_starttalktime).toBeNull();
  expect((await participant())?.msdyn_talktime).toBeGreaterThanOrEqual(0);
  await expect
    .poll(async () => (await store.rows(t.msdyn_ocliveworkitem, { activityid: conversation }))[0]?.statuscode)
    .toBe(5);
  expect(await store.rows(t.phonecall, {})).toEqual([]);
  expect(log.filter((line) => line.includes('failed'))).toEqual([]);
});

it('brings the agent back into the call after a reload', async () => {
  const first = page.call?.conversation ?? '';
  await engine.run({ type: 'SessionClosed', conversation: first, agent: robin }, robin);
  await engine.idle();
  await engine.run({ type: 'PresenceSet', agent: robin, presence: presences.available, by: robin });
  await caller.dial(`sip:${numbers.straight}@127.0.0.1:${voice.sipPort}`, { from: '+4570123456' });
  await until(() => page.call?.state === 'ringing');
  const conversation = page.call?.conversation ?? '';
  await engine.run({ type: 'AgentAccepted', conversation, agent: robin }, robin);
  await until(bothHear);
  await engine.run({ type: 'HoldRequested', conversation, agent: robin }, robin);
  await page.close();
  await engine.idle();
  page = await TestPage.open(origin, { type: 'hello', role: 'agent', token: 'robin' }, { hertz: 440 });
  await until(() => page.call?.state === 'held');
  await engine.idle();
  await engine.run({ type: 'UnholdRequested', conversation, agent: robin }, robin);
  await until(bothHear);
  await engine.run({ type: 'AgentEnded', conversation, agent: robin }, robin);
  await caller.waitForState('ended');
  expect(page.call).toMatchObject({ state: 'ended', conversation, reason: 'You ended the call' });
});

it('ends the call when the conversation is closed over the Web API (mission row S3.3)', async () => {
  const { store } = database;
  const before = page.call?.conversation ?? '';
  await engine.run({ type: 'SessionClosed', conversation: before, agent: robin }, robin);
  await engine.run({ type: 'PresenceSet', agent: robin, presence: presences.available, by: robin });
  const [admin] = await store.rows(t.systemuser, { domainname: 'admin' });
  const api = createWebApi({ store, engine, onFault: (fault) => log.push(`failed: ${String(fault)}`) });
  await caller.dial(`sip:${numbers.straight}@127.0.0.1:${voice.sipPort}`, { from: '+4570123456' });
  await until(() => page.call?.state === 'ringing');
  const conversation = page.call?.conversation ?? '';
  await engine.run({ type: 'AgentAccepted', conversation, agent: robin }, robin);
  await until(bothHear);
  await engine.idle();

  const response = await api.handle(
    {
      method: 'PATCH',
      url: `/api/data/v9.2/msdyn_ocliveworkitems(${conversation})`,
      origin,
      headers: { 'if-match': '*' },
      body: '{"statecode":1,"statuscode":4}',
    },
    { userId: admin?.systemuserid ?? '', businessUnitId: rootBusinessUnitId, organizationId },
  );
  expect([response.status, response.body]).toEqual([204, null]);
  await caller.waitForState('ended');
  await until(() => page.call?.state === 'ended');
  expect(page.call).toMatchObject({ conversation, reason: 'The conversation was closed' });
  await engine.idle();

  const row = await store.row(t.msdyn_ocliveworkitem, conversation);
  expect(row).toMatchObject({ statecode: 1, statuscode: 4, msdyn_statuschangereason: 192350016 });
  const [person] = await store.rows(t.msdyn_sessionparticipant, {
    msdyn_sessionparticipantid: row?.msdyn_activesessionparticipantid ?? '',
  });
  expect(person).toMatchObject({ msdyn_starttalktime: null, msdyn_iscapacityblocking: false });
  const [status] = await store.rows(t.msdyn_agentstatus, { msdyn_agentid: robin });
  expect(status).toMatchObject({ msdyn_assignedconversationcount: 0 });
  expect(log.filter((line) => line.includes('failed'))).toEqual([]);
});
