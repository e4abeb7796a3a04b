/** How calls end: what each side is told, in words for a person, and how a caller who was never answered is refused.
 *  Source: tables/softphone.ts (`reason`), RFC 3261 §21. */
import { type CallRefusal, callRefusals, type EndedBy } from './caller-leg.ts';

/** An end. `refusal`: for a call that was not answered yet; 480 unless given. */
export interface CallEnd {
  readonly caller: string;
  readonly agent: string;
  readonly refusal?: CallRefusal;
}

const both = (words: string): CallEnd => ({ caller: words, agent: words });
const refused = (refusal: CallRefusal): CallEnd => ({ ...both(wordsOf(refusal)), refusal });

const legEnds: Readonly<Record<EndedBy, CallEnd>> = {
  customer: { caller: 'You hung up', agent: 'The caller hung up' },
  lost: { caller: 'The line was lost', agent: 'The line to the caller was lost' },
  failure: refused(callRefusals.failed),
};

/** The reasons of the engine's Release. Anything else is told as a plain end: its words are not for people. */
const releases: ReadonlyMap<string, CallEnd> = new Map([
  ['ended', { caller: 'The agent ended the call', agent: 'You ended the call' }],
  ['ended by the bot', both('The bot ended the call')],
  ['limit of an active call', both('The call took longer than calls may take')],
  ['limit of an open conversation', both('Nobody took the call in time')],
  ['the server was restarted', both('The server was restarted')],
]);

/** Releases that begin with a status. A workstream that cannot be routed is 480: to a telephone, 501 would say that we
 *  know no calls at all, and some then avoid us altogether. */
const releasesWithStatus: ReadonlyMap<string, CallEnd> = new Map([
  ['404', refused(callRefusals.notFound)],
  ['501', refused(callRefusals.unavailable)],
]);

/** The server is being stopped. */
export const serverStopped: CallEnd = { ...both('The server was stopped'), refusal: callRefusals.overloaded };

/** The end of a call whose leg ended by itself. */
export const endOfLeg = (by: EndedBy): CallEnd => legEnds[by];

/** The end of a call that the engine released. `reason`: of its effect. */
export function endOfRelease(reason: string): CallEnd {
  const status = /^(\d{3}) /.exec(reason)?.[1];
  const known = status === undefined ? releases.get(reason) : releasesWithStatus.get(status);
  return known ?? both('The call has ended');
}

/** A refusal in words for a person. */
export function wordsOf(refusal: CallRefusal): string {
  return refusal.words ?? refusal.phrase;
}
