/** The statements of the timer table. All of them use the database clock. Source: data-and-http.md §5. */
import type { Statement, Timer } from './store.ts';
import { newGuid } from './uuid.ts';

/** Sets a timer, or replaces the one of the same key: a new token, so that a handler still busy with the old one does
 *  not take this one away. */
export function setTimerStatement(timer: Timer): Statement {
  return {
    text: `insert into wirechief.timer (key, due, next, kind, payload, token) values ($1, $2, $2, $3, $4, $5)
      on conflict (key) do update set due = excluded.due, next = excluded.next, kind = excluded.kind,
        payload = excluded.payload, token = excluded.token, attempts = 0`,
    values: [timer.key, timer.due.toISOString(), timer.kind, JSON.stringify(timer.payload), newGuid()],
    name: 'timer_set',
  };
}

/** Takes a timer away; one that is being handled right now is not called back. */
export function cancelTimerStatement(key: string): Statement {
  return { text: 'delete from wirechief.timer where key = $1', values: [key], name: 'timer_cancel' };
}

/** Takes up to `count` due timers for `leaseMs`: nobody else sees them until the lease ends. */
export function claimStatement(kinds: readonly string[], count: number, leaseMs: number): Statement {
  return {
    text: `update wirechief.timer t set next = now() + $3 * interval '1 millisecond', attempts = attempts + 1
      from (select key from wirechief.timer where next <= now() and kind = any ($1) order by next limit $2
            for update skip locked) due
      where t.key = due.key
      returning t.key, t.due, t.kind, t.payload, t.token, t.attempts`,
    values: [kinds, count, leaseMs],
    name: 'timer_claim',
  };
}

/** Milliseconds until the next timer of these kinds, by the database clock; no row when there is none. */
export function nextDueStatement(kinds: readonly string[]): Statement {
  return {
    text: `select ceil(extract(epoch from next - clock_timestamp()) * 1000)::float8 as ms
      from wirechief.timer where kind = any ($1) order by next limit 1`,
    values: [kinds],
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

/** Lets a timer whose handler failed wait before it is tried again. */
export function againStatement(key: string, token: string, delayMs: number): Statement {
  return {
    text: `update wirechief.timer set next = now() + $3 * interval '1 millisecond' where key = $1 and token = $2`,
    values: [key, token, delayMs],
    name: 'timer_again',
  };
}
