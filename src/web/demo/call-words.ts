/** What the caller's page says about the call. */
import { isInCall, type PhoneState } from '../softphone/phone-state.ts';

/** The numbers of this system that anybody may dial (product.md, fixed numbers). */
export const numbers: readonly { readonly number: string; readonly what: string }[] = [
  { number: '+4570000001', what: 'Front desk: speech, press 1, 2 or 3' },
  { number: '+4570000104', what: 'Straight to the queue, no bot' },
  { number: '+4570000100', what: 'Echo: hear yourself' },
  { number: '+4570000101', what: '1000 Hz tone' },
  { number: '+4570000102', what: 'Rings, is never answered' },
  { number: '+4570000103', what: 'Busy' },
];

/** What the person did last: pressed Call and waits, or hung up by themselves. */
export type CallerDoing = 'calling' | 'hungUp' | 'nothing';

/** The state of the call in words. */
export function callWords({ call, link, problem }: PhoneState, doing: CallerDoing): string {
  if (problem !== null && call.state !== 'connected' && call.state !== 'held') return problem;
  if (link === 'lost' && isInCall(call)) return 'Connection lost, reconnecting…';
  switch (call.state) {
    case 'ringing':
    case 'dialling':
      return 'Ringing…';
    case 'connected':
      return 'Connected';
    case 'held':
      return 'On hold';
    case 'ended':
      if (doing === 'hungUp') return 'You hung up';
      return call.reason ? `Call ended: ${call.reason}` : 'Call ended';
    case 'idle':
      if (doing !== 'calling') return 'Ready to call';
      return link === 'ready' ? 'Dialling…' : 'Connecting your phone…';
  }
}
