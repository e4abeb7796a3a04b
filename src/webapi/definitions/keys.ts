/** Alternate keys made and deleted by requests. Source: webapi.md §13; published article "Define alternate keys". */
import { type AlternateKey, type ColumnType, Refusal } from '../../tables/index.ts';
import type { JsonObject } from '../parse/body.ts';
import { invalid, labelOf, needText } from './body.ts';
import { needColumn } from './columns.ts';
import { type Change, modelOf, needTable, withTable } from './model.ts';
import { checkSchemaName, limits } from './names.ts';

const keyTypes: readonly ColumnType[] = [
  ...(['String', 'Integer', 'Decimal', 'DateTime', 'Lookup', 'Customer', 'Owner', 'Picklist'] as const),
];

/** A new key of a table: its index is unique from then on. Refuses definitionInvalid, definitionExists; the store
 *  refuses duplicateKeyValues. */
export function createKey(
  tableName: string,
  body: JsonObject,
): { readonly name: string; readonly change: Change } {
  const schemaName = checkSchemaName(needText(body, 'SchemaName'), 'the key');
  const logicalName = schemaName.toLowerCase();
  const given = body.KeyAttributes;
  if (!Array.isArray(given) || given.length === 0 || !given.every((one) => typeof one === 'string'))
    return invalid('KeyAttributes must be a list of the logical names of columns.');
  const columns = given as readonly string[];
  if (columns.length > limits.keyColumns || new Set(columns).size < columns.length)
    return invalid(`A key has at most ${limits.keyColumns} columns, each once.`);
  const displayName = labelOf(body, 'DisplayName');
  const key: AlternateKey = {
    ...{ schemaName, logicalName, columns },
    ...(displayName === null ? {} : { displayName }),
  };
  const change: Change = (current) => {
    const table = needTable(modelOf(current), tableName);
    for (const name of columns) {
      const column = needColumn(table, name);
      if (!keyTypes.includes(column.type) || column.companion)
        return invalid(`${name} is a ${column.type}; a key may hold columns of type ${keyTypes.join(', ')}.`);
    }
    const keys = table.keys ?? [];
    const same = keys.find(
      (one) =>
        one.logicalName === logicalName || [...one.columns].sort().join() === [...columns].sort().join(),
    );
    if (same)
      throw new Refusal(
        'definitionExists',
        `The key ${same.schemaName} of ${tableName} has that name or those columns.`,
      );
    if (keys.length >= limits.keys) return invalid(`${tableName} has ${limits.keys} keys already.`);
    return withTable(current, tableName, (entry) => ({ ...entry, keys: [...entry.keys, key] }));
  };
  return { name: logicalName, change };
}

/** Deletes a key. Refuses definitionNotFound. */
export const deleteKey =
  (tableName: string, name: string): Change =>
  (current) =>
    withTable(current, tableName, (entry) => {
      if (!entry.keys.some(({ logicalName }) => logicalName === name))
        throw new Refusal('definitionNotFound', 'EntityKeyMetadata', `${tableName}.${name}`);
      return { ...entry, keys: entry.keys.filter(({ logicalName }) => logicalName !== name) };
    });
