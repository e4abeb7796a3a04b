/** The statements of the timer table. A timer is `due` by what the clock of the store shows; `held` is real: until then it
 *  is left alone, because somebody handles it or its handler failed. Source: data-and-http.md §5. */
import type { Statement, Timer } from './store.ts';
import { newGuid } from './uuid.ts';

/** Which timers may be taken: of these kinds, due up to `upTo`, not held at `steady`; the earliest `count` of them. */
export interface Claim {
  readonly kinds: readonly string[];
  readonly upTo: Date;
  readonly steady: Date;
  readonly count: number;
}

/** Sets a timer, or replaces the one of the same key: a new token, so that a handler still busy with the old one does
 *  not take this one away. */
export function setTimerStatement(timer: Timer): Statement {
  return {
    text: `insert into wirechief.timer (key, due, kind, payload, token) values ($1, $2, $3, $4, $5)
      on conflict (key) do update set due = excluded.due, held = null, kind = excluded.kind,
        payload = excluded.payload, token = excluded.token, attempts = 0`,
    values: [timer.key, timer.due.toISOString(), timer.kind, JSON.stringify(timer.payload), newGuid()],
    name: 'timer_set',
  };
}

/** Takes a timer away; one that is being handled right now is not called back. */
export function cancelTimerStatement(key: string): Statement {
  return { text: 'delete from wirechief.timer where key = $1', values: [key], name: 'timer_cancel' };
}

/** Takes timers for a node until `leaseEnd`: nobody else sees them until then, or until that node is found dead. Rows:
 *  key, due, kind, payload, token, attempts. */
export function claimStatement(
  { kinds, upTo, steady, count }: Claim,
  leaseEnd: Date,
  node: string,
): Statement {
  return {
    text: `update wirechief.timer t set held = $5, holder = $6, attempts = attempts + 1
      from (select key from wirechief.timer where due <= $2 and (held is null or held <= $3) and kind = any ($1)
            order by due, key limit $4 for update skip locked) taken
      where t.key = taken.key
      returning t.key, t.due, t.kind, t.payload, t.token, t.attempts`,
    values: [kinds, upTo.toISOString(), steady.toISOString(), count, leaseEnd.toISOString(), node],
    name: 'timer_claim',
  };
}

/** When there is something to do next: one row of the due time of the first timer that is not held at `steady`, and of
 *  the first end of a hold after it; null where there is none. */
export function nextStatement(kinds: readonly string[], steady: Date): Statement {
  return {
    text: `select
      (select due from wirechief.timer where (held is null or held <= $2) and kind = any ($1) order by due, key limit 1),
      (select held from wirechief.timer where held > $2 and kind = any ($1) order by held limit 1)`,
    values: [kinds, steady.toISOString()],
    name: 'timer_next',
  };
}

/** Takes a handled timer away, unless it was set anew meanwhile. */
export function doneStatement(key: string, token: string): Statement {
  return {
    text: 'delete from wirechief.timer where key = $1 and token = $2',
    values: [key, token],
    name: 'timer_done',
  };
}

/** Lets a timer whose handler failed wait until it is tried again. */
export function againStatement(key: string, token: string, heldUntil: Date): Statement {
  return {
    text: 'update wirechief.timer set held = $3 where key = $1 and token = $2',
    values: [key, token, heldUntil.toISOString()],
    name: 'timer_again',
  };
}
