/** Runs a short program of the bundled PostgreSQL to its end. */
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { StartError } from '../start-error.ts';
import type { Account } from './account.ts';
import { codeOf } from './binaries.ts';

/** Resolves when the program ended well. Throws StartError with its last words otherwise, and when the C library is not
 *  the one it was built for. */
export async function runProgram(
  program: string,
  args: readonly string[],
  place: { readonly home: string; readonly account: Account | null },
): Promise<void> {
  const output: Buffer[] = [];
  const ended = await new Promise<number | Error>((resolve) => {
    const child = spawn(program, args, {
      cwd: place.home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
      ...place.account,
    });
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', resolve);
    child.on('close', (code) => resolve(code ?? -1));
  });
  if (ended === 0) return;
  if (ended instanceof Error && codeOf(ended) === 'ENOENT' && (await isThere(program))) {
    throw new StartError(
      'The bundled PostgreSQL needs the GNU C library (this looks like Alpine or another musl system): set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  const words = Buffer.concat(output).toString().trim().split('\n').slice(-3).join(' | ');
  throw new StartError(
    `${program} failed (${ended instanceof Error ? ended.message : `exit code ${ended}`}): ${words} Set DATABASE_URL to use a PostgreSQL of your own.`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
