/** Reasons not to start, as real processes: each is one line on stderr that says what to do, an exit code of
 *  sysexits(3), nothing on stdout, and nothing left running. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeTestDatabase } from '../database/database.ts';
import { freePort, program, removeData, rtpBlock, startServer, waitFor } from '../server/server.ts';

const worlds = join(import.meta.dirname, '../../src/server/worlds');

let folder: string;
let data: string;
const undo: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirechief-refusal-'));
  data = join(folder, 'data');
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  removeData(data);
  rmSync(folder, { recursive: true, force: true });
});

interface Ending {
  readonly code: number | null;
  readonly line: string;
}

/** Runs the program until it ends, and expects what every refusal has in common. */
async function refusal(env: Record<string, string>): Promise<Ending> {
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? '',
      WIRECHIEF_PORT: String(await freePort()),
      WIRECHIEF_SIP_PORT: String(await freePort()),
      WIRECHIEF_RTP_PORTS: rtpBlock(),
      WIRECHIEF_DATA: data,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  undo.push(async () => {
    // Only when it did start, against expectation.
    child.kill();
    await ended;
  });
  const code = await ended;
  expect(out).toBe('');
  expect(err).toMatch(/^wirechief: [^\n]+\.\n$/);
  await waitFor('the end of everything that was started', () => leftovers().length === 0, 5000);
  return { code, line: err.slice('wirechief: '.length, -1) };
}

/** Processes that were started for this test's data folder: those of Node have it in their environment, PostgreSQL in
 *  its arguments. */
function leftovers(): string[] {
  if (process.platform !== 'linux') return [];
  const note = join(data, 'postgres-home');
  const marks = [folder, ...(existsSync(note) ? [readFileSync(note, 'utf8').trim()] : [])];
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return false;
    const about = ['cmdline', 'environ'].map((file) => textOf(`/proc/${entry}/${file}`)).join('\0');
    return marks.some((mark) => about.includes(mark)) && !spared.has(Number(entry));
  });
}

/** Processes of a server that a test runs on purpose. */
const spared = new Set<number>();

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // The process ended meanwhile, or is not ours to look into.
    return '';
  }
}

async function takeTcp(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  undo.push(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return port;
}

async function takeUdp(): Promise<number> {
  const socket = createSocket('udp4');
  const port = await freePort();
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  undo.push(() => new Promise<void>((resolve) => void socket.close(() => resolve())));
  return port;
}

/** A copy of the front desk with one file changed. */
function brokenWorld(file: string, change: (text: string) => string): string {
  const world = join(folder, 'desk');
  cpSync(join(worlds, 'front-desk'), world, { recursive: true });
  const path = join(world, file);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  return world;
}

describe('a setting that is wrong', () => {
  test.each([
    ['WIRECHIEF_PORT', 'x', 'WIRECHIEF_PORT is "x": it must be a port number'],
    ['WIRECHIEF_SIP_PORT', '70000', 'WIRECHIEF_SIP_PORT is "70000": it must be a port number'],
    ['WIRECHIEF_RTP_PORTS', '1-2', 'as in 20000-20999'],
    ['WIRECHIEF_HOST', 'not a host', 'WIRECHIEF_HOST is "not a host"'],
    ['WIRECHIEF_HOST', '0.0.0.0', 'WIRECHIEF_OIDC_ISSUER'],
    ['WIRECHIEF_DEV_SIGNIN', 'yes', 'WIRECHIEF_DEV_SIGNIN is "yes": it must be on or off'],
    ['WIRECHIEF_WORLD', 'Nowhere!', 'front-desk, empty'],
    ['DATABASE_URL', 'mysql://a:secret@h/d', 'postgres://user:password@host:5432/database'],
  ])('%s=%s', async (name, value, message) => {
    const { code, line } = await refusal({ [name]: value });
    expect(code).toBe(78);
    expect(line).toContain(message);
    expect(line).not.toContain('secret');
    expect(existsSync(data)).toBe(false);
  });

  test.each([
    ['{"WIRECHIEF_PORT":', 'wirechief.config.json is not valid JSON'],
    ['{"WIRECHIEF_PROT": 1}', 'there is no setting "WIRECHIEF_PROT"'],
  ])('wirechief.config.json %s', async (text, message) => {
    writeFileSync(join(folder, 'wirechief.config.json'), text);
    const { code, line } = await refusal({});
    expect(code).toBe(78);
    expect(line).toContain(message);
  });

  test('a data folder that is a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { code, line } = await refusal({ WIRECHIEF_DATA: join(folder, 'file') });
    expect(code).toBe(73);
    expect(line).toContain('WIRECHIEF_DATA');
  });

  test('an address that is not of this machine', async () => {
    const { code, line } = await refusal({ WIRECHIEF_HOST: '192.0.2.1', WIRECHIEF_DEV_SIGNIN: 'off' });
    expect(code).toBe(69);
    expect(line).toContain('Set WIRECHIEF_HOST to one that is');
  });
});

