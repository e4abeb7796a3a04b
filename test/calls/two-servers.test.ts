import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { act, signIn } from '../bench/people.ts';
import { makeTestDatabase } from '../database/database.ts';
import { createPhone, type Phone } from '../phone/phone.ts';
import { startServer, type TestServer, waitFor } from '../server/server.ts';
import { until } from './line.ts';
import { TestPage } from './page.ts';

/** Two whole servers on one database, each with its own ports, as two machines have them: decision 11. */
const direct = '+4570000104';
const robin = '5d1f0c62-8a37-4b91-9e20-7c4ad3b6e101';
const available = 'f523f628-c07a-e811-8162-000d3aa11f50';

let database: Awaited<ReturnType<typeof makeTestDatabase>>;
let client: pg.Client;
let first: TestServer;
let second: TestServer;
let token: string;
let caller: Phone;
const pages: TestPage[] = [];

beforeAll(async () => {
  database = await makeTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  first = await startServer({ env: { DATABASE_URL: database.url } });
  second = await startServer({ env: { DATABASE_URL: database.url } });
  token = await signIn(second.origin, 'agent');
  caller = await createPhone({ hertz: 1000 });
});
afterAll(async () => {
  await caller?.close();
  for (const page of pages) await page.vanish();
  await Promise.all([first?.stop(), second?.stop()]);
  await client?.end();
  await database?.drop();
});

const connectTo = async (server: TestServer): Promise<TestPage> => {
  const page = await TestPage.open(server.origin, { type: 'hello', role: 'agent', token }, { hertz: 440 });
  pages.push(page);
  await until(() => page.ready);
  return page;
};

const dial = (server: TestServer): Promise<unknown> =>
  caller.dial(`sip:${direct}@127.0.0.1:${server.sipPort}`, { from: '+4570123456' });

/** The newest conversation. */
const newest = async (): Promise<Record<string, unknown>> => {
  const { rows } = await client.query(
    `select "activityid" as id, "statuscode" as status, "msdyn_statuschangereason" as reason,
      (select string_agg(d."msdyn_evaluation", '') from "dataverse"."msdyn_unifiedroutingdiagnostic" d
        join "dataverse"."msdyn_unifiedroutingrun" r
          on r."msdyn_unifiedroutingrunid" = d."msdyn_unifiedroutingrunid"
        where r."msdyn_liveworkitem" = c."activityid") as why
      from "dataverse"."msdyn_ocliveworkitem" c order by "createdon" desc limit 1`,
  );
  return rows[0] ?? {};
};

const bothHear = (page: TestPage): boolean => caller.share(440, 400) > 0.9 && page.ear.share(1000, 400) > 0.9;

it('rings where the call is, takes orders anywhere, and one outlives the other', async () => {
  const elsewhere = await connectTo(second);
  const presence = await fetch(`${second.origin}/api/data/v9.2/CCaaS_ModifyAgentPresence`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ApiVersion: '1.0', AgentId: robin, PresenceId: available }),
  });
  expect(presence.ok).toBe(true);

  // A call at the first server: nobody there, and the trace says why; the caller waits.
  await dial(first);
  const waiting = await waitFor('the reason', async () => {
    const found = await newest();
    return String(found.why).includes('connected to another server') ? found : null;
  });
  expect(waiting.status).toBe(1);
  expect(elsewhere.call?.state).toBe('idle');

  // The agent connects there: the page at the second server is closed, the call rings.
  const page = await connectTo(first);
  expect(await elsewhere.closed).toBe(1000);
  await until(() => page.call?.state === 'ringing', 20_000);
  const conversation = String(waiting.id);
  // Asked of the second server, done at the first.
  await act(second.origin, token, conversation, 'CCaaS_AcceptCall');
  await until(() => bothHear(page), 20_000);

  // The first dies in the middle of the call: the second ends it, and the agent goes on there.
  const killed = performance.now();
  first.process.kill('SIGKILL');
  const ended = await waitFor('the end of the call', async () => {
    const found = await newest();
    return found.status === 4 ? found : null;
  });
  expect(performance.now() - killed).toBeLessThan(10_000);
  // Closed due to failure.
  expect(ended.reason).toBe(192350014);
  await caller.close();
  caller = await createPhone({ hertz: 1000 });
  const again = await connectTo(second);
  await dial(second);
  await until(() => again.call?.state === 'ringing', 20_000);
  await act(second.origin, token, again.call?.conversation ?? '', 'CCaaS_AcceptCall');
  await until(() => bothHear(again), 20_000);
  await caller.hangUp();
  await until(() => again.call?.state === 'ended', 20_000);
});
