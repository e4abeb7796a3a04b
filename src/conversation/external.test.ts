import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { number, rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { inShort, lastPlan, partiesOf, setVoice } from '../../test/engine/room-desk.ts';
import {
  msdyn_ocsessionparticipantevent as events0,
  msdyn_ocrecording,
  msdyn_ocvoicemail,
  msdyn_transcript,
} from '../tables/dataverse/index.ts';

const at = deskOfTests();
const outside = '+4533334444';
const plan = (conversation: string): readonly string[] => inShort(lastPlan(at.desk, conversation));

async function transferring(bridged: boolean): Promise<{ conversation: string; party: string }> {
  await at.open({ agents: 1 });
  const conversation = await at.talking();
  at.effects();
  const agent = at.agent();
  await at.run({ type: 'ExternalTransferRequested', conversation, agent, number: outside, bridged });
  const [party] = await partiesOf(at.desk, conversation);
  return { conversation, party: party?.wirechief_callpartyid ?? '' };
}

describe('transfer to the outside (behaviour.md §2.2, §2.3, §3.9)', () => {
  it('bridged: our number is shown, the customer on hold', async () => {
    const { conversation, party } = await transferring(true);
    const call = at.desk.effects.find(({ type }) => type === 'CallParty');
    expect(call).toMatchObject({ party, number: outside, caller: number.bot });
    expect(plan(conversation)).toEqual(['~customer', `primary:${at.agent()}`]);
  });

  it('bridged and accepted: still Active, somebody outside is the primary, the first is free', async () => {
    const { conversation, party } = await transferring(true);
    await at.run({ type: 'PartyAnswered', conversation, party });
    const { row, sessions, participants } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 2, msdyn_activeagentid: null, msdyn_transfercount: 1 });
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350036, statecode: 1 });
    expect(participants.find((one) => one.msdyn_externalparticipantchannel === outside)).toMatchObject({
      msdyn_mode: 192350002,
      msdyn_externalparticipantchanneltype: 426120000,
      msdyn_assignreason: 'ExternalBlindTransfer',
    });
    expect(plan(conversation)).toEqual(['customer', `primary:${party}`]);
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: 100 });
    await at.run({ type: 'PartyLeft', conversation, party });
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350008,
    });
  });

  it('bridged and accepted, then the customer leaves: closed at once, nobody is there for notes', async () => {
    const { conversation, party } = await transferring(true);
    await at.run({ type: 'PartyAnswered', conversation, party });
    await at.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'hung up' });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row.statuscode).toBe(4);
    expect(sessions.at(-1)).toMatchObject({ msdyn_closurereason: 192350022 });
  });

  it('refused: the first is free all the same, the customer goes back to the queue', async () => {
    const { conversation, party } = await transferring(true);
    await at.run({ type: 'PartyRefused', conversation, party, status: 486, reason: 'Busy Here' });
    const { sessions } = await rowsOf(at.desk, conversation);
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350037, statecode: 1 });
    expect(sessions).toHaveLength(3);
    expect(await partiesOf(at.desk, conversation)).toMatchObject([{ statuscode: 4, statecode: 1 }]);
  });

  it('not bridged: the customer’s number is shown; accepted, both are let go and the conversation closed', async () => {
    const { conversation, party } = await transferring(false);
    const call = at.desk.effects.find(({ type }) => type === 'CallParty');
    expect(call).toMatchObject({ number: outside, caller: number.caller });
    at.effects();
    await at.run({ type: 'PartyAnswered', conversation, party });
    expect(at.effects()).toEqual(['LetGo']);
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 4, msdyn_transfercount: 1 });
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350038 });
    expect(await partiesOf(at.desk, conversation)).toMatchObject([{ statuscode: 3, statecode: 1 }]);
  });

  it('taken back: the leg is dropped, the customer off hold', async () => {
    const { conversation } = await transferring(true);
    at.effects();
    const agent = at.agent();
    await at.run({ type: 'ExternalTransferWithdrawn', conversation, agent, declined: false });
    expect(at.effects()).toEqual(['DropParty', 'Arrange']);
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({ msdyn_activeagentid: agent });
  });

  it('after a consult: warm; keys reach the other side only', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.talking();
    const agent = at.agent();
    await at.run({ type: 'ConsultRequested', conversation, agent, to: null, number: outside });
    const party = (await partiesOf(at.desk, conversation))[0]?.wirechief_callpartyid ?? '';
    await at.run({ type: 'PartyAnswered', conversation, party });
    expect(plan(conversation)).toEqual(['~customer', `primary:${agent}`, `consult:${party}`]);
    await at.run({ type: 'KeyRequested', conversation, agent, party: null, key: '5' });
    expect(at.desk.effects.at(-1)).toMatchObject({ type: 'SendKey', party, key: '5' });
    await expect(
      at.run({ type: 'KeyRequested', conversation, agent, party: null, key: '55' }),
    ).rejects.toThrow('A key is one of');
    await at.run({ type: 'PromoteRequested', conversation, agent, party: null });
    expect(plan(conversation)).toEqual(['customer', `primary:${party}`]);
    const { participants } = await rowsOf(at.desk, conversation);
    expect(participants.at(-1) ?? participants).toBeDefined();
    expect(participants.map((one) => one.msdyn_assignreason)).toContain('ExternalWarmTransfer');
    await at.run({ type: 'ExternalSessionClosed', conversation, agent });
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(4);
  });
});

