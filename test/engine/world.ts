/** Rows of the world of a test, written past the engine, and what the engine made of a conversation. */
import type { Store } from '../../src/store/index.ts';
import { systemUserId, type Table, type Values } from '../../src/tables/index.ts';
import { type FrontDesk, rowsOf } from './front-desk.ts';

const cause = { actor: systemUserId, cause: 'test world' } as const;

/** Makes a row; gives its id. */
export const make = <T extends Table>(store: Store, table: T, values: Values<T>): Promise<string> =>
  store.transact(cause, (transaction) => transaction.create(table, values));

/** Changes a row. */
export const change = <T extends Table>(
  store: Store,
  table: T,
  id: string,
  values: Values<T>,
): Promise<void> =>
  store.transact(cause, async (transaction) => {
    await transaction.update(table, id, values);
  });

/** Who has the pending offer of a conversation. */
export const offeredTo = async (desk: FrontDesk, conversation: string): Promise<string | null> => {
  const { offers } = await rowsOf(desk, conversation);
  return offers.find(({ statuscode }) => statuscode === 1)?.wirechief_agentid ?? null;
};
