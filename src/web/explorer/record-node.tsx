/** One record of the picture: its kind, its name, its key fields; ids as chips in the colour they share. */
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { createContext, useContext } from 'react';
import { shortId } from '../kit/format.ts';
import type { IdUse } from './hues.ts';
import styles from './picture.module.css';
import type { Field, TraceNode } from './trace.ts';

/** What every node needs to know beside its own record. */
export interface PictureState {
  readonly uses: ReadonlyMap<string, IdUse>;
  readonly logicalNames: boolean;
  readonly lit: string | null;
  readonly light: (id: string | null) => void;
  readonly fresh: ReadonlySet<string>;
}

/** The picture's state, for its nodes. */
export const PictureContext = createContext<PictureState>({
  uses: new Map(),
  logicalNames: false,
  lit: null,
  light: () => undefined,
  fresh: new Set(),
});

/** A node as the graph library knows it. */
export type RecordNodeType = Node<{ readonly node: TraceNode }, 'record'>;

/** An id as a chip: coloured and outlined when several records carry it, which its title says in words.
 *  Hover and focus light every record that carries it; a double click copies it. */
export function IdChip({ id, name }: { readonly id: string; readonly name: string }) {
  const { uses, lit, light } = useContext(PictureContext);
  const use = uses.get(id);
  const hue = use?.hue ?? null;
  const count = use?.records.length ?? 1;
  return (
    <button
      type="button"
      className={styles.chip}
      data-hue={hue ?? 'none'}
      data-lit={lit === id || undefined}
      title={`${name === id ? '' : `${name} · `}${id}${count > 1 ? `, in ${count} records` : ''}`}
      onMouseEnter={() => light(id)}
      onMouseLeave={() => light(null)}
      onFocus={() => light(id)}
      onBlur={() => light(null)}
      onDoubleClick={() => navigator.clipboard.writeText(id).catch(reportError)}
    >
      {shortId(id)}
    </button>
  );
}

function FieldLine({ field }: { readonly field: Field }) {
  const { logicalNames } = useContext(PictureContext);
  return (
    <div className={styles.field}>
      <dt className={styles.label} title={field.column}>
        {logicalNames ? field.column : field.label}
      </dt>
      <dd className={styles.value} title={field.value}>
        {field.id === undefined ? field.value : <IdChip id={field.id} name={field.value} />}
      </dd>
    </div>
  );
}

/** Draws a record. */
export function RecordNode({ data, selected }: NodeProps<RecordNodeType>) {
  const { uses, lit, logicalNames, fresh } = useContext(PictureContext);
  const { node } = data;
  const isDim = lit !== null && !(uses.get(lit)?.records.includes(node.key) ?? false);
  return (
    <article
      className={styles.node}
      data-kind={node.kind}
      data-selected={selected || undefined}
      data-dim={isDim || undefined}
      data-fresh={fresh.has(node.key) || undefined}
      aria-label={`${node.ordinal} ${node.title}`.trim()}
    >
      <Handle type="target" position={Position.Left} className={styles.handle} isConnectable={false} />
      <Handle
        type="target"
        id="right"
        position={Position.Right}
        className={styles.handle}
        isConnectable={false}
      />
      <h3 className={styles.title}>
        {node.ordinal !== '' && <span className={styles.ordinal}>{node.ordinal}</span>}
        {logicalNames ? node.table : node.title}
      </h3>
      <dl className={styles.fields}>
        {node.fields.map((field) => (
          <FieldLine key={field.column} field={field} />
        ))}
      </dl>
      <Handle type="source" position={Position.Right} className={styles.handle} isConnectable={false} />
      <Handle
        type="source"
        id="left"
        position={Position.Left}
        className={styles.handle}
        isConnectable={false}
      />
    </article>
  );
}
