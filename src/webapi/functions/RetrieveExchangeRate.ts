import { transactioncurrency } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import type { Perform } from '../operation.ts';

/** The rate of a currency: how much of it one unit of the base currency is.
 *  Shape: {TransactionCurrencyId} → {ExchangeRate}. Refuses recordNotFound, privilegeMissing.
 *  Source: published function reference. */
export const RetrieveExchangeRate: Perform = async ({ exchange, parameters }) => {
  const id = parameters.text('TransactionCurrencyId') ?? '';
  const row = await exchange.database.reader.row(transactioncurrency, id);
  if (row === null) throw new Refusal('recordNotFound', 'transactioncurrency', id);
  return { ExchangeRate: Number(row.exchangerate) };
};
