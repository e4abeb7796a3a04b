/** Every closure reason of a session that the engine writes: how it comes about, and on which session it stands. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf, signIn } from '../../test/engine/front-desk.ts';
import { hasWaited, isFull, overflows } from '../../test/engine/overflow-rules.ts';
import { partiesOf } from '../../test/engine/room-desk.ts';
import { timeoutRule } from '../../test/engine/timeout-rules.ts';
import { deeds } from '../../test/engine/transition.ts';
import { change, make } from '../../test/engine/world.ts';
import {
  msdyn_liveworkstream,
  msdyn_ocsession,
  msdyn_overflowactionconfig,
} from '../tables/dataverse/index.ts';
import { closure } from './choices.ts';

const at = clockedDesk();
const acts = deeds(at);
type Reason = keyof typeof closure;

/** `value`: the last two digits. `which`: the session it stands on, from 0 in the order they were made; after a bot the bot's is the first. `ended`:
 *  whether the session is over then; in wrap-up it has its reason, and its end when wrap-up ends. */
interface Coming {
  readonly value: number;
  readonly which: number;
  readonly by: () => Promise<string>;
  readonly ended?: false;
}

const and = async (conversation: Promise<string>, act: (id: string) => Promise<unknown>): Promise<string> => {
  const id = await conversation;
  await act(id);
  return id;
};
const outside = (bridged: boolean, picksUp: boolean): Promise<string> =>
  and(acts.isTheirLast('voice'), async (conversation) => {
    const number = '+4533334444';
    await at.run({ type: 'ExternalTransferRequested', conversation, agent: at.agent(), number, bridged });
    const party = (await partiesOf(at.desk, conversation))[0]?.wirechief_callpartyid ?? '';
    await at.run(
      picksUp
        ? { type: 'PartyAnswered', conversation, party }
        : { type: 'PartyRefused', conversation, party, status: 486, reason: 'Busy Here' },
    );
  });
const botFails = (action: 192350000 | 192350001 | 192350002 | 192350003): (() => Promise<string>) => {
  return async () => {
    const config = await make(at.store, msdyn_overflowactionconfig, {
      msdyn_botfailureactiontype: action,
      msdyn_overflowactiondata: action === 192350001 ? '+4533334444' : null,
    });
    const { workstream } = at.desk.ids;
    await change(at.store, msdyn_liveworkstream, workstream, { msdyn_botfailureactionconfig: config });
    return and(at.withBot('voice'), (conversation) =>
      at.run({ type: 'BotFailed', conversation, reason: 'no flow' }),
    );
  };
};
const legal = (): string => at.desk.ids.legal;

