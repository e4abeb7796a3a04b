/** The way from voice to the engine: events in order, refusals and faults told apart. */
import type { ConversationEvent, Engine } from '../conversation/index.ts';
import { Refusal } from '../tables/index.ts';

/** Tells the engine what happened. Events of one conversation, or of one agent, are told one after the other in the
 *  order of the calls. Resolves with null when the engine took the event, a Refusal when it said no, another Error when
 *  it failed; both are logged here. Never rejects. */
export type Tell = (event: ConversationEvent) => Promise<Error | null>;

/** A teller, and a way to wait until all has been told. */
export interface Teller {
  readonly tell: Tell;
  settled(): Promise<void>;
}

/** Makes the teller of one engine. */
export function createTeller(engine: Engine, log: (line: string) => void): Teller {
  const lines = new Map<string, Promise<Error | null>>();

  const run = async (event: ConversationEvent): Promise<Error | null> => {
    try {
      await engine.run(event);
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
    tell: (event) => {
      const key = keyOf(event);
      const told = (lines.get(key) ?? Promise.resolve(null)).then(() => run(event));
      lines.set(key, told);
      return told.finally(() => {
        if (lines.get(key) === told) lines.delete(key);
      });
    },
    settled: async () => {
      while (lines.size > 0) await Promise.all(lines.values());
    },
  };
}

function keyOf(event: ConversationEvent): string {
  if ('conversation' in event) return event.conversation;
  return 'agent' in event ? event.agent : event.type;
}
