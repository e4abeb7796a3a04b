/** Who calls. Source: RFC 3261 §20.20, RFC 3325 (P-Asserted-Identity), RFC 3323 (Privacy). */
import { parseNameAddress } from './fields.ts';
import { utf8Of } from './grammar.ts';
import type { SipRequest } from './message.ts';
import { parseUri, type SipUri, userOf } from './uri.ts';

/** `number`: user part or null when the caller hides; `display`: display name as text, "" when none. */
export interface Caller {
  readonly number: string | null;
  readonly display: string;
}

const hidden = new Set(['anonymous', 'restricted', 'unavailable', 'unknown']);

function numberOf(uri: SipUri): string | null {
  if (uri.host.toLowerCase() === 'anonymous.invalid') return null;
  const user = userOf(uri);
  return user === null || hidden.has(user.toLowerCase()) ? null : user;
}

/** Reads the caller of an INVITE. `trusted`: it came from a trunk, whose P-Asserted-Identity outranks From. */
export function callerOf(request: SipRequest, trusted: boolean): Caller {
  const privacy =
    request.headers
      .get('privacy')
      ?.toLowerCase()
      .split(/[;, ]+/) ?? [];
  const isPrivate = privacy.includes('id') || privacy.includes('user');
  const from = { number: numberOf(parseUri(request.from.uri)), display: utf8Of(request.from.display) };
  if (!trusted) return from;
  if (isPrivate) return { number: null, display: '' };
  for (const asserted of request.headers.list('p-asserted-identity')) {
    const address = parseNameAddress(asserted, 'P-Asserted-Identity');
    const number = numberOf(parseUri(address.uri));
    if (number !== null) return { number, display: utf8Of(address.display) || from.display };
  }
  return from;
}
