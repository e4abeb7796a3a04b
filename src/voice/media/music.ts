/** Music while waiting and on hold: two little tunes of our own, made of decaying sines. They share no pitch, so a
 *  listener (and a test) can tell them apart, and both keep clear of 440 and 1000 Hz, the pitches our tests give to
 *  the parties of a call. */
import type { MusicName } from './media.ts';
import { peakOfLevel, sampleRate } from './tone.ts';

/** Names of the tunes. */
export type TuneName = Exclude<MusicName, 'ringing'>;

interface Tune {
  /** Seconds of one note of the melody. */
  readonly noteSeconds: number;
  /** One note or rest (.) each; a bar between two |. */
  readonly melody: string;
  /** One note for each bar. */
  readonly bass: string;
}

// A (440 Hz) and B (harmonic at 988 Hz) are left out of one, their neighbours A flat and B flat of the fourth octave out
// of the other.
const tunes: { readonly [name in TuneName]: Tune } = {
  wait: {
    noteSeconds: 0.3,
    melody: `C4 G4 E5 D5 E5 G4 | F4 C5 F5 E5 F5 C5 | D4 F4 D5 F5 D5 F4 | G4 D5 G5 F5 D5 G4 |
             E4 G4 E5 G5 E5 G4 | F4 C5 F5 E5 D5 C5 | D4 G4 F5 D5 G4 D5 | C5 G4 E4 C4 . .`,
    bass: 'C3 F3 D3 G3 E3 F3 G3 C3',
  },
  hold: {
    noteSeconds: 0.42,
    melody: `Gb4 Db5 Eb5 Db5 | Eb4 Gb4 Db5 . | Db4 Gb4 Eb5 Gb5 | Ab5 Gb5 Eb5 . |
             Gb5 Eb5 Db5 Gb4 | Eb5 Db5 Gb4 Eb4 | Db4 Eb4 Gb4 Db5 | Gb4 . . .`,
    bass: 'Gb3 Eb3 Db3 Eb3 Gb3 Eb3 Db3 Gb3',
  },
};

const steps: { readonly [letter: string]: number } = { C: -9, D: -7, E: -5, F: -4, G: -2, A: 0, B: 2 };

/** Hertz of a note such as Eb4 in equal temperament on A4 = 440 Hz. */
function hertzOf(note: string): number {
  const letter = note[0] ?? '';
  const flat = note[1] === 'b' ? -1 : 0;
  const octave = Number(note.at(-1));
  return 440 * 2 ** (octave - 4 + ((steps[letter] ?? 0) + flat) / 12);
}

const notesOf = (line: string): string[] => line.split(/[\s|]+/).filter((note) => note !== '');

/** Pitches of a tune in Hz, ascending, each once: what a test listens for. */
export const pitchesOf = (name: TuneName): readonly number[] => {
  const { melody, bass } = tunes[name];
  const notes = new Set([...notesOf(melody), ...notesOf(bass)].filter((note) => note !== '.'));
  return [...notes].map(hertzOf).sort((one, other) => one - other);
};

const attackSamples = sampleRate * 0.02;

/** Adds one note to the tune; what rings past the end goes on at the beginning, so that the loop has no seam. */
function addNote(tune: Float64Array, start: number, hertz: number, peak: number, decaySeconds: number): void {
  const length = Math.round(sampleRate * decaySeconds * 6);
  const turn = (2 * Math.PI * hertz) / sampleRate;
  for (let index = 0; index < length; index += 1) {
    const attack = index < attackSamples ? 0.5 - 0.5 * Math.cos((Math.PI * index) / attackSamples) : 1;
    const envelope = peak * attack * Math.exp(-index / (sampleRate * decaySeconds));
    const at = (start + index) % tune.length;
    tune[at] = (tune[at] ?? 0) + envelope * (Math.sin(turn * index) + 0.12 * Math.sin(2 * turn * index));
  }
}

function compose({ noteSeconds, melody, bass }: Tune): Int16Array {
  const notes = notesOf(melody);
  const basses = notesOf(bass);
  const noteSamples = Math.round(noteSeconds * sampleRate);
  const tune = new Float64Array(notes.length * noteSamples);
  const peak = peakOfLevel(-18);
  notes.forEach((note, index) => {
    if (note !== '.') addNote(tune, index * noteSamples, hertzOf(note), peak, 0.35);
  });
  basses.forEach((note, index) => {
    addNote(tune, Math.round((index * tune.length) / basses.length), hertzOf(note), peak * 0.7, 0.7);
  });
  return Int16Array.from(tune, (sample) => Math.round(sample));
}

/** Hertz of the tone of ringing: one second of it, four of silence, as most of Europe hears it (ITU-T E.180). */
export const ringingHertz = 425;

function ringing(): Int16Array {
  const turn = (2 * Math.PI * ringingHertz) / sampleRate;
  const peak = peakOfLevel(-18);
  return Int16Array.from({ length: 5 * sampleRate }, (_, index) =>
    index < sampleRate ? Math.round(peak * Math.sin(turn * index)) : 0,
  );
}

const composed = new Map<MusicName, Int16Array>();

/** One pass of it as PCM of 8 kHz; made at first use and shared. Loops without a seam. */
export function music(name: MusicName): Int16Array {
  const known = composed.get(name);
  if (known) return known;
  const made = name === 'ringing' ? ringing() : compose(tunes[name]);
  composed.set(name, made);
  return made;
}
