/** docs/coverage.md says what the code says (mission.md B7). */
import { readdirSync, readFileSync } from 'node:fs';
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

test('every header that the code reads is on the page', () => {
  const folder = join(import.meta.dirname, '../src/webapi');
  const told = coverage().headers.map(({ name }) => name.split(':')[0]?.toLowerCase());
  const read = new Set<string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.startsWith('coverage')) continue;
    for (const [, quoted, plain] of readFileSync(join(folder, file), 'utf8').matchAll(
      /\bheaders(?:\['([a-z.-]+)'\]|\.([a-z]+)\b(?!\())/g,
    ))
      read.add(quoted ?? plain ?? '');
  }
  expect(read.size).toBeGreaterThan(8);
  for (const name of read) expect(told).toContain(name);
});

test('what differs is there', () => {
  const { tables, messages, headers } = coverage();
  const differs = [
    ...tables.map((one) => ({ ...one, kind: 'table' })),
    ...messages.map((one) => ({ ...one, kind: 'message' })),
    ...headers.map((one) => ({ ...one, kind: 'header' })),
  ].flatMap(({ kind, name, status }) => (status === 'differs' ? [`${kind} ${name}`] : []));
  expect(differs.sort()).toEqual(Object.keys(differing).sort());
});

test('numbers of differences are numbers of docs/differences.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../docs/differences.md'), 'utf8');
  for (const number of Object.values(differing))
    expect(text).toMatch(new RegExp(`^${number}\\. \\*\\*`, 'm'));
});
