/** npm start: installs and builds what is missing, then runs the server in this very process, so that signals reach it
 *  and a second start costs no second Node. Plain Node, because it runs before any package is there. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWhenStale } from './build.mjs';
import { installPackages, root } from './setup.mjs';

installPackages();
try {
  await buildWhenStale();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import(pathToFileURL(join(root, 'dist/server/main.js')).href);
