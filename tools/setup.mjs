/** What a fresh checkout needs before anything can run. Plain Node: no package is there yet. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of package.json. */
export const root = join(import.meta.dirname, '..');

const stamp = join(root, 'node_modules/.wirechief-installed');

/** Path of the program a package brings. */
export function bin(name) {
  const folders = { tsc: 'typescript', biome: '@biomejs/biome', vitest: 'vitest', vite: 'vite', tsx: 'tsx' };
  const folder = join(root, 'node_modules', folders[name] ?? name);
  const { bin: programs } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof programs === 'string' ? programs : programs[name]);
}

/** Installs the npm packages when they are missing or the lock file changed; quiet unless it fails. */
export function installPackages() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Wirechief needs Node 20.19 or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  const packages = join(root, 'node_modules');
  if (lstatSync(packages, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error(
      `${packages} is a symbolic link: npm ci would empty the folder it leads to. Remove the link, or install there by hand.`,
    );
    process.exit(1);
  }
  console.log('── installing npm packages (once)');
  const { status, stdout, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`${stdout}${stderr}\nnpm ci failed: the packages could not be installed.`);
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
