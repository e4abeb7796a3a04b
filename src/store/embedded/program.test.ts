import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from './program.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'wirechief-program-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function script(text: string): Promise<string> {
  const path = join(home, 'program');
  await writeFile(path, text, { mode: 0o755 });
  return path;
}

it('names DATABASE_URL when the loader of the programs is missing, as on musl', async () => {
  const program = await script('#!/no/such/loader\n');
  await expect(runProgram(program, [], { home, account: null })).rejects.toThrow(
    /musl.*set DATABASE_URL to a PostgreSQL of your own/,
  );
});

it('repeats the last words of a program that fails, in one line', async () => {
  const program = await script('#!/bin/sh\necho one; echo two >&2; echo three >&2; exit 3\n');
  await expect(runProgram(program, [], { home, account: null })).rejects.toThrow(
    /exit code 3\): one \| two \| three Set DATABASE_URL/,
  );
});
