import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSseReader, type SseMessage } from './sse-reader.ts';

const readAll = (pieces: readonly string[]): SseMessage[] => {
  const { read } = createSseReader();
  return pieces.flatMap((piece) => read(piece));
};

describe('text/event-stream (HTML Living Standard §9.2.6)', () => {
  test('id, event, several data lines, comments and unknown fields', () => {
    const stream = '\uFEFF: hello\nid: 7\nevent: offer.new\ndata: a\ndata:b\nretry: 1\n\ndata\n\nid: 8\n\n';
    expect(readAll([stream])).toEqual([
      { id: '7', event: 'offer.new', data: 'a\nb' },
      { id: '7', event: 'message', data: '' },
    ]);
  });

  test('a message without its blank line is not given', () => {
    expect(readAll(['data: half\n'])).toEqual([]);
  });

  test('the id is kept for later messages; one with NUL is ignored', () => {
    expect(readAll(['id: 3\ndata: x\n\nid: \0\ndata: y\n\n']).map(({ id }) => id)).toEqual(['3', '3']);
  });

  test('the id to resume behind moves with a complete block, not with a half one', () => {
    const reader = createSseReader();
    reader.read('id: 5\n\nid: 6\ndata: x');
    expect(reader.lastId()).toBe('5');
    reader.read('\n\n');
    expect(reader.lastId()).toBe('6');
  });

  const line = fc.oneof(
    fc.constantFrom('', 'data', ': ping', 'id: 1', 'id: 22', 'event: row.changed', 'data: {"a":"æ🙂"}'),
    fc.string({ maxLength: 8 }).map((value) => `data:${value.replaceAll(/[\r\n]/g, '')}`),
  );
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  const streams = fc
    .array(fc.tuple(line, lineEnd), { maxLength: 20 })
    .map((lines) => `${lines.map(([content, end]) => content + end).join('')}end: of test\n`);

  test('where the pieces are cut makes no difference (ui.md §15, property)', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(200), { maxLength: 12 }), (stream, cuts) => {
        const places = [
          0,
          ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b),
          stream.length,
        ];
        const pieces = places.slice(1).map((place, index) => stream.slice(places[index], place));
        expect(pieces.join('')).toBe(stream);
        expect(readAll(pieces)).toEqual(readAll([stream]));
      }),
      { numRuns: 500 },
    );
  });
});
