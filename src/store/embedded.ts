/** The embedded database: PostgreSQL from npm, run by us in the data folder. Source: data-and-http.md §1. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { databaseAccount } from './embedded/account.ts';
import { codeOf, findBinaries } from './embedded/binaries.ts';
import { lockFolder } from './embedded/folder-lock.ts';
import {
  makePrivateFolder,
  prepareFiles,
  type ServerPlace,
  startServer,
  stopServer,
} from './embedded/server.ts';
import { StartError } from './start-error.ts';

/** The embedded database, running. `url`: for openStore. `stop` ends it and frees the data folder. */
export interface EmbeddedDatabase {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the embedded database of a data folder, making folder and files when they are not there. Recovers by itself
 *  after kill -9; takes over a server whose parent was killed.
 *  `settings`: PostgreSQL settings that differ from ours (tests).
 *  Throws StartError when another process uses the folder, the files are of another major version, or no PostgreSQL
 *  runs on this platform. */
export async function startEmbedded(
  dataFolder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedDatabase> {
  const account = await databaseAccount();
  const folder = await makeDataFolder(dataFolder);
  const home = await findHome(folder, account !== null);
  await makePrivateFolder(home, account);
  const release = await lockFolder(join(home, 'lock'), folder);
  try {
    const binaries = await findBinaries(account, folder);
    const place: ServerPlace = { home, binaries, account, settings };
    await prepareFiles(place);
    const server = await startServer(place);
    return {
      ...server,
      async stop() {
        await stopServer(place, server);
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function makeDataFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    return await realpath(path);
  } catch (error) {
    throw new StartError(
      `The data folder ${path} cannot be used (${codeOf(error)}): set WIRECHIEF_DATA to a folder that may be written.`,
    );
  }
}

/** The database lives in the data folder itself, except as root: then it runs under an account that may not be let in
 *  there, so it lives in /var/lib/wirechief and the data folder remembers where. The name is drawn by lot: a deleted
 *  data folder must not find its old data again. */
async function findHome(folder: string, apart: boolean): Promise<string> {
  if (!apart) return join(folder, 'postgres');
  const note = join(folder, 'postgres-home');
  const noted = await readFile(note, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (noted !== null) return noted.trim();
  const home = join('/var/lib/wirechief', `${basename(folder)}-${randomBytes(6).toString('hex')}`);
  await mkdir('/var/lib/wirechief', { recursive: true, mode: 0o755 });
  await writeFile(note, `${home}\n`, { flag: 'wx' });
  return home;
}
