/** Every action on a live conversation, carried out by the engine: in the wrong state it is refused naming the state, and
 *  asked for again under one RequestId it has no effect. */
import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../../../test/engine/clocked-desk.ts';
import { rowsOf, signIn, statusOf } from '../../../test/engine/front-desk.ts';
import { partiesOf, setVoice } from '../../../test/engine/room-desk.ts';
import { deeds } from '../../../test/engine/transition.ts';
import { presences } from '../../tables/index.ts';
import { wirechief_callcontrol } from '../../tables/wirechief/wirechief_callcontrol.ts';
import { callControlHandlers } from '../call-control.ts';
import type { OperationCall } from '../operation.ts';
import { callActions } from '../plan/call-operations.ts';
import { Parameters } from '../plan/parameters.ts';
import { wirechief_PickConversation } from './wirechief_PickConversation.ts';

const at = clockedDesk();
const acts = deeds(at);
const outside = '+4533334444';
const handlers = new Map([
  ...callControlHandlers,
  ['wirechief_PickConversation', wirechief_PickConversation] as const,
]);

type Body = { readonly [name: string]: string | boolean };
const perform = async (name: string, conversation: string, who: number, body: Body): Promise<void> => {
  const declared = [...Object.keys(callActions[name] ?? {}), 'RequestId'];
  const values = new Map(declared.map((one) => [one, body[one] ?? null]));
  // Who may is asked elsewhere: here everybody may.
  const call = {
    caller: { userId: at.agent(who) },
    engine: at.desk.engine,
    exchange: { guarding: { access: { rule: () => null } } },
    ...{ entity: {}, id: conversation, parameters: new Parameters(values) },
  } as unknown as OperationCall;
  await handlers.get(name)?.(call);
  await at.desk.engine.idle();
};

const nobodyTakesMore = async (): Promise<void> => {
  const presence = presences.away;
  for (const agent of at.desk.ids.agents)
    if ((await statusOf(at.desk, agent))?.msdyn_isagentloggedin)
      await at.run({ type: 'PresenceSet', agent, presence, by: agent });
};
const talks = async (): Promise<string> => {
  await setVoice(at.desk, {
    ...{ msdyn_recordingenabled: true, msdyn_transcriptionenabled: true },
    ...{ msdyn_agentrecordingcontrolsenabled: true, msdyn_agenttranscriptioncontrolsenabled: true },
  });
  const conversation = await at.isTalked('voice');
  await signIn(at.desk, at.agent(1));
  return conversation;
};
/** A call in which agent 1 has asked for something before. */
const after =
  (name: string, body: () => Body = () => ({}), bring: () => Promise<string> = talks) =>
  async (): Promise<string> => {
    const conversation = await bring();
    await perform(name, conversation, 0, body());
    return conversation;
  };
const partyOf = async (conversation: string): Promise<string> =>
  (await partiesOf(at.desk, conversation))[0]?.wirechief_callpartyid ?? '';
const picksUp = (bring: () => Promise<string>) => async (): Promise<string> => {
  const conversation = await bring();
  await at.run({ type: 'PartyAnswered', conversation, party: await partyOf(conversation) });
  return conversation;
};
const consults = picksUp(after('wirechief_ConsultInCall', () => ({ PhoneNumber: outside })));
const helps = async (): Promise<string> => {
  const conversation = await after('wirechief_ConsultInCall', () => ({ AgentId: at.agent(1) }))();
  await perform('CCaaS_AcceptCall', conversation, 1, {});
  return conversation;
};
const callsOutside = after('CCaaS_InitiateExternalTransfer', () => ({
  PhoneNumber: outside,
  IsBridged: true,
}));

/** `bring`: to where it fits. `who`: asks, from 0. `body`: besides RequestId. `fitsInQueue`: it is no wrong state. */
interface Case {
  readonly bring: () => Promise<string>;
  readonly who?: number;
  readonly body?: (conversation: string) => Body | Promise<Body>;
  readonly fitsInQueue?: true;
}
const ofParty = async (conversation: string): Promise<Body> => ({ PartyId: await partyOf(conversation) });
const toSecond = (): Body => ({ AgentId: at.agent(1) });

