import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTestStore } from '../../test/database/database.ts';
import { lintWorld } from '../routing/index.ts';
import { lintInputOfStore, lintInputOfWorlds } from './lint-rows.ts';
import { loadWorld } from './world/load.ts';
import { readWorld } from './world/read.ts';

const folder = join(import.meta.dirname, 'worlds');
const base = readWorld(join(folder, 'base'));
const refs = new Map(
  base.rows.flatMap(({ ref, table }) => (ref === null ? [] : [[ref, table.logicalName] as const])),
);
const bundled = readdirSync(folder).filter((name) => name !== 'base');

it.each(bundled)(
  'the world %s has no error and no warning, in its file and in the database',
  async (name) => {
    const written = lintWorld(lintInputOfWorlds([base, readWorld(join(folder, name), refs)]));
    expect(written.filter(({ severity }) => severity !== 'hint')).toEqual([]);
    const test = await openTestStore();
    try {
      const world = await loadWorld(test.store, name);
      expect(lintWorld(await lintInputOfStore(test.store, world))).toEqual(written);
    } finally {
      await test.close();
    }
  },
);
