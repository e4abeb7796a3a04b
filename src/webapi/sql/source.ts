import type { Table } from '../../tables/index.ts';
import { principalobjectaccess } from '../../tables/platform/index.ts';
import { accessBits } from '../plan/access-rights.ts';
import type { RowRule } from '../plan/asker.ts';
import { activitiesText, isPointer } from './activities.ts';
import { column, discriminator, literal, quote, tableName, type Values } from './text.ts';

/** The rows of a table that a rule lets through, as a FROM item under the alias. The one place where a read names a
 *  table, so that no read can go past the rule. PostgreSQL folds the sub-select into the query around it. */
export function sourceText(table: Table, alias: string, rule: RowRule | null, values: Values): string {
  if (isPointer(table))
    return activitiesText(alias, (member) => (rule === null ? '' : ruleText(member, 'a', rule, values)));
  if (rule === null) return `${tableName(table)} ${alias}`;
  return `(select a.* from ${tableName(table)} a where ${ruleText(table, 'a', rule, values)}) ${alias}`;
}

/** The condition that the row `alias` of the table passes the rule. Lists come as arrays worked out once, so that an OR
 *  of them can still use the indexes of its columns. */
export function ruleText(table: Table, alias: string, rule: RowRule, values: Values): string {
  switch (rule.kind) {
    case 'in':
      return `${column(alias, rule.column)} = any (${values.add('uuid[]', rule.ids)})`;
    case 'shared': {
      const principals = values.add('uuid[]', rule.principals);
      const masks = `(coalesce(s.accessrightsmask, 0) | coalesce(s.inheritedaccessrightsmask, 0))`;
      const shares = `select s.objectid from ${tableName(principalobjectaccess)} s where s.principalid = any (${principals}) and s.objecttypecode = ${literal(table.logicalName)} and ${masks} & ${accessBits[rule.right]} <> 0`;
      return `${column(alias, table.primaryId)} = any (array(${shares}))`;
    }
    case 'through':
      return throughText(alias, rule, values);
    case 'any':
    case 'all': {
      if (rule.rules.length === 0) return rule.kind === 'all' ? 'true' : 'false';
      const texts = rule.rules.map((one) => ruleText(table, alias, one, values));
      return `(${texts.join(rule.kind === 'all' ? ' and ' : ' or ')})`;
    }
  }
}

function throughText(alias: string, rule: RowRule & { kind: 'through' }, values: Values): string {
  const lookup = column(alias, rule.column);
  const which = rule.which ? `${discriminator(alias, rule.column)} = ${literal(rule.table.logicalName)}` : '';
  const allowed =
    rule.rule === null
      ? `${lookup} is not null`
      : `exists (select 1 from ${sourceText(rule.table, 'b', rule.rule, values)} where b.${quote(rule.table.primaryId)} = ${lookup})`;
  return which === '' ? allowed : `(${which} and ${allowed})`;
}
