/** Text to speech. Engines are plug-ins; the default one (flite) speaks English and needs no network. */

/** What to say. `voice` is the engine's own name of a voice. */
export interface Utterance {
  readonly text: string;
  readonly language: string;
  readonly voice?: string;
}

/** A text-to-speech engine. */
export interface Speech {
  /** Speaks into a WAV on disk (8 kHz mono PCM16), cached by content; resolves with its path and length. */
  speak(utterance: Utterance): Promise<{ readonly path: string; readonly milliseconds: number }>;
  close(): Promise<void>;
}
