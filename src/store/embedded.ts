/** The embedded database: PostgreSQL from npm, run by us in the data folder. Source: data-and-http.md §1. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Account, databaseAccount } from './embedded/account.ts';
import { codeOf, findBinaries, makeOpenFolder } from './embedded/binaries.ts';
import { lockFolder } from './embedded/folder-lock.ts';
import {
  makePrivateFolder,
  prepareFiles,
  type ServerPlace,
  startServer,
  stopServer,
} from './embedded/server.ts';
import { StartError } from './start-error.ts';

/** The embedded database, running. `url`: for openStore. `ended` resolves when its process is gone, by `stop` or by
 *  itself. `stop` ends it and frees the data folder; nothing is left to end when it ended by itself. */
export interface EmbeddedDatabase {
  readonly url: string;
  readonly pid: number;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const varFolder = '/var/lib/wirechief';

/** Starts the embedded database of a data folder, making folder and files when they are not there. Recovers by itself
 *  after kill -9; takes over a server whose parent was killed.
 *  `settings`: PostgreSQL settings that differ from ours (tests).
 *  Throws StartError when another process uses the folder, the files are of another major version, or no PostgreSQL
 *  runs on this platform. */
export async function startEmbedded(
  dataFolder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedDatabase> {
  const folder = await makeDataFolder(dataFolder);
  const { home, account } = await findHome(folder);
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

/** Where the database lives and who runs it. That is the data folder itself and we ourselves; but root may not run it,
 *  and another account may not be let into the data folder. So as root it lives in /var/lib/wirechief, and a note in the
 *  data folder says where. The name is drawn by lot: a deleted data folder must not find its old data again. */
async function findHome(folder: string): Promise<{ home: string; account: Account | null }> {
  const account = await databaseAccount();
  const within = join(folder, 'postgres');
  const note = join(folder, 'postgres-home');
  const noted = await readFile(note, 'utf8').catch(nullIfMissing);
  if (account === null) {
    if (noted === null) return { home: within, account };
    throw new StartError(
      `The data folder ${folder} was made by root, who keeps its database in ${noted.trim()}: start as root, or set WIRECHIEF_DATA to another folder.`,
    );
  }
  if (noted !== null) return { home: noted.trim(), account };
  const made = await stat(within).catch(nullIfMissing);
  // Somebody else's data folder: the database goes on running as its owner.
  if (made !== null && made.uid !== 0) return { home: within, account: { uid: made.uid, gid: made.gid } };
  const home = join(varFolder, `${basename(folder)}-${randomBytes(6).toString('hex')}`);
  await makeOpenFolder(varFolder);
  await writeFile(note, `${home}\n`, { flag: 'wx' });
  return { home, account };
}

function nullIfMissing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}
