/** A PostgreSQL for one test run, in a folder of its own under the temporary folder. */
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { databaseAccount } from '../../src/store/embedded/account.ts';
import { codeOf, findBinaries } from '../../src/store/embedded/binaries.ts';
import { isAlive } from '../../src/store/embedded/folder-lock.ts';
import { makePrivateFolder, prepareFiles, startServer, stopServer } from '../../src/store/embedded/server.ts';
import { openStore } from '../../src/store/index.ts';

/** The server, and the way to stop it and remove its folder. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The database that every test database is a copy of. */
export const template = 'wirechief_template';

const prefix = 'wirechief-test-';

/** Starts a server without durability (it lives for one run) and makes the template. */
export async function startTestServer(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  // The account of the database has to pass through when we are root.
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'owner'), String(process.pid));
  const account = await databaseAccount();
  const home = join(folder, 'postgres');
  await makePrivateFolder(home, account);
  const place = {
    home,
    binaries: await findBinaries(account, folder),
    account,
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      synchronous_commit: 'off',
      max_connections: '200',
      shared_buffers: '128MB',
      autovacuum: 'off',
    },
  };
  try {
    await prepareFiles(place);
    const server = await startServer(place);
    await makeTemplate(server.url);
    return {
      url: server.url,
      async stop() {
        await stopServer(place, server);
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await endServerIn(folder);
    throw error;
  }
}

async function makeTemplate(server: string): Promise<void> {
  await runOnServer(server, `create database ${template}`);
  const store = await openStore({ url: databaseUrl(server, template) });
  await store.close();
}

/** The address of a database on a server. */
export function databaseUrl(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.toString();
}

/** Runs one statement on the server's own database. */
export async function runOnServer(server: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** Ends and removes what runs left behind that were killed. */
export async function sweepDeadServers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(tmpdir(), name);
    const owner = await readFile(join(folder, 'owner'), 'utf8').catch(() => null);
    if (owner === null || isAlive(Number(owner))) continue;
    await endServerIn(folder).catch((error: unknown) => {
      // Another account's (its own next run sweeps it), or another run sweeps it at this moment.
      if (!['EACCES', 'EPERM', 'ESRCH', 'ENOTEMPTY'].includes(codeOf(error))) throw error;
    });
  }
}

/** The process number is trusted only when it still serves this folder; nothing there matters any more. */
async function endServerIn(folder: string): Promise<void> {
  const file = join(folder, 'postgres', 'data', 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (command.includes(folder)) process.kill(pid, 'SIGQUIT');
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
