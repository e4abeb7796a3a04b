/** The door of the SIP stack. */
export { SipRefusal } from './refusal.ts';
export type { IncomingCall, OutgoingCall, OutgoingHandlers, SipConfig, SipStack } from './sip.ts';
export { startSip } from './stack.ts';
