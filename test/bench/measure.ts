/** Figures of the operating system, and medians with spread. */
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** CPU seconds (user + system) that a process and all its threads have used so far. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The process and every descendant of it. */
export function processTree(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = Number(
          readFileSync(`/proc/${name}/stat`, 'utf8')
            .replace(/^.*\) /, '')
            .split(' ')[1],
        );
        return [[Number(name), parent] as const];
      } catch {
        return []; // ended between the listing and the read
      }
    });
  const tree = [pid];
  for (const parent of tree) tree.push(...parents.filter(([, of]) => of === parent).map(([child]) => child));
  return tree;
}

/** Proportional set size of these processes together, in MB. */
export function proportionalMegabytes(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of pids) {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
    } catch {
      // ended between the listing and the read
    }
  }
  return kilobytes / 1024;
}

/** Median, smallest and largest of some figures. */
export function spread(values: readonly number[]): { median: number; min: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { median: at(0.5), min: at(0), max: at(1) };
}

/** One line of the report: the figure with its spread, and the budget it is held against. */
export function line(name: string, values: readonly number[], unit: string, budget?: string): string {
  const { median, min, max } = spread(values);
  const digits = Math.abs(median) < 10 ? 2 : 0;
  const range =
    values.length > 1 ? ` (${min.toFixed(digits)}–${max.toFixed(digits)}, n=${values.length})` : '';
  return `${name.padEnd(52)} ${median.toFixed(digits)} ${unit}${range}${budget === undefined ? '' : `   budget ${budget}`}`;
}
