/** The way from voice to the engine: events in order, refusals and faults told apart. */
import { type ConversationEvent, type Engine, untilAvailable } from '../conversation/index.ts';
import { type Guid, Refusal } from '../tables/index.ts';
import type { Schedule } from './ivr/run-flow.ts';

/** Tells the engine what happened. Events of one conversation, or of one agent, are told one after the other in the
 *  order of the calls; while the database is busy an event is told again for half a minute, and those after it wait.
 *  A new call is told once: its caller is told to try again. Resolves with null when the engine took the event, a
 *  Refusal when it said no, another Error when it failed; both are logged here. Never rejects.
 *  `actor`: the person who asked for it, for the change log. */
export type Tell = (event: ConversationEvent, actor?: Guid<'systemuser'>) => Promise<Error | null>;

/** A teller, and a way to wait until all has been told; from then on nothing waits for a busy database. */
export interface Teller {
  readonly tell: Tell;
  settled(): Promise<void>;
}

/** Makes the teller of one engine. `schedule`: for the pauses before an event is told again. */
export function createTeller(engine: Engine, log: (line: string) => void, schedule: Schedule): Teller {
  const lines = new Map<string, Promise<Error | null>>();
  const pauses = new Set<() => void>();
  let isClosing = false;

  const wait = (pauseMs: number): Promise<void> =>
    new Promise((resolve) => {
      if (isClosing) return resolve();
      const go = (): void => {
        callOff();
        pauses.delete(go);
        resolve();
      };
      const callOff = schedule(pauseMs, go);
      pauses.add(go);
    });

  const run: Tell = async (event, actor) => {
    try {
      if (event.type === 'CallArrived') await engine.run(event, actor);
      else await untilAvailable(() => engine.run(event, actor), wait);
      return null;
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const about = `${event.type} of ${keyOf(event)}`;
      log(
        error instanceof Refusal
          ? `the engine refused ${about}: ${error.message}`
          : `the engine failed at ${about}: ${error.stack}`,
      );
      return error;
    }
  };

  return {
    tell: (event, actor) => {
      const key = keyOf(event);
      const told = (lines.get(key) ?? Promise.resolve(null)).then(() => run(event, actor));
      lines.set(key, told);
      return told.finally(() => {
        if (lines.get(key) === told) lines.delete(key);
      });
    },
    settled: async () => {
      isClosing = true;
      for (const go of pauses) go();
      while (lines.size > 0) await Promise.all(lines.values());
    },
  };
}

function keyOf(event: ConversationEvent): string {
  if ('conversation' in event) return event.conversation;
  return 'agent' in event ? event.agent : event.type;
}
