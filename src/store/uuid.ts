/** UUIDs of version 7: they sort by the time they were made, so new rows go to the end of an index. RFC 9562 §5.7. */
import { randomFillSync } from 'node:crypto';
import type { Guid } from '../tables/index.ts';

const random = new Uint8Array(1024);
let used = random.length;
let lastMs = 0;
let counter = 0;

/** A new id. Within this process each is greater than the one before, also within a millisecond and when the clock is
 *  set back: 12 bits count within a millisecond and, when they run out, borrow the next one. */
export function newGuid<T extends string = string>(): Guid<T> {
  const nowMs = Date.now();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  if (used + 8 > random.length) {
    randomFillSync(random);
    used = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const tail = randomTail();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

function randomTail(): string {
  let text = '';
  for (let i = 0; i < 8; i++) {
    const byte = random[used++] ?? 0;
    // The two top bits of the first byte are the variant.
    text += (i === 0 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0');
  }
  return text;
}

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a GUID as the store keeps it: lower case, with hyphens, without braces. */
export function isGuid(text: unknown): text is Guid {
  return typeof text === 'string' && form.test(text);
}
