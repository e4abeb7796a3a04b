/** Ids that the voice layer gives: of conversations at the arrival of their call, and of browser calls. */
import { randomBytes } from 'node:crypto';

/** A UUID of version 7: the instant in milliseconds, then randomness, so that ids sort by their making.
 *  Shape: (milliseconds since 1970, at least 10 random bytes) → lower-case text. Source: RFC 9562 §5.7. */
export function uuidv7(ms: number = Date.now(), random: Uint8Array = randomBytes(10)): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
