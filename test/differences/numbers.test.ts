import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('docs/differences.md and test/differences carry the same numbers', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/differences.md'), 'utf8');
  const listed = [...text.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number));
  const tests = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .flatMap((source) =>
      [...source.matchAll(/\bit(?:\.each\([^)]*\))?\('(\d+) /g)].map(([, number]) => Number(number)),
    );
  expect(listed).toEqual(listed.map((_, index) => index + 1));
  expect(tests.sort((a, b) => a - b)).toEqual(listed);
});
