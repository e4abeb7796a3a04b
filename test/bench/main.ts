/** npm run bench: speed and memory of the built server on this machine. Without arguments everything; else the parts
 *  named: start, call, events, calls, webapi, engine. */
import { startServer, type TestServer } from '../server/server.ts';
import { benchCalls } from './calls.ts';
import { benchAssignments } from './engine-assign.ts';
import { benchOrdinaryCall } from './engine-call.ts';
import { benchDay } from './engine-day.ts';
import { benchEvents } from './events.ts';
import { benchFirstCall } from './first-call.ts';
import { machineLoad, Report } from './report.ts';
import { benchStart } from './start-and-memory.ts';
import { benchWebApi } from './web-api.ts';

const report = new Report();

/** Runs a part on a server of its own with an embedded database, as npm start makes it. */
const onServer = (run: (report: Report, server: TestServer) => Promise<void>) => async (): Promise<void> => {
  const server = await startServer();
  try {
    await run(report, server);
  } catch (error) {
    console.error(`the server said:\n${server.output()}`);
    throw error;
  } finally {
    await server.stop();
  }
};

const parts: { readonly [name: string]: readonly [title: string, run: () => Promise<void>] } = {
  start: ['start and memory', () => benchStart(report)],
  call: ['one call', onServer(benchFirstCall)],
  events: ['live events', onServer(benchEvents)],
  calls: ['25 calls at once', onServer(benchCalls)],
  webapi: ['Web API', () => benchWebApi(report)],
  engine: [
    'engine',
    async () => {
      await benchOrdinaryCall(report);
      await benchAssignments(report);
      await benchDay(report);
    },
  ],
};

if (process.platform !== 'linux') {
  console.error('The benchmark reads CPU and memory from /proc: run it on Linux.');
  process.exit(2);
}
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${machineLoad()}`);
for (const [name, [title, run]] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await report.part(title, run);
}
report.summary();
