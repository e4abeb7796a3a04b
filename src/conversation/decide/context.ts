/** What every handler of decide is given. */
import type { Draft } from '../decision.ts';
import type { Limits } from '../limits.ts';
import type { People } from '../people.ts';
import type { CallReadings } from '../room-facts.ts';
import type {
  AgentFacts,
  Board,
  BotFailure,
  ContextVariable,
  InQueue,
  Routing,
  Situation,
  Waiting,
} from '../situation.ts';

/** The situation, the server process that decides, the sheet to write on, the people's books, and what was read for routing: `board` and `routing` are
 *  there when the event may queue the conversation, `variables` when it may set some, `dispositions` (how many codes
 *  the agent gave) when it may close a session, `actor` when somebody takes the work who does not have it,
 *  `waiting` with `board`, `inqueue` when a wait may be too long, `place` in line when it is to be told, `failure` when
 *  the bot failed. */
export interface Context {
  readonly situation: Situation;
  readonly draft: Draft;
  readonly people: People;
  readonly now: Date;
  readonly node: string;
  readonly limits: Limits;
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

/** The keys of the timers of one conversation, offer or person. */
export const timerKey = {
  offer: (offer: string): string => `offer:${offer}`,
  lifecycle: (conversation: string): string => `lifecycle:${conversation}`,
  capacity: (conversation: string): string => `capacity:${conversation}`,
  rejoin: (conversation: string): string => `rejoin:${conversation}`,
  timeoutRule: (conversation: string): string => `timeout-rule:${conversation}`,
  away: (conversation: string): string => `away:${conversation}`,
  callback: (conversation: string): string => `callback:${conversation}`,
  overflow: (conversation: string): string => `overflow:${conversation}`,
  prompt: (conversation: string, which: string): string => `prompt:${which}:${conversation}`,
  agent: (agent: string): string => `agent:${agent}`,
  day: (agent: string): string => `day:${agent}`,
} as const;

/** `instant` and `ms` milliseconds. */
export const after = (instant: Date, ms: number): Date => new Date(instant.getTime() + ms);
