/** CPU of the Web API against the floor, both in one run on one database, in interleaved rounds. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type EmbeddedDatabase, startEmbedded } from '../../src/store/index.ts';
import { freePort, removeData, startServer } from '../server/server.ts';
import { quantile, type Report } from './report.ts';
import { type Call, type Cost, cost, load, type Side } from './web-api-load.ts';
import { addRows, type Keys } from './web-api-rows.ts';

const requests = 2_000;
const rounds = 7;
const warmUpRounds = 2;
const batchSize = 1_000;
const api = '/api/data/v9.2';

interface Bench {
  readonly report: Report;
  readonly ours: Side;
  readonly floor: Side;
  readonly postgres: number;
  readonly token: string;
}

/** Prints what each kind of request costs in CPU, as a ratio to the floor, and the ratios within the Web API. */
export async function benchWebApi(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-bench-'));
  const database = await startEmbedded(folder);
  try {
    await withServers(report, database);
  } finally {
    await database.stop();
    removeData(folder);
  }
}

async function withServers(report: Report, database: EmbeddedDatabase): Promise<void> {
  const server = await startServer({ env: { DATABASE_URL: database.url } });
  const floorPort = await freePort();
  const floor = fork(join(import.meta.dirname, 'floor.mjs'), {
    execArgv: [],
    env: { ...process.env, DATABASE_URL: database.url, PORT: String(floorPort) },
  });
  try {
    await ready(floor);
    const keys = await addRows(database.url, requests);
    const bench: Bench = {
      report,
      ours: { port: Number(new URL(server.origin).port), pid: server.process.pid ?? 0 },
      floor: { port: floorPort, pid: floor.pid ?? 0 },
      postgres: database.pid,
      token: await server.token(),
    };
    await againstFloor(bench, keys);
    await annotated(bench, keys);
    await metadata(bench);
    await inBatch(bench);
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

const get = (path: string): Call => ({ method: 'GET', path: `${api}/${path}` });
const contactColumns = '$select=fullname,jobtitle,mobilephone,createdon,statecode';
const conversationColumns = '$select=subject,statecode,createdon';
const withSessions = `${conversationColumns}&$expand=msdyn_msdyn_ocliveworkitem_msdyn_ocsession_liveworkstreamid($select=subject,statecode)`;
const newestOpen = '$filter=statecode%20eq%200&$orderby=createdon%20desc&$top=50';
const newContact = (index: number): string =>
  JSON.stringify({
    lastname: `Bench ${index}`,
    firstname: 'Ada',
    jobtitle: 'Tester',
    mobilephone: '+4520000000',
  });

async function againstFloor(bench: Bench, { contacts, conversations }: Keys): Promise<void> {
  const each = (path: (key: string) => string, keys: readonly string[]): Call[] =>
    keys.map((key) => get(path(key)));
  const reads = {
    'read by key': each((key) => `contacts(${key})?${contactColumns}`, contacts),
    'list of 50 rows': each(
      () => `msdyn_ocliveworkitems?${conversationColumns}&${newestOpen}`,
      conversations,
    ),
    'one row with its sessions': each(
      (key) => `msdyn_ocliveworkitems(${key})?${withSessions}`,
      conversations,
    ),
    '50 rows with their sessions': each(
      () => `msdyn_ocliveworkitems?${withSessions}&${newestOpen}`,
      conversations,
    ).slice(0, requests / 4),
  };
  for (const [name, calls] of Object.entries(reads)) {
    await sameAnswer(bench, calls[0]?.path ?? '');
    await compare(bench, name, () => calls, 2);
  }
  const create = (): Call[] =>
    contacts.map((_, index) => ({ method: 'POST', path: `${api}/contacts`, body: newContact(index) }));
  await compare(bench, 'create', create, 3);
  let round = 0;
  const patch = (): Call[] => {
    round += 1;
    const body = JSON.stringify({ jobtitle: `Tester ${round}` });
    return contacts.map((key) => ({ method: 'PATCH', path: `${api}/contacts(${key})`, body }));
  };
  await compare(bench, 'patch', patch, 3);
}

/** Both sides must have done the same work before their costs are compared. */
async function sameAnswer({ ours, floor, token }: Bench, path: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const answerOf = async ({ port }: Side): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return JSON.parse(await answer.text(), (key, value: unknown) =>
      /@odata\.(?:context|nextLink)$/.test(key) ? undefined : value,
    );
  };
  const [own, bare] = [await answerOf(ours), await answerOf(floor)];
  if (isDeepStrictEqual(own, bare)) return;
  const text = (value: unknown): string => JSON.stringify(value).slice(0, 300);
  throw new Error(`the floor answers otherwise to ${path}:\n${text(own)}\n${text(bare)}`);
}

/** Measures both by turns, so that neither always comes after the other. */
async function byTurns(
  first: () => Promise<Cost>,
  second: () => Promise<Cost>,
): Promise<readonly (readonly [Cost, Cost])[]> {
  const pairs: [Cost, Cost][] = [];
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const early = round % 2 === 0 ? await first() : null;
    const other = await second();
    const pair: [Cost, Cost] = [early ?? (await first()), other];
    if (round >= 0) pairs.push(pair);
  }
  return pairs;
}

