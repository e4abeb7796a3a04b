/** The wire contract between a page's softphone and the server: JSON messages over the WebSocket at /softphone.
 *  The server makes the WebRTC offer and keeps one peer connection per page, up between calls ("warm"): accept, hold
 *  and transfer switch the room at the server and need no renegotiation. Source: voice.md §3.6. */

/** What the page says. The first message must be `hello`; an agent's carries its access token, a caller's none. */
export type SoftphoneRequest =
  | { readonly type: 'hello'; readonly role: 'agent'; readonly token: string }
  | { readonly type: 'hello'; readonly role: 'caller' }
  | { readonly type: 'answer'; readonly sdp: string }
  | { readonly type: 'candidate'; readonly candidate: string; readonly sdpMid: string | null }
  | { readonly type: 'mute'; readonly muted: boolean }
  /** A key of the keypad: 0-9 * # A-D. From a caller to the IVR, from an agent to the other party. */
  | { readonly type: 'key'; readonly digit: string }
  /** Caller only: dial a number of this system; `from` is the E.164 number to show, else withheld. */
  | { readonly type: 'dial'; readonly number: string; readonly from?: string }
  | { readonly type: 'hangup' };

/** The state of the page's one call. `dialling`: the customer is called and has not picked up. `since`: ISO instant by the server's clock of entering the state. */
export interface SoftphoneCall {
  readonly state: 'idle' | 'ringing' | 'dialling' | 'connected' | 'held' | 'ended';
  readonly conversation?: string;
  readonly since?: string;
  readonly muted?: boolean;
  /** Why the call ended, in words for a person. */
  readonly reason?: string;
}

/** What the server says. `ready`: media is up both ways. `refused`: the request named cannot be done, and why. */
export type SoftphoneEvent =
  | { readonly type: 'welcome'; readonly serverNow: string }
  | { readonly type: 'offer'; readonly sdp: string }
  | { readonly type: 'ready' }
  | { readonly type: 'lost' }
  | { readonly type: 'call'; readonly call: SoftphoneCall }
  /** Another page of the same agent took the phone; this one is out. */
  | { readonly type: 'replaced' }
  | { readonly type: 'refused'; readonly request: string; readonly message: string };
