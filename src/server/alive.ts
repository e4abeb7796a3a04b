/** How long calls were live, for a server that is killed: while there are calls, an instant in the store says that we
 *  still were. The next start ends what it finds with that instant, so talk time is right to within one beat. */
import type { Store } from '../store/index.ts';
import { messageOf } from './errors.ts';

const everyMs = 5_000;

/** What the heartbeat is made of. `now`: by the clock of the store. `legs`: how many calls and pages are live now. */
export interface HeartbeatParts {
  readonly nodes: Pick<Store['nodes'], 'noteAlive'>;
  readonly now: () => Date;
  readonly legs: () => number;
  readonly log: (line: string) => void;
  readonly everyMs?: number;
}

/** Beats while there are legs, and once after the last is gone. The returned function ends it and resolves when nothing
 *  is being written any more. A beat that fails is told to `log`; the next one is tried again. */
export function startHeartbeat(parts: HeartbeatParts): () => Promise<void> {
  const { nodes, now, legs, log } = parts;
  let hadLegs = false;
  let beat: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    try {
      // A lost beat costs seconds of one talk time; waiting for the disk at each would cost every call.
      await nodes.noteAlive(now());
    } catch (error) {
      log(`saying that calls are live: ${messageOf(error)}`);
    }
    beat = null;
  };
  const timer = setInterval(() => {
    const hasLegs = legs() > 0;
    if (hasLegs || hadLegs) beat ??= write();
    hadLegs = hasLegs;
  }, parts.everyMs ?? everyMs);
  return async () => {
    clearInterval(timer);
    await beat;
  };
}
