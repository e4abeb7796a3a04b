/** Numbers are those of docs/differences.md. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Recorder } from '../../src/voice/media/recorder.ts';
import { paperDesk } from '../calls/paper-desk.ts';
import { waitFor } from '../phone/wait.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirechief-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Frames of 20 ms in which the customer says 1, is sent 2, and the representative says 3. */
function recorder(name: string) {
  const path = join(folder, name);
  const one = new Recorder({ path, channels: 2, speech: null }, () => undefined);
  let ms = 1000;
  const frame = (value: number) => new Int16Array(160).fill(value);
  const run = (frames: number): void => {
    for (let n = 0; n < frames; n += 1, ms += 20)
      one.frame(ms, { said: (leg) => frame(leg === 'customer' ? 1 : 3), sent: () => frame(2) });
  };
  /** Left and right of each frame. */
  const frames = async (): Promise<string[]> => {
    await one.close();
    const wav = readFileSync(path);
    return Array.from(
      { length: (wav.length - 44) / 640 },
      (_, n) => `${wav.readInt16LE(44 + n * 640)} ${wav.readInt16LE(46 + n * 640)}`,
    );
  };
  return { one, run, frames };
}

const take = { customer: 'customer', speakers: [{ leg: 'ann', name: 'agent-ann' }] } as const;

describe('what is kept of a call differs from the product', () => {
  it('73 for 200 ms after a pause the recording is silent, and as long as the time', async () => {
    const { one, run, frames } = recorder('73.wav');
    one.take(take);
    run(2);
    one.take(null);
    run(50);
    one.take(take);
    run(12);
    expect(await frames()).toEqual(['1 2', '1 2', ...Array.from({ length: 10 }, () => '0 0'), '1 2', '1 2']);
  });

  it('74 the right channel is what the customer hears', async () => {
    const { one, run, frames } = recorder('74.wav');
    one.take(take);
    run(1);
    expect(await frames()).toEqual(['1 2']);
  });

  it('75 the transcript is there when the recording ends, not before', async () => {
    const on = paperDesk();
    await on.talk();
    const call = { conversation: 'c1', call: 'call-1' } as const;
    await on.calls.perform({
      type: 'Arrange',
      ...call,
      room: {
        caller: { held: false },
        parties: [{ id: 'ann', agent: 'ann', part: 'primary', held: false }],
        alone: 'wait',
        recording: { id: 'r1', audio: true, transcript: true, paused: false },
      },
    });
    expect(on.engine.types).not.toContain('KeepingReady');
    await on.calls.perform({ type: 'Release', ...call, reason: 'over' });
    await waitFor('it is ready', () => on.engine.types.includes('KeepingReady'), { timeoutMs: 15_000 });
    expect(on.engine.events.at(-1)).toMatchObject({ keeping: 'r1', kind: 'recording', lines: [] });
  });
});
