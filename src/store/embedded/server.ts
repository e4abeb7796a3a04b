/** One PostgreSQL server in one folder: made, started, adopted when it outlived its parent, stopped. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { StartError } from '../start-error.ts';
import type { Account } from './account.ts';
import { type Binaries, codeOf } from './binaries.ts';
import { isAlive } from './folder-lock.ts';
import { runProgram } from './program.ts';

/** Where a server lives and what runs it. `home` holds data/, password and log; `settings` go before ours. */
export interface ServerPlace {
  readonly home: string;
  readonly binaries: Binaries;
  readonly account: Account | null;
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server that answers. `ended` resolves when its process is gone. */
export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  readonly ended: Promise<void>;
}

const user = 'wirechief';
/** How often a server that is not our child is looked at. */
const watchEveryMs = 1_000;
/** After a crash the server first replays its log, which may take minutes. */
const startWithinMs = 300_000;

/** io_method, jit, huge_pages and max_connections keep an idle server small; shared_buffers is touched only as data
 *  needs it. Loopback only: the bundled OpenSSL is past its life. Source: data-and-http.md §1. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '256MB',
  max_connections: '60',
  huge_pages: 'off',
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Makes the database files when the folder has none. Made aside and renamed, so that a start cut short leaves nothing
 *  half made. Throws StartError when the files are of another major version. */
export async function prepareFiles(place: ServerPlace): Promise<void> {
  const data = join(place.home, 'data');
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (version !== null) {
    if (Number.parseInt(version, 10) === place.binaries.major) return;
    throw new StartError(
      `The data in ${data} was written by PostgreSQL ${version.trim()}, this Wirechief brings ${place.binaries.major}: start the Wirechief version that wrote it and copy the data over, or set WIRECHIEF_DATA to a new folder.`,
    );
  }
  const draft = join(place.home, 'data.new');
  const password = join(place.home, 'password');
  await rm(draft, { recursive: true, force: true });
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (place.account !== null) await chown(password, place.account.uid, place.account.gid);
  await runProgram(
    join(place.binaries.folder, 'bin', 'initdb'),
    [
      ...['-D', draft, '-U', user, '--pwfile', password, '--auth=scram-sha-256', '--no-instructions'],
      // The builtin provider sorts and lowers Unicode alike on every platform; libc's C.UTF-8 is not everywhere.
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ],
    place,
  );
  await rename(draft, data);
}

/** Starts the server, or connects to the one that already serves this folder because its parent was killed. */
export async function startServer(place: ServerPlace): Promise<RunningServer> {
  const deadline = Date.now() + startWithinMs;
  const adopted = await adoptServer(place, deadline);
  if (adopted !== null) return adopted;
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(place, deadline);
    } catch (error) {
      // A port taken meanwhile, or shared memory of killed children not yet free: both pass.
      if (attempt === 5 || !(error instanceof StartError) || Date.now() > deadline) throw error;
      await pause(200);
    }
  }
}

async function adoptServer(place: ServerPlace, deadline: number): Promise<RunningServer | null> {
  const file = join(place.home, 'data', 'postmaster.pid');
  while (Date.now() < deadline) {
    const found = await readPostmaster(place);
    if (found === null) return null;
    if (!(await isPostgres(found.pid))) {
      // The number belongs to another program by now; PostgreSQL itself would refuse to start.
      await rm(file, { force: true });
      return null;
    }
    if (found.ready) {
      const url = await urlOf(place, found.port);
      if (await answers(url, join(place.home, 'data')))
        return { url, pid: found.pid, ended: endOf(found.pid) };
    }
    await pause(20);
  }
  throw new StartError(
    `PostgreSQL in ${place.home} neither answers nor ends: see ${join(place.home, 'log')}, end it and start again.`,
  );
}

async function launch(place: ServerPlace, deadline: number): Promise<RunningServer> {
  const port = await freePort();
  const logFile = join(place.home, 'log');
  const log = await open(logFile, 'w', 0o600);
  const options = Object.entries({ ...settings, ...place.settings, port: String(port) });
  const child = spawn(
    join(place.binaries.folder, 'bin', 'postgres'),
    ['-D', join(place.home, 'data'), ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      cwd: place.home,
      // Its own process group: Ctrl+C reaches us, and we stop it last.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
      ...place.account,
    },
  );
  let isEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).then(() => {
    isEnded = true;
  });
  child.unref();
  await log.close();
  while (Date.now() < deadline) {
    if (isEnded) break;
    const found = await readPostmaster(place);
    if (found?.pid === child.pid && found?.ready === true) {
      return { url: await urlOf(place, found.port), pid: found.pid, ended };
    }
    await pause(5);
  }
  const lines = (await readFile(logFile, 'utf8')).trim().split('\n');
  throw new StartError(`PostgreSQL did not start (${logFile}): ${lines.slice(-3).join(' | ')}`);
}

/** Stops a server, letting running statements end in an error and writing everything out, and waits for its end. */
export async function stopServer(place: ServerPlace, server: RunningServer): Promise<void> {
  if (process.platform === 'win32') {
    // Windows knows no SIGINT between processes.
    const program = join(place.binaries.folder, 'bin', 'pg_ctl');
    await runProgram(program, ['stop', '-w', '-m', 'fast', '-D', join(place.home, 'data')], place);
    return;
  }
  if (!(await isPostgres(server.pid))) return;
  process.kill(server.pid, 'SIGINT');
  const deadline = Date.now() + 30_000;
  while (isAlive(server.pid) && (await readPostmaster(place)) !== null) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${server.pid}) does not stop`);
    await pause(5);
  }
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** postmaster.pid: process, folder, start, port, socket folder, address, shared memory, status. */
async function readPostmaster(place: ServerPlace): Promise<Postmaster | null> {
  try {
    const lines = (await readFile(join(place.home, 'data', 'postmaster.pid'), 'utf8')).split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return null;
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return name.trim() === 'postgres' && !state.includes(') Z');
}

async function urlOf(place: ServerPlace, port: number): Promise<string> {
  const password = (await readFile(join(place.home, 'password'), 'utf8')).trim();
  return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

/** The end of a server whose parent was another process. */
async function endOf(pid: number): Promise<void> {
  while (await isPostgres(pid)) {
    await new Promise((resolve) => setTimeout(resolve, watchEveryMs).unref());
  }
}

async function answers(url: string, data: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const result = await client.query<{ data_directory: string }>('show data_directory');
    const served = await stat(result.rows[0]?.data_directory ?? '');
    const ours = await stat(data);
    return served.ino === ours.ino && served.dev === ours.dev;
  } catch {
    // Starting, stopping or not ours: the caller asks again or gives up at its deadline.
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(address),
      );
    });
  });
}

/** A folder that only the account of the database (and root) may enter. */
export async function makePrivateFolder(path: string, account: Account | null): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (account !== null) await chown(path, account.uid, account.gid);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
