/** The lanes picture of one conversation. Positions are ours (layout.ts); the library pans, zooms and draws edges. */
import '@xyflow/react/dist/style.css';
import { Background, Controls, type Edge, MarkerType, ReactFlow } from '@xyflow/react';
import { useMemo, useState } from 'react';
import { idUses } from './hues.ts';
import { layOut } from './layout.ts';
import styles from './picture.module.css';
import { PictureContext, RecordNode, type RecordNodeType } from './record-node.tsx';
import type { Trace, TraceEdge } from './trace.ts';

const nodeTypes = { record: RecordNode };

/** `selected`: key of the record whose panel is open. `fresh`: keys of records written just now. */
export interface PictureProps {
  readonly trace: Trace;
  readonly logicalNames: boolean;
  readonly selected: string | null;
  readonly fresh: ReadonlySet<string>;
  readonly onSelect: (key: string) => void;
}

function edgeOf(
  edge: TraceEdge,
  boxes: ReturnType<typeof layOut>,
  logicalNames: boolean,
  fresh: ReadonlySet<string>,
): Edge {
  const from = boxes.get(edge.from)?.x ?? 0;
  const to = boxes.get(edge.to)?.x ?? 0;
  const leftwards = from > to;
  return {
    id: `${edge.from} ${edge.to}`,
    source: edge.from,
    target: edge.to,
    ...(leftwards ? { sourceHandle: 'left', targetHandle: 'right' } : {}),
    ...(from === to ? { sourceHandle: 'bottom', targetHandle: 'top' } : {}),
    label: logicalNames ? edge.column : edge.label,
    markerEnd: { type: MarkerType.ArrowClosed },
    animated: fresh.has(edge.from),
    className: styles.edge ?? '',
    focusable: false,
  };
}

/** Draws the trace. */
export function Picture({ trace, logicalNames, selected, fresh, onSelect }: PictureProps) {
  const [lit, light] = useState<string | null>(null);
  const uses = useMemo(() => idUses(trace), [trace]);
  const boxes = useMemo(() => layOut(trace), [trace]);
  const nodes = trace.nodes.map((node): RecordNodeType => {
    const box = boxes.get(node.key) ?? { x: 0, y: 0, width: 0, height: 0 };
    return {
      id: node.key,
      type: 'record',
      position: { x: box.x, y: box.y },
      width: box.width,
      height: box.height,
      data: { node },
      selected: node.key === selected,
      draggable: false,
      ariaLabel: `${node.ordinal} ${node.title}, ${node.table}`.trim(),
    };
  });
  const edges = trace.edges.map((edge) => edgeOf(edge, boxes, logicalNames, fresh));
  const state = useMemo(() => ({ uses, logicalNames, lit, light, fresh }), [uses, logicalNames, lit, fresh]);
  return (
    <PictureContext value={state}>
      <ReactFlow
        // Fits again when records come or the panel takes room.
        key={`${trace.nodes.length} ${selected !== null}`}
        className={styles.picture ?? ''}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        fitView
        fitViewOptions={{ padding: 0.04, minZoom: 0.7, maxZoom: 1 }}
        minZoom={0.2}
        maxZoom={2}
        nodesConnectable={false}
        edgesFocusable={false}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_, node) => onSelect(node.id)}
        onSelectionChange={({ nodes: chosen }) => {
          const key = chosen[0]?.id;
          if (key !== undefined && key !== selected) onSelect(key);
        }}
      >
        <Background gap={24} />
        <Controls showInteractive={false} />
      </ReactFlow>
    </PictureContext>
  );
}
