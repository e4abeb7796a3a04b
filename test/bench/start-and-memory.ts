/** From nothing to ready, with the database of the data folder; and what an idle server takes. */
import { startServer } from '../server/server.ts';
import { byProgram, pause, processTree, proportionalMegabytes } from './measure.ts';
import type { Report } from './report.ts';

const furtherStarts = 3;
/** What the start left behind has settled by then. */
const settleMs = 5_000;

/** Times the first and the later starts, then weighs the idle server. */
export async function benchStart(report: Report): Promise<void> {
  const first = await startServer();
  report.figure('first start (new data folder) to /healthz 200', [first.readyMs / 1000], 's');
  let { dataFolder, stop } = first;
  const seconds: number[] = [];
  for (let count = 1; count <= furtherStarts; count += 1) {
    await stop({ keep: true });
    const again = await startServer({ dataFolder });
    seconds.push(again.readyMs / 1000);
    ({ dataFolder, stop } = again);
    if (count < furtherStarts) continue;
    report.figure('second start to /healthz 200', seconds, 's', { most: 3 });
    await pause(settleMs);
    const pid = again.process.pid ?? 0;
    reportMemory(report, 'idle server', pid, 300);
  }
  await stop();
}

/** Weighs all processes of a server, its database among them, as `most` MB allow. */
export function reportMemory(report: Report, name: string, pid: number, most: number): void {
  const pids = processTree(pid);
  const { node, postgres } = byProgram(pids);
  report.figure(`${name}: memory of all processes (PSS)`, [proportionalMegabytes(pids)], 'MB', { most });
  report.figure(`${name}: of that Node (${node.length} processes)`, [proportionalMegabytes(node)], 'MB');
  report.figure(
    `${name}: of that PostgreSQL (${postgres.length} processes)`,
    [proportionalMegabytes(postgres)],
    'MB',
  );
}
