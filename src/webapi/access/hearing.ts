/** Who may hear of a change: whoever may read the row it is about. */
import type { Change, Reader } from '../../store/index.ts';
import { tables } from '../../tables/index.ts';
import type { Caller } from '../api.ts';
import type { Access } from '../plan/asker.ts';
import type { AccessBook } from './access-book.ts';
import { readableIds } from './guard-reader.ts';
import { passes, type Seen } from './new-row.ts';

/** For each change, whether the caller may hear of it. At most one statement for each table whose rows are not all
 *  open to the caller. A deleted row is judged by what it was; who saw it only by a share is not told. */
export async function mayHear(
  reader: Pick<Reader, 'query'>,
  book: AccessBook,
  caller: Caller,
  changes: readonly Change[],
): Promise<readonly boolean[]> {
  const access = await book.of(caller.userId);
  // A stream that is open when its user is disabled stays open, and tells nothing more.
  if (access === null || access.profile.isDisabled) return changes.map(() => false);
  const asked = new Map<string, Set<string>>();
  for (const { table, id, operation } of changes) {
    if (operation === 'delete') continue;
    const ids = asked.get(table) ?? new Set();
    asked.set(table, ids.add(id));
  }
  const allowed = new Map<string, ReadonlySet<string>>();
  for (const [name, ids] of asked) {
    const table = tables.get(name);
    if (table) allowed.set(name, await readableIds(reader, access, table, [...ids]));
  }
  return changes.map((change) =>
    change.operation === 'delete'
      ? mayHearOfEnd(access, change)
      : (allowed.get(change.table)?.has(change.id) ?? false),
  );
}

function mayHearOfEnd(access: Access, { table: name, id, before }: Change): boolean {
  const table = tables.get(name);
  const rule = table && access.readable(table);
  if (!table || rule === undefined) return false;
  if (rule === null) return true;
  const seen: Record<string, Seen[string]> = { [table.primaryId]: id };
  for (const [member, value] of Object.entries(before ?? {}))
    if (typeof value === 'string') seen[/^_(.+)_value$/.exec(member)?.[1] ?? member] = value;
  return passes(rule, seen);
}
