/** CPU of a read against the floor, both in one run on one database, in interleaved rounds. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedDatabase, startEmbedded } from '../../src/store/index.ts';
import { freePort, removeData, startServer } from '../server/server.ts';
import { cpuSeconds, processTree } from './measure.ts';
import type { Report } from './report.ts';

const contacts = 500;
const requests = 2_000;
const rounds = 7;
const warmUpRounds = 2;
const inFlight = 16;
const columns = 'fullname,jobtitle,mobilephone,createdon,statecode';

interface Side {
  readonly port: number;
  readonly pid: number;
}

/** CPU per request in milliseconds. */
interface Cost {
  readonly node: number;
  readonly postgres: number;
}

/** Prints the ratio ours / floor of Node's CPU per request, for a read by key and for a list of 50 rows. */
export async function benchWebApi(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-bench-'));
  const database = await startEmbedded(folder);
  try {
    await compareReads(report, database);
  } finally {
    await database.stop();
    removeData(folder);
  }
}

async function compareReads(report: Report, database: EmbeddedDatabase): Promise<void> {
  const server = await startServer({ env: { DATABASE_URL: database.url } });
  const floorPort = await freePort();
  const floor = fork(join(import.meta.dirname, 'floor.mjs'), {
    execArgv: [],
    env: { ...process.env, DATABASE_URL: database.url, PORT: String(floorPort) },
  });
  try {
    await ready(floor);
    const keys = await addContacts(database.url);
    const token = await server.token();
    const ours = { port: Number(new URL(server.origin).port), pid: server.process.pid ?? 0 };
    const theirs = { port: floorPort, pid: floor.pid ?? 0 };
    const api = '/api/data/v9.2/contacts';
    const list = `${api}?$select=${columns}&$filter=statecode%20eq%200&$orderby=createdon%20desc&$top=50`;
    const cases = {
      'read by key': keys.map((key) => `${api}(${key})?$select=${columns}`),
      'list of 50 rows': keys.map(() => list),
    };
    for (const [name, paths] of Object.entries(cases)) {
      await sameAnswer(ours, theirs, paths[0] ?? '', token);
      await compare(report, name, [ours, theirs], (side) => cost(side, database.pid, paths, token));
    }
  } finally {
    floor.kill();
    await server.stop();
  }
}

const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`the floor program ended with ${code}`)));
  });

/** Makes rows to read; the key for each request. */
async function addContacts(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `insert into dataverse.contact (contactid, fullname, lastname, jobtitle, mobilephone, createdon, statecode, statuscode, versionnumber)
     select gen_random_uuid(), 'Contact ' || i, 'Contact ' || i, 'Tester', '+4521' || lpad(i::text, 6, '0'),
            now() - i * interval '1 minute', 0, 1, i from generate_series(1, $1) i`,
    [contacts],
  );
  await client.query('vacuum analyze dataverse.contact');
  const { rows } = await client.query<{ contactid: string }>('select contactid from dataverse.contact');
  await client.end();
  return Array.from({ length: requests }, (_, index) => rows[index % rows.length]?.contactid ?? '');
}

/** Both sides must have done the same work before their costs are compared. */
async function sameAnswer(ours: Side, theirs: Side, path: string, token: string): Promise<void> {
  const rowsOf = async ({ port }: Side): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { '@odata.context': _, value, ...row } = (await answer.json()) as Record<string, unknown>;
    return JSON.stringify(value ?? row);
  };
  const [own, bare] = [await rowsOf(ours), await rowsOf(theirs)];
  if (own !== bare)
    throw new Error(`the floor answers otherwise:\n${own.slice(0, 300)}\n${bare.slice(0, 300)}`);
}

async function compare(
  report: Report,
  name: string,
  [ours, theirs]: readonly [Side, Side],
  measure: (side: Side) => Promise<Cost>,
): Promise<void> {
  const own: Cost[] = [];
  const bare: Cost[] = [];
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    // By turns, so that neither always comes after the other.
    const [first, second] = round % 2 === 0 ? [ours, theirs] : [theirs, ours];
    const costs = new Map([[first, await measure(first)]]);
    costs.set(second, await measure(second));
    const [mine, floor] = [costs.get(ours), costs.get(theirs)];
    if (round < 0 || mine === undefined || floor === undefined) continue;
    own.push(mine);
    bare.push(floor);
  }
  const ratios = own.map(({ node }, index) => node / (bare[index]?.node ?? Number.NaN));
  report.figure(`${name}: CPU of Node, ours / bare node:http + pg`, ratios, '×', { most: 2 });
  for (const part of ['node', 'postgres'] as const) {
    const who = part === 'node' ? 'Node' : 'PostgreSQL';
    const of = (costs: readonly Cost[]): number[] => costs.map((one) => one[part]);
    report.figure(`${name}: CPU of ${who}, ours`, of(own), 'ms');
    report.figure(`${name}: CPU of ${who}, bare`, of(bare), 'ms');
  }
}

/** What the requests cost, each. */
async function cost(side: Side, postgres: number, paths: readonly string[], token: string): Promise<Cost> {
  const used = (): [number, number] => [cpuSeconds([side.pid]), cpuSeconds(processTree(postgres))];
  const before = used();
  await load(side.port, paths, token);
  const after = used();
  return {
    node: ((after[0] - before[0]) / paths.length) * 1000,
    postgres: ((after[1] - before[1]) / paths.length) * 1000,
  };
}

/** Sends the requests, so many at a time. */
async function load(port: number, paths: readonly string[], token: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++])
      await get(agent, port, path, token);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  agent.destroy();
}

function get(agent: Agent, port: number, path: string, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    request({ agent, host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${path}: ${response.statusCode}`));
      });
    })
      .once('error', reject)
      .end();
  });
}
