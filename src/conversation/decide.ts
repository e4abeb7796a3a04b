/** The engine's judgement, pure: from what is known and what happened to what is to be written and done.
 *  Time, ids and every row are handed in; nothing is done here. */

import { Refusal } from '../tables/index.ts';
import { arrive } from './decide/arrive.ts';
import type { Context } from './decide/context.ts';
import { remember, requestsOf } from './decide/control.ts';
import { type Decision, Draft } from './decision.ts';
import type { CallArrived } from './events.ts';
import type { OneConversationEvent } from './internal-events.ts';
import { type EventMap, inWords, lifecycle, reports, stageOf } from './lifecycle.ts';
import type { Limits } from './limits.ts';
import { People } from './people.ts';
import type { CallReadings } from './room-facts.ts';
import type { Arrival, Board, ContextVariable, Routing, Situation } from './situation.ts';

/** What the world hands in: the instant of the event, new ids, and the limits. */
export interface Given {
  readonly now: Date;
  readonly newId: () => string;
  readonly limits: Limits;
}

/** What was read besides the situation, where the event needs it. */
export interface Readings {
  readonly board: Board | null;
  readonly routing: Routing | null;
  readonly variables: readonly ContextVariable[];
  readonly call: CallReadings;
}

/** Decides about a conversation that is there. Refuses conflict: the event no longer fits; invalidArgument: a context
 *  variable that cannot be set. */
export function decide(
  situation: Situation,
  event: OneConversationEvent,
  readings: Readings,
  { now, newId, limits }: Given,
): Decision {
  const draft = new Draft(now, newId);
  const request = 'request' in event ? event.request : undefined;
  if (request !== undefined && requestsOf(situation.room.control).includes(request)) return draft.decision();
  const people = new People(situation.load, situation.participant?.msdyn_joinedon != null);
  const stage = stageOf(situation);
  const context: Context = { situation, draft, people, now, limits, ...readings };
  if (!handle(lifecycle[stage], context, event.type, event) && !reports.has(event.type))
    throw new Refusal('conflict', `The conversation is ${inWords[stage]}.`);
  if (request !== undefined) remember(context, request);
  people.settle(draft);
  return draft.decision();
}

/** Decides about a call that has just come in. `arrival` null: its number leads nowhere. */
export function decideArrival(
  event: CallArrived,
  arrival: Arrival | null,
  { now, newId, limits }: Given,
): Decision {
  const draft = new Draft(now, newId);
  arrive(draft, event, arrival, limits);
  return draft.decision();
}

/** Whether the stage knows the event; if so it was handled. */
function handle<K extends keyof EventMap>(
  handlers: { readonly [T in K]?: (context: Context, event: EventMap[T]) => void },
  context: Context,
  type: K,
  event: EventMap[K],
): boolean {
  const handler = handlers[type];
  handler?.(context, event);
  return handler !== undefined;
}
