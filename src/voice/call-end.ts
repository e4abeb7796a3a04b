/** How calls end: what each side is told, in words for a person, and how a caller who was never answered is refused.
 *  Source: tables/softphone.ts (`reason`), RFC 3261 §21. */
import type { ReleaseCause } from '../conversation/index.ts';
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

/** What the parties are told for each cause of a release. A workstream that cannot be routed is 480: to a telephone, 501
 *  would say that we know no calls at all, and some then avoid us altogether. */
const releases: Readonly<Record<ReleaseCause, CallEnd>> = {
  unknownNumber: refused(callRefusals.notFound),
  notSupported: refused(callRefusals.unavailable),
  agentEnded: { caller: 'The agent ended the call', agent: 'You ended the call' },
  botEnded: both('The bot ended the call'),
  activeLimit: both('The call took longer than calls may take'),
  openLimit: both('Nobody took the call in time'),
  overflow: both('Nobody can take the call now'),
  outOfHours: both('We are closed now'),
  forceClosed: both('A supervisor ended the call'),
  callbackAccepted: both('The caller will be called back'),
  messageTaken: both('The message was taken'),
  botFailed: both('The call could not be taken'),
  closedByHand: both('The conversation was closed'),
  serverRestarted: both('The server was restarted'),
};

/** The server is being stopped. */
export const serverStopped: CallEnd = { ...both('The server was stopped'), refusal: callRefusals.overloaded };

/** The end of a call whose leg ended by itself. */
export const endOfLeg = (by: EndedBy): CallEnd => legEnds[by];

/** The end of a call that the engine released. Without a cause it has just ended: the engine's words are not for
 *  people. */
export const endOfRelease = (cause?: ReleaseCause): CallEnd =>
  cause === undefined ? both('The call has ended') : releases[cause];

/** How the call of a customer ends who was called and did not pick up: by whom, for the log, and in words. `refused`: of
 *  CallEnded. */
export function unanswered(
  refused: number | 'noReply',
  reason: string,
): [by: EndedBy, reason: string, end: CallEnd] {
  if (refused === 'noReply') return ['customer', reason, both('Nobody picked up')];
  const failed = refused < 400 || (refused >= 500 && refused < 600);
  const words =
    refusalWords.get(refused) ?? (failed ? 'The call could not be made' : 'The call was not taken');
  return [failed ? 'failure' : 'customer', refused === 0 ? reason : `${refused} ${reason}`, both(words)];
}

const refusalWords: ReadonlyMap<number, string> = new Map([
  ...[486, 600].map((code) => [code, 'The line is busy'] as const),
  ...[603, 607].map((code) => [code, 'The call was declined'] as const),
  ...[404, 410, 484, 485, 604].map((code) => [code, 'There is no such number'] as const),
]);

/** A refusal in words for a person. */
export function wordsOf(refusal: CallRefusal): string {
  return refusal.words ?? refusal.phrase;
}
