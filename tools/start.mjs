/** npm start: installs and builds what is missing, then runs the server in this very process, so that signals reach it
 *  and a second start costs no second Node. Plain Node, because it runs before any package is there. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWhenStale } from './build.mjs';
import { installPackages, root } from './setup.mjs';

/** npm ends its shell on a signal and the shell does not pass it on: when the parent is gone, so are we. */
function stopWithParent() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}

installPackages();
try {
  await buildWhenStale();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
stopWithParent();
await import(pathToFileURL(join(root, 'dist/server/main.js')).href);
