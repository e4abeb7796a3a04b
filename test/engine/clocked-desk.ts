/** The desk on a clock that stands until a test lets time pass, with the ways to bring a conversation of each kind to
 *  each state. Every instant that the engine writes is then known to the millisecond. */
import { randomUUID } from 'node:crypto';
import { beforeAll } from 'vitest';
import type { Kind } from '../../src/conversation/channels.ts';
import { SimulatedClock } from '../../src/store/index.ts';
import { type Desk, deskOfTests } from './desk.ts';
import { call, number, signIn } from './front-desk.ts';

/** A channel of each kind that is no call. */
export const channelOf = { liveChat: 192360000, messaging: 192340000, record: 192350000 } as const;

/** What `clockedDesk` gives. The ways need an open desk; the conversations go to the workstream without a bot unless
 *  said. */
export interface ClockedDesk extends Desk {
  now(): Date;
  /** Lets so many seconds pass; fires what is due on the way. */
  pass(seconds: number): Promise<void>;
  /** A conversation that has just come; it waits in its queue where nobody is signed in. */
  came(kind: Kind): Promise<string>;
  /** A conversation that has just come to the workstream with the bot. */
  withBot(kind: Kind): Promise<string>;
  /** The bot hands it over for the legal queue. */
  handOver(conversation: string): Promise<void>;
  /** Offered to agent 1, who is signed in now. */
  rings(kind: Kind): Promise<string>;
  /** Agent 1 has accepted it. */
  isTalked(kind: Kind): Promise<string>;
  /** Agent 1 has pressed End. */
  isWrappedUp(kind: Kind): Promise<string>;
  /** Agent 1 has closed the tab of it: messaging only. */
  waits(): Promise<string>;
}

/** Registers the hooks of a test file. */
export function clockedDesk(): ClockedDesk {
  const clock = new SimulatedClock({
    at: new Date('2030-01-07T10:00:00.000Z'),
    settle: () => at.desk.engine.idle(),
  });
  const at = deskOfTests(clock);
  beforeAll(() => at.store.startTimers());
  const first = (): { readonly agent: string } => ({ agent: at.agent() });
  const arrive = async (kind: Kind, to: 'direct' | 'bot'): Promise<string> => {
    if (kind === 'voice') {
      const conversation = await call(at.desk, number[to]);
      await at.desk.engine.idle();
      return conversation;
    }
    const conversation = randomUUID();
    await at.run({
      type: 'ConversationArrived',
      conversation,
      workstream: to === 'direct' ? at.desk.ids.direct : at.desk.ids.workstream,
      channel: channelOf[kind],
      customer: { table: 'contact', id: at.desk.ids.contact },
      name: 'Kim Berg',
      context: {},
      record: null,
    });
    return conversation;
  };
  const came = (kind: Kind): Promise<string> => arrive(kind, 'direct');
  const rings = async (kind: Kind): Promise<string> => {
    await signIn(at.desk, at.agent());
    return came(kind);
  };
  const isTalked = async (kind: Kind): Promise<string> => {
    const conversation = await rings(kind);
    await at.run({ type: 'AgentAccepted', conversation, ...first() });
    if (kind === 'voice') await at.run({ type: 'MediaConnected', conversation, ...first() });
    return conversation;
  };
  return Object.assign(at, {
    now: () => clock.now(),
    pass: async (seconds: number) => {
      await clock.advanceTo(new Date(clock.now().getTime() + seconds * 1000));
      await at.desk.engine.idle();
    },
    came,
    withBot: (kind: Kind) => arrive(kind, 'bot'),
    handOver: (conversation: string) =>
      at.run({ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } }),
    rings,
    isTalked,
    isWrappedUp: async (kind: Kind) => {
      const conversation = await isTalked(kind);
      await at.run({ type: 'AgentEnded', conversation, ...first() });
      return conversation;
    },
    waits: async () => {
      const conversation = await isTalked('messaging');
      await at.run({ type: 'SessionClosed', conversation, ...first() });
      return conversation;
    },
  });
}
