/** One database for a test file and a fresh front desk for each test, with the ways to bring a call to each stage. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { ConversationEvent } from '../../src/conversation/index.ts';
import type { SimulatedClock, Store } from '../../src/store/index.ts';
import { tables } from '../../src/tables/index.ts';
import { openTestStore, type TestStore } from '../database/database.ts';
import { call, type FrontDesk, number, openFrontDesk, signIn, type Wishes } from './front-desk.ts';

/** What `deskOfTests` gives. `desk` and `store` are of the running test. */
export interface Desk {
  readonly desk: FrontDesk;
  readonly store: Store;
  open(wishes?: Wishes): Promise<void>;
  /** Takes every row away, for another world in the same test. */
  clear(): Promise<void>;
  agent(n?: number): string;
  /** Runs an event and waits until all that follows is done. */
  run(event: ConversationEvent): Promise<void>;
  /** The effects since the last call, by type. */
  effects(): string[];
  signAllIn(): Promise<void>;
  /** A call in the legal queue, with the bot behind it. */
  transferred(): Promise<string>;
  /** A call that is offered to agent 1, the only one signed in. */
  offered(): Promise<string>;
  talking(): Promise<string>;
  wrapUp(): Promise<string>;
}

/** Registers the hooks of a test file. `clock`: the store's, instead of the real one. */
export function deskOfTests(clock?: SimulatedClock): Desk {
  let test: TestStore;
  let desk: FrontDesk;
  beforeAll(async () => {
    test = await openTestStore(clock);
  });
  afterEach(async () => {
    await desk.engine.idle();
    await empty(test.store);
    expect(test.faults).toEqual([]);
  });
  afterAll(() => test.close());

  const run = async (event: ConversationEvent): Promise<void> => {
    await desk.engine.run(event);
    await desk.engine.idle();
  };
  const agent = (n = 0): string => desk.ids.agents[n] ?? '';
  const transferred = async (): Promise<string> => {
    const conversation = await call(desk, number.bot);
    await run({ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } });
    return conversation;
  };
  const offered = async (): Promise<string> => {
    await signIn(desk, agent());
    return transferred();
  };
  const talking = async (): Promise<string> => {
    const conversation = await offered();
    await run({ type: 'AgentAccepted', conversation, agent: agent() });
    await run({ type: 'MediaConnected', conversation, agent: agent() });
    return conversation;
  };
  return {
    get desk() {
      return desk;
    },
    get store() {
      return test.store;
    },
    open: async (wishes) => {
      desk = await openFrontDesk(test.store, wishes);
    },
    clear: () => empty(test.store),
    agent,
    run,
    effects: () => desk.effects.splice(0).map(({ type }) => type),
    signAllIn: async () => {
      for (const one of desk.ids.agents) await signIn(desk, one);
      await desk.engine.idle();
    },
    transferred,
    offered,
    talking,
    wrapUp: async () => {
      const conversation = await talking();
      await run({ type: 'AgentEnded', conversation, agent: agent() });
      return conversation;
    },
  };
}

/** Takes every row away. */
export async function empty(store: Store): Promise<void> {
  const deletes = [...tables.keys()].map((name) => `delete from "dataverse"."${name}"`);
  await store.query({ text: [...deletes, 'delete from wirechief.timer'].join(';'), values: [] });
}
