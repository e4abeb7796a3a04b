/** docs/limits.md has the numbers of the code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const rows = [
  ...readFileSync(join(root, 'docs/limits.md'), 'utf8').matchAll(
    /^\| (.+?) \| ([\d,]+) \| .+? \| `(\w+)` in `([\w/.-]+)` \|$/gm,
  ),
];

test('every row of docs/limits.md was read', () => {
  const lines = readFileSync(join(root, 'docs/limits.md'), 'utf8').match(/^\| (?!What)/gm);
  expect(rows).toHaveLength(lines?.length ?? 0);
});

test.each(rows.map(([, what = '', number = '', name = '', file = '']) => [what, number, name, file]))(
  '%s: %s',
  (_what, number, name, file) => {
    const source = readFileSync(join(root, file), 'utf8');
    const found = new RegExp(`\\b${name}(?:: | = )([\\d_]+)`).exec(source)?.[1]?.replaceAll('_', '');
    expect(Number(found)).toBe(Number(number.replaceAll(',', '')));
  },
);