const comings: { readonly [R in Reason]?: Coming } = {
  default: { value: 0, which: 0, by: () => and(acts.isThere('voice'), acts.assign) },
  agentReject: { value: 1, which: 0, by: () => and(acts.ringsOnce('voice'), acts.reject) },
  agentTimeout: { value: 2, which: 0, by: () => and(acts.ringsOnce('voice'), () => at.pass(120)) },
  agentClosed: { value: 4, which: 0, by: () => and(acts.isTheirLast('voice'), acts.closeTab) },
  conversationClosed: { value: 5, which: 0, by: () => and(at.came('record'), acts.endRecord('deleted')) },
  agentTransferred: {
    value: 6,
    which: 0,
    by: () =>
      and(at.isTalked('voice'), async (conversation) => {
        const [agent, to] = [at.agent(), at.agent(1)];
        await signIn(at.desk, to);
        await at.run({ type: 'AgentTransferRequested', conversation, agent, to });
        await at.run({ type: 'AgentAccepted', conversation, agent: to });
      }),
  },
  agentDisconnected: { value: 7, which: 0, by: () => and(acts.isTheirLast('liveChat'), acts.loseAgent) },
  autoRejectedDueToBrowserRefresh: {
    value: 64,
    which: 0,
    by: () => and(at.rings('voice'), () => at.run({ type: 'AgentLost', agent: at.agent() })),
  },
  agentReRouted: { value: 8, which: 0, by: () => and(acts.isTheirLast('voice'), acts.release) },
  agentTransferToQueue: { value: 10, which: 0, by: () => and(acts.isTheirLast('voice'), acts.toLegal) },
  supervisorTransferToAgent: {
    value: 12,
    which: 0,
    by: () =>
      and(at.isTalked('liveChat'), async (conversation) => {
        const to = at.agent(1);
        await signIn(at.desk, to);
        const supervisor = at.desk.ids.bot;
        await at.run({ type: 'SupervisorTransferRequested', conversation, agent: supervisor, to });
        await at.run({ type: 'AgentAccepted', conversation, agent: to });
      }),
  },
  supervisorAssignToQueue: {
    value: 11,
    which: 0,
    by: () =>
      and(at.came('voice'), (conversation) => at.run({ type: 'WorkMoved', conversation, queue: legal() })),
  },
  forceClose: { value: 14, which: 0, by: () => and(at.isTalked('voice'), acts.forceClose) },
  overflowQueueTransfer: {
    value: 15,
    which: 1,
    by: async () => {
      await at.handOver(await at.withBot('voice'));
      await overflows(at.store, legal(), isFull, 'queue', at.desk.ids.front);
      return and(at.withBot('voice'), at.handOver);
    },
  },
  overflowEndConversation: {
    value: 16,
    which: 1,
    by: async () => {
      await at.handOver(await at.withBot('voice'));
      await overflows(at.store, legal(), isFull, 'end');
      return and(at.withBot('voice'), at.handOver);
    },
  },
  autoClose: { value: 18, which: 0, by: () => and(at.isWrappedUp('voice'), () => at.pass(24 * 60 * 60)) },
  customerDisconnect: {
    value: 20,
    which: 0,
    ended: false,
    by: () => and(at.isTalked('liveChat'), (id) => acts.customerIsLost(id, 'liveChat')),
  },
  agentEndConversation: { value: 21, which: 0, ended: false, by: () => at.isWrappedUp('voice') },
  customerEndConversation: {
    value: 22,
    which: 0,
    ended: false,
    by: () => and(at.isTalked('voice'), (id) => acts.customerLeaves(id, 'voice')),
  },
  inqueueOverflowQueueTransfer: {
    value: 24,
    which: 1,
    by: async () => {
      await overflows(at.store, legal(), hasWaited, 'queue', at.desk.ids.front);
      return and(and(at.withBot('voice'), at.handOver), () => at.pass(120));
    },
  },
  inqueueOverflowEndConversation: {
    value: 25,
    which: 1,
    by: async () => {
      await overflows(at.store, legal(), hasWaited, 'end');
      return and(and(at.withBot('liveChat'), at.handOver), () => at.pass(120));
    },
  },
  botTransferToAgent: { value: 26, which: 0, by: () => and(at.withBot('voice'), at.handOver) },
  botEndConversation: {
    value: 27,
    which: 0,
    by: () => and(at.withBot('voice'), (conversation) => at.run({ type: 'BotEnded', conversation })),
  },
  botCallFailureEndConversation: { value: 28, which: 0, by: botFails(192350000) },
  botCallFailureExternalTransfer: { value: 29, which: 0, by: botFails(192350001) },
  botCallFailurePromptAndEscalate: { value: 30, which: 0, by: botFails(192350002) },
  botCallFailureEscalate: { value: 31, which: 0, by: botFails(192350003) },
  manuallyClosedSession: {
    value: 34,
    which: 0,
    by: () =>
      and(at.isTalked('voice'), async (conversation) => {
        const [session] = (await rowsOf(at.desk, conversation)).sessions;
        await change(at.store, msdyn_ocsession, session?.activityid ?? '', { statecode: 1, statuscode: 2 });
        await at.desk.engine.idle();
      }),
  },
  externalAgentAccept: { value: 36, which: 0, by: () => outside(true, true) },
  externalAgentReject: { value: 37, which: 0, by: () => outside(true, false) },
  externalAgentTransfer: { value: 38, which: 0, by: () => outside(false, true) },
  voiceConnectivityProblem: {
    value: 54,
    which: 0,
    by: () =>
      and(at.came('voice'), (conversation) =>
        at.run({ type: 'CallEnded', conversation, by: 'failure', reason: 'no media' }),
      ),
  },
  callTimedOut: {
    value: 56,
    which: 0,
    ended: false,
    by: () => and(at.isTalked('voice'), () => at.pass(2 * 60 * 60)),
  },
  customerNonResponseTimeoutRule: {
    value: 61,
    which: 0,
    by: async () => {
      await timeoutRule(at.store, at.desk.ids.direct, 'customer', 10, 'close');
      const conversation = await at.isTalked('messaging');
      await at.run({ type: 'AgentMessaged', conversation, agent: at.agent() });
      await at.pass(600.001);
      return conversation;
    },
  },
  agentNonResponseTimeoutRule: {
    value: 62,
    which: 0,
    by: async () => {
      await timeoutRule(at.store, at.desk.ids.direct, 'representative', 10, 'wait');
      return and(at.isTalked('messaging'), () => at.pass(600.001));
    },
  },
  agentMovedConversationToWaiting: { value: 63, which: 0, by: () => at.waits() },
};

/** What nothing writes, and why it cannot come about here. This list can only get shorter. */
const unwritten: { readonly [R in Reason]?: string } = {
  conversationTimeout: 'every limit has a reason of its own: AutoClose, CallTimedOut, the time-out rules',
  virtualAgentClosed: 'what a bot ends is BotEndConversation; the articles tell no difference',
  systemReject: 'a call that is turned away before a queue has no session',
  addAgentFailed: 'an offer is a row: nothing of it can fail after the commit',
  secondaryChannelClosed: 'a chat is not raised to a call',
  queueTransfer:
    'what a representative sends to a queue is AgentTransferToQueue; the articles tell no difference',
  maximumSessionsReached: 'whoever has ten sessions is not asked',
  autoRejectAsOutboundCallInProgress:
    'who is dialling is offered nothing, and who is offered a call cannot dial',
};

describe('closure reasons of a session (behaviour.md §2.2)', () => {
  it.each(Object.entries(comings) as [Reason, Coming][])(
    '%s',
    async (reason, { value, which, by, ended }) => {
      expect(closure[reason]).toBe(192350000 + value);
      await at.open({ agents: 2 });
      const conversation = await by();
      const { sessions } = await rowsOf(at.desk, conversation);
      const standsOn = sessions.flatMap((one, n) =>
        one.msdyn_closurereason === 192350000 + value ? [n] : [],
      );
      expect(standsOn).toEqual([which]);
      expect(sessions[which]).toMatchObject(
        ended === false
          ? { statecode: 0, msdyn_sessionclosedon: null, msdyn_wrapupinitiatedon: at.now() }
          : { statecode: 1, statuscode: 2, msdyn_state: 192350002, msdyn_sessionclosedon: at.now() },
      );
    },
  );

  it('every published value is written here, or by nothing', () => {
    const written = Object.keys(comings);
    expect([...written, ...Object.keys(unwritten)].sort()).toEqual(Object.keys(closure).sort());
    const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
    const source = files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
      .join('\n');
    expect(Object.keys(unwritten).filter((reason) => source.includes(`closure.${reason}`))).toEqual([]);
  });
});
