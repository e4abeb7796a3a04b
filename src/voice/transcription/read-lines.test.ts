import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitCommand } from './command.ts';
import { readLines } from './read-lines.ts';

it('reads the lines of whisper.cpp with their times', () => {
  const output = `
[00:00:00.000 --> 00:00:02.500]   Good morning.
[00:01:02.120 --> 00:01:04.000]  How can I help?
[00:01:05.000 --> 00:01:06.000]   ...
`;
  expect(readLines(output, 70_000)).toEqual([
    { text: 'Good morning.', atMs: 0, durationMs: 2500 },
    { text: 'How can I help?', atMs: 62_120, durationMs: 1880 },
  ]);
});

it('reads JSON, a line each', () => {
  const output = '{"text": "one", "start": 1.5, "end": 2}\n{"text": "two"}\n{"partial": "x"}\n{broken';
  expect(readLines(output, 4000).slice(0, 2)).toEqual([
    { text: 'one', atMs: 1500, durationMs: 500 },
    { text: 'two', atMs: 0, durationMs: 4000 },
  ]);
});

it('takes plain text as said in the whole time', () => {
  expect(readLines('hello   there\r\n\r\n', 900)).toEqual([
    { text: 'hello there', atMs: 0, durationMs: 900 },
  ]);
});

it('never fails, whatever is printed, and gives no line without words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (output) => {
      for (const { text, durationMs } of readLines(output, 100)) {
        expect(text).toMatch(/[\p{L}\p{N}]/u);
        expect(durationMs).toBeGreaterThanOrEqual(0);
      }
    }),
    { seed: 7 },
  );
});

it('splits a command line, quoted parts whole', () => {
  expect(splitCommand('whisper-cli -m "my models/base.bin" -f {file}')).toEqual([
    'whisper-cli',
    '-m',
    'my models/base.bin',
    '-f',
    '{file}',
  ]);
});
