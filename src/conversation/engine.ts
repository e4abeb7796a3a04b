/** What others see of the engine. */

import type { Guid } from '../tables/index.ts';
import type { CallControl } from './call-control.ts';
import type { ConversationEvent } from './events.ts';
import type { Limits } from './limits.ts';

/** Whoever wants to know what an event costs: told of each statement, and of each transaction before it commits. */
export interface Watch {
  statement(): void;
  committing(transaction: Guid, changes: number): void;
}

/** The engine: the one door through which anything happens to a conversation. */
export interface Engine {
  /** Takes the event through lock, read, decide, write, commit; performs the effects after commit and resolves when the
   *  commit is done and the effects are under way. `actor`: who is to stand in the change log, else the system user.
   *  `watch` hears of what it costs. Refuses recordNotFound, conflict (the event no longer fits the conversation's
   *  state), invalidArgument. */
  run(event: ConversationEvent, actor?: Guid<'systemuser'>, watch?: Watch): Promise<void>;
  /** Joins the voice layer to the engine. Until then call effects are dropped. */
  attach(calls: CallControl): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** How an engine is made, besides its store. `log` hears of faults, of what a rule or a bot asked for in vain, and of
 *  nothing else. `newId` makes ids, UUIDv7 by default; `limits` are the documented ones by default.
 *  `countryOf`: two letters of the country that an E.164 number belongs to, null where nobody knows, which is always so
 *  unless it is given. `wait`: how it pauses before it tries again what a busy database refused, a real timer by default. `assigned`: hears
 *  of work that was handed out together, how many pieces and how long that took from the plan to the commit. */
export interface EngineOptions {
  readonly log: (line: string) => void;
  readonly newId?: () => string;
  readonly limits?: Partial<Limits>;
  readonly countryOf?: (number: string) => string | null;
  readonly wait?: (pauseMs: number) => Promise<void>;
  readonly assigned?: (pieces: number, ms: number) => void;
}
