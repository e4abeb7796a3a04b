/** The engine's judgement, pure: from what is known and what happened to what is to be written and done.
 *  Time, ids and every row are handed in; nothing is done here. */

import { Refusal } from '../tables/index.ts';
import { kindOf } from './channels.ts';
import { arrive, arriveByMessage } from './decide/arrive.ts';
import type { Context } from './decide/context.ts';
import { remember, requestsOf } from './decide/control.ts';
import { noteIdentified, withContact } from './decide/identified.ts';
import { keepSegments, keepSessionExtensions } from './decide/segments.ts';
import { keepClock } from './decide/time-outs.ts';
import { keepTimeoutRules } from './decide/timeout-rules.ts';
import { type Decision, Draft } from './decision.ts';
import type { CallArrived } from './events.ts';
import type { OneConversationEvent } from './internal-events.ts';
import {
  type EventMap,
  inWords,
  lifecycle,
  type Meaning,
  meaningFor,
  reports,
  stageOf,
} from './lifecycle.ts';
import type { Limits } from './limits.ts';
import type { ConversationArrived } from './message-events.ts';
import { People } from './people.ts';
import type { CallReadings } from './room-facts.ts';
import type {
  AgentFacts,
  Arrival,
  Board,
  BotFailure,
  ContextVariable,
  InQueue,
  MessageArrival,
  Routing,
  Situation,
  Waiting,
} from './situation.ts';

/** What the world hands in: the instant of the event, the server process that decides, new ids, and
 *  the limits. */
export interface Given {
  readonly now: Date;
  readonly node: string;
  readonly newId: () => string;
  readonly limits: Limits;
}

/** What was read besides the situation, where the event needs it. */
export interface Readings {
  readonly board: Board | null;
  readonly routing: Routing | null;
  readonly variables: readonly ContextVariable[];
  readonly call: CallReadings;
  readonly dispositions: number;
  readonly actor: AgentFacts | null;
  readonly waiting: Waiting | null;
  readonly inqueue: InQueue | null;
  readonly place: number | null;
  readonly failure: BotFailure | null;
}

/** Decides about a conversation that is there. Refuses conflict: the event no longer fits; invalidArgument: a context
 *  variable that cannot be set. */
export function decide(
  situation: Situation,
  event: OneConversationEvent,
  readings: Readings,
  { now, node, newId, limits }: Given,
): Decision {
  const draft = new Draft(now, newId);
  draft.home = situation.load.node;
  const request = 'request' in event ? event.request : undefined;
  if (request !== undefined && requestsOf(situation.room.control).includes(request)) return draft.decision();
  const people = new People(situation.load, situation.participant?.msdyn_joinedon != null);
  const stage = stageOf(situation);
  const context: Context = { situation, draft, people, now, node, limits, ...readings };
  if (!handle(lifecycle[stage], context, event.type, event) && !reports.has(event.type))
    throw new Refusal('conflict', `The conversation is ${inWords[stage]}.`);
  if (request !== undefined) remember(context, request);
  const id = situation.conversation.activityid ?? '';
  keepClock(draft, id, situation);
  keepTimeoutRules(draft, situation);
  keepSegments(draft, situation);
  keepSessionExtensions(draft, id);
  people.settle(draft);
  // Any change of what belongs to a conversation is a change of it (§1.6): it is how others see that they read it before.
  if (draft.writes()) draft.conversation(id, {});
  return situation.kind === 'voice' ? draft.decision() : withoutCall(draft.decision());
}

/** Where there is no call, nothing is done to one. */
const withoutCall = (decision: Decision): Decision => ({ ...decision, effects: [] });

/** Decides about a call that has just come in. `arrival` null: its number leads nowhere. */
export function decideArrival(
  event: CallArrived,
  arrival: Arrival | null,
  { now, node, newId }: Given,
): Decision {
  const draft = new Draft(now, newId);
  draft.home = node;
  const known = arrival && withContact(draft, arrival);
  arrive(draft, event, known);
  if (known) {
    noteIdentified(draft, event, known);
    keepArrival(draft, event.conversation, { ...known, kind: 'voice' });
  }
  return draft.decision();
}

/** The same for a conversation that comes in through a channel, and for a record. */
export function decideMessageArrival(
  event: ConversationArrived,
  arrival: MessageArrival,
  { now, newId }: Given,
): Decision {
  const draft = new Draft(now, newId);
  arriveByMessage(draft, event, arrival);
  const kind = kindOf([event.channel], arrival.workstream.msdyn_conversationmode);
  keepArrival(draft, event.conversation, { ...arrival, kind });
  return draft.decision();
}

function keepArrival(draft: Draft, conversation: string, limited: Parameters<typeof keepClock>[2]): void {
  keepClock(draft, conversation, limited);
  keepSessionExtensions(draft, conversation);
}

/** Whether the stage knows the event; if so it was handled. */
function handle<K extends keyof EventMap>(
  meanings: { readonly [T in K]?: Meaning<EventMap[T]> },
  context: Context,
  type: K,
  event: EventMap[K],
): boolean {
  const handler = meaningFor(meanings[type], context.situation.kind);
  handler?.(context, event);
  return handler !== undefined;
}
