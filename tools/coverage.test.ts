/** docs/coverage.md says what the code says (mission.md B7). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { differing } from '../src/webapi/coverage-notes.ts';
import { coverage } from '../src/webapi/index.ts';
import { coveragePage, findGaps, gapsFile, gapsPath, pagePath } from './coverage-page.ts';

const remedy = 'run npm run coverage';

test('docs/coverage.md is current', () => {
  expect(readFileSync(pagePath, 'utf8'), remedy).toBe(coveragePage());
});

test('the list of gaps is current', () => {
  expect(readFileSync(gapsPath, 'utf8'), remedy).toBe(gapsFile());
});

test('gaps are found in the sources, with their values left open', () => {
  expect(findGaps().length).toBeGreaterThan(10);
  for (const gap of findGaps()) expect(gap).not.toMatch(/\$\{|[`{}]/);
});

test('what differs is there', () => {
  const { tables, messages } = coverage();
  const differs = [
    ...tables.map((one) => ({ ...one, kind: 'table' })),
    ...messages.map((one) => ({ ...one, kind: 'message' })),
  ].flatMap(({ kind, name, status }) => (status === 'differs' ? [`${kind} ${name}`] : []));
  expect(differs.sort()).toEqual(Object.keys(differing).sort());
});

test('numbers of differences are numbers of docs/differences.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../docs/differences.md'), 'utf8');
  for (const number of Object.values(differing))
    expect(text).toMatch(new RegExp(`^${number}\\. \\*\\*`, 'm'));
});
