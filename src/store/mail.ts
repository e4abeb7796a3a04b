/** Messages from node to node: written in the transaction that they follow from, and so sent exactly if that is
 *  committed; taken away when they are read. What is written to a node that dies goes with it. */
import type { Doorbell } from './doorbell.ts';
import { type Connection, runRows } from './read.ts';
import type { Transaction } from './store.ts';

/** Sending and getting mail. */
export interface MailDesk {
  /** Who gets what others send, one message after the other, in the order in which transactions about the same row were
   *  committed. Must not throw. */
  onMail(handler: (message: unknown) => void): void;
  /** Sends messages (JSON) with a transaction: to one node, or with null to all others. */
  post(transaction: Transaction, to: string | null, messages: readonly unknown[]): Promise<void>;
  /** Gets what was committed before this call; resolves when it was handed over. */
  collect(): Promise<void>;
}

/** Makes the desk of node `self`. */
export function makeMail(
  connection: Connection,
  self: string,
  ring: Doorbell['ring'],
): MailDesk & { settled(): Promise<void> } {
  let handle: (message: unknown) => void = () => {};
  let last: Promise<void> = Promise.resolve();
  /** The look that has not begun yet: whoever asks meanwhile is served by it. */
  let next: Promise<void> | null = null;

  const take = async (): Promise<void> => {
    next = null;
    const rows = await runRows(connection, {
      text: 'delete from wirechief.mail where node = $1 returning seq, message',
      values: [self],
      name: 'mail_take',
    });
    const inOrder = rows.sort(([one], [other]) => Number(one) - Number(other));
    for (const [, message] of inOrder) handle(message);
  };

  return {
    onMail(handler) {
      handle = handler;
    },
    async post(transaction, to, messages) {
      await transaction.query({
        text: `insert into wirechief.mail (node, message)
          select n.id, m.message from wirechief.node n, json_array_elements($3::json) with ordinality m (message, place)
          where n.id <> $1 and ($2::uuid is null or n.id = $2) order by m.place`,
        values: [self, to, JSON.stringify(messages)],
        name: 'mail_post',
      });
      transaction.afterCommit(() => ring(new Set(['mail'])));
    },
    collect() {
      if (next !== null) return next;
      next = last.then(take);
      last = next.catch(() => undefined);
      return next;
    },
    settled: () => last,
  };
}
