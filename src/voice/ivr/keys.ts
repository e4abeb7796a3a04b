/** Keys that callers press, by whichever method they arrive. Source: voice.md §4, DTMF. */
import { telephoneKeys } from './flow.ts';

/** How a key reached us: RFC 4733 packets, SIP INFO, or a message of a page. */
export type KeyMethod = 'rtp' | 'info' | 'page';

/** The key of an INFO request, or null when it carries none. Understands `application/dtmf-relay` (`Signal=5`) and
 *  `application/dtmf` (the bare key, or the same `Signal=` form, which some phones send under that type). */
export function keyOfInfo(contentType: string, body: string): string | null {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/dtmf-relay' && type !== 'application/dtmf') return null;
  const signal = /^[ \t]*signal[ \t]*=[ \t]*([^\r\n]{1,4})/im.exec(body)?.[1];
  const bare = type === 'application/dtmf' ? body : '';
  return keyNamed((signal ?? bare).trim());
}

/** Key names: the key itself, its event number of RFC 4733 (10 is *, 11 is #, 12 to 15 are A to D), or null. */
function keyNamed(name: string): string | null {
  const upper = name.toUpperCase();
  if (upper.length === 1 && telephoneKeys.includes(upper)) return upper;
  return /^1[0-5]$/.test(upper) ? ('*#ABCD'[Number(upper) - 10] ?? null) : null;
}

/** Whether a text is one telephone key. */
export const isKey = (text: string): boolean => text.length === 1 && telephoneKeys.includes(text);

/** A phone set to send both methods tells each press twice, a little apart. */
const sameKeyMs = 200;

/** Counts each press once when a phone tells it by two methods: a key is dropped when the same key came by another
 *  method less than 200 ms before and has not been matched yet. Two presses told by one method are always two.
 *  `now`: milliseconds of any clock that does not go back. */
export function createKeyFilter(now: () => number): (key: string, method: KeyMethod) => boolean {
  let recent: { readonly key: string; readonly method: KeyMethod; readonly at: number }[] = [];
  return (key, method) => {
    const at = now();
    recent = recent.filter((press) => at - press.at < sameKeyMs);
    const twin = recent.findIndex((press) => press.key === key && press.method !== method);
    if (twin >= 0) {
      recent.splice(twin, 1);
      return false;
    }
    recent.push({ key, method, at });
    return true;
  };
}
