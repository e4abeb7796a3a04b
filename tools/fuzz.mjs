/** npm run fuzz -- --count N --seed S: sends N mutated requests (100000) through the whole Web API, the first of them made
 *  from seed S (1). A seed that finds something is printed and finds it again. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { bin, installPackages, root } from './setup.mjs';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
if (!/^[1-9]\d{0,8}$/.test(values.count) || !/^\d{1,9}$/.test(values.seed)) {
  console.error('--count takes a whole number from 1, --seed one from 0.');
  process.exit(2);
}
installPackages();
const { status } = spawnSync(
  process.execPath,
  [bin('vitest'), 'run', '--project', 'compat', 'test/fuzz', '--disable-console-intercept'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, WIRECHIEF_FUZZ_COUNT: values.count, WIRECHIEF_FUZZ_SEED: values.seed },
  },
);
process.exit(status ?? 1);
