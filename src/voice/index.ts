/** The door of the voice layer: SIP and browser calls in, the call-control port out. */
export { type Flow, telephoneKeys } from './ivr/flow.ts';
export { parseFlow } from './ivr/parse-flow.ts';
export { type MediaEngine, startMedia } from './media/index.ts';
export { toE164 } from './numbers.ts';
export { trunkList } from './sip/admission.ts';
export { mediaConfigOf, startVoice, type VoiceParts } from './start.ts';
export { splitCommand } from './transcription/command.ts';
export type { OutboundTrunk, StartVoice, TestNumber, Voice, VoiceConfig } from './voice.ts';
