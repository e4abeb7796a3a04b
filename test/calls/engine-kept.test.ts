import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as t from '../../src/tables/dataverse/index.ts';
import { overflow } from './engine-overflow.ts';
import { callerNumber, type EngineStage, openEngineStage } from './engine-stage.ts';
import { pitches, untilHeard } from './hearing.ts';
import { numbers, until } from './line.ts';
import type { Agent } from './people.ts';
import { toneTranscriber } from './tone-transcriber.ts';
import { channelsOf, everyPitch, pitchesIn, secondsOf, secret } from './wav.ts';

let stage: EngineStage;
let ann: Agent;
beforeAll(async () => {
  stage = await openEngineStage({ transcriber: toneTranscriber(...everyPitch) });
  ann = await stage.enter('ann');
}, 120_000);
afterEach(async () => {
  ann.page.hertz = pitches.ann;
  await stage.clear();
  await stage.isFree('ann', true);
});
afterAll(() => stage.close());

const passed = (ms: number): Promise<void> => {
  const since = performance.now();
  return until(() => performance.now() - since >= ms, ms + 40_000);
};

/** What is kept in a column of the rows of this id, once it is there. */
const kept = (table: typeof t.msdyn_ocrecording | typeof t.msdyn_transcript, id: string, column: string) =>
  stage.eventually(
    `${column} is stored`,
    () => stage.file(table, id, column),
    (file) => file !== null,
  );

const recordingOf = async (conversation: string): Promise<string> => {
  const [row, ...others] = await stage.store.rows(t.msdyn_ocrecording, {
    msdyn_liveworkitemid: conversation,
  });
  expect(others).toEqual([]);
  return row?.msdyn_ocrecordingid ?? '';
};

/** How long a message of Ann's took until all that follows was under way. */
const secondsFor = async (message: string, conversation: string): Promise<number> => {
  const since = performance.now();
  await stage.does('ann', conversation, message);
  return (performance.now() - since) / 1000;
};

/** From when to when it was kept, milliseconds: the Transcription events of the call. */
const stretchesOf = async (conversation: string): Promise<(readonly [number, number])[]> => {
  const [session] = await stage.sessions(conversation);
  const events = await stage.store.rows(
    t.msdyn_ocsessionparticipantevent,
    { msdyn_sessionid: session?.activityid ?? '', msdyn_eventtype: 192350002 },
    { orderBy: [['msdyn_eventstarttime', 'asc']] },
  );
  return events.map(({ msdyn_eventstarttime: from, msdyn_eventendtime: to }) => [Number(from), Number(to)]);
};

describe('what is kept of a call (behaviour.md §3.8), engine and voice together', {
  timeout: 120_000,
}, () => {
  // A machine that stands still for a moment is no fault of the recording: tried again.
  it('a recording is as long as the talk without its pause, and holds nothing of it', {
    retry: 4,
  }, async () => {
    await stage.setVoice({
      msdyn_recordingenabled: true,
      msdyn_recordingmode: [192351002],
      msdyn_agentrecordingcontrolsenabled: true,
    });
    const caller = await stage.caller();
    const conversation = await stage.ringing(ann);
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    const people = { caller, ann };
    await untilHeard(people, { caller: ['ann'], ann: ['caller'] });
    await passed(1000);
    const [participant] = await stage.participants(conversation);
    const talkedFrom = Number(participant?.msdyn_starttalktime);
    const paused = await secondsFor('CCaaS_PauseRecordingAndTranscription', conversation);
    caller.phone.sound.hertz = secret.caller;
    ann.page.hertz = secret.ann;
    await until(
      () => ann.ear.share(secret.caller, 400) > 0.9 && caller.ear.share(secret.ann, 400) > 0.9,
      40_000,
    );
    await caller.phone.sendKeys('4929', 'both');
    await until(() => ann.ear.share(secret.caller, 200) > 0.9, 40_000);
    caller.phone.sound.hertz = pitches.caller;
    ann.page.hertz = pitches.ann;
    await untilHeard(people, { caller: ['ann'], ann: ['caller'] });
    await stage.does('ann', conversation, 'CCaaS_ResumeRecordingAndTranscription');
    await passed(1000);
    const ended = await secondsFor('CCaaS_EndCall', conversation);
    await caller.phone.waitForState('ended', 40_000);

    const keeping = await recordingOf(conversation);
    const wav = await kept(t.msdyn_ocrecording, keeping, 'msdyn_recording');
    const [left, right] = channelsOf(wav, 2);
    expect(pitchesIn(left)).toEqual([pitches.caller]);
    expect(pitchesIn(right)).toEqual([pitches.ann]);
    // Talk without the pause, by the engine's own rows.
    const stretches = (await stretchesOf(conversation)).map(
      ([from, to], n) => to - (n === 0 ? talkedFrom : from),
    );
    expect(stretches).toHaveLength(2);
    const talked = stretches.reduce((sum, one) => sum + one, 0) / 1000;
    // 100 ms, unless the machine itself was slower than that: from a commit to what follows of it the sound goes on.
    expect(Math.abs(secondsOf(left) - talked)).toBeLessThan(Math.max(0.1, paused + ended));

    const text = String(await kept(t.msdyn_transcript, keeping, 'msdyn_voicetranscript'));
    const said = new Set(JSON.parse(text).map((line: { text: string }) => line.text));
    expect(said).toEqual(new Set([`hum ${pitches.caller}`, `hum ${pitches.ann}`]));
    expect(stage.log.join()).not.toContain('4929');
    for (const table of ['wirechief.change_log', 'dataverse.msdyn_ocsessionparticipantevent']) {
      const text = `select count(*)::int as n from ${table} c where c::text like '%4929%'`;
      expect(await stage.store.query({ text, values: [] })).toEqual([{ n: 0 }]);
    }
  });

  it('voicemail by overflow: the message is a row with its WAV, and then the line is let go', async () => {
    await overflow(stage, 'voicemail');
    await stage.isFree('ann', false);
    const caller = await stage.caller(numbers.frontDesk);
    await until(() => caller.ear.level(300) > 0.02, 40_000);
    await caller.phone.sendKeys('1');
    const beeps = () => caller.ear.share(850, 200) > 0.8;
    await until(beeps, 60_000);
    await until(() => !beeps(), 40_000);
    const [conversation] = await stage.store.rows(t.msdyn_ocliveworkitem, {
      msdyn_statuschangereason: 192350011,
    });
    expect(conversation).toMatchObject({ statuscode: 4, msdyn_isabandoned: false });
    await passed(1500);
    await caller.phone.sendKeys('#');
    await caller.phone.waitForState('ended', 40_000);
    const [voicemail] = await stage.store.rows(t.msdyn_ocvoicemail, {});
    expect(voicemail).toMatchObject({
      msdyn_missedconversationid: conversation?.activityid,
      msdyn_sourcephonenumber: callerNumber,
      msdyn_orgphonenumber: numbers.frontDesk,
      msdyn_voicemailpreview: `hum ${pitches.caller}`,
    });
    const [said] = channelsOf(
      await kept(t.msdyn_ocrecording, voicemail?.activityid ?? '', 'msdyn_recording'),
      1,
    );
    expect(pitchesIn(said)).toEqual([pitches.caller]);
    expect(secondsOf(said)).toBeGreaterThan(1.3);
    expect(ann.page.call?.state ?? 'idle').not.toBe('ringing');
  });
});