const cases: Readonly<Record<string, Case>> = {
  CCaaS_AcceptCall: { bring: () => at.rings('voice') },
  CCaaS_AcceptPhoneCall: { bring: () => at.rings('voice') },
  CCaaS_BargeInToCall: { bring: talks, who: 1 },
  CCaaS_CloseExternalSession: { bring: consults },
  CCaaS_EndCall: { bring: talks },
  CCaaS_EndPhoneCall: { bring: talks },
  CCaaS_ExternalCallReject: { bring: callsOutside },
  CCaaS_ExternalCallTransfer: { bring: consults },
  CCaaS_HoldCall: { bring: talks },
  CCaaS_InitiateExternalTransfer: { bring: talks, body: () => ({ PhoneNumber: outside, IsBridged: true }) },
  CCaaS_PauseRecordingAndTranscription: { bring: after('CCaaS_StartRecordingAndTranscription') },
  CCaaS_RejectExternalTransfer: { bring: callsOutside },
  CCaaS_ResumeRecordingAndTranscription: {
    bring: after(
      'CCaaS_PauseRecordingAndTranscription',
      () => ({}),
      after('CCaaS_StartRecordingAndTranscription'),
    ),
  },
  CCaaS_StartRecordingAndTranscription: { bring: talks },
  CCaaS_StartTranscription: { bring: talks },
  CCaaS_StopTranscription: { bring: after('CCaaS_StartTranscription') },
  CCaaS_UnholdCall: { bring: after('CCaaS_HoldCall') },
  wirechief_CloseSession: { bring: talks },
  wirechief_ConsultInCall: { bring: talks, body: toSecond },
  wirechief_DropParty: { bring: consults, body: ofParty },
  wirechief_ForceCloseConversation: { bring: talks, who: 1, fitsInQueue: true },
  wirechief_HoldParty: { bring: consults, body: ofParty },
  wirechief_LeaveCall: { bring: helps, who: 1 },
  wirechief_MergeCall: { bring: consults },
  wirechief_MonitorCall: { bring: talks, who: 1 },
  wirechief_PickConversation: { bring: () => acts.isThere('voice'), fitsInQueue: true },
  wirechief_PromoteParty: { bring: consults, body: ofParty },
  wirechief_RejectCall: { bring: () => acts.ringsOnce('voice') },
  wirechief_RejoinCall: { bring: talks },
  wirechief_SendKey: { bring: consults, body: () => ({ Key: '5' }) },
  wirechief_SupervisorTransferToAgent: {
    bring: async () => {
      const conversation = await at.isTalked('liveChat');
      await signIn(at.desk, at.agent(1));
      return conversation;
    },
    who: 2,
    body: toSecond,
  },
  wirechief_TransferToAgent: { bring: talks, body: toSecond },
  wirechief_TransferToQueue: { bring: talks, body: () => ({ QueueId: at.desk.ids.legal }) },
  wirechief_UnholdParty: {
    bring: async () => {
      const conversation = await consults();
      await perform('wirechief_HoldParty', conversation, 0, await ofParty(conversation));
      return conversation;
    },
    body: ofParty,
  },
  wirechief_WhisperInCall: { bring: talks, who: 1 },
};

const open = () =>
  at.open({ agents: 3, workstream: { msdyn_enableselectingfrompushbasedworkstreams: true } });
const everything = async (conversation: string) => ({
  rows: await rowsOf(at.desk, conversation),
  parties: await partiesOf(at.desk, conversation),
  control: await at.store.row(wirechief_callcontrol, conversation),
});

describe('an action repeated, and one in the wrong state (behaviour.md §3.9)', () => {
  it('every action is here', async () => {
    await open();
    expect(Object.keys(cases).sort()).toEqual(Object.keys(callActions).sort());
  });

  it.each(Object.entries(cases))('%s', async (name, { bring, who = 0, body = () => ({}), fitsInQueue }) => {
    await open();
    const conversation = await bring();
    const asked = { ...(await body(conversation)), RequestId: 'r-1' };
    const before = await everything(conversation);
    await perform(name, conversation, who, asked);
    const once = await everything(conversation);
    expect(once).not.toEqual(before);
    at.effects();
    await at.pass(1);
    await perform(name, conversation, who, asked);
    expect(await everything(conversation)).toEqual(once);
    expect(at.effects()).toEqual([]);

    const refused = async (id: string, words: string): Promise<void> => {
      const untouched = await everything(id);
      await expect(perform(name, id, who, { ...asked, RequestId: 'r-2' })).rejects.toMatchObject({
        ...{ key: 'conflict', status: 409, code: '0x80040265', message: words },
      });
      expect(await everything(id)).toEqual(untouched);
    };
    await nobodyTakesMore();
    const waiting = await at.came('voice');
    if (!fitsInQueue) await refused(waiting, 'The conversation is waiting in its queue.');
    await acts.customerLeaves(waiting, 'voice');
    if (name === 'wirechief_CloseSession') return;
    await refused(waiting, 'The conversation is closed.');
  });

  it.each(['agent', 'queue'] as const)('wirechief_AssignConversation to an %s', async (to) => {
    await open();
    const conversation = await acts.isThere('voice');
    const asked = { conversation, request: 'r-1' };
    const event = (request: string) =>
      to === 'agent'
        ? ({ type: 'WorkAssigned', ...asked, request, agent: at.agent() } as const)
        : ({ type: 'WorkMoved', ...asked, request, queue: at.desk.ids.legal } as const);
    await at.run(event('r-1'));
    const once = await everything(conversation);
    await at.pass(1);
    await at.run(event('r-1'));
    expect(await everything(conversation)).toEqual(once);
    await acts.customerLeaves(conversation, 'voice');
    await expect(at.run(event('r-2'))).rejects.toThrow('The conversation is closed.');
  });
});
