/** npm test: sets up what it needs, then types, lint, boundaries, unit, compat, calls, browser; one line at the end.
 *  Plain Node, because it runs before any package is there. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { bin, installPackages, root } from './setup.mjs';

const debianPackages = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
  'sip-tester': ['sipp'],
};
const only = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'wirechief-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
/** What failed, told again at the very end, where it is looked for. */
const failures = [];

/** Runs a command to its end with its output shown; true when it succeeded. */
const run = (command, args) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;

const isInstalled = (programs) =>
  programs.some((program) =>
    (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program))),
  );

/** Installs the Debian packages that calls and browser tests use; without root says which command would. */
function installDebianPackages() {
  const missing = Object.entries(debianPackages)
    .filter(([, programs]) => !isInstalled(programs))
    .map(([name]) => name);
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y ${missing.join(' ')}`;
  if (process.getuid?.() === 0 && isInstalled(['apt-get'])) {
    process.env.DEBIAN_FRONTEND = 'noninteractive';
    console.log(`── installing ${missing.join(', ')}`);
    const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
    spawnSync('apt-get', ['update', '-qq'], quiet);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], quiet);
  }
  for (const name of missing.filter((name) => !isInstalled(debianPackages[name]))) {
    console.log(`\n!!! ${name} is not installed: the tests that need it are SKIPPED. As root: ${command}\n`);
  }
}

/** One step that is a check of its own: counts as one test. */
function check(name, command, args) {
  console.log(`\n── ${name}`);
  const succeeded = run(command, args);
  totals[succeeded ? 'passed' : 'failed'] += 1;
  if (!succeeded) failures.push(name);
}

/** The failed tests of a report, each with its file and the beginning of what it said. */
function failedTests(report) {
  return (report.testResults ?? []).flatMap((file) => {
    const name = relative(root, file.name);
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0 && file.status === 'failed') return [`${name}\n${file.message}`];
    return failed.map(
      (test) => `${name}: ${test.fullName}\n${test.failureMessages.join('\n').slice(0, 1_500)}`,
    );
  });
}

/** One or more Vitest projects in one run, `files` of them side by side; their counts go into the totals. */
function vitest(names, files = 1) {
  console.log(`\n── ${names.join(', ')}`);
  const report = join(reports, `${names.join('-')}.json`);
  const chosen = names.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const workers = `--maxWorkers=${files}`;
  const succeeded = run(process.execPath, [bin('vitest'), 'run', workers, ...chosen, ...reporters]);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  totals.passed += counts.numPassedTests ?? 0;
  totals.skipped += (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0);
  // A file that could not be read has no failed test, and is a failure all the same.
  totals.failed += succeeded ? 0 : Math.max(1, counts.numFailedTests ?? 0);
  const told = failedTests(counts);
  failures.push(
    ...(succeeded || told.length > 0
      ? told
      : [`${names.join(', ')}: ended without a report of failed tests`]),
  );
}

const projects = { unit: ['unit', 'web'], compat: ['compat', 'differences'] };
const isWanted = (name) => only.length === 0 || only.includes(name);

const steps = {
  types: () => {
    check('types', process.execPath, [bin('tsc'), '--noEmit']);
    check('types of the screens', process.execPath, [bin('tsc'), '--noEmit', '-p', 'src/web']);
    check('types of the browser tests', process.execPath, [bin('tsc'), '--noEmit', '-p', 'test/browser']);
  },
  lint: () => check('lint', process.execPath, [bin('biome'), 'ci', '--max-diagnostics=50']),
  boundaries: () => vitest(['boundaries']),
  build: () => check('build', process.execPath, ['tools/build.mjs']),
  unit: () => vitest(isWanted('compat') ? [...projects.unit, ...projects.compat] : projects.unit, 2),
  // In the same run as the units, if both are wanted: neither of two workers waits for the other's last file.
  compat: () => isWanted('unit') || vitest(projects.compat, 2),
  calls: () => vitest(['voice', 'calls'], 2),
  browser: () => vitest(['browser']),
};

const unknown = only.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}: choose from ${Object.keys(steps).join(', ')}.`);
  process.exit(2);
}
const started = Date.now();
installPackages();
installDebianPackages();
for (const [name, step] of Object.entries(steps)) {
  if (isWanted(name)) step();
}
rmSync(reports, { recursive: true });
if (failures.length > 0) console.log(`\n── failed\n\n${failures.join('\n\n')}`);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`\n${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed === 0 ? 0 : 1;
