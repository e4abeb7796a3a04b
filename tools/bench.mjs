/** npm run bench: speed and memory of this machine, as ratios and medians with spread. */
import { spawnSync } from 'node:child_process';
import { bin, installPackages, root } from './setup.mjs';

installPackages();
for (const args of [['tools/build.mjs'], [bin('tsx'), 'test/bench/main.ts', ...process.argv.slice(2)]]) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
