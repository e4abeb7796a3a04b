/** The state of a dialog and the requests built from it. Source: RFC 3261 §12. */
import { parseNameAddress } from './fields.ts';
import { Headers } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { SipRefusal } from './refusal.ts';
import { parseUri } from './uri.ts';

/** A dialog from our side. `local` and `remote` are the From/To values with their tags; `routeSet` in the order in
 *  which our requests pass it; sequence numbers are the last ones used, `remoteSeq` null before the peer's first. */
export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly local: string;
  readonly remote: string;
  readonly routeSet: readonly string[];
  remoteTarget: string;
  localSeq: number;
  remoteSeq: number | null;
}

/** The name under which a dialog is found. */
export const dialogKey = (callId: string, localTag: string, remoteTag: string): string =>
  `${callId} ${localTag} ${remoteTag}`;

/** The URI of the first Contact. Refuses 400 when there is none, or "*". */
export function contactOf(message: SipRequest | SipResponse): string {
  const [contact] = message.headers.list('contact');
  if (contact === undefined || contact === '*') throw new SipRefusal(400, 'Missing Contact');
  return parseNameAddress(contact, 'Contact').uri;
}

/** The dialog that an INVITE towards us makes. */
export function dialogOfRequest(request: SipRequest, localTag: string): Dialog {
  return {
    callId: request.callId,
    localTag,
    remoteTag: request.from.parameters.get('tag') ?? '',
    local: `${request.headers.get('to') ?? ''};tag=${localTag}`,
    remote: request.headers.get('from') ?? '',
    routeSet: request.headers.list('record-route'),
    remoteTarget: contactOf(request),
    localSeq: 0,
    remoteSeq: request.cseq.number,
  };
}

/** The dialog that a response to our INVITE makes. */
export function dialogOfResponse(response: SipResponse): Dialog {
  return {
    callId: response.callId,
    localTag: response.from.parameters.get('tag') ?? '',
    remoteTag: response.to.parameters.get('tag') ?? '',
    local: response.headers.get('from') ?? '',
    remote: response.headers.get('to') ?? '',
    routeSet: response.headers.list('record-route').reverse(),
    remoteTarget: contactOf(response),
    localSeq: response.cseq.number,
    remoteSeq: null,
  };
}

/** Takes over the peer's new Contact (re-INVITE, UPDATE and their 2xx). A message without one changes nothing. */
export function refreshTarget(dialog: Dialog, message: SipRequest | SipResponse): void {
  if (message.headers.get('contact') !== null) dialog.remoteTarget = contactOf(message);
}

const isLoose = (route: string): boolean =>
  parseUri(parseNameAddress(route, 'Route').uri).parameters.has('lr');

/** Request URI, first hop and headers (all but Via, CSeq and Contact) of a request inside the dialog.
 *  Source: RFC 3261 §12.2.1.1, strict routers included. */
export function requestWithin(dialog: Dialog): {
  readonly uri: string;
  readonly next: string;
  readonly headers: Headers;
} {
  const [first, ...rest] = dialog.routeSet;
  let uri = dialog.remoteTarget;
  let routes = dialog.routeSet;
  if (first !== undefined && !isLoose(first)) {
    uri = parseNameAddress(first, 'Route').uri;
    routes = [...rest, `<${dialog.remoteTarget}>`];
  }
  const headers = Headers.of(
    ['max-forwards', '70'],
    ['from', dialog.local],
    ['to', dialog.remote],
    ['call-id', dialog.callId],
  );
  for (const route of routes) headers.add('route', route);
  return { uri, next: first === undefined ? uri : parseNameAddress(first, 'Route').uri, headers };
}
