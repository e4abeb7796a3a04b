/** The media process dies under live calls: SIP calls go on at the same ports, pages connect anew. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as t from '../../src/tables/dataverse/index.ts';
import { type EngineStage, openEngineStage } from './engine-stage.ts';
import { untilHeard } from './hearing.ts';
import { until } from './line.ts';
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

/** The process is gone, and the page of the agent is there again in the next one. */
async function die(): Promise<void> {
  const deaths = (): number => stage.log.filter((line) => line.includes('the media engine died')).length;
  const before = deaths();
  stage.killMedia();
  await until(() => deaths() > before);
  await until(() => !ann.page.ready);
  await until(() => ann.page.ready, 40_000);
}

describe('the media process dies (voice.md §5)', { timeout: 120_000 }, () => {
  it('in a conversation: caller, agent and helper hear each other again, in the same session', async () => {
    const caller = await stage.caller();
    const conversation = await stage.ringing(ann);
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    const people = { caller, ann, expert: await stage.expert() };
    await untilHeard(people, { caller: ['ann'], ann: ['caller'] });
    await stage.does('ann', conversation, 'wirechief_ConsultInCall', { PhoneNumber: expertNumber });
    await untilHeard(people, { caller: ['music'], ann: ['expert'], expert: ['ann'] });
    await stage.does('ann', conversation, 'wirechief_MergeCall');
    const all = { caller: ['ann', 'expert'], ann: ['caller', 'expert'], expert: ['ann', 'caller'] };
    await untilHeard(people, all);
    await die();
    await untilHeard(people, all);
    expect((await stage.sessions(conversation)).at(-1)?.msdyn_sessionclosedon).toBeNull();
    expect(await stage.row(conversation)).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: stage.ids.ann,
    });
    await caller.phone.hangUp();
    await stage.eventually(
      'wrap-up',
      () => stage.row(conversation),
      ({ statuscode }) => statuscode === 5,
    );
    const recordings = await stage.store.rows(
      t.msdyn_ocrecording,
      { msdyn_liveworkitemid: conversation },
      { orderBy: [['createdon', 'asc']] },
    );
    expect(recordings).toHaveLength(2);
    for (const { msdyn_ocrecordingid: id } of recordings) {
      const wav = await stage.eventually(
        'the recording is stored',
        () => stage.file(t.msdyn_ocrecording, id ?? '', 'msdyn_recording'),
        (found) => found !== null,
      );
      expect(pitchesIn(channelsOf(wav, 2)[0])).toEqual([caller.hertz]);
    }
  });

  it('while waiting: the caller hears the music again, and is offered to somebody', async () => {
    await stage.isFree('ann', false);
    const caller = await stage.caller();
    await untilHeard({ caller }, { caller: ['music'] });
    await die();
    await untilHeard({ caller }, { caller: ['music'] });
    await stage.isFree('ann', true);
    const conversation = await stage.ringing(ann);
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    await untilHeard({ caller, ann }, { caller: ['ann'], ann: ['caller'] });
  });
});
