/** The clock of a whole server over HTTP, with real engine and timers. Source: mission.md B4. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeTestDatabase } from '../../test/database/database.ts';
import { createEngine, type Engine } from '../conversation/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { msdyn_ocliveworkitem, msdyn_ocsession, systemuser } from '../tables/dataverse/index.ts';
import { wirechief_offer } from '../tables/wirechief/wirechief_offer.ts';
import { type ClockState, createClockDesk, whyNotOnThisClock } from './clock-desk.ts';
import { readConfig } from './config.ts';
import { type Running, start } from './start.ts';

const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'wirechief-clock-'));
const hourMs = 3_600_000;
let database: Awaited<ReturnType<typeof makeTestDatabase>>;
let running: Running;
let origin: string;
let token: string;
/** Another node on the database: what happens there, the server under test hears of. */
let other: Store;
let engine: Engine;

beforeAll(async () => {
  database = await makeTestDatabase();
  const environment = {
    WIRECHIEF_RTP_PORTS: '45200-45299',
    WIRECHIEF_DATA: 'data',
    DATABASE_URL: database.url,
  };
  running = await start({ ...readConfig(environment, folder), port: 0, sipPort: 0 }, () => {});
  origin = `http://127.0.0.1:${running.port}`;
  const secret = { client_id: 'wirechief-dev', client_secret: 'wirechief-dev' };
  const form = { grant_type: 'client_credentials', ...secret, scope: `${origin}/.default` };
  const answer = await fetch(`${origin}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  ({ access_token: token } = (await answer.json()) as { access_token: string });
  other = await openStore({ url: database.url });
  engine = createEngine({ store: other, log: () => {} });
});
afterAll(async () => {
  await other.close();
  await running.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  await ask({ real: true });
});

const send = (body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${origin}/admin/clock`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
async function ask(body?: unknown): Promise<ClockState> {
  const response = await send(body);
  expect(response.status).toBe(200);
  return (await response.json()) as ClockState;
}

/** A conversation in wrap-up, brought there by another node. */
async function wrapUp(): Promise<string> {
  const conversation = randomUUID();
  const [agent] = await other.rows(systemuser, { domainname: 'agent' });
  if (!agent?.systemuserid) throw new Error('the world has no agent');
  await engine.run({ type: 'AgentConnected', agent: agent.systemuserid });
  const call = { call: conversation, from: '+4520000001', to: '+4570000001', provider: 'test' };
  await engine.run({ type: 'CallArrived', conversation, ...call });
  await engine.run({ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } });
  await engine.idle();
  const [offer] = await other.rows(wirechief_offer, { wirechief_conversationid: conversation });
  const offered = { conversation, agent: offer?.wirechief_agentid ?? '' };
  await engine.run({ type: 'AgentAccepted', ...offered });
  await engine.run({ type: 'MediaConnected', ...offered });
  await engine.run({ type: 'AgentEnded', ...offered });
  await engine.idle();
  return conversation;
}

describe('GET and POST /admin/clock', () => {
  test('tell the real time until it is moved', async () => {
    expect(await ask()).toMatchObject({ isReal: true, factor: 1 });
  });

  test('past the wrap-up limit: the conversation is closed by the system at that instant, within seconds', async () => {
    await ask({ stop: true });
    await expect.poll(() => other.clock.setting()?.factor).toBe(0);
    const began = performance.now();
    const conversation = await wrapUp();
    const row = await other.row(msdyn_ocliveworkitem, conversation);
    expect(row?.statuscode).toBe(5);
    const initiatedOn = row?.msdyn_wrapupinitiatedon ?? new Date(0);
    const due = new Date(initiatedOn.getTime() + 24 * hourMs);
    const state = await ask({ advance: 'PT25H' });
    expect(state.now).toBe(new Date(initiatedOn.getTime() + 25 * hourMs).toISOString());
    expect(state.fired).toContainEqual(
      expect.objectContaining({ kind: 'conversation', due: due.toISOString(), handled: true }),
    );
    // behaviour.md §1.3: closed by the system after 24 hours in wrap-up.
    expect(await other.row(msdyn_ocliveworkitem, conversation)).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350010,
      msdyn_closedon: due,
      modifiedon: due,
    });
    const sessions = await other.rows(msdyn_ocsession, { msdyn_liveworkitemid: conversation });
    expect(sessions.map(({ msdyn_closurereason }) => msdyn_closurereason)).toContain(192350018);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test('to the next timer: fires it and tells which', async () => {
    await ask({ set: '2040-01-01T12:00:00Z' });
    await ask({ stop: true });
    await expect.poll(() => other.clock.setting()?.factor).toBe(0);
    await wrapUp();
    const { nextTimerOn } = await ask();
    const state = await ask({ next: true });
    expect(state.now).toBe(nextTimerOn);
    expect(state.fired?.length).toBeGreaterThan(0);
    expect(state.fired?.every(({ due, handled }) => String(due) === nextTimerOn && handled)).toBe(true);
  });

  test('rows, query functions and the sign of a moved clock follow; tokens do not', async () => {
    await ask({ set: '2050-06-15T12:00:00Z' });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const made = await fetch(`${origin}/api/data/v9.2/contacts`, {
      method: 'POST',
      headers,
      body: '{"lastname":"Of the future"}',
    });
    expect(made.status).toBe(204);
    const found = async (filter: string): Promise<number> => {
      const query = `$filter=lastname eq 'Of the future' and ${filter}&$count=true`;
      const answer = await fetch(`${origin}/api/data/v9.2/contacts?${query}`, { headers });
      return ((await answer.json()) as { value: unknown[] }).value.length;
    };
    const today = `Microsoft.Dynamics.CRM.Today(PropertyName='createdon')`;
    const older = `Microsoft.Dynamics.CRM.OlderThanXHours(PropertyName='createdon',PropertyValue=1)`;
    expect([await found(today), await found(older)]).toEqual([1, 0]);
    await ask({ advance: 'P1D' });
    expect([await found(today), await found(older)]).toEqual([0, 1]);
  });

  test('back: is done, and says what it means', async () => {
    await ask({ set: '2050-06-15T12:00:00Z' });
    const state = await ask({ set: '2020-06-15T12:00:00Z' });
    expect(state.note).toMatch(/^The clock went back from 2050-06-15T12:00:0/);
    expect(state.now.startsWith('2020-06-15T12:00:0')).toBe(true);
  });

  test('are for administrators, and refuse what they do not understand', async () => {
    expect((await send(undefined, { authorization: '' })).status).toBe(401);
    expect((await send({ fast: true })).status).toBe(400);
    expect(
      ((await (await send({ factor: 1e9 })).json()) as { error: { message: string } }).error.message,
    ).toBe('factor must be 0 (stopped) or a number from 0.001 to 3600.');
    expect((await ask()).isReal).toBe(true);
  });

  test('GET /admin/lint tells what the world of the server lacks', async () => {
    const response = await fetch(`${origin}/admin/lint`, { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(200);
    const { value } = (await response.json()) as { value: { rule: string; severity: string }[] };
    expect(value).toMatchObject([{ rule: 'noActiveRouting', severity: 'hint' }]);
    expect((await fetch(`${origin}/admin/lint`)).status).toBe(401);
  });

  test('npm run clock says and does the same', async () => {
    const tool = join(import.meta.dirname, '../../tools/clock.mjs');
    const run = async (...words: string[]): Promise<string> => {
      const env = { ...process.env, WIRECHIEF_URL: origin };
      const { stdout } = await execute(process.execPath, [tool, ...words], { env });
      return stdout;
    };
    expect(await run()).toContain('the real time');
    expect(await run('set', '2033-01-01T00:00:00Z')).toMatch(/^2033-01-01T00:00:0.* {2}it runs$/m);
    expect(await run('stop')).toContain('it stands');
    expect(await run('factor', '60')).toContain('it runs 60 times as fast');
    expect(await run('advance', '3600')).toMatch(/^2033-01-01T01:/);
    await expect(run('fly')).rejects.toThrow('npm run clock -- now');
    await expect(run('factor', 'fast')).rejects.toThrow('factor must be 0 (stopped)');
    expect(await run('real')).toContain('the real time');
  });
});

describe('a server that is not in development', () => {
  const parts = () => ({ store: other, engine });
  test('refuses, naming why', async () => {
    const desk = createClockDesk({ ...parts(), signIn: { kind: 'off' } });
    await expect(desk.read()).rejects.toMatchObject({ key: 'developmentOnly', status: 403 });
    await expect(desk.perform({ kind: 'next' })).rejects.toThrow('WIRECHIEF_DEV_SIGNIN is off here.');
  });

  test('does not start on a clock that was moved', async () => {
    const signIn = { kind: 'off' } as const;
    expect(whyNotOnThisClock({ store: other, signIn })).toBeNull();
    await ask({ factor: 60 });
    await expect.poll(() => other.clock.setting()?.factor).toBe(60);
    expect(whyNotOnThisClock({ store: other, signIn })).toContain('npm run clock -- real');
    expect(whyNotOnThisClock({ store: other, signIn: { kind: 'development' } })).toBeNull();
  });
});
