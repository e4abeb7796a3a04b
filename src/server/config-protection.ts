/** The setting of service protection. */
import type { WebApiParts } from '../webapi/index.ts';
import { wrong } from './start-error.ts';

/** Whether users are held to limits, and to which. Source: webapi.md §16. */
export type ServiceProtection = NonNullable<WebApiParts['protection']>;

const name = 'WIRECHIEF_SERVICE_PROTECTION';

/** Reads `off`, `on` for the product's limits, or limits of one's own as in `6000,1200,52`: requests and seconds of work
 *  in 300 seconds, requests at the same time. Refuses: StartError (configuration). */
export function parseProtection(text: string): ServiceProtection {
  if (text === 'off' || text === 'on') return { isOn: text === 'on' };
  const found = /^([1-9]\d{0,8})\s*,\s*([1-9]\d{0,5})\s*,\s*([1-9]\d{0,5})$/.exec(text);
  if (found === null)
    throw wrong(
      name,
      text,
      'off, on, or three numbers as in 6000,1200,52: requests, seconds of work, requests at once',
    );
  const [, requests, timeSeconds, atOnce] = found;
  return {
    isOn: true,
    limits: { requests: Number(requests), timeSeconds: Number(timeSeconds), atOnce: Number(atOnce) },
  };
}
