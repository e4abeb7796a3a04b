/** What a page knows of its phone, as a pure function of what happened. Source: ui.md §4, tables/softphone.ts.
 *
 *  link:  off → connecting → signalling → ready ⇄ lost
 *                    ↑________ lost (socket gone, retried)      replaced: another page took the phone, until `start` */
import type { SoftphoneCall, SoftphoneEvent } from '../../tables/softphone.ts';

/** `off`: not started. `connecting`: no socket yet. `signalling`: socket up, media not yet. `ready`: media both ways.
 *  `lost`: was up, is being repaired. `replaced`: another page of the same person has the phone. */
export type PhoneLink = 'off' | 'connecting' | 'signalling' | 'ready' | 'lost' | 'replaced';

/** The phone of this page. `problem`: the newest refusal or device trouble, in words. `roundTripMs`: of the media path. */
export interface PhoneState {
  readonly link: PhoneLink;
  readonly call: SoftphoneCall;
  readonly isMuted: boolean;
  readonly problem: string | null;
  readonly roundTripMs: number | null;
  /** The browser wants a click before it plays sound. */
  readonly isSilenced: boolean;
}

/** What the page itself does or notices. */
export type PhoneAction =
  | { readonly type: 'started' }
  | { readonly type: 'stopped' }
  | { readonly type: 'socketOpen' }
  | { readonly type: 'socketGone' }
  /** The person begins something new: the last call's end and the last trouble are no longer of interest. */
  | { readonly type: 'cleared' }
  | { readonly type: 'muted'; readonly isMuted: boolean }
  | { readonly type: 'trouble'; readonly message: string }
  | { readonly type: 'measured'; readonly roundTripMs: number | null }
  | { readonly type: 'silenced'; readonly isSilenced: boolean };

/** A phone that is off. */
export const phoneOff: PhoneState = {
  link: 'off',
  call: { state: 'idle' },
  isMuted: false,
  problem: null,
  roundTripMs: null,
  isSilenced: false,
};

/** The state after a message of the server or an action of the page. */
export function reducePhone(state: PhoneState, event: SoftphoneEvent | PhoneAction): PhoneState {
  switch (event.type) {
    case 'started':
      return { ...phoneOff, link: 'connecting' };
    case 'stopped':
      return phoneOff;
    case 'socketOpen':
    case 'welcome':
      return state.link === 'connecting' ? { ...state, link: 'signalling', problem: null } : state;
    case 'offer':
      return state;
    case 'ready':
      return { ...state, link: 'ready', problem: null };
    case 'lost':
    case 'socketGone':
      return state.link === 'off' || state.link === 'replaced'
        ? state
        : { ...state, link: state.link === 'connecting' ? 'connecting' : 'lost', roundTripMs: null };
    case 'replaced':
      return { ...phoneOff, link: 'replaced' };
    case 'call':
      return withCall(state, event.call);
    case 'refused':
      return { ...state, problem: event.message };
    case 'cleared':
      return { ...state, problem: null, call: isLive(state.call) ? state.call : { state: 'idle' } };
    case 'muted':
      return { ...state, isMuted: event.isMuted };
    case 'trouble':
      return { ...state, problem: event.message };
    case 'measured':
      return { ...state, roundTripMs: event.roundTripMs };
    case 'silenced':
      return { ...state, isSilenced: event.isSilenced };
  }
}

/** A new call never begins muted: what the agent muted was the call before it. Within a call the server's word counts,
 *  so that a page reloaded in a muted call stays muted. */
function withCall(state: PhoneState, call: SoftphoneCall): PhoneState {
  // A second call that rings does not push the one in progress off the screen: its offer has a card of its own.
  if (call.state === 'ringing' && isInCall(state.call) && call.conversation !== state.call.conversation)
    return state;
  const isSameCall = isLive(call) && isLive(state.call) && call.conversation === state.call.conversation;
  return { ...state, call, isMuted: isLive(call) && (call.muted ?? (isSameCall && state.isMuted)) };
}

/** Whether there is a call whose parties are, or are about to be, joined. */
export function isLive(call: SoftphoneCall): boolean {
  return call.state === 'ringing' || call.state === 'dialling' || isInCall(call);
}

/** Whether the person would cut a conversation short by leaving the page. */
export function isInCall(call: SoftphoneCall): boolean {
  return call.state === 'connected' || call.state === 'held';
}
