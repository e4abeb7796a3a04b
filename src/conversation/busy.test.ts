import { describe, expect, it } from 'vitest';
import { Refusal, type RefusalKey } from '../tables/index.ts';
import { untilAvailable } from './busy.ts';

describe('a busy database', () => {
  const refusing = (key: RefusalKey, times: number) => {
    let attempts = 0;
    return async (): Promise<number> => {
      attempts += 1;
      if (attempts <= times) throw new Refusal(key, 'no');
      return attempts;
    };
  };
  const pauses: number[] = [];
  const wait = async (pauseMs: number): Promise<void> => void pauses.push(pauseMs);

  it('is tried again after growing pauses, for about half a minute', async () => {
    expect(await untilAvailable(refusing('unavailable', 2), wait)).toBe(3);
    expect(pauses.splice(0)).toEqual([250, 500]);
    await expect(untilAvailable(refusing('unavailable', 99), wait)).rejects.toMatchObject({
      key: 'unavailable',
    });
    const total = pauses.splice(0).reduce((sum, one) => sum + one, 0);
    expect(total).toBeGreaterThan(25_000);
    expect(total).toBeLessThanOrEqual(30_000);
  });

  it('is told from an event that no longer fits, which is not tried again', async () => {
    await expect(untilAvailable(refusing('conflict', 1), wait)).rejects.toMatchObject({ key: 'conflict' });
    expect(pauses).toEqual([]);
  });
});