const total = ({ node, postgres }: Cost): number => node + postgres;

async function compare(
  bench: Bench,
  name: string,
  calls: () => readonly Call[],
  most: number,
): Promise<void> {
  const { report, ours, floor, postgres, token } = bench;
  const pairs = await byTurns(
    () => cost(ours, postgres, calls(), token),
    () => cost(floor, postgres, calls(), token),
  );
  const ratios = (part: (one: Cost) => number): number[] =>
    pairs.map(([own, bare]) => part(own) / part(bare));
  report.figure(`${name}: CPU, ours / bare node:http + pg`, ratios(total), '×', { most });
  report.figure(
    `${name}: of it Node alone`,
    ratios(({ node }) => node),
    '×',
  );
  for (const part of ['node', 'postgres'] as const)
    for (const [index, who] of (['ours', 'bare'] as const).entries())
      report.figure(
        `${name}: CPU of ${part === 'node' ? 'Node' : 'PostgreSQL'}, ${who}`,
        pairs.map((pair) => pair[index as 0 | 1][part]),
        'ms',
      );
}

/** What annotations on all columns cost over the same request without. */
async function annotated({ report, ours, postgres, token }: Bench, { conversations }: Keys): Promise<void> {
  const plain = conversations
    .slice(0, requests / 2)
    .map(() => get(`msdyn_ocliveworkitems?${conversationColumns}&${newestOpen}`));
  const headers = { prefer: 'odata.include-annotations="*"' };
  const pairs = await byTurns(
    () =>
      cost(
        ours,
        postgres,
        plain.map((call) => ({ ...call, headers })),
        token,
      ),
    () => cost(ours, postgres, plain, token),
  );
  const ratios = pairs.map(([rich, bare]) => total(rich) / total(bare));
  report.figure('list of 50 rows: annotations on all columns / none', ratios, '×', { most: 1.5 });
}

async function metadata({ report, ours, postgres, token }: Bench): Promise<void> {
  const costs: number[] = [];
  await load(ours.port, [get('$metadata')], token);
  for (let round = 0; round < rounds; round += 1)
    costs.push(
      total(
        await cost(
          ours,
          postgres,
          Array.from({ length: 100 }, () => get('$metadata')),
          token,
        ),
      ),
    );
  report.figure('$metadata of all tables: CPU', costs, 'ms', { most: 5 });
}

/** The time of so many creates in one change set against as many requests. */
async function inBatch({ report, ours, token }: Bench): Promise<void> {
  const bodies = Array.from({ length: batchSize }, (_, index) => newContact(index));
  const single = bodies.map((body): Call => ({ method: 'POST', path: `${api}/contacts`, body }));
  const batch: Call = {
    method: 'POST',
    path: `${api}/$batch`,
    headers: { 'content-type': 'multipart/mixed; boundary=b' },
    body: batchBody(bodies),
  };
  const seconds = async (calls: readonly Call[]): Promise<number> => {
    const startedAt = performance.now();
    await load(ours.port, calls, token);
    return (performance.now() - startedAt) / 1000;
  };
  const times: [number, number][] = [];
  for (let round = -1; round < rounds; round += 1) {
    const pair: [number, number] = [await seconds([batch]), await seconds(single)];
    if (round >= 0) times.push(pair);
  }
  report.figure(
    `${batchSize} creates: requests / one change set, time`,
    times.map(([one, many]) => many / one),
    '×',
    { least: 5 },
  );
  report.figure(
    `${batchSize} creates in one change set`,
    times.map(([one]) => one),
    's',
  );
  report.figure(
    'create: requests a second',
    [
      batchSize /
        quantile(
          times.map(([, many]) => many),
          0.5,
        ),
    ],
    '',
  );
}

function batchBody(bodies: readonly string[]): string {
  const parts = bodies.map(
    (body, index) =>
      `--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: ${index + 1}\r\n\r\n` +
      `POST ${api}/contacts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n${body}\r\n`,
  );
  return `--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n${parts.join('')}--c--\r\n--b--\r\n`;
}
