/** Many timers set or taken away at once, as parts of a statement. */
import type { Timer } from './store.ts';
import { newGuid } from './uuid.ts';

/** The timers as the parameter of `setTimersSql`; of two of one key the later. */
export function timersJson(timers: readonly Timer[]): string {
  const byKey = new Map(timers.map((timer) => [timer.key, timer]));
  return JSON.stringify(
    [...byKey.values()].map((timer) => ({ ...timer, due: timer.due.toISOString(), token: newGuid() })),
  );
}

/** Sets them, or replaces those of the same keys. */
export const setTimersSql = (place: string): string =>
  `insert into wirechief.timer (key, due, kind, payload, token)
    select key, due, kind, payload, token
    from json_to_recordset(${place}) as r(key text, due timestamptz, kind text, payload json, token uuid)
    on conflict (key) do update set due = excluded.due, held = null, kind = excluded.kind,
      payload = excluded.payload, token = excluded.token, attempts = 0`;

/** Takes them away; what is being handled right now is not called back. */
export const cancelTimersSql = (place: string): string =>
  `delete from wirechief.timer where key = any (${place})`;
