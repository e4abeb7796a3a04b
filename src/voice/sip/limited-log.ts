import type { Clock } from './clock.ts';

/** A log that a flood of bad messages cannot fill: beyond `perSecond` lines a second only their number is told. */
export function limitedLog(
  clock: Clock,
  log: (line: string) => void,
  perSecond: number,
): (line: string) => void {
  let second = -1;
  let told = 0;
  let dropped = 0;
  return (line) => {
    const now = Math.floor(clock.now() / 1000);
    if (now !== second) {
      if (dropped > 0) log(`sip: ${dropped} more lines left out`);
      second = now;
      told = 0;
      dropped = 0;
    }
    told += 1;
    if (told <= perSecond) log(line);
    else dropped += 1;
  };
}
