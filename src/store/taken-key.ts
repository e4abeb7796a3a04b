import { type AlternateKey, Refusal, type Table } from '../tables/index.ts';
import { keyIndexName } from './indexes.ts';

/** The refusal of a row whose values of an alternate key another row has. Source: webapi.md §4. */
export function keyTaken({ columns }: Table, key: AlternateKey): Refusal {
  const names = key.columns.map((name) => columns[name]?.displayName ?? name);
  return new Refusal('keyValuesTaken', names.join(', '), key.displayName ?? key.schemaName);
}

/** The same for what the database said of the index that keeps such a key; any other error as it came. */
export function ofTakenKey(table: Table, error: unknown): unknown {
  const reason = error instanceof Refusal ? error.cause : error;
  const index = reason instanceof Error && 'constraint' in reason ? reason.constraint : undefined;
  const key = table.keys?.find(({ columns }) => keyIndexName(table, columns) === index);
  return key ? keyTaken(table, key) : error;
}
