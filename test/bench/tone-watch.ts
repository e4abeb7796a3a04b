/** Judges sound in short windows while it comes in. */
import { type Ear, toneShareOf } from '../phone/ear.ts';

/** Milliseconds of one window. */
const windowMs = 200;
const samplesPerMs = 8;
/** A window may miss the packet at its edge. */
const edgeMs = 20;

/** An ear and the pitch it should hear. */
export interface Watched {
  readonly ear: Ear;
  readonly hertz: number;
}

/** Begins to judge; the returned function ends it and gives, for each ear, the share (0 to 1) of every window's time
 *  and energy that was its pitch. Lost packets, gaps, other voices and jumps of phase all lower it. */
export function watchTones(watched: readonly Watched[]): () => number[][] {
  const shares = watched.map((): number[] => []);
  const timer = setInterval(() => {
    for (const [index, { ear, hertz }] of watched.entries()) {
      const samples = ear.recording(windowMs);
      const full = Math.min(1, samples.length / ((windowMs - edgeMs) * samplesPerMs));
      shares[index]?.push(full === 0 ? 0 : toneShareOf(samples, hertz) * full);
    }
  }, windowMs);
  return () => {
    clearInterval(timer);
    return shares;
  };
}
