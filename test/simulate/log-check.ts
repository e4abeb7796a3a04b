/** What must hold after every transaction, found by replaying the change log of a whole run. */
import type { Change, Store } from '../../src/store/index.ts';

type Values = { readonly [column: string]: unknown };

const primary = 192350002;

/** The rows that matter as they stand after each transaction, and who holds what by them. */
class Replay {
  readonly violations: string[] = [];
  /** How many offers there were, by conversation. */
  readonly offered = new Map<string, number>();
  readonly #most: number;
  readonly #rows = new Map<string, Values>();
  readonly #pending = new Map<string, Set<string>>();
  readonly #blocking = new Map<string, Set<string>>();
  readonly #inCall = new Map<string, Set<string>>();

  /** `most`: how much work one person may have at a time. */
  constructor(most: number) {
    this.#most = most;
  }

  take(changes: readonly Change[]): void {
    for (const change of changes) this.#apply(change);
    const at = changes.at(-1)?.seq;
    for (const [what, held, most] of [
      ['pending offers of', this.#pending, 1],
      ['pieces of work of', this.#blocking, this.#most],
      ['primary agents in session', this.#inCall, 1],
    ] as const)
      for (const [id, those] of held)
        if (those.size > most) this.violations.push(`${at}: ${those.size} ${what} ${id}`);
  }

  #apply({ table, id, operation, after }: Change): void {
    if (table !== 'wirechief_offer' && table !== 'msdyn_sessionparticipant') return;
    const before = this.#rows.get(id) ?? {};
    const row: Values = operation === 'delete' ? {} : { ...before, ...after };
    this.#rows.set(id, row);
    if (table === 'wirechief_offer') {
      const conversation = idIn(row, 'wirechief_conversationid');
      if (operation === 'create') this.offered.set(conversation, (this.offered.get(conversation) ?? 0) + 1);
      hold(this.#pending, conversation, id, row.statuscode === 1);
      return;
    }
    hold(this.#blocking, idIn(row, 'msdyn_agentid'), id, row.msdyn_iscapacityblocking === true);
    const isIn = row.msdyn_mode === primary && row.msdyn_joinedon != null && row.msdyn_lefton == null;
    hold(this.#inCall, idIn(row, 'msdyn_omnichannelsession'), id, isIn);
  }
}

const idIn = (row: Values, column: string): string => String(row[`_${column}_value`] ?? row[column] ?? '');

function hold(held: Map<string, Set<string>>, of: string, id: string, isHeld: boolean): void {
  const those = held.get(of) ?? new Set<string>();
  if (isHeld) those.add(id);
  else those.delete(id);
  if (those.size > 0) held.set(of, those);
  else held.delete(of);
}

/** Replays the log, transaction by transaction in the order in which they ended. */
export async function replayLog(store: Store, most: number): Promise<Replay> {
  const transactions = new Map<string, Change[]>();
  for (let after = 0; ; ) {
    const changes = await store.changes({ after, limit: 5_000 });
    for (const change of changes) {
      after = change.seq;
      const those = transactions.get(change.transaction);
      if (those) those.push(change);
      else transactions.set(change.transaction, [change]);
    }
    if (changes.length === 0) break;
  }
  const last = (changes: readonly Change[]): number => changes.at(-1)?.seq ?? 0;
  const replay = new Replay(most);
  for (const changes of [...transactions.values()].sort((one, other) => last(one) - last(other)))
    replay.take(changes);
  return replay;
}