describe('recording and transcription (behaviour.md §3.8)', () => {
  const automatic = {
    msdyn_recordingenabled: true,
    msdyn_recordingmode: [192351002],
    msdyn_enablestoprecordingtranscriptiononhold: true,
    msdyn_agentrecordingcontrolsenabled: true,
  } as const;

  it('begins when the representative accepts, pauses on hold, goes on, ends with the call', async () => {
    await at.open({ agents: 1 });
    await setVoice(at.desk, automatic);
    const conversation = await at.talking();
    const kept = lastPlan(at.desk, conversation)?.recording;
    expect(kept).toMatchObject({ audio: true, transcript: true, paused: false });
    await at.run({ type: 'HoldRequested', conversation, agent: at.agent() });
    expect(lastPlan(at.desk, conversation)?.recording).toMatchObject({ id: kept?.id, paused: true });
    await at.run({ type: 'UnholdRequested', conversation, agent: at.agent() });
    expect(lastPlan(at.desk, conversation)?.recording).toMatchObject({ id: kept?.id, paused: false });
    await at.run({ type: 'AgentEnded', conversation, agent: at.agent() });
    const events = await at.store.rows(events0, { msdyn_eventtype: 192350002 });
    expect(events).toHaveLength(2);
    expect(events.every((one) => one.msdyn_eventendtime !== null)).toBe(true);
    await at.run({
      type: 'KeepingReady',
      conversation,
      keeping: kept?.id ?? '',
      kind: 'recording',
      audio: new Uint8Array([1, 2, 3]),
      seconds: 1,
      lines: [{ speaker: null, text: 'hello', atMs: 1500, durationMs: 400 }],
    });
    const file = await at.store.files.of(msdyn_ocrecording, kept?.id ?? '', 'msdyn_recording');
    expect(file).toMatchObject({ name: 'recording.wav', size: 3, complete: true });
    const text = await at.store.files.of(msdyn_transcript, kept?.id ?? '', 'msdyn_voicetranscript_formatted');
    const bytes = await at.store.files.piece(text?.id ?? '', 0, text?.size ?? 0);
    expect(bytes.toString()).toBe('00:00:01 Customer: hello');
    expect(await at.store.row(msdyn_ocrecording, kept?.id ?? '')).toMatchObject({
      msdyn_liveworkitemid: conversation,
      msdyn_recording_name: 'recording.wav',
    });
  });

  it('what is handed over after a server died gets into its row', async () => {
    await at.open({ agents: 1 });
    await setVoice(at.desk, automatic);
    const conversation = await at.talking();
    const keeping = lastPlan(at.desk, conversation)?.recording?.id ?? '';
    await at.run({ type: 'ServerStarted' });
    const audio = new Uint8Array([1, 2, 3]);
    await at.run({
      type: 'KeepingReady',
      conversation,
      keeping,
      kind: 'recording',
      audio,
      seconds: 1,
      lines: [],
    });
    const file = await at.store.files.of(msdyn_ocrecording, keeping, 'msdyn_recording');
    expect(file).toMatchObject({ name: 'recording.wav', size: 3, complete: true });
  });

  it('paused by hand stays paused over a hold', async () => {
    await at.open({ agents: 1 });
    await setVoice(at.desk, automatic);
    const conversation = await at.talking();
    const agent = at.agent();
    await at.run({ type: 'KeepingRequested', conversation, agent, wish: 'pauseRecording' });
    await at.run({ type: 'HoldRequested', conversation, agent });
    await at.run({ type: 'UnholdRequested', conversation, agent });
    expect(lastPlan(at.desk, conversation)?.recording).toMatchObject({ paused: true });
    await at.run({ type: 'KeepingRequested', conversation, agent, wish: 'resumeRecording' });
    expect(lastPlan(at.desk, conversation)?.recording).toMatchObject({ paused: false });
  });

  it('recording includes transcription: the wrong one is refused in words', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.talking();
    const agent = at.agent();
    const ask = (wish: 'startRecording' | 'startTranscription' | 'pauseRecording'): Promise<void> =>
      at.run({ type: 'KeepingRequested', conversation, agent, wish });
    await expect(ask('startRecording')).rejects.toThrow('does not record');
    await setVoice(at.desk, { msdyn_recordingenabled: true, msdyn_transcriptionenabled: true });
    await ask('startTranscription');
    expect(lastPlan(at.desk, conversation)?.recording).toMatchObject({ audio: false, transcript: true });
    await expect(ask('startRecording')).rejects.toThrow('includes its transcription');
    await setVoice(at.desk, { msdyn_agentrecordingcontrolsenabled: true });
    await expect(ask('pauseRecording')).rejects.toThrow('without a recording');
  });

  it('a transfer that is not bridged ends it, one that is bridged does not', async () => {
    await at.open({ agents: 1 });
    await setVoice(at.desk, automatic);
    const conversation = await at.talking();
    const agent = at.agent();
    await at.run({ type: 'ExternalTransferRequested', conversation, agent, number: outside, bridged: false });
    expect(lastPlan(at.desk, conversation)?.recording).toBeNull();
    await at.clear();
    await at.open({ agents: 1 });
    await setVoice(at.desk, automatic);
    const other = await at.talking();
    const event = { type: 'ExternalTransferRequested', conversation: other, agent: at.agent() } as const;
    await at.run({ ...event, number: outside, bridged: true });
    const party = (await partiesOf(at.desk, other))[0]?.wirechief_callpartyid ?? '';
    await at.run({ type: 'PartyAnswered', conversation: other, party });
    expect(lastPlan(at.desk, other)?.recording).toMatchObject({ audio: true, paused: false });
  });
});

