/** What goes through the pipe between the server and the media process. */
import { Refusal, type RefusalKey } from '../../tables/refusals.ts';
import type { MediaConfig, MediaEngine, MediaEvent } from './media.ts';

/** The commands of the engine; `close` is the pipe's own message. */
export type Method = Exclude<keyof MediaEngine, 'onEvent' | 'close' | 'processId'>;

/** A command with its arguments. */
export type Command = {
  [M in Method]: { readonly method: M; readonly args: Parameters<MediaEngine[M]> };
}[Method];

/** Why a command failed: a refusal with its text filled in, or a fault. */
export interface Failure {
  readonly refusal: RefusalKey | null;
  readonly message: string;
}

/** Server → media process. */
export type ToProcess =
  | { readonly type: 'configure'; readonly config: Omit<MediaConfig, 'log'> }
  | { readonly type: 'command'; readonly id: number; readonly command: Command }
  | { readonly type: 'close' };

/** Media process → server. */
export type FromProcess =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure }
  | { readonly type: 'event'; readonly event: MediaEvent }
  | { readonly type: 'log'; readonly line: string };

/** Packs an error for the pipe. */
export function packError(error: unknown): Failure {
  if (error instanceof Refusal) return { refusal: error.key, message: error.message };
  return { refusal: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** Refusals whose whole message is their one value, so that they cross the pipe as text. */
export const unpackError = ({ refusal, message }: Failure): Error =>
  refusal === null ? new Error(message) : new Refusal(refusal, message);
