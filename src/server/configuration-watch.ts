/** Configuration acts at once: when somebody changes who may take which work, what waits is tried again. Heard from the
 *  change log, so it does not matter which server wrote the change. */
import type { Engine } from '../conversation/index.ts';
import type { Change, Store } from '../store/index.ts';
import { isRowRequest } from '../webapi/index.ts';
import { messageOf } from './errors.ts';

/** What the watch is made of. `delayMs`: how long changes are gathered before the one try. */
export interface ConfigurationWatchParts {
  readonly store: Pick<Store, 'subscribe'>;
  readonly engine: Pick<Engine, 'run'>;
  readonly log: (line: string) => void;
  readonly delayMs?: number;
}

const always = (): boolean => true;

/** The tables on which it depends whether somebody fits some waiting work (behaviour.md §4). Agent states are written by
 *  the engine all the time, which looks for work by itself: of those only what a request wrote by hand counts. */
const concerned = new Map<string, (change: Change) => boolean>([
  ['queue', always],
  ['queuemembership', always],
  ['msdyn_liveworkstream', always],
  ['msdyn_decisionruleset', always],
  ['msdyn_presence', always],
  ['systemuser', ({ after }) => after !== null && ('msdyn_capacity' in after || 'isdisabled' in after)],
  ['msdyn_agentstatus', ({ cause }) => isRowRequest(cause)],
]);

/** Whether a change may bring waiting work to somebody. */
export function mayBringWork(change: Change): boolean {
  return concerned.get(change.table)?.(change) ?? false;
}

/** Watches until the returned function is called, which resolves when no try is under way any more. One try at a time;
 *  however many changes come during one, they make one more. */
export function watchConfiguration({
  store,
  engine,
  log,
  delayMs = 50,
}: ConfigurationWatchParts): () => Promise<void> {
  let next: NodeJS.Timeout | null = null;
  let tries = Promise.resolve();
  let stopped = false;

  const attempt = async (): Promise<void> => {
    next = null;
    if (stopped) return;
    try {
      await engine.run({ type: 'WorkAvailable' });
    } catch (error) {
      log(`trying waiting work again after a change of configuration: ${messageOf(error)}`);
    }
  };
  const unsubscribe = store.subscribe((changes) => {
    if (next !== null || !changes.some(mayBringWork)) return;
    next = setTimeout(() => {
      tries = tries.then(attempt);
    }, delayMs);
  });
  return async () => {
    stopped = true;
    unsubscribe();
    if (next !== null) clearTimeout(next);
    await tries;
  };
}
