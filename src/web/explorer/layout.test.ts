import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hueCount, idUses } from './hues.ts';
import { layOut } from './layout.ts';
import type { Kind, Trace } from './trace.ts';

const kinds: readonly Kind[] = [
  'contact',
  'engagement',
  'variable',
  'template',
  'conversation',
  'ongoing',
  'workstream',
  'session',
  'queueItem',
  'participant',
  'queue',
  'routing',
];

const traces: fc.Arbitrary<Trace> = fc
  .array(
    fc.record({ kind: fc.constantFrom(...kinds), ids: fc.array(fc.nat(12).map(String), { maxLength: 7 }) }),
    {
      maxLength: 40,
    },
  )
  .map((parts) => ({
    nodes: parts.map(({ kind, ids }, index) => ({
      key: `t:${index}`,
      kind,
      ordinal: '',
      title: kind,
      table: 't',
      entitySet: 'ts',
      id: `row-${index}`,
      fields: ids.map((id) => ({ label: 'Id', column: 'c', value: id, id })),
      record: {},
    })),
    edges: [],
  }));

describe('layOut (ui.md §6: lanes, no overlap)', () => {
  it('places every node and lets none overlap', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const boxes = [...layOut(trace).values()];
        expect(boxes).toHaveLength(trace.nodes.length);
        boxes.forEach((a, index) => {
          for (const b of boxes.slice(index + 1)) {
            const apart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(apart).toBe(true);
          }
        });
      }),
    );
  });
});

describe('idUses (ui.md §6: id colour = shared identity)', () => {
  it('colours exactly the ids of two or more records, never one hue for two ids', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const uses = [...idUses(trace).values()];
        const hues = uses.flatMap(({ hue }) => hue ?? []);
        expect(new Set(hues).size).toBe(hues.length);
        expect(hues.every((hue) => hue >= 0 && hue < hueCount)).toBe(true);
        for (const { hue, records } of uses) if (records.length < 2) expect(hue).toBeNull();
        const shared = uses.filter(({ records }) => records.length > 1).length;
        expect(hues).toHaveLength(Math.min(shared, hueCount));
      }),
    );
  });
});
