/** A subscriber of GET /events that notes when each event came. */
import { get } from 'node:http';
import type { PushEvent } from '../../src/tables/push.ts';

/** One event. `at`: milliseconds of performance.now() when it came. */
export interface Heard {
  readonly event: PushEvent;
  readonly at: number;
}

/** An open stream. */
export interface PushStream {
  readonly heard: readonly Heard[];
  /** Resolves with the first event, of those heard already too, that fits. */
  find(fits: (event: PushEvent) => boolean, timeoutMs?: number): Promise<Heard>;
  close(): void;
}

/** Opens the stream; resolves when the server has said that it is connected. */
export async function openPushStream(origin: string, token: string, topics = ''): Promise<PushStream> {
  const heard: Heard[] = [];
  const waiting = new Set<(one: Heard) => void>();
  const url = `${origin}/events${topics === '' ? '' : `?topics=${topics}`}`;
  const request = get(url, { headers: { authorization: `Bearer ${token}` }, agent: false });
  const take = (block: string, at: number): void => {
    const data = block.split('\n').find((line) => line.startsWith('data: '));
    if (data === undefined) return;
    const one: Heard = { event: JSON.parse(data.slice(6)), at };
    heard.push(one);
    for (const tell of waiting) tell(one);
  };
  await new Promise<void>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      let rest = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        const at = performance.now();
        const blocks = (rest + part).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) take(block, at);
        resolve();
      });
    });
  });
  return {
    heard,
    find: (fits, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const known = heard.find(({ event }) => fits(event));
        if (known !== undefined) return resolve(known);
        const settle = (): void => {
          clearTimeout(timer);
          waiting.delete(tell);
        };
        const tell = (one: Heard): void => {
          if (!fits(one.event)) return;
          settle();
          resolve(one);
        };
        const timer = setTimeout(() => {
          settle();
          reject(new Error(`no such event came within ${timeoutMs} ms`));
        }, timeoutMs);
        waiting.add(tell);
      }),
    close: () => void request.destroy(),
  };
}
