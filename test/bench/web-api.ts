/** CPU of a request against the floor, both in one run on one database, in interleaved rounds. */
import { fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import pg from 'pg';
import { freePort, startServer } from '../server/server.ts';
import { cpuSeconds, line } from './measure.ts';

const contacts = 10_000;
const requestsPerRound = 1500;
const rounds = 7;
const columns = 'fullname,jobtitle,mobilephone,createdon,versionnumber';

/** Sends requests with `inFlight` at a time; resolves with milliseconds of wall time. */
async function load(port: number, paths: readonly string[], token: string, inFlight = 16): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const started = performance.now();
  let next = 0;
  const worker = async () => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++])
      await get(agent, port, path, token);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  agent.destroy();
  return performance.now() - started;
}

function get(agent: Agent, port: number, path: string, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request(
      { agent, host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${token}` } },
      (response) => {
        response.resume().once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`${path}: ${response.statusCode}`));
        });
      },
    )
      .once('error', reject)
      .end();
  });
}

/** Prints the ratio ours / floor of server CPU per request, for a read by key and for a list of 50. */
export async function benchWebApi(databaseUrl: string): Promise<void> {
  const server = await startServer({ env: { DATABASE_URL: databaseUrl } });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `insert into dataverse.contact (contactid, fullname, lastname, jobtitle, mobilephone, createdon, statecode, statuscode, versionnumber)
     select gen_random_uuid(), 'Contact ' || i, 'Contact ' || i, 'Tester', '+4521' || lpad(i::text, 6, '0'),
            now() - i * interval '1 minute', 0, 1, i from generate_series(1, $1) i`,
    [contacts],
  );
  await client.query('analyze dataverse.contact');
  const { rows } = await client.query<{ contactid: string }>(
    'select contactid from dataverse.contact limit 500',
  );
  await client.end();
  const floorPort = await freePort();
  const floor = fork(join(import.meta.dirname, 'floor.mjs'), {
    execArgv: [],
    env: { ...process.env, DATABASE_URL: databaseUrl, PORT: String(floorPort) },
  });
  await new Promise((resolve) => floor.once('message', resolve));
  const token = await server.token();
  const keys = Array.from(
    { length: requestsPerRound },
    (_, index) => rows[index % rows.length]?.contactid ?? '',
  );
  const api = '/api/data/v9.2/contacts';
  const cases = {
    'read by key': keys.map((key) => `${api}(${key})?$select=${columns}`),
    'list of 50': keys
      .slice(0, 600)
      .map(() => `${api}?$select=${columns}&$filter=statecode%20eq%200&$orderby=createdon%20desc&$top=50`),
  };
  const httpPort = Number(new URL(server.origin).port);
  const [ours, theirs] = [server.process.pid ?? 0, floor.pid ?? 0];
  for (const [name, paths] of Object.entries(cases)) {
    const ratios: number[] = [];
    const milliseconds: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const before = [cpuSeconds(ours), cpuSeconds(theirs)];
      await load(httpPort, paths, token);
      await load(floorPort, paths, token);
      const own = (cpuSeconds(ours) - (before[0] ?? 0)) / paths.length;
      const bare = (cpuSeconds(theirs) - (before[1] ?? 0)) / paths.length;
      if (round < 0) continue; // warm-up
      ratios.push(own / bare);
      milliseconds.push(own * 1000);
    }
    console.log(line(`${name}: CPU, ours / bare node:http + pg`, ratios, '×', '2 ×'));
    console.log(line(`${name}: CPU of the server process`, milliseconds, 'ms'));
  }
  floor.kill();
  await server.stop();
}
