import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirechief-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('names its holder and is gone after the release (data-and-http.md §1)', async () => {
  const file = join(folder, 'lock');
  const release = await lockFolder(file, folder);
  expect(await readFile(file, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  await expect(lockFolder(file, folder)).rejects.toThrow(`in use by process ${process.pid}`);
  await release();
  await (await lockFolder(file, folder))();
});

it('does not take what it cannot read for an abandoned lock', async () => {
  const file = join(folder, 'lock');
  await mkdir(file);
  await expect(lockFolder(file, folder)).rejects.toThrow('EISDIR');
  expect((await stat(file)).isDirectory()).toBe(true);
});
