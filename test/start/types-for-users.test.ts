/** What a user of the types gets: the package as it is packed, in a folder of its own, with nothing else installed. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const project = join(import.meta.dirname, '../..');
let folder: string;

beforeAll(async () => {
  const build = "import('./tools/build.mjs').then((tool) => tool.buildWhenStale())";
  await run(process.execPath, ['-e', build], { cwd: project });
  folder = await mkdtemp(join(tmpdir(), 'wirechief-types-'));
  await run('npm', ['pack', '--ignore-scripts', '--offline', '--pack-destination', folder], { cwd: project });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  const home = join(folder, 'node_modules/wirechief');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(folder, archive), '-C', home, '--strip-components=1']);
  await cp(join(project, 'examples/open-conversations.ts'), join(folder, 'open-conversations.ts'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom'];
const compile = (file: string) =>
  run(process.execPath, [join(project, 'node_modules/typescript/bin/tsc'), ...options, file], {
    cwd: folder,
  });

it('the example compiles against the packed package, its declarations checked too, and runs', async () => {
  await compile('open-conversations.ts');
  const { describeConversation } = (await import(join(folder, 'open-conversations.js'))) as {
    describeConversation(row: object): string;
  };
  expect(describeConversation({ subject: 'Ivy', statuscode: 2, createdon: '2026-01-05T10:00:00Z' })).toBe(
    '2026-01-05T10:00:00Z Ivy: talking',
  );
}, 120_000);

it('a wrong name or value does not compile', async () => {
  await writeFile(
    join(folder, 'wrong.ts'),
    `import { choices, type WireRow } from 'wirechief/tables';
     export const value = choices.msdyn_ocliveworkitem.statuscode.Nothing;
     export const row: Pick<WireRow<'contact'>, 'nothing'> = {};`,
  );
  const reason: unknown = await compile('wrong.ts').catch((error: unknown) => error);
  expect(reason).toMatchObject({ stdout: expect.stringContaining("Property 'Nothing' does not exist") });
  expect(reason).toMatchObject({ stdout: expect.stringContaining('"nothing"') });
}, 120_000);
