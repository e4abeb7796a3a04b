/** A representative calls a customer's telephone through the Web API: real SIP, real sound, both ways. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as t from '../../src/tables/dataverse/index.ts';
import { wirechief_callcontrol } from '../../src/tables/wirechief/wirechief_callcontrol.ts';
import { makeOutboundProfile } from '../engine/outbound.ts';
import { type EngineStage, openEngineStage } from './engine-stage.ts';
import { untilHeard } from './hearing.ts';
import { until } from './line.ts';
import { type Agent, expertNumber } from './people.ts';
import { channelsOf, pitchesIn } from './wav.ts';

const ours = '+4570000200';
let stage: EngineStage;
let ann: Agent;
beforeAll(async () => {
  stage = await openEngineStage();
  ann = await stage.enter('ann');
  await makeOutboundProfile(stage.store, {
    name: 'Sales out',
    number: ours,
    agents: [stage.ids.ann],
    voice: { msdyn_recordingenabled: true, msdyn_recordingmode: [192351002] },
  });
}, 120_000);
afterEach(() => stage.clear());
afterAll(() => stage.close());

async function dial(): Promise<string> {
  const [status, body] = await stage.askAlone('ann', 'wirechief_DialCustomer', { PhoneNumber: expertNumber });
  expect(status).toBe(200);
  return JSON.parse(body).ConversationId;
}

/** What became of dialling. */
const outcomeOf = async (conversation: string) =>
  (await stage.store.row(wirechief_callcontrol, conversation))?.wirechief_dialoutcome;

describe('outbound (behaviour.md §3.10), engine and voice together', { timeout: 120_000 }, () => {
  it('she hears it ring, they answer and hear each other; recorded from the answer on; hang-up, wrap-up', async () => {
    const expert = await stage.expert({ ring: 'ring' });
    const people = { ann, expert };
    const conversation = await dial();
    await until(() => expert.phone.state === 'ringing');
    expect(expert.phone.far).toContain(`sip:${ours}@`);
    await until(() => ann.page.call?.state === 'dialling');
    expect(ann.page.call).toMatchObject({ conversation });
    await until(() => ann.ear.share(425, 400) > 0.9);
    await expert.phone.answer();
    await untilHeard(people, { ann: ['expert'], expert: ['ann'] });
    expect(ann.page.call?.state).toBe('connected');
    await stage.eventually(
      'talk time runs',
      () => stage.participants(conversation),
      ([first]) => first?.msdyn_starttalktime != null,
    );
    expect(await outcomeOf(conversation)).toBe(1);
    await expert.phone.hangUp();
    const row = await stage.eventually(
      'wrap-up',
      () => stage.row(conversation),
      ({ statuscode }) => statuscode === 5,
    );
    expect(row).toMatchObject({ msdyn_isoutbound: true, msdyn_statuschangereason: 192350006 });
    await stage.does('ann', conversation, 'wirechief_CloseSession');
    expect((await stage.row(conversation)).statuscode).toBe(4);
    const [recording] = await stage.store.rows(t.msdyn_ocrecording, { msdyn_liveworkitemid: conversation });
    const wav = await stage.eventually(
      'the recording is stored',
      () => stage.file(t.msdyn_ocrecording, recording?.msdyn_ocrecordingid ?? '', 'msdyn_recording'),
      (found) => found !== null,
    );
    const [left, right] = channelsOf(wav, 2);
    expect(pitchesIn(left)).toEqual([expert.hertz]);
    expect(pitchesIn(right)).toEqual([ann.hertz]);
  });

  it('busy: she is told, and notes it in wrap-up', async () => {
    await stage.expert({ ring: 'busy' });
    const conversation = await dial();
    await stage.eventually(
      'busy',
      () => outcomeOf(conversation),
      (outcome) => outcome === 2,
    );
    expect((await stage.row(conversation)).statuscode).toBe(5);
    await until(() => ann.page.call?.state === 'ended');
    expect(ann.page.call?.reason).toBe('The line is busy');
  });

  it('ended before the answer: the telephone stops ringing', async () => {
    const expert = await stage.expert({ ring: 'ring' });
    const conversation = await dial();
    await until(() => expert.phone.state === 'ringing');
    await stage.does('ann', conversation, 'CCaaS_EndCall');
    await expert.phone.waitForState('ended');
    expect(await outcomeOf(conversation)).toBe(7);
  });
});
