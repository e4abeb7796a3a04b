import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { openPeople, type People } from '../../../test/compat/people.ts';
import { developmentUserId } from '../../tables/index.ts';

let test: TestWebApi;
let people: People;
let conversation: string;
let seen = 0;

beforeAll(async () => {
  test = await openTestWebApi();
  people = await openPeople(test);
  conversation = await test.create('msdyn_ocliveworkitems', { subject: 'A call' });
});
beforeEach(() => {
  seen = test.events.length;
});
afterAll(async () => {
  await test.close();
  expect(test.faults).toEqual([]);
});

const call = (name: string, body: object = {}, as?: string): Promise<Answer> =>
  test.call('POST', `msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.${name}`, {
    body,
    ...(as === undefined ? {} : { as }),
  });
const other = '11111111-2222-4333-8444-555555555555';

describe('call control (behaviour.md §3.8, §3.9; mission row S1.3)', () => {
  const number = '+4533334444';
  const consult = { type: 'ConsultRequested', to: null, queue: null, number: null } as const;
  it.each([
    ['CCaaS_AcceptCall', {}, { type: 'AgentAccepted' }],
    ['CCaaS_AcceptPhoneCall', {}, { type: 'AgentAccepted' }],
    ['CCaaS_BargeInToCall', {}, { type: 'SupervisionRequested', part: 'barge' }],
    ['CCaaS_CloseExternalSession', {}, { type: 'ExternalSessionClosed' }],
    ['CCaaS_EndCall', {}, { type: 'AgentEnded' }],
    ['CCaaS_EndPhoneCall', {}, { type: 'AgentEnded' }],
    ['CCaaS_ExternalCallReject', {}, { type: 'ExternalTransferWithdrawn', declined: true }],
    ['CCaaS_ExternalCallTransfer', {}, { type: 'PromoteRequested', party: null }],
    ['CCaaS_HoldCall', {}, { type: 'HoldRequested' }],
    [
      'CCaaS_InitiateExternalTransfer',
      { PhoneNumber: number, IsBridged: true },
      { type: 'ExternalTransferRequested', number, bridged: true },
    ],
    ['CCaaS_PauseRecordingAndTranscription', {}, { type: 'KeepingRequested', wish: 'pauseRecording' }],
    ['CCaaS_RejectExternalTransfer', {}, { type: 'ExternalTransferWithdrawn', declined: false }],
    ['CCaaS_ResumeRecordingAndTranscription', {}, { type: 'KeepingRequested', wish: 'resumeRecording' }],
    ['CCaaS_StartRecordingAndTranscription', {}, { type: 'KeepingRequested', wish: 'startRecording' }],
    ['CCaaS_StartTranscription', {}, { type: 'KeepingRequested', wish: 'startTranscription' }],
    ['CCaaS_StopTranscription', {}, { type: 'KeepingRequested', wish: 'stopTranscription' }],
    ['CCaaS_UnholdCall', {}, { type: 'UnholdRequested' }],
    ['wirechief_TransferToAgent', { AgentId: other }, { type: 'AgentTransferRequested', to: other }],
    [
      'wirechief_SupervisorTransferToAgent',
      { AgentId: other },
      { type: 'SupervisorTransferRequested', to: other },
    ],
    ['wirechief_TransferToQueue', { QueueId: other }, { type: 'QueueTransferRequested', queue: other }],
    ['wirechief_ConsultInCall', { AgentId: other }, { ...consult, to: other }],
    ['wirechief_ConsultInCall', { QueueId: other }, { ...consult, queue: other }],
    ['wirechief_ConsultInCall', { PhoneNumber: number }, { ...consult, number }],
    ['wirechief_HoldParty', { PartyId: other }, { type: 'PartyHoldRequested', party: other, held: true }],
    ['wirechief_UnholdParty', { PartyId: other }, { type: 'PartyHoldRequested', party: other, held: false }],
    ['wirechief_DropParty', { PartyId: other }, { type: 'PartyDropRequested', party: other }],
    ['wirechief_PromoteParty', { PartyId: other }, { type: 'PromoteRequested', party: other }],
    ['wirechief_MergeCall', {}, { type: 'MergeRequested' }],
    ['wirechief_SendKey', { Key: '#' }, { type: 'KeyRequested', party: null, key: '#' }],
    ['wirechief_LeaveCall', {}, { type: 'LeaveRequested' }],
    ['wirechief_RejoinCall', {}, { type: 'RejoinRequested' }],
    ['wirechief_MonitorCall', {}, { type: 'SupervisionRequested', part: 'monitor' }],
    ['wirechief_WhisperInCall', {}, { type: 'SupervisionRequested', part: 'whisper' }],
    ['wirechief_ForceCloseConversation', {}, { type: 'ForceCloseRequested' }],
  ])('%s lets its event in, as the caller, and answers 204', async (name, body, event) => {
    const answer = await call(name, { ...body, RequestId: 'r-1' });
    expect([answer.status, answer.text]).toEqual([204, '']);
    const expected = { ...event, conversation, agent: developmentUserId, request: 'r-1' };
    expect(test.events.slice(seen)).toEqual([[expected, developmentUserId]]);
  });

  it.each([
    ['CCaaS_InitiateExternalTransfer', { PhoneNumber: '33334444' }, 'E.164'],
    ['CCaaS_InitiateExternalTransfer', {}, 'PhoneNumber'],
    ['CCaaS_HoldCall', { RequestId: 'with spaces in it' }, 'RequestId'],
    ['CCaaS_HoldCall', { Nonsense: 1 }, 'Nonsense'],
    ['wirechief_ConsultInCall', {}, 'AgentId, QueueId and PhoneNumber'],
    ['wirechief_TransferToAgent', { AgentId: 'nobody' }, 'AgentId'],
  ])('%s of %j is refused in words, and nothing happens', async (name, body, words) => {
    const answer = await call(name, body);
    expect(answer.status).toBe(400);
    expect(answer.json.error.message).toContain(words);
    expect(test.events).toHaveLength(seen);
  });

  it('supervision takes a privilege that agents do not have', async () => {
    const role = await people.role('Reads activities', { prvReadActivity: 'Global', prvReadUser: 'Global' });
    const user = await people.user('listener', { roles: [role] });
    for (const name of ['CCaaS_BargeInToCall', 'wirechief_MonitorCall', 'wirechief_ForceCloseConversation']) {
      const answer = await call(name, {}, user);
      expect(answer.status).toBe(403);
      expect(answer.json.error.message).toContain('prvCreatewirechief_CallParty');
    }
    expect(test.events).toHaveLength(seen);
  });

  it('CCaaS_GetCallState tells who is in the call and what is kept', async () => {
    await test.create('wirechief_callparties', {
      wirechief_name: 'Somebody outside',
      'wirechief_ConversationId@odata.bind': `/msdyn_ocliveworkitems(${conversation})`,
      wirechief_phonenumber: number,
      wirechief_part: 2,
      statuscode: 2,
      wirechief_isheld: true,
    });
    const answer = await call('CCaaS_GetCallState');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      State: 'Open',
      IsCustomerOnHold: false,
      Recording: 'Stopped',
      Transcription: 'Stopped',
      Parties: [
        { Part: 'Consult', PhoneNumber: number, Name: 'Somebody outside', IsJoined: true, IsOnHold: true },
      ],
    });
  });
});
