/** Hands what the media engine reports to whom it concerns. */
import { type MediaEngine, type MediaEvent, MediaInterrupted } from './media/media.ts';

/** What the holder of a leg or of a recording wants to know of it. */
export interface LegListener {
  /** A telephone key by RFC 4733. */
  digit?(key: string): void;
  up?(): void;
  lost?(reason: string): void;
  played?(play: string): void;
  /** Of a recording: it cannot go on. */
  full?(reason: string): void;
  /** The media engine died and is being started anew: it is gone. What is asked of the engine from now on waits for the
   *  new one. */
  restarted(): void;
}

/** The media engine with its events spread by leg. */
export interface MediaDesk {
  readonly engine: MediaEngine;
  /** Listens to a leg, or to a recording by its id, until the result is called. */
  listen(leg: string, listener: LegListener): () => void;
  /** A command whose outcome nobody waits for; a fault is logged. */
  send(command: Promise<unknown>): void;
}

/** Takes over the events of this media engine. */
export function createMediaDesk(engine: MediaEngine, log: (line: string) => void): MediaDesk {
  const listeners = new Map<string, LegListener>();
  const pass = (event: MediaEvent): void => {
    if (event.type === 'restarted') {
      log('the media engine died and is started anew');
      for (const listener of [...listeners.values()]) listener.restarted();
      return;
    }
    if (event.type === 'recordFull') {
      listeners.get(event.record)?.full?.(event.reason);
      return;
    }
    const listener = listeners.get(event.leg);
    if (event.type === 'digit') listener?.digit?.(event.digit);
    else if (event.type === 'up') listener?.up?.();
    else if (event.type === 'lost') listener?.lost?.(event.reason);
    else if (event.type === 'played') listener?.played?.(event.play);
  };
  engine.onEvent = pass;
  return {
    engine,
    listen: (leg, listener) => {
      listeners.set(leg, listener);
      return () => {
        if (listeners.get(leg) === listener) listeners.delete(leg);
      };
    },
    send: (command) => {
      command.catch((error: unknown) => {
        // Whoever needs it still asks the next process for it.
        if (!(error instanceof MediaInterrupted)) log(`the media engine failed: ${describe(error)}`);
      });
    },
  };
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