describe('on a database of one’s own', () => {
  let database: Awaited<ReturnType<typeof makeTestDatabase>>;
  beforeAll(async () => {
    database = await makeTestDatabase();
  });
  afterAll(() => database.drop());

  test('a taken HTTP port', async () => {
    const port = await takeTcp();
    const { code, line } = await refusal({ WIRECHIEF_PORT: String(port), DATABASE_URL: database.url });
    expect(code).toBe(69);
    expect(line).toBe(
      `Port ${port} on 127.0.0.1 is taken. Stop the other program, or set WIRECHIEF_PORT to a free port.`,
    );
  });

  test.each([
    ['TCP', takeTcp],
    ['UDP', takeUdp],
  ])('a SIP port taken on %s', async (_transport, take) => {
    const port = await take();
    const { code, line } = await refusal({ WIRECHIEF_SIP_PORT: String(port), DATABASE_URL: database.url });
    expect(code).toBe(69);
    expect(line).toContain(`SIP port ${port} on 127.0.0.1 is taken.`);
    expect(line).toContain('WIRECHIEF_SIP_PORT');
  });

  test('a database that cannot be reached, and one that does not let us in', async () => {
    const refused = await refusal({ DATABASE_URL: 'postgres://someone:secret@127.0.0.1:1/none' });
    const wrong = new URL(database.url);
    wrong.password = 'secret';
    const locked = await refusal({ DATABASE_URL: wrong.toString() });
    for (const { code, line } of [refused, locked]) {
      expect(code).toBe(69);
      expect(line).toMatch(/^PostgreSQL at 127\.0\.0\.1:.* cannot be used: .*correct DATABASE_URL/);
      expect(line).not.toContain('secret');
    }
  });
});

describe('a world that is wrong', () => {
  let database: Awaited<ReturnType<typeof makeTestDatabase>>;
  beforeAll(async () => {
    // One for all: as nothing is written, the next world is read too, and not the one that is there.
    database = await makeTestDatabase();
  });
  afterAll(() => database.drop());

  test.each<[what: string, change: (text: string) => string, message: RegExp]>([
    [
      'a column that is none',
      (text) => text.replace('domainname:', 'domianname:'),
      /desk\/world\.yaml:\d+: there is no column systemuser\.domianname/,
    ],
    ['no YAML', (text) => `${text}\n  - [`, /desk\/world\.yaml:\d+: /],
    [
      'a reference to nobody',
      (text) => text.replace('"@root"', '"@nobody"'),
      /desk\/world\.yaml:\d+: .*@nobody/,
    ],
    [
      'a flow that is not there',
      (text) => text.replace('ivr.yaml', 'nowhere.yaml'),
      /desk\/nowhere\.yaml:1: this file is missing/,
    ],
  ])('%s', async (_what, change, message) => {
    const world = brokenWorld('world.yaml', change);
    const { code, line } = await refusal({ WIRECHIEF_WORLD: world, DATABASE_URL: database.url });
    expect(code).toBe(78);
    expect(line).toMatch(message);
    expect(line).toContain('Nothing was written.');
  });

  test('one that is not there', async () => {
    const { code, line } = await refusal({ WIRECHIEF_WORLD: 'nowhere', DATABASE_URL: database.url });
    expect(code).toBe(78);
    expect(line).toContain(
      'nowhere/world.yaml:1: this file is missing; set WIRECHIEF_WORLD to another world',
    );
  });

  test('with flows that are broken, the server serves and tells of each in one line', {
    timeout: 60_000,
  }, async () => {
    const world = brokenWorld('ivr.yaml', (text) => text.replace('next: menu', 'next: nowhere'));
    const server = await startServer({ env: { WIRECHIEF_WORLD: world, DATABASE_URL: database.url } });
    const complaints = server
      .output()
      .split('\n')
      .filter((line) => line.includes('IVR flow is not used'));
    expect(complaints).toEqual([expect.stringMatching(/desk\/ivr\.yaml line 5: step "welcome": .*nowhere/)]);
    expect(await server.stop()).toBe(0);
  });
});

describe('with the database in the data folder', { timeout: 60_000 }, () => {
  test('a taken SIP port: the database that was started is stopped again', async () => {
    const port = await takeUdp();
    const { code, line } = await refusal({ WIRECHIEF_SIP_PORT: String(port) });
    expect(code).toBe(69);
    expect(line).toContain('WIRECHIEF_SIP_PORT');
  });

  test('a data folder in use, and one of another major version of PostgreSQL', async () => {
    mkdirSync(data);
    const first = await startServer({ dataFolder: data });
    for (const pid of leftovers()) spared.add(Number(pid));
    const used = await refusal({});
    expect(used.code).toBe(69);
    expect(used.line).toContain(`is in use by process ${first.process.pid}`);
    expect(used.line).toContain('WIRECHIEF_DATA');
    expect((await fetch(`${first.origin}/healthz`)).status).toBe(200);
    expect(await first.stop({ keep: true }), first.output()).toBe(0);

    const note = join(data, 'postgres-home');
    const home = existsSync(note) ? readFileSync(note, 'utf8').trim() : join(data, 'postgres');
    const version = join(home, 'data', 'PG_VERSION');
    const own = readFileSync(version, 'utf8');
    writeFileSync(version, '13\n');
    const older = await refusal({});
    expect(older.code).toBe(69);
    expect(older.line).toMatch(/was written by PostgreSQL 13, this Wirechief brings \d+: .*WIRECHIEF_DATA/);
    writeFileSync(version, own);
    const again = await startServer({ dataFolder: data });
    expect(await again.stop({ keep: true }), again.output()).toBe(0);
  });
});
