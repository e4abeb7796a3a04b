/** One event about who a caller is: the conversation is locked, what the decision needs is read, then it is decided. It
 *  stands beside the lifecycle, because it is possible in every stage. */
import { msdyn_ocliveworkitem } from '../tables/dataverse/index.ts';
import { Refusal } from '../tables/index.ts';
import type { CallerEvent } from './caller-events.ts';
import { decideCaller } from './decide/caller.ts';
import { type Decision, Draft } from './decision.ts';
import type { Ledger } from './judge.ts';
import { readCaller } from './read/caller.ts';

/** Locks, reads and decides. `e164`: how a number becomes E.164. Refuses recordNotFound, conflict. */
export async function judgeCaller(
  ledger: Ledger,
  event: CallerEvent,
  means: { readonly newId: () => string; readonly e164: (number: string) => string | null },
): Promise<Decision> {
  if ((await ledger.lock(msdyn_ocliveworkitem, event.conversation)) === null)
    throw new Refusal('recordNotFound', 'msdyn_ocliveworkitem', event.conversation);
  const draft = new Draft(ledger.now, means.newId);
  decideCaller(draft, event, await readCaller(ledger, event, means.e164));
  return draft.decision();
}
