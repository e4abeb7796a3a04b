import { afterEach, describe, expect, it } from 'vitest';
import { sine } from '../media/tone.ts';
import { CommandTranscriber } from './command.ts';

/** A program that reads a WAV from a path or from its input, and prints its rate, its seconds and its loudest sample. */
const program = `
const fs = require('node:fs');
const wav = fs.readFileSync(process.argv[1] ?? 0);
const samples = Array.from({ length: (wav.length - 44) / 2 }, (_, i) => wav.readInt16LE(44 + 2 * i));
const seconds = samples.length / wav.readUInt32LE(24);
console.log('[00:00:00.000 --> 00:00:01.000]  rate ' + wav.readUInt32LE(24) + ' seconds ' + seconds + ' peak ' + Math.max(...samples));
`;
const made: CommandTranscriber[] = [];
const transcriber = (...command: string[]): CommandTranscriber => {
  const one = new CommandTranscriber({ command, timeoutMs: 5000 });
  made.push(one);
  return one;
};
afterEach(async () => {
  for (const one of made.splice(0)) await one.close();
});

async function transcribe(one: CommandTranscriber, seconds = 1) {
  const transcription = one.open();
  const sound = sine(500, 8000 * seconds);
  for (let at = 0; at < sound.length; at += 160) transcription.feed(sound.subarray(at, at + 160));
  return transcription.end();
}

describe('a program of the user’s own (behaviour.md §3.8: no cloud is needed)', () => {
  it.each([
    ['a file', ['{file}']],
    ['its standard input', []],
  ])('gets the sound as %s, at 16 kHz, and its lines are read', async (_, rest) => {
    const [line] = await transcribe(transcriber(process.execPath, '-e', program, ...rest));
    expect(line).toMatchObject({ atMs: 0, durationMs: 1000 });
    expect(line?.text).toMatch(/^rate 16000 seconds 1 peak \d{4}/);
  });

  it('that fails, is not there, or takes too long is told by name', async () => {
    await expect(transcribe(transcriber('no-such-program-here'))).rejects.toThrow(
      /no-such-program-here cannot be run/,
    );
    const failing = transcriber(process.execPath, '-e', 'console.error("no model"); process.exit(3)');
    await expect(transcribe(failing)).rejects.toThrow(/ended with code 3: no model/);
    const slow = new CommandTranscriber({
      command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
      timeoutMs: 300,
    });
    await expect(transcribe(slow)).rejects.toThrow(/SIGKILL/);
  });

  it('is ended when the server stops, and what waits is not begun', async () => {
    const one = transcriber(process.execPath, '-e', 'setInterval(() => {}, 1000)');
    const [first, second] = [transcribe(one), transcribe(one)];
    const ends = Promise.allSettled([first, second]);
    await new Promise((resolve) => setImmediate(resolve));
    await one.close();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
