/** What a leg hears over its room: a file, a tone or music, a frame at a time. */
import { readFile } from 'node:fs/promises';
import { Refusal } from '../../tables/refusals.ts';
import { readTelephoneWav } from '../speech/wav.ts';
import type { Source } from './media.ts';
import { music } from './music.ts';
import { frameSamples, peakOfLevel, sampleRate } from './tone.ts';

/** Gives frames until it is over. */
export interface Player {
  /** Fills the frame (the rest with silence); false when nothing was left to play. */
  next(frame: Int16Array): boolean;
}

function playSamples(samples: Int16Array, isLoop: boolean): Player {
  let at = 0;
  return {
    next(frame) {
      if (at >= samples.length) return false;
      for (let filled = 0; filled < frameSamples; ) {
        const part = samples.subarray(at, at + frameSamples - filled);
        frame.set(part, filled);
        filled += part.length;
        at += part.length;
        if (at < samples.length) continue;
        if (isLoop) {
          at = 0;
        } else {
          frame.fill(0, filled);
          break;
        }
      }
      return true;
    },
  };
}

/** A sine that ends after `ms` or never; `dBm0` is -10 unless given. */
function playTone(hertz: number, dBm0 = -10, ms = Number.POSITIVE_INFINITY): Player {
  const step = (2 * Math.PI * hertz) / sampleRate;
  const peak = peakOfLevel(dBm0);
  let phase = 0;
  let left = (ms / 1000) * sampleRate;
  return {
    next(frame) {
      if (left <= 0) return false;
      left -= frameSamples;
      for (let index = 0; index < frameSamples; index += 1) {
        frame[index] = Math.round(peak * Math.sin(phase));
        phase = (phase + step) % (2 * Math.PI);
      }
      return true;
    },
  };
}

/** Makes the player of a source. A tone without a length goes on until stopped, looped or not.
 *  Refuses: invalidArgument when the file cannot be read or is not 8 kHz mono PCM16, or the tone is no audible pitch. */
export async function openSource(source: Source, isLoop: boolean): Promise<Player> {
  if (source.kind === 'music') return playSamples(music(source.name), isLoop);
  if (source.kind === 'tone') {
    if (!(source.hertz > 0 && source.hertz < sampleRate / 2)) {
      throw new Refusal(
        'invalidArgument',
        `A tone of ${source.hertz} Hz cannot be played: choose up to 4000.`,
      );
    }
    return playTone(source.hertz, source.dBm0, source.ms);
  }
  const bytes = await readFile(source.path).catch((cause: Error) => {
    throw new Refusal('invalidArgument', `${source.path} cannot be played: ${cause.message}.`);
  });
  return playSamples(readTelephoneWav(bytes, source.path), isLoop);
}
