/** Callers and agents in processes of their own, so that they disturb neither each other nor the server. */
import { fork } from 'node:child_process';
import { join } from 'node:path';

/** What a crew can be asked for: each job takes one value or none, and answers with one, all plain data. */
export type Jobs = { readonly [name: string]: (given: never) => Promise<unknown> };

type Answer<J extends Jobs, K extends keyof J> = Awaited<ReturnType<J[K]>>;

/** A crew at work. */
export interface Crew<J extends Jobs> {
  readonly pid: number;
  ask<K extends keyof J & string>(job: K, ...given: Parameters<J[K]>): Promise<Answer<J, K>>;
  dismiss(): void;
}

interface Asked {
  readonly id: number;
  readonly job: string;
  readonly given: unknown;
}

type Told = { readonly id: number } & ({ readonly answer: unknown } | { readonly failure: string });

/** Starts the program of this folder that does these jobs. */
export function hireCrew<J extends Jobs>(program: string): Crew<J> {
  const child = fork(join(import.meta.dirname, program));
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  child.on('message', (told: Told) => {
    const one = waiting.get(told.id);
    waiting.delete(told.id);
    if ('failure' in told) one?.reject(new Error(`${program}: ${told.failure}`));
    else one?.resolve(told.answer);
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${program} ended with ${code}`));
  });
  return {
    pid: child.pid ?? 0,
    ask: <K extends keyof J & string>(job: K, ...[given]: Parameters<J[K]>) =>
      new Promise<Answer<J, K>>((resolve, reject) => {
        asked += 1;
        // Both ends are typed by the same jobs.
        waiting.set(asked, { resolve: (answer) => resolve(answer as Answer<J, K>), reject });
        child.send({ id: asked, job, given } satisfies Asked);
      }),
    dismiss: () => void child.kill(),
  };
}

/** Does the jobs that the parent process asks for, until it goes. */
export function serveJobs(jobs: Jobs): void {
  const tell = (told: Told): void => void process.send?.(told);
  process.on('message', ({ id, job, given }: Asked) => {
    const perform = jobs[job] as ((given: unknown) => Promise<unknown>) | undefined;
    if (perform === undefined) return tell({ id, failure: `there is no job ${job}` });
    perform(given).then(
      (answer) => tell({ id, answer }),
      (error: unknown) =>
        tell({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}
