/** npm run simulate -- --seeds N --from S: plays N sites (200) from seed S (1) with callers, agents, bots and faults on a
 *  virtual clock, and checks every invariant of the engine after each step. A seed that breaks one is printed and breaks
 *  it again. With --calls 20000000 the matcher's waits are held against queueing theory in full (half an hour).
 *
 *  npm run simulate -- --processes 3 --conversations 2000 --kill-seconds 10 instead: so many real server processes on one
 *  database, of which one is killed every so many seconds, take so many conversations in one burst (a quarter of an hour). */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { bin, installPackages, root } from './setup.mjs';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    calls: { type: 'string', default: '200000' },
    processes: { type: 'string' },
    conversations: { type: 'string', default: '2000' },
    'kill-seconds': { type: 'string', default: '10' },
  },
});
const isCount = (text) => /^[1-9]\d{0,8}$/.test(text);
const { seeds, from, calls, processes, conversations, 'kill-seconds': killSeconds } = values;
const counts = [seeds, calls, processes ?? '3', conversations, killSeconds];
if (!counts.every(isCount) || !/^\d{1,9}$/.test(from)) {
  console.error('--from takes a whole number from 0, every other option one from 1.');
  process.exit(2);
}
installPackages();
const { status } = spawnSync(
  process.execPath,
  [
    bin('vitest'),
    'run',
    '--project',
    'compat',
    processes === undefined ? 'test/simulate' : 'test/simulate/processes.test.ts',
    '--disable-console-intercept',
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      WIRECHIEF_SIMULATE_SEEDS: seeds,
      WIRECHIEF_SIMULATE_FROM: from,
      WIRECHIEF_SIMULATE_CALLS: calls,
      ...(processes === undefined
        ? {}
        : {
            WIRECHIEF_SIMULATE_PROCESSES: processes,
            WIRECHIEF_SIMULATE_CONVERSATIONS: conversations,
            WIRECHIEF_SIMULATE_KILL_SECONDS: killSeconds,
          }),
    },
  },
);
process.exit(status ?? 1);
