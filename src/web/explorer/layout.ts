/** Fixed lanes, not automatic layout: who and configuration · conversation · sessions · participants and queues.
 *  Rows in order of creation. Heights are known from the number of fields, so nothing overlaps. */
import type { Kind, Trace, TraceNode } from './trace.ts';

/** Where a node stands. Units: CSS pixels of the unscaled picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Sizes the style sheet keeps to. */
export const sizes = { width: 292, head: 42, field: 25, foot: 10, gapX: 112, gapY: 34 } as const;

const lanes: Readonly<Record<Kind, number>> = {
  contact: 0,
  engagement: 0,
  variable: 0,
  template: 0,
  conversation: 1,
  ongoing: 1,
  workstream: 1,
  routing: 2,
  session: 2,
  queueItem: 2,
  participant: 3,
  queue: 3,
};

const orderInLane: Readonly<Record<Kind, number>> = {
  contact: 0,
  engagement: 1,
  variable: 2,
  template: 3,
  ongoing: 0,
  conversation: 1,
  workstream: 2,
  session: 0,
  queueItem: 1,
  routing: 2,
  participant: 0,
  queue: 1,
};

/** Height of a node with so many fields. */
export const heightOf = (node: TraceNode): number =>
  sizes.head + node.fields.length * sizes.field + sizes.foot;

/** A box for every node of the trace, by node key. Lanes are centred on the tallest one. */
export function layOut(trace: Trace): ReadonlyMap<string, Box> {
  const used = [...new Set(trace.nodes.map(({ kind }) => lanes[kind]))].sort((a, b) => a - b);
  const columns = used.map((lane) =>
    trace.nodes
      .filter(({ kind }) => lanes[kind] === lane)
      .map((node, index) => ({ node, index }))
      .sort((a, b) => orderInLane[a.node.kind] - orderInLane[b.node.kind] || a.index - b.index)
      .map(({ node }) => node),
  );
  const heights = columns.map((column) =>
    column.reduce((sum, node) => sum + heightOf(node) + sizes.gapY, -sizes.gapY),
  );
  const tallest = Math.max(0, ...heights);
  const boxes = new Map<string, Box>();
  columns.forEach((column, index) => {
    let y = (tallest - (heights[index] ?? 0)) / 2;
    for (const node of column) {
      const height = heightOf(node);
      boxes.set(node.key, { x: index * (sizes.width + sizes.gapX), y, width: sizes.width, height });
      y += height + sizes.gapY;
    }
  });
  return boxes;
}
