/** The change log replayed from nothing must give the very rows that the tables hold (mission.md B5). */
import type { Store } from '../../src/store/index.ts';
import { type Entry, wholeEntry } from '../../src/store/log-entry.ts';
import * as t from '../../src/tables/dataverse/index.ts';
import type { Table } from '../../src/tables/index.ts';
import { ownAgentStatus, ownConversation } from '../../src/tables/wirechief/node-columns.ts';

/** The tables a call writes sums and states into. */
const replayed: ReadonlyMap<string, Table> = new Map(
  [
    ownConversation,
    t.msdyn_liveconversation,
    t.msdyn_ocsession,
    t.msdyn_sessionparticipant,
    t.msdyn_queueextension,
    ownAgentStatus,
  ].map((table) => [table.logicalName, table]),
);

/** Which rows differ from what the log says of them, in words. */
export async function differing(store: Store): Promise<readonly string[]> {
  const rows = new Map<string, { readonly table: Table; readonly id: string; entry: Entry | null }>();
  for (let after = 0; ; ) {
    const changes = await store.changes({ after, limit: 5_000 });
    for (const { table: name, id, operation, after: values, seq } of changes) {
      after = seq;
      const table = replayed.get(name);
      if (table === undefined) continue;
      const key = `${name} ${id}`;
      const row = rows.get(key) ?? { table, id, entry: {} };
      row.entry = operation === 'delete' ? null : { ...row.entry, ...values };
      rows.set(key, row);
    }
    if (changes.length === 0) break;
  }
  const found: string[] = [];
  for (const { table, id, entry } of rows.values()) {
    const row = await store.row(table, id);
    const difference = compare(entry, row === null ? null : wholeEntry(table, row));
    if (difference !== null) found.push(`${table.logicalName} ${id} is not as its log says: ${difference}`);
  }
  return found;
}

function compare(told: Entry | null, kept: Entry | null): string | null {
  if (told === null || kept === null) return told === kept ? null : 'it is there on one side only';
  for (const name of new Set([...Object.keys(told), ...Object.keys(kept)])) {
    const [one, other] = [told[name] ?? null, kept[name] ?? null];
    if (one !== other) return `${name} is ${String(other)}, the log says ${String(one)}`;
  }
  return null;
}
