/** Rules of duplicate detection and their conditions, as they are written by hand. */
import type { Transaction } from '../../store/index.ts';
import { Refusal, type Table, tables } from '../../tables/index.ts';
import { duplicaterule } from '../../tables/platform/index.ts';
import { objectTypeCode } from '../access/object-types.ts';
import type { Written } from '../plan/write.ts';
import { operatorOf, wrongOperator } from './rules.ts';

/** Completes a rule or a condition about to be made: a rule gets the type codes of its tables, a condition the owner of
 *  its rule. Refuses invalidArgument for a table that is not there, a condition without a rule, and an operator with a
 *  parameter that it does not take. Source: published documentation, duplicate rule tables. */
export async function settleDuplicateRule(
  transaction: Transaction,
  table: Table,
  values: Written,
): Promise<void> {
  if (table.logicalName === 'duplicaterule') settleRule(values);
  else if (table.logicalName === 'duplicaterulecondition') await settleCondition(transaction, values);
}

function settleRule(values: Written): void {
  values.matchingentityname ??= values.baseentityname;
  for (const side of ['base', 'matching']) {
    const name = String(values[`${side}entityname`] ?? '');
    const table = tables.get(name);
    if (table === undefined || table.isIntersect)
      throw new Refusal(
        'invalidArgument',
        `The column '${side}entityname' of 'duplicaterule' must be the logical name of a table: '${name.slice(0, 100)}' is none.`,
      );
    values[`${side}entitytypecode`] = objectTypeCode(table);
  }
}

async function settleCondition(transaction: Transaction, values: Written): Promise<void> {
  const { regardingobjectid: id, operatorcode, operatorparam } = values;
  if (typeof id !== 'string')
    throw new Refusal('invalidArgument', 'A condition must name its rule: regardingobjectid@odata.bind.');
  const wrong = wrongOperator(operatorOf(operatorcode), null, operatorparam as number | null | undefined);
  if (wrong !== null) throw new Refusal('invalidArgument', wrong);
  const rule = await transaction.row(duplicaterule, id);
  if (rule === null) throw new Refusal('recordNotFound', 'duplicaterule', id);
  Object.assign(values, {
    ownerid: rule.ownerid,
    owninguser: rule.owninguser,
    owningbusinessunit: rule.owningbusinessunit,
  });
}
