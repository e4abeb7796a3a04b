/** One 20 ms beat for all phones of the process, on a fixed schedule so that no drift gathers. */
const beatMs = 20;
/** After a stall at most this many beats are made up for; then the schedule starts anew. */
const mostBehind = 5;

const players = new Set<() => void>();
let timer: NodeJS.Timeout | null = null;
let next = 0;

function beat(): void {
  for (let count = 0; performance.now() >= next && count < mostBehind; count += 1) {
    for (const play of players) play();
    next += beatMs;
  }
  if (performance.now() >= next) next = performance.now() + beatMs;
  timer = players.size > 0 ? setTimeout(beat, Math.max(1, next - performance.now())) : null;
}

/** Calls `play` every 20 ms until the returned function is called. */
export function onBeat(play: () => void): () => void {
  players.add(play);
  if (timer === null) {
    next = performance.now() + beatMs;
    timer = setTimeout(beat, beatMs);
  }
  return () => {
    players.delete(play);
  };
}
