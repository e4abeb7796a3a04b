import type { Engine } from '../conversation/index.ts';
import type { Caller } from './api.ts';
import type { Exchange } from './exchange.ts';
import type { Json, JsonObject } from './parse/body.ts';
import type { Entity } from './plan/entity.ts';

/** What an operation is called with. `entity` and `id`: the table and row it is bound to; `id` is null for a set, both
 *  when it stands by itself. `parameters`: the body of an action, the arguments of a function. `origin`: scheme, host and
 *  port the client used. `exchange`: the request around it, to read from and to `transact` in. */
export interface OperationCall {
  readonly caller: Caller;
  readonly engine: Engine;
  readonly exchange: Exchange;
  readonly entity: Entity | null;
  readonly id: string | null;
  readonly parameters: JsonObject;
  readonly origin: string;
}

/** Carries an operation out. The members of the answer, or null for none. */
export type Perform = (call: OperationCall) => Promise<JsonObject | null>;

/** An operation as this server carries it out: the parameters it takes and what it does. */
export interface OperationHandler {
  readonly parameters: readonly string[];
  readonly perform: Perform;
}

/** A parameter's text, or null when it was left out. */
export function textParameter(parameters: JsonObject, name: string): string | null {
  const value: Json | undefined = parameters[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
