import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mendWav } from '../kept-wav.ts';
import type { RecordOptions } from './media.ts';
import { Recorder } from './recorder.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirechief-recorder-'));
afterAll(() => rmSync(folder, { recursive: true }));

const take = { customer: 'c', speakers: [{ leg: 'a', name: 'agent-ann' }] } as const;
const steady = (value: number): Int16Array => new Int16Array(160).fill(value);
let made = 0;

/** A recorder with a clock of its own; `run` gives it frames in which customer, room and agent say these values. */
function recorder(options: Partial<RecordOptions> = {}) {
  made += 1;
  const path = join(folder, 'deep', `${made}.wav`);
  const full: string[] = [];
  const one = new Recorder({ path, channels: 2, speech: null, ...options }, (reason) => full.push(reason));
  let ms = 1000;
  const run = (frames: number, customer: number, sent: number): void => {
    for (let frame = 0; frame < frames; frame += 1) {
      one.frame(ms, {
        said: (leg) => steady(leg === 'c' ? customer : sent),
        sent: () => steady(sent),
      });
      ms += 20;
    }
  };
  const skip = (frames: number): void => {
    ms += 20 * frames;
  };
  return { one, path, full, run, skip };
}

/** Each frame of the file as `customer/other`; a frame in which these change is `?`. */
function framesOf(path: string, channels = 2): string[] {
  const wav = readFileSync(path);
  const frameBytes = 320 * channels;
  return Array.from({ length: (wav.length - 44) / frameBytes }, (_, frame) => {
    const values = new Set<string>();
    for (let index = 0; index < 160; index += 1) {
      const at = 44 + frame * frameBytes + 2 * channels * index;
      values.add(
        Array.from({ length: channels }, (__, channel) => wav.readInt16LE(at + 2 * channel)).join('/'),
      );
    }
    return values.size === 1 ? [...values].join('') : '?';
  });
}

const times = (count: number, frame: string): string[] => Array.from({ length: count }, () => frame);

describe('a recording, frame by frame (behaviour.md §3.8)', () => {
  it('holds every frame in its place, the customer left, what they hear right; for its owner’s eyes only', async () => {
    const { one, path, run } = recorder();
    one.take(take);
    run(30, 1, 2);
    run(27, 3, 4);
    expect((await one.close()).seconds).toBeCloseTo(1.14, 5);
    expect(framesOf(path)).toEqual([...times(30, '1/2'), ...times(27, '3/4')]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
  });

  it('cuts a pause out, and stays silent while what was said in it may still arrive', async () => {
    const { one, path, run } = recorder();
    one.take(take);
    run(5, 1, 1);
    one.take(null);
    run(100, 666, 666);
    one.take(take);
    run(10, 666, 666);
    run(5, 2, 2);
    await one.close();
    expect(framesOf(path)).toEqual([...times(5, '1/1'), ...times(10, '0/0'), ...times(5, '2/2')]);
  });

  it('that begins paused stays silent too when it goes on', async () => {
    const { one, path, run } = recorder();
    run(3, 666, 666);
    one.take({ ...take, afterPause: true });
    run(10, 666, 666);
    run(1, 1, 1);
    await one.close();
    expect(framesOf(path)).toEqual([...times(10, '0/0'), '1/1']);
  });

  it('goes on without a gap when people come and go', async () => {
    const { one, path, run } = recorder();
    one.take(take);
    run(2, 1, 1);
    one.take({ customer: 'c', speakers: [], afterPause: true });
    run(2, 2, 2);
    await one.close();
    expect(framesOf(path)).toEqual(['1/1', '1/1', '2/2', '2/2']);
  });

  it('is as long as the time, also when the clock had to give frames up', async () => {
    const { one, path, run, skip } = recorder();
    one.take(take);
    run(2, 1, 1);
    skip(40);
    run(2, 2, 2);
    expect((await one.close()).seconds).toBeCloseTo(0.88, 5);
    expect(framesOf(path)).toEqual([...times(2, '1/1'), ...times(40, '0/0'), ...times(2, '2/2')]);
  });

  it('keeps each speaker apart, at the same time as in the whole', async () => {
    const speech = join(folder, 'apart');
    const { one, run } = recorder({ path: null, speech });
    one.take({ customer: 'c', speakers: [] });
    run(3, 1, 2);
    one.take(take);
    run(2, 1, 2);
    await one.close();
    expect(framesOf(`${speech}.customer.wav`, 1)).toEqual(times(5, '1'));
    expect(framesOf(`${speech}.agent-ann.wav`, 1)).toEqual(['0', '0', '0', '2', '2']);
  });

  it('ends at its size, and says so once', async () => {
    const { one, path, full, run } = recorder({ mostBytes: 10 * 640 });
    one.take(take);
    run(50, 1, 2);
    expect(full).toEqual(['it holds 6400 bytes']);
    await one.close();
    expect(framesOf(path)).toEqual(times(10, '1/2'));
  });

  it('on a disk that fails says why, and ends', async () => {
    const { one, full, run } = recorder({ path: '/dev/null/recording.wav' });
    one.take(take);
    run(1, 1, 2);
    await one.close();
    one.take(take);
    run(1, 1, 2);
    expect(full).toHaveLength(1);
    expect(full[0]).toMatch(/ENOTDIR|EEXIST/);
  });

  it('left by a process that died is mended: all that was written can be heard', async () => {
    const { one, path, run } = recorder();
    one.take(take);
    run(60, 1, 2);
    await expect.poll(() => statSync(path).size).toBeGreaterThanOrEqual(44 + 50 * 640);
    expect(await mendWav(path, 2)).toBeCloseTo(1, 5);
    expect(readFileSync(path).readUInt32LE(40)).toBe(50 * 640);
    expect(framesOf(path)).toEqual(times(50, '1/2'));
    await one.close();
  });
});
