/** Names and texts of the server's own, kept in the store's table wirechief.meta: what is not a row of the data model
 *  and must not be read through the Web API (the signing key), or says what was set up (the world). */
import type { Reader, Transaction } from '../store/index.ts';

/** The value under a name; null when there is none. */
export async function readMeta(reader: Pick<Reader, 'query'>, name: string): Promise<string | null> {
  const [row] = await reader.query({
    text: 'select value from wirechief.meta where key = $1',
    values: [`server.${name}`],
  });
  return typeof row?.value === 'string' ? row.value : null;
}

/** Writes a value where there is none; false when there is. Waits for another server that is writing it. */
export async function insertMeta(
  transaction: Pick<Transaction, 'query'>,
  name: string,
  value: string,
): Promise<boolean> {
  const rows = await transaction.query({
    text: 'insert into wirechief.meta (key, value) values ($1, $2) on conflict (key) do nothing returning key',
    values: [`server.${name}`, value],
  });
  return rows.length > 0;
}

/** Writes a value in place of one that ends with `ending`, or of any that is there when `ending` is null; false when
 *  there is none. */
export async function replaceMetaIf(
  transaction: Pick<Transaction, 'query'>,
  name: string,
  ending: string | null,
  value: string,
): Promise<boolean> {
  const rows = await transaction.query({
    text: `update wirechief.meta set value = $2
      where key = $1 and ($3::text is null or right(value, length($3)) = $3) returning key`,
    values: [`server.${name}`, value, ending],
  });
  return rows.length > 0;
}

/** Removes the values whose name begins with `prefix` and whose text comes before `text`. */
export async function deleteMetaOlderThan(
  transaction: Pick<Transaction, 'query'>,
  prefix: string,
  text: string,
): Promise<void> {
  await transaction.query({
    text: `delete from wirechief.meta where starts_with(key, $1) and value collate "C" < $2`,
    values: [`server.${prefix}`, text],
  });
}
