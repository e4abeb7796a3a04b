import type { Table } from '../../tables/index.ts';
import type { RowRule } from '../plan/asker.ts';
import { tableName, type Values } from './text.ts';

/** The rows of a table that a rule lets through, as a FROM item under the alias. The one place where a read names a
 *  table, so that no read can go past the rule. */
export function sourceText(table: Table, alias: string, rule: RowRule | null, _values: Values): string {
  if (rule !== null) throw new Error('row rules are not written to SQL yet');
  return `${tableName(table)} ${alias}`;
}
