/** Figures of the operating system. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** The numbers of /proc/<pid>/stat from the third on; null when the process has ended. */
function statOf(pid: number): string[] | null {
  try {
    // The second field is the program's name in brackets, which may itself hold blanks and brackets.
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return null;
  }
}

/** CPU seconds (user and system) of a process's own threads, to the nanosecond where the kernel counts so. */
function ownSeconds(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9;
  } catch {
    const [user, system] = (statOf(pid) ?? []).slice(11, 13);
    return (Number(user ?? 0) + Number(system ?? 0)) / ticksPerSecond;
  }
}

/** CPU seconds that these processes, and children of theirs that have ended, have used so far. */
export function cpuSeconds(pids: readonly number[]): number {
  const seconds = pids.map((pid) => {
    const [user, system] = (statOf(pid) ?? []).slice(13, 15);
    return ownSeconds(pid) + (Number(user ?? 0) + Number(system ?? 0)) / ticksPerSecond;
  });
  return seconds.reduce((sum, one) => sum + one, 0);
}

/** The process and every descendant of it. */
export function processTree(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(statOf(Number(name))?.[1])] as const);
  const tree = [pid];
  for (const parent of tree) tree.push(...parents.filter(([, of]) => of === parent).map(([child]) => child));
  return tree;
}

/** Proportional set size of these processes together, in MB: memory that several share counts once. */
export function proportionalMegabytes(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0; // ended between the listing and the read
    }
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

/** The processes by what they run: PostgreSQL, and the rest. */
export function byProgram(pids: readonly number[]): { readonly node: number[]; readonly postgres: number[] } {
  const isPostgres = (pid: number): boolean => {
    try {
      return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
    } catch {
      return false;
    }
  };
  return {
    node: pids.filter((pid) => !isPostgres(pid)),
    postgres: pids.filter(isPostgres),
  };
}

/** Resolves after so many milliseconds. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
