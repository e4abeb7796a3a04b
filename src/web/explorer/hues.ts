/** Shared identity by colour: an id that two or more records carry gets a hue, every other id is grey. */
import type { Trace } from './trace.ts';

/** How many hues the style sheet knows. */
export const hueCount = 8;

/** Where an id occurs: its hue (0 to 7, null when only one record has it) and the keys of the records. */
export interface IdUse {
  readonly hue: number | null;
  readonly records: readonly string[];
}

/** Every id of the trace. The id in most records takes the first hue; ties by first appearance. With more shared ids
 *  than hues the rest stay grey: a hue must never stand for two ids. */
export function idUses(trace: Trace): ReadonlyMap<string, IdUse> {
  const records = new Map<string, string[]>();
  for (const node of trace.nodes) {
    for (const id of new Set(node.fields.flatMap((field) => field.id ?? []))) {
      const known = records.get(id);
      if (known === undefined) records.set(id, [node.key]);
      else known.push(node.key);
    }
  }
  const shared = [...records].filter(([, keys]) => keys.length > 1).sort((a, b) => b[1].length - a[1].length);
  const hues = new Map(shared.slice(0, hueCount).map(([id], hue) => [id, hue] as const));
  return new Map(
    [...records].map(([id, keys]) => [id, { hue: hues.get(id) ?? null, records: keys }] as const),
  );
}
