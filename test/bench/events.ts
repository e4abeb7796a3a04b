/** From a commit to the event at a subscriber of GET /events. */
import type { TestServer } from '../server/server.ts';
import { openPushStream } from './push-stream.ts';
import { quantile, type Report } from './report.ts';

const writes = 300;
const warmUp = 20;

/** Writes by the Web API one after another, with one subscriber. Two figures: from the request's answer to the event
 *  (below zero when the event is first), and from `at` of the event, which is the beginning of its transaction, so that
 *  the second holds the commit itself too. */
export async function benchEvents(report: Report, server: TestServer): Promise<void> {
  const pushed = await openPushStream(server.origin, await server.token());
  const fromAnswer: number[] = [];
  const fromBegin: number[] = [];
  for (let count = -warmUp; count < writes; count += 1) {
    const answer = await server.api('contacts', { method: 'POST', body: { lastname: `Event ${count}` } });
    const answeredAt = performance.now();
    const id = /\(([^)]+)\)$/.exec(answer.headers.get('odata-entityid') ?? '')?.[1];
    if (id === undefined) throw new Error(`the write failed: ${answer.status}`);
    const { event, at } = await pushed.find((one) => one.id === id && one.type === 'row.created');
    if (count < 0) continue;
    fromAnswer.push(at - answeredAt);
    fromBegin.push(performance.timeOrigin + at - Date.parse(event.at));
  }
  pushed.close();
  report.figure('write begun to event at a subscriber', fromBegin, 'ms', { most: 20 });
  report.figure('the same, 95th percentile', [quantile(fromBegin, 0.95)], 'ms');
  report.figure('write acknowledged to event at a subscriber', fromAnswer, 'ms', { most: 20 });
}
