import { expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { lastPlan, setVoice } from '../../test/engine/room-desk.ts';
import { msdyn_ocrecording } from '../tables/dataverse/index.ts';
import { wirechief_callcontrol } from '../tables/wirechief/wirechief_callcontrol.ts';

const at = deskOfTests();

/** Agent 1 talks, and it is recorded. */
async function recorded() {
  await at.open({ agents: 1 });
  await setVoice(at.desk, {
    msdyn_recordingenabled: true,
    msdyn_recordingmode: [192351002],
    msdyn_agentrecordingcontrolsenabled: true,
  });
  const conversation = await at.talking();
  const { id: keeping } = lastPlan(at.desk, conversation)?.recording ?? { id: '' };
  const ends = (early: 'full' | 'interrupted'): Promise<void> =>
    at.run({
      type: 'KeepingReady',
      conversation,
      keeping,
      kind: 'recording',
      audio: new Uint8Array(44),
      seconds: 1,
      lines: [],
      early,
    });
  return { conversation, keeping, ends };
}

it('§3.8: a recording that was interrupted is followed by another, which stands as it stood', async () => {
  const { conversation, keeping, ends } = await recorded();
  await at.run({ type: 'KeepingRequested', conversation, agent: at.agent(), wish: 'pauseRecording' });
  await ends('interrupted');
  const recording = lastPlan(at.desk, conversation)?.recording;
  expect(recording).toMatchObject({ audio: true, paused: true });
  expect(recording?.id).not.toBe(keeping);
  expect(await at.store.rows(msdyn_ocrecording, {})).toHaveLength(2);
  await at.run({ type: 'KeepingRequested', conversation, agent: at.agent(), wish: 'resumeRecording' });
  expect(lastPlan(at.desk, conversation)?.recording).toEqual({ ...recording, paused: false });
});

it('§3.8: one that is full ends: nothing is kept any more, and the call says so', async () => {
  const { conversation, ends } = await recorded();
  await ends('full');
  expect(lastPlan(at.desk, conversation)?.recording).toBeNull();
  const control = await at.store.row(wirechief_callcontrol, conversation);
  expect(control?.wirechief_keepingstate).toBe(4);
  expect(await at.store.rows(msdyn_ocrecording, {})).toHaveLength(1);
});
