/** npm run bench: speed and memory of this machine, as ratios and medians with spread. `npm run bench -- calls` runs
 *  one part; test/bench/main.ts knows their names. */
import { spawnSync } from 'node:child_process';
import { buildWhenStale } from './build.mjs';
import { bin, installPackages, root } from './setup.mjs';

installPackages();
await buildWhenStale();
const args = [bin('tsx'), 'test/bench/main.ts', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
