/** How a telephone number that somebody wrote becomes E.164. The counterpart, for numbers that come off the wire of a
 *  trunk, is voice/numbers.ts. Source: behaviour.md §3.2. */
import parsePhoneNumber, { isSupportedCountry, type PhoneNumber } from 'libphonenumber-js';
import type { Numbering } from '../store/index.ts';

type Nation = Exclude<Parameters<typeof parsePhoneNumber>[1], string | undefined>;

/** The number in E.164, without its extension; null when the text is no number that can exist. `country`: what a number
 *  without its country belongs to, as the organization's `defaultcountrycode` says it: two letters (`DK`) or a calling
 *  code (`45`, `+45`); null, or anything else: such numbers are not understood. Bare digits that are no number of that
 *  country are taken as an international number without its plus, if they are a valid one. */
export function normaliseNumber(text: string, country: string | null): string | null {
  const written = text.trim().replace(/^00(?=[1-9])/, '+');
  if (written.startsWith('+')) return e164If('isPossible', read(written, {}));
  const nation = country === null ? null : nationOf(country);
  const national = nation === null ? undefined : read(written, nation);
  const digits = written.replace(/[\s().-]/g, '');
  const foreign = /^[1-9][0-9]{6,14}$/.test(digits) ? read(`+${digits}`, {}) : undefined;
  return e164If('isValid', national) ?? e164If('isValid', foreign) ?? e164If('isPossible', national);
}

/** The country of an E.164 number, two letters (`DK`); null for one that is no country's, such as a satellite's, and for
 *  what is no valid number. */
export function countryOf(number: string): string | null {
  const found = read(number, {});
  return found?.isValid() ? (found.country ?? null) : null;
}

/** For openStore. */
export const numbering: Numbering = { version: 'libphonenumber 1', normalise: normaliseNumber };

const read = (text: string, nation: Nation): PhoneNumber | undefined =>
  parsePhoneNumber(text, { ...nation, extract: false });

const e164If = (test: 'isPossible' | 'isValid', number: PhoneNumber | undefined): string | null =>
  number?.[test]() ? number.number : null;

function nationOf(country: string): Nation | null {
  const letters = country.trim().toUpperCase();
  if (isSupportedCountry(letters)) return { defaultCountry: letters };
  const code = /^\+?([1-9][0-9]{0,2})$/.exec(letters)?.[1];
  return code === undefined ? null : { defaultCallingCode: code };
}
