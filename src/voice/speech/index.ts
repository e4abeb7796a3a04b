/** Text to speech: the interface, the default engine and its WAV files. */
export { createFlite, type FliteOptions } from './flite.ts';
export type { Speech, Utterance } from './speech.ts';
export { readTelephoneWav, readWav, type Sound, writeWav } from './wav.ts';
