/** Money: a row with an amount has a currency, the rate it is exchanged at, and each amount in the base currency too. */
import type { Transaction } from '../store/index.ts';
import { transactioncurrency } from '../tables/dataverse/index.ts';
import { type Guid, Refusal, type Table } from '../tables/index.ts';
import { organization, usersettings } from '../tables/platform/index.ts';
import { unguarded, userOf } from './access/guard.ts';
import type { Written } from './plan/write.ts';

const places = 10_000;

const amountsOf = new WeakMap<Table, readonly string[]>();

/** The columns whose amount the system keeps in the base currency too, in `<column>_base`. */
function amounts(table: Table): readonly string[] {
  const known = amountsOf.get(table);
  if (known) return known;
  const found = Object.entries(table.columns).flatMap(([name, { type }]) =>
    type === 'Money' && `${name}_base` in table.columns ? [name] : [],
  );
  amountsOf.set(table, found);
  return found;
}

/** Completes a row about to be made (`id` null) or changed whose amounts or currency are written: where none is named,
 *  the currency is the user's own or else the organization's base currency; every amount is exchanged at the currency's
 *  rate of now: `<column>_base` = amount ÷ `exchangerate`, to four places. Without a currency there is neither. Refuses
 *  valueOutOfRange for an amount that the base currency has no room for.
 *  Source: published documentation, "Transaction currency table" and organization.basecurrencyid. */
export async function settleMoney(
  transaction: Transaction,
  table: Table,
  id: Guid | null,
  values: Written,
): Promise<void> {
  const { exchangerate, transactioncurrencyid: lookup } = table.columns;
  // A currency itself has the rate as its own, and settings only name a currency.
  if (!exchangerate || lookup?.type !== 'Lookup') return;
  const names = amounts(table);
  if (values.transactioncurrencyid === undefined && !names.some((name) => values[name] !== undefined)) return;
  const former: Readonly<Written> = (id === null ? null : await transaction.lock(table, id)) ?? {};
  const after = { ...former, ...values };
  const filled = names.filter((name) => (after[name] ?? null) !== null);
  const currency =
    after.transactioncurrencyid ?? (filled.length > 0 ? await defaultCurrency(transaction) : null);
  const rate = currency === null ? null : await rateOf(transaction, String(currency));
  values.transactioncurrencyid = currency;
  values.exchangerate = rate;
  for (const name of names) {
    const isThere = rate !== null && filled.includes(name);
    values[`${name}_base`] = isThere ? exchanged(table, name, Number(after[name]), rate) : null;
  }
}

function exchanged(table: Table, name: string, amount: number, rate: number): number {
  const base = Math.round((amount / rate) * places) / places;
  const { min = -Infinity, max = Infinity } = table.columns[`${name}_base`] ?? {};
  if (base < min || base > max)
    throw new Refusal('valueOutOfRange', base, `${name}_base`, table.logicalName, `${min} to ${max}`);
  return base;
}

/** The user's own currency, else the base currency; null where neither is set. */
async function defaultCurrency(transaction: Transaction): Promise<string | null> {
  const [open, user] = [unguarded(transaction), userOf(transaction)];
  const settings = user === null ? null : await open.row(usersettings, user);
  if (settings?.transactioncurrencyid) return settings.transactioncurrencyid;
  const [row] = await open.rows(organization, {}, { top: 1 });
  return row?.basecurrencyid ?? null;
}

/** Null for a currency that is not there, which the write itself refuses, and for a rate of nothing. */
async function rateOf(transaction: Transaction, currency: Guid): Promise<number | null> {
  const row = await unguarded(transaction).row(transactioncurrency, currency);
  return Number(row?.exchangerate ?? 0) || null;
}
