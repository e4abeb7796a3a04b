/** Money: a row with an amount has a currency, the rate it is exchanged at, and each amount in the base currency too. */
import type { Transaction } from '../store/index.ts';
import { transactioncurrency } from '../tables/dataverse/index.ts';
import { type Guid, Refusal, type Row, type Table } from '../tables/index.ts';
import { organization, usersettings } from '../tables/platform/index.ts';
import { unguarded, userOf } from './access/guard.ts';
import { rounded } from './plan/rounded.ts';
import type { Written } from './plan/write.ts';

/** Digits after the point that an amount is kept with at most. */
const mostPlaces = 4;

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
 *  rate of now: `<column>_base` = amount ÷ `exchangerate`, to four places. Without a currency there is neither. What is
 *  written is rounded to the digits that the column's precision source says. Refuses
 *  valueOutOfRange for an amount that the base currency has no room for.
 *  Source: published documentation, "Transaction currency table", MoneyAttributeMetadata.PrecisionSource and
 *  organization.basecurrencyid. */
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
  const row = currency === null ? null : await currencyOf(transaction, String(currency));
  // None for a currency that is not there, which the write itself refuses, and for a rate of nothing.
  const rate = Number(row?.exchangerate ?? 0) || null;
  values.transactioncurrencyid = currency;
  values.exchangerate = rate;
  for (const name of names) {
    const amount = values[name];
    if (typeof amount === 'number')
      after[name] = values[name] = rounded(amount, await placesOf(transaction, table, name, row));
    const isThere = rate !== null && filled.includes(name);
    values[`${name}_base`] = isThere ? exchanged(table, name, Number(after[name]), rate) : null;
  }
}

function exchanged(table: Table, name: string, amount: number, rate: number): number {
  const base = rounded(amount / rate, mostPlaces);
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

const currencyOf = (transaction: Transaction, id: Guid): Promise<Row<typeof transactioncurrency> | null> =>
  unguarded(transaction).row(transactioncurrency, id);

/** How many digits after the point an amount in the column has. */
async function placesOf(
  transaction: Transaction,
  table: Table,
  name: string,
  currency: Row<typeof transactioncurrency> | null,
): Promise<number> {
  const { precision, precisionSource = 2 } = table.columns[name] ?? {};
  const places =
    precisionSource === 0
      ? precision
      : precisionSource === 1
        ? (await unguarded(transaction).rows(organization, {}, { top: 1 }))[0]?.pricingdecimalprecision
        : currency?.currencyprecision;
  return Math.min(places ?? mostPlaces, mostPlaces);
}
