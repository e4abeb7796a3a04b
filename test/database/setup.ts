/** The database of a test run: one embedded server in a temporary folder, with a template that has the schema. Vitest
 *  calls it once per project; the projects of one run share the server. */
import type { TestProject } from 'vitest/node';
import { startTestServer, sweepDeadServers, type TestServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the server of this run. */
    databaseServer: string;
  }
}

interface Shared {
  users: number;
  server: Promise<TestServer>;
}

// Each project loads this module anew; the process is what they share.
const shared = globalThis as { wirechiefTestDatabase?: Shared | undefined };

/** Starts the server on first use and gives its address to the tests; stops it after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (shared.wirechiefTestDatabase === undefined) {
    await sweepDeadServers();
    shared.wirechiefTestDatabase = { users: 0, server: startTestServer() };
  }
  const run = shared.wirechiefTestDatabase;
  run.users += 1;
  const server = await run.server;
  project.provide('databaseServer', server.url);
  return async () => {
    run.users -= 1;
    if (run.users > 0) return;
    shared.wirechiefTestDatabase = undefined;
    await server.stop();
  };
}
