/** Whether a row may be made as it is meant to be, or touched as it was: rules over values instead of a stored row. */
import type { Reader } from '../../store/index.ts';
import { systemuser, team } from '../../tables/dataverse/index.ts';
import type { Table } from '../../tables/index.ts';
import type { Access, Right, RowRule } from '../plan/asker.ts';
import { isPolymorphic } from '../plan/entity.ts';
import { ruleText } from '../sql/source.ts';
import { quote, tableName, Values } from '../sql/text.ts';
import { partOf } from './privileges.ts';
import { ownerColumn, unitColumn } from './rights.ts';

/** What a rule sees of a row: lookup columns with the id they hold. */
export type Seen = { readonly [column: string]: string | null | undefined };

/** Whether the values alone show that the rule lets the row through. Shares and other rows are not looked at. */
export function passes(rule: RowRule, row: Seen): boolean {
  switch (rule.kind) {
    case 'in':
      return rule.ids.includes(row[rule.column] ?? '');
    case 'any':
      return rule.rules.some((one) => passes(one, row));
    case 'all':
      return rule.rules.every((one) => passes(one, row));
    default:
      return false;
  }
}

/** The id a lookup's value in the store's form holds. */
export function idIn(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : null;
}

/** The table a lookup's value leads to, by name. */
function tableIn(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'table' in value ? String(value.table) : null;
}

/** Whether a row with these values may be made with the right. The owner is the user who works unless another is given,
 *  and the business unit is the owner's. Refuses privilegeMissing. */
export async function mayMake(
  reader: Pick<Reader, 'query'>,
  access: Access,
  user: { readonly userId: string; readonly businessUnitId: string },
  made: {
    readonly table: Table;
    readonly values: { readonly [column: string]: unknown };
    readonly right: Right;
  },
): Promise<boolean> {
  const { table, values, right } = made;
  const rule = access.rule(table, right);
  if (rule === null) return true;
  const owner = idIn(values.ownerid) ?? user.userId;
  if (owner === user.userId) {
    const seen = { ownerid: owner, owningbusinessunit: user.businessUnitId };
    if (table.ownership === 'UserOwned' && passes(rule, seen)) return true;
  }
  const parameters = new Values();
  const row = rowText(table, values, owner, user.businessUnitId, tableIn(values.ownerid), parameters);
  const text = `select coalesce(${ruleText(table, 'a', rule, parameters)}, false) as allowed from (select ${row}) a`;
  const [answer] = await reader.query({ text, values: parameters.list });
  return answer?.allowed === true;
}

function rowText(
  table: Table,
  values: { readonly [column: string]: unknown },
  owner: string,
  unit: string,
  ownerTable: string | null,
  parameters: Values,
): string {
  const columns = new Map<string, string>();
  const id = (value: unknown): string => parameters.add('uuid', idIn(value));
  columns.set(table.primaryId, id(values[table.primaryId] ?? null));
  if (table.ownership === 'UserOwned') {
    const principal = ownerTable === 'team' ? team : systemuser;
    columns.set('ownerid', id(owner));
    columns.set(
      'owningbusinessunit',
      `(select o.businessunitid from ${tableName(principal)} o where o.${quote(principal.primaryId)} = ${id(owner)})`,
    );
  } else {
    const [own, unitName] = [ownerColumn(table), unitColumn(table)];
    if (own !== null) columns.set(own, id(values[own] ?? null));
    if (unitName !== null && unitName !== table.primaryId)
      columns.set(unitName, id(values[unitName] ?? unit));
  }
  const part = partOf[table.logicalName]?.column;
  if (part !== undefined) {
    columns.set(part, id(values[part] ?? null));
    const definition = table.columns[part];
    if (definition && isPolymorphic(definition))
      columns.set(`${part}@table`, parameters.add('text', tableIn(values[part])));
  }
  return [...columns].map(([name, text]) => `${text} as ${quote(name)}`).join(', ');
}
