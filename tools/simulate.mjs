/** npm run simulate -- --seeds N --from S: plays N sites (200) from seed S (1) with callers, agents, bots and faults on a
 *  virtual clock, and checks every invariant of the engine after each step. A seed that breaks one is printed and breaks
 *  it again. With --calls 20000000 the matcher's waits are held against queueing theory in full (half an hour). */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { bin, installPackages, root } from './setup.mjs';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    calls: { type: 'string', default: '200000' },
  },
});
const isCount = (text) => /^[1-9]\d{0,8}$/.test(text);
if (!isCount(values.seeds) || !isCount(values.calls) || !/^\d{1,9}$/.test(values.from)) {
  console.error('--seeds and --calls take a whole number from 1, --from one from 0.');
  process.exit(2);
}
installPackages();
const { status } = spawnSync(
  process.execPath,
  [bin('vitest'), 'run', '--project', 'compat', 'test/simulate', '--disable-console-intercept'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      WIRECHIEF_SIMULATE_SEEDS: values.seeds,
      WIRECHIEF_SIMULATE_FROM: values.from,
      WIRECHIEF_SIMULATE_CALLS: values.calls,
    },
  },
);
process.exit(status ?? 1);
