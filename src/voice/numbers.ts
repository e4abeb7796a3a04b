/** Telephone numbers as they come off the wire, brought to E.164. Source: voice.md §1 (trunk record), behaviour.md §3.2. */
import parsePhoneNumber from 'libphonenumber-js';

/** The number in E.164, or null when the text is not a number that can exist.
 *  Takes `+45 70 00 00 01`, `004570000001`, and bare digits when they are a valid number of some country: trunks often
 *  leave the plus out, and a short extension must not be taken for a foreign number. */
export function toE164(text: string): string | null {
  const bare = text.replace(/[\s().-]/g, '');
  if (!/^\+?[0-9]{3,20}$/.test(bare)) return null;
  const international = bare.startsWith('+') ? bare : bare.startsWith('00') ? `+${bare.slice(2)}` : null;
  const number = parsePhoneNumber(international ?? `+${bare}`);
  if (number === undefined) return null;
  const sound = international === null ? number.isValid() : number.isPossible();
  return sound ? number.number : null;
}

/** The number a caller dialled: E.164 when it is one, else the digits or name as dialled. */
export const dialled = (user: string): string => toE164(user) ?? user;
