import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contact } from '../tables/dataverse/contact.ts';
import { type EmbeddedDatabase, openStore, StartError, startEmbedded } from './index.ts';

const asRoot = process.getuid?.() === 0;
const running = new Set<EmbeddedDatabase>();
const children = new Set<ChildProcess>();
let folder = '';
let home = '';

async function start(): Promise<EmbeddedDatabase> {
  const database = await startEmbedded(folder);
  running.add(database);
  return database;
}

async function stop(database: EmbeddedDatabase): Promise<void> {
  running.delete(database);
  await database.stop();
}

async function ask(url: string, text: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows[0] ?? {};
  } finally {
    await client.end();
  }
}

/** The writer program on our folder, when it has acknowledged `count` rows. */
async function startWriter(count: number): Promise<{ child: ChildProcess; pid: number; ids: string[] }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/database/writer.ts', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  const lines: string[] = [];
  let rest = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the writer ended with ${code}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      if (lines.length > count) resolve();
    });
  });
  return {
    child,
    get pid() {
      return Number(lines[0]);
    },
    get ids() {
      return lines.slice(1);
    },
  };
}

/** Its output is at its end before the process is. */
async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await gone;
}

async function countOf(url: string, ids: readonly string[]): Promise<number> {
  const store = await openStore({ url });
  try {
    return (await store.rows(contact, { contactid: ids })).length;
  } finally {
    await store.close();
  }
}

describe('startEmbedded (data-and-http.md §1)', () => {
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wirechief-embedded-')));
    home = asRoot ? join('/var/lib/wirechief', `${basename(folder)}-test`) : join(folder, 'postgres');
    if (asRoot) await writeFile(join(folder, 'postgres-home'), `${home}\n`);
    // What an initdb that was killed leaves behind.
    await mkdir(join(home, 'data.new', 'base'), { recursive: true });
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    for (const database of running) await database.stop();
    await rm(home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });

  it('makes the database past the remains of a start cut short, and keeps it over a stop', async () => {
    const first = await start();
    await ask(first.url, 'create table kept as select 7 as value');
    await stop(first);
    const second = await start();
    expect(await ask(second.url, 'select value from kept')).toEqual({ value: 7 });
    await stop(second);
    await expect(ask(second.url, 'select 1')).rejects.toThrow();
  });

  it('listens on loopback only, to those who know the password', async () => {
    const database = await start();
    const settings = await ask(
      database.url,
      `select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
        current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as commit, lower('ÆØÅ') as lowered`,
    );
    expect(settings).toEqual({
      addresses: '127.0.0.1',
      sockets: '',
      encoding: 'UTF8',
      fsync: 'on',
      commit: 'on',
      lowered: 'æøå',
    });
    const stranger = new URL(database.url);
    stranger.password = 'wrong';
    await expect(ask(stranger.toString(), 'select 1')).rejects.toThrow(/password authentication failed/);
    expect((await stat(join(home, 'password'))).mode & 0o777).toBe(0o600);
    await stop(database);
  });

  it('refuses a second server on the folder and names the first', async () => {
    const database = await start();
    await expect(startEmbedded(folder)).rejects.toThrow(
      new StartError(
        `The data folder ${folder} is in use by process ${process.pid}: stop that process, or set WIRECHIEF_DATA to another folder.`,
      ),
    );
    expect(await ask(database.url, 'select 1 as one')).toEqual({ one: 1 });
    await stop(database);
  });

  it('takes over the server whose parent was killed, with every acknowledged row', async () => {
    const writer = await startWriter(50);
    await expect(startEmbedded(folder)).rejects.toThrow(`in use by process ${writer.child.pid}`);
    await killed(writer.child);
    const database = await start();
    expect(database.pid).toBe(writer.pid);
    expect(await countOf(database.url, writer.ids)).toBe(writer.ids.length);
    await stop(database);
  });

  it('has every acknowledged row after all processes were killed', async () => {
    const writer = await startWriter(200);
    process.kill(writer.pid, 'SIGKILL');
    await killed(writer.child);
    const database = await start();
    expect(database.pid).not.toBe(writer.pid);
    expect(writer.ids.length).toBeGreaterThanOrEqual(200);
    expect(await countOf(database.url, writer.ids)).toBe(writer.ids.length);
    await stop(database);
  });

  it('says that it ended by itself, ours or taken over, and frees the folder', async () => {
    const own = await start();
    process.kill(own.pid, 'SIGKILL');
    await own.ended;
    await stop(own);
    const writer = await startWriter(1);
    await killed(writer.child);
    const adopted = await start();
    expect(adopted.pid).toBe(writer.pid);
    process.kill(adopted.pid, 'SIGKILL');
    await adopted.ended;
    await stop(adopted);
  });

  it('starts past a postmaster.pid whose number is another program by now', async () => {
    await writeFile(
      join(home, 'data', 'postmaster.pid'),
      `${process.pid}\n${join(home, 'data')}\n1\n1\n\n127.0.0.1\n  1  1\nready   \n`,
    );
    const database = await start();
    expect(await ask(database.url, 'select 1 as one')).toEqual({ one: 1 });
    await stop(database);
  });

  it('starts past the lock of a process that is gone, or whose number is another program by now', async () => {
    for (const stale of ['999999999 -\n', `${process.ppid} another-start\n`, '']) {
      await writeFile(join(home, 'lock'), stale);
      await stop(await start());
    }
  });

  it('refuses data of another major version and says what to do', async () => {
    const file = join(home, 'data', 'PG_VERSION');
    const version = await readFile(file, 'utf8');
    await writeFile(file, '15\n');
    await expect(startEmbedded(folder)).rejects.toThrow(
      /written by PostgreSQL 15, this Wirechief brings 18: .*WIRECHIEF_DATA/,
    );
    await writeFile(file, version);
    await stop(await start());
  });

  it('refuses a data folder that is a file', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(startEmbedded(file)).rejects.toThrow(/cannot be used \(EEXIST\): set WIRECHIEF_DATA/);
  });
});