describe('callback and voicemail (behaviour.md §1.3, §3.4)', () => {
  it('keeps the place without a call, is dialled after accept, and they talk', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.transferred();
    await at.run({ type: 'CallbackAccepted', conversation });
    expect(at.desk.effects.at(-1)).toMatchObject({ type: 'Release', cause: 'callbackAccepted' });
    await at.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'released' });
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(1);
    await at.run({ type: 'ServerStarted' });
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(1);
    await signIn(at.desk, at.agent());
    await at.desk.engine.idle();
    at.effects();
    expect((await rowsOf(at.desk, conversation)).offers.at(-1)).toMatchObject({ wirechief_purpose: 4 });
    await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
    expect(at.desk.effects.at(-1)).toMatchObject({
      type: 'CallCustomer',
      number: number.caller,
      from: number.bot,
    });
    expect(lastPlan(at.desk, conversation)).toBeNull();
    await at.run({ type: 'CustomerAnswered', conversation });
    expect(plan(conversation)).toEqual(['customer', `primary:${at.agent()}`]);
  });

  it('not answered: closed, and the representative is free', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.transferred();
    await at.run({ type: 'CallbackAccepted', conversation });
    await signIn(at.desk, at.agent());
    await at.desk.engine.idle();
    await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
    await at.run({ type: 'CallEnded', conversation, by: 'failure', reason: '486' });
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 4,
      msdyn_isabandoned: false,
    });
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: 100 });
  });

  it('given up after seven days', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.transferred();
    await at.run({ type: 'CallbackAccepted', conversation });
    await at.run({ type: 'CallbackExpired', conversation });
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350010,
    });
  });

  it('voicemail: the conversation is closed, the message is a row with its sound', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.transferred();
    await at.run({ type: 'VoicemailTaken', conversation });
    const taken = at.desk.effects.find((effect) => effect.type === 'TakeMessage');
    expect(taken).toMatchObject({ mostMs: 300_000 });
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350011,
    });
    const ready = {
      type: 'KeepingReady',
      conversation,
      keeping: taken?.type === 'TakeMessage' ? taken.id : '',
      kind: 'message',
      audio: new Uint8Array([9]),
      seconds: 7,
      lines: [{ speaker: null, text: 'call me', atMs: 0, durationMs: 100 }],
    } as const;
    await at.run(ready);
    await at.run(ready);
    const mails = await at.store.rows(msdyn_ocvoicemail, {});
    expect(mails).toMatchObject([
      {
        msdyn_missedconversationid: conversation,
        msdyn_sourcephonenumber: number.caller,
        msdyn_orgphonenumber: number.bot,
        msdyn_voicemailpreview: 'call me',
        msdyn_voicemailtype: 192350000,
      },
    ]);
    expect(at.desk.effects.at(-1)).toMatchObject({ type: 'Release', cause: 'messageTaken' });
  });
});
