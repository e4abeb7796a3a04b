/** The flow files that come along can run, without a complaint. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseFlow } from '../../voice/index.ts';

const root = join(import.meta.dirname, '../../..');

test.each(['src/server/worlds/front-desk/ivr.yaml', 'examples/collect-a-number.yaml'])('%s', (file) => {
  expect(parseFlow(file, readFileSync(join(root, file), 'utf8')).warnings).toEqual([]);
});
