/** What the benchmark prints: each figure with its spread beside its budget, each part with the machine's load. */
import { cpus, loadavg } from 'node:os';

/** What a figure may be: at most or at least so much, judged by its median. */
export type Budget = { readonly most: number } | { readonly least: number };

/** The value below which this share (0 to 1) of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The machine's load averages of 1, 5 and 15 minutes and its processors. */
export const machineLoad = (): string =>
  `load ${loadavg()
    .map((value) => value.toFixed(2))
    .join(' ')} on ${cpus().length} CPUs`;

const digitsOf = (value: number): number =>
  Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) < 10 ? 2 : 1;

/** Prints figures and remembers which budgets were missed. */
export class Report {
  readonly #missed: string[] = [];
  #budgets = 0;

  /** Runs one part under its own heading, with the load before and after it. */
  async part(name: string, run: () => Promise<void>): Promise<void> {
    console.log(`\n── ${name} (${machineLoad()})`);
    const startedAt = performance.now();
    await run();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    console.log(`   ${seconds} s, ${machineLoad()}`);
  }

  /** One figure: median, smallest and largest of the values. */
  figure(name: string, values: readonly number[], unit: string, budget?: Budget): void {
    const median = quantile(values, 0.5);
    const text = (value: number): string => value.toFixed(digitsOf(value));
    const range =
      values.length > 1
        ? ` (${text(quantile(values, 0))} to ${text(quantile(values, 1))}, n=${values.length})`
        : '';
    const measured = `${text(median)} ${unit}${range}`;
    const verdict = budget === undefined ? '' : this.#judge(name, median, unit, budget);
    console.log(`${name.padEnd(64)} ${measured.padEnd(38)}${verdict}`.trimEnd());
  }

  #judge(name: string, median: number, unit: string, budget: Budget): string {
    const holds = 'most' in budget ? median <= budget.most : median >= budget.least;
    const asked = 'most' in budget ? `≤ ${budget.most} ${unit}` : `≥ ${budget.least} ${unit}`;
    this.#budgets += 1;
    if (!holds) this.#missed.push(name);
    return `budget ${asked.trimEnd()}: ${holds ? 'kept' : 'MISSED'}`;
  }

  /** The last lines: which budgets were missed. */
  summary(): void {
    const kept = this.#budgets - this.#missed.length;
    console.log(`\n${kept} of ${this.#budgets} budgets kept (${machineLoad()})`);
    for (const name of this.#missed) console.log(`missed: ${name}`);
  }
}
