/** The number of a new case. */
import { randomInt } from 'node:crypto';
import type { Transaction } from '../store/index.ts';
import type { Table } from '../tables/index.ts';
import type { Written } from './plan/write.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const suffixLength = 6;
const digits = 5;

/** Numbers a case about to be made unless the values number it: CAS, a running number of at least five digits, six
 *  letters and digits by chance, as in `CAS-01003-K7Q2MX`: the product's default. Numbers of cases that failed to be
 *  made are not given again. Source: published documentation, "Set autonumber prefixes". */
export async function settleCaseNumber(
  transaction: Transaction,
  table: Table,
  values: Written,
): Promise<void> {
  if (table.logicalName !== 'incident' || (values.ticketnumber ?? null) !== null) return;
  const [row] = await transaction.query({
    text: `select nextval('wirechief.case_number')::text as number`,
    values: [],
    name: 'case_number',
  });
  const suffix = Array.from({ length: suffixLength }, () => letters[randomInt(letters.length)]).join('');
  values.ticketnumber = `CAS-${String(row?.number).padStart(digits, '0')}-${suffix}`;
}
