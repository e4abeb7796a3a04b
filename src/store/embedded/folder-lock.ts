/** One server per data folder: a file that names the process that holds it. It holds across kill -9 and reused process
 *  numbers, because the process is known by its start time too. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { StartError } from '../start-error.ts';
import { codeOf } from './binaries.ts';

/** Takes the lock and gives the way to release it. Throws StartError when a living process holds it. */
export async function lockFolder(file: string, folder: string): Promise<() => Promise<void>> {
  const own = `${process.pid} ${await identity(process.pid)}\n`;
  for (let attempt = 0; attempt < 10; attempt++) {
    if (await place(file, own)) return () => rm(file, { force: true });
    const held = await readFile(file, 'utf8').catch(nullIf('ENOENT'));
    if (held === null) continue;
    if (await isHeld(held)) {
      throw new StartError(
        `The data folder ${folder} is in use by process ${Number.parseInt(held, 10)}: stop that process, or set WIRECHIEF_DATA to another folder.`,
      );
    }
    await takeAway(file, held);
  }
  throw new StartError(`The lock ${file} changes hands all the time: start only one server on this folder.`);
}

/** Linked into place with its content, so that nobody ever reads a half-written lock. */
async function place(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

async function isHeld(held: string): Promise<boolean> {
  const [pid, started = ''] = held.trim().split(' ');
  const holder = Number(pid);
  if (!Number.isInteger(holder) || holder <= 0 || !isAlive(holder)) return false;
  return started === (await identity(holder));
}

/** Removes a dead process's file. Of several that try, one gets it; a living one's file caught by mistake goes back. */
async function takeAway(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, file).catch(nullIf('EEXIST'));
  await rm(aside, { force: true });
}

/** A handler that takes one kind of system error for "nothing there" and lets the others pass. */
function nullIf(code: string): (error: unknown) => null {
  return (error) => {
    if (codeOf(error) === code) return null;
    throw error;
  };
}

/** Whether the process exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** What tells this process from a later one with the same number: boot and start tick on Linux, nothing elsewhere. */
async function identity(pid: number): Promise<string> {
  if (process.platform !== 'linux') return '-';
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return afterName[0] === 'Z' ? 'ended' : `${boot.trim()}:${afterName[19] ?? ''}`;
  } catch {
    // The process ended meanwhile, or /proc is closed to us.
    return '-';
  }
}
