/** Delta tokens: `<version>!<time>`, as the product writes them. The version is a place in the change log, the time the
 *  moment it was given out, in UTC. */
import { Refusal } from '../../tables/index.ts';

/** A token as read. `version`: everything up to there is known to the client. */
export interface DeltaToken {
  readonly version: number;
  readonly givenOn: Date;
}

const two = (number: number): string => String(number).padStart(2, '0');

/** Writes a token, not yet encoded for the URL. */
export function printToken({ version, givenOn }: DeltaToken): string {
  const day = `${two(givenOn.getUTCMonth() + 1)}/${two(givenOn.getUTCDate())}/${givenOn.getUTCFullYear()}`;
  const time = `${two(givenOn.getUTCHours())}:${two(givenOn.getUTCMinutes())}:${two(givenOn.getUTCSeconds())}`;
  return `${version}!${day} ${time}`;
}

const dayMs = 86_400_000;

/** Reads a token. Refuses versionStampExpired for one that is damaged, older than `days`, or of another database: one from
 *  the future, by version or time. Source: webapi.md §14. */
export function readToken(
  text: string,
  { newest, now, days }: { readonly newest: number; readonly now: Date; readonly days: number },
): DeltaToken {
  const found = /^(\d{1,15})!(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d):(\d\d)$/.exec(text);
  const [version = 0, month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = found
    ? found.slice(1).map(Number)
    : [];
  const givenOn = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const token = { version, givenOn };
  const age = now.getTime() - givenOn.getTime();
  // A day that no month has comes out as another one.
  if (found === null || printToken(token) !== text || version > newest || age < -dayMs || age > days * dayMs)
    throw new Refusal('versionStampExpired');
  return token;
}
