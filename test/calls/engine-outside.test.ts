import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as t from '../../src/tables/dataverse/index.ts';
import { callerNumber, type EngineStage, openEngineStage } from './engine-stage.ts';
import { untilHeard } from './hearing.ts';
import { numbers, until } from './line.ts';
import { type Agent, expertNumber } from './people.ts';
import { channelsOf, pitchesIn } from './wav.ts';

let stage: EngineStage;
let ann: Agent;
beforeAll(async () => {
  stage = await openEngineStage();
  ann = await stage.enter('ann');
  await stage.setVoice({ msdyn_recordingenabled: true, msdyn_recordingmode: [192351002] });
}, 120_000);
afterEach(async () => {
  await stage.clear();
  await stage.isFree('ann', true);
});
afterAll(() => stage.close());

/** Ann talks with the caller; somebody outside has a telephone. */
async function talk(ring: 'answer' | 'ring' | 'busy' = 'answer') {
  const caller = await stage.caller();
  const conversation = await stage.ringing(ann);
  await stage.does('ann', conversation, 'CCaaS_AcceptCall');
  const people = { caller, ann, expert: await stage.expert({ ring }) };
  await untilHeard(people, { caller: ['ann'], ann: ['caller'], expert: [] });
  await stage.eventually(
    'talk time runs',
    () => stage.participants(conversation),
    ([first]) => first?.msdyn_starttalktime != null,
  );
  return { people, conversation };
}

const transfer = (conversation: string, IsBridged: boolean): Promise<void> =>
  stage.does('ann', conversation, 'CCaaS_InitiateExternalTransfer', { PhoneNumber: expertNumber, IsBridged });

/** The channels of the recording of a conversation, once it is stored. */
async function recordingOf(conversation: string) {
  const read = async () => {
    const [row] = await stage.store.rows(t.msdyn_ocrecording, { msdyn_liveworkitemid: conversation });
    return stage.file(t.msdyn_ocrecording, row?.msdyn_ocrecordingid ?? '', 'msdyn_recording');
  };
  return channelsOf(await stage.eventually('the recording is stored', read, (wav) => wav !== null), 2);
}

describe('somebody outside (behaviour.md §3.9), engine and voice together', { timeout: 120_000 }, () => {
  it('bridged: caller and outside talk, the agent is out, and the recording goes on', async () => {
    const { people, conversation } = await talk();
    await transfer(conversation, true);
    await untilHeard(people, { caller: ['expert'], ann: [], expert: ['caller'] });
    expect(people.expert.phone.far).toContain(`sip:${numbers.straight}@`);
    expect(ann.page.call?.state).toBe('ended');
    expect(await stage.row(conversation)).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: null,
      msdyn_transfercount: 1,
    });
    expect((await stage.participants(conversation)).at(-1)).toMatchObject({
      msdyn_externalparticipantchannel: expertNumber,
      msdyn_assignreason: 'ExternalBlindTransfer',
    });
    await people.expert.phone.hangUp();
    await people.caller.phone.waitForState('ended');
    const [left, right] = await recordingOf(conversation);
    expect(pitchesIn(left)).toEqual([people.caller.hertz]);
    expect(pitchesIn(right)).toEqual([ann.hertz, people.expert.hertz]);
  });

  it('not bridged: caller and outside stay joined without us, and the recording has ended', async () => {
    const { people, conversation } = await talk();
    await transfer(conversation, false);
    await untilHeard(people, { caller: ['expert'], ann: [], expert: ['caller'] });
    expect(people.expert.phone.far).toContain(`sip:${callerNumber}@`);
    expect(ann.page.call?.state).toBe('ended');
    // Difference 63.
    expect(await stage.row(conversation)).toMatchObject({ statuscode: 4, msdyn_transfercount: 1 });
    const [left, right] = await recordingOf(conversation);
    expect(pitchesIn(left)).toEqual([people.caller.hertz]);
    expect(pitchesIn(right)).toEqual([ann.hertz]);
    await untilHeard(people, { caller: ['expert'], ann: [], expert: ['caller'] });
    await people.caller.phone.hangUp();
    await people.expert.phone.waitForState('ended');
  });

  it('a number that is busy: the caller goes back to the queue, never into silence', async () => {
    const { people, conversation } = await talk('busy');
    await transfer(conversation, true);
    // Ann is the only one there, so it is she who is asked again.
    await until(() => ann.page.call?.state === 'ringing', 40_000);
    await untilHeard(people, { caller: ['music'], ann: [] });
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    await untilHeard(people, { caller: ['ann'], ann: ['caller'] });
  });

  it('consulted in private, the caller is told, and left to them: a warm transfer; keys reach them alone', async () => {
    const { people, conversation } = await talk();
    await stage.does('ann', conversation, 'wirechief_ConsultInCall', { PhoneNumber: expertNumber });
    await untilHeard(people, { caller: ['music'], ann: ['expert'], expert: ['ann'] });
    await stage.does('ann', conversation, 'wirechief_SendKey', { Key: '7' });
    await until(() => people.expert.phone.sound.keysHeard.includes('7'));
    expect(people.caller.phone.sound.keysHeard).toEqual([]);
    await stage.does('ann', conversation, 'wirechief_MergeCall');
    await untilHeard(people, {
      caller: ['ann', 'expert'],
      ann: ['caller', 'expert'],
      expert: ['ann', 'caller'],
    });
    await stage.does('ann', conversation, 'CCaaS_ExternalCallTransfer');
    await untilHeard(people, { caller: ['expert'], ann: [], expert: ['caller'] });
  });
});
