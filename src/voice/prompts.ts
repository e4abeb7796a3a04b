/** What the bots say, spoken ahead of time. */
import type { Flow } from './ivr/flow.ts';
import { promptsOf } from './ivr/parse-flow.ts';
import type { Speech } from './speech/speech.ts';

/** Spoken texts of flows. */
export interface Prompts {
  /** Path of the WAV with this text in the flow's voice; speaks it now if it was not spoken yet, and logs that the
   *  caller had to wait. Rejects when the speech engine fails; the next request tries again. */
  find(flow: Flow, text: string): Promise<string>;
  /** Path of the WAV with a text of the engine's, spoken now. Rejects when the speech engine fails. */
  say(text: string): Promise<string>;
  /** Speaks nothing more ahead of time: the speech engine is about to be closed. */
  close(): void;
}

/** The flite voices speak English; texts of the engine are in it. */
const language = 'en-US';

/** Speaks every text of the flows in the background, one at a time, those of each flow's start first, so that readiness
 *  does not wait for it and a caller who comes early waits for one utterance at most besides its own. */
export function createPrompts(
  speech: Speech,
  flows: Iterable<Flow>,
  log: (line: string) => void,
): Prompts & { readonly warmed: Promise<void> } {
  const spoken = new Map<string, { readonly path: Promise<string>; ready: boolean }>();
  const speak = (flow: Flow, text: string): { readonly path: Promise<string>; ready: boolean } => {
    const key = JSON.stringify([flow.language, flow.voice, text]);
    const known = spoken.get(key);
    if (known !== undefined) return known;
    const voice = flow.voice === null ? {} : { voice: flow.voice };
    const path = speech.speak({ text, language: flow.language, ...voice }).then(
      (wav) => {
        entry.ready = true;
        return wav.path;
      },
      (cause: unknown) => {
        spoken.delete(key);
        throw new Error(`${flow.file}: cannot speak "${text.slice(0, 60)}"`, { cause });
      },
    );
    const entry = { path, ready: false };
    spoken.set(key, entry);
    return entry;
  };
  let isClosed = false;
  const warm = async (): Promise<void> => {
    const lists = [...flows].map((flow) => promptsOf(flow).map((text) => ({ flow, text })));
    const longest = Math.max(0, ...lists.map(({ length }) => length));
    for (let turn = 0; turn < longest; turn++)
      for (const list of lists) {
        const next = list[turn];
        if (next === undefined) continue;
        if (isClosed) return;
        await speak(next.flow, next.text).path.catch((error: Error) => {
          // What was being spoken when the server stopped is no fault.
          if (!isClosed) log(`${error.message}: ${String(error.cause)}`);
        });
      }
  };
  return {
    warmed: warm(),
    find: (flow, text) => {
      const entry = speak(flow, text);
      if (!entry.ready)
        log(`${flow.file}: "${text.slice(0, 60)}" is still being spoken; it is played when ready`);
      return entry.path;
    },
    say: async (text) => (await speech.speak({ text, language })).path,
    close: () => {
      isClosed = true;
    },
  };
}
