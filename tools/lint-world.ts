/** npm run lint-world [-- --world <folder>]: looks over the configuration of a running server, or of a world in its file,
 *  for what fits badly together. Ends with 1 when there is an error or a warning. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Finding, lintWorld } from '../src/routing/index.ts';
import { lintInputOfWorlds } from '../src/server/lint-rows.ts';
import { readWorld } from '../src/server/world/read.ts';
import { administer, fail } from './administer.mjs';

const worlds = join(import.meta.dirname, '../src/server/worlds');

/** What is wrong with a world in a folder, or with one of those that come along by its name. */
function findingsOfWorld(name: string): Finding[] {
  const own = join(worlds, name);
  const folder = existsSync(join(own, 'world.yaml')) ? own : resolve(name);
  try {
    const base = readWorld(join(worlds, 'base'));
    const named = base.rows.flatMap(({ ref, table }) =>
      ref === null ? [] : [[ref, table.logicalName] as const],
    );
    return lintWorld(lintInputOfWorlds([base, readWorld(folder, new Map(named))]));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const { values } = parseArgs({ options: { world: { type: 'string' } } });
const findings: readonly Finding[] =
  values.world === undefined
    ? ((await administer('GET', '/admin/lint')) as { readonly value: Finding[] }).value
    : findingsOfWorld(values.world);
for (const { severity, rule, table, id, message } of findings)
  console.log(`${severity.padEnd(7)} ${message}\n        ${rule}, ${table} ${id}`);
const serious = findings.filter(({ severity }) => severity !== 'hint').length;
console.log(`${findings.length} found, ${serious} of them errors or warnings.`);
process.exitCode = serious > 0 ? 1 : 0;
