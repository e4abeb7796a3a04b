/** Numbers are those of docs/differences.md. */
import { describe, expect, it } from 'vitest';
import { msdyn_ocvoicemail } from '../../src/tables/dataverse/index.ts';
import { deskOfTests } from '../engine/desk.ts';
import { rowsOf, signIn } from '../engine/front-desk.ts';
import { lastPlan, partiesOf, setVoice } from '../engine/room-desk.ts';

const number = '+4533334444';

describe('calls of more than two differ from the product', () => {
  const at = deskOfTests();
  const transferring = async (bridged: boolean): Promise<{ conversation: string; party: string }> => {
    await at.open({ agents: 1 });
    const conversation = await at.talking();
    await at.run({ type: 'ExternalTransferRequested', conversation, agent: at.agent(), number, bridged });
    return { conversation, party: (await partiesOf(at.desk, conversation))[0]?.wirechief_callpartyid ?? '' };
  };

  it('62 a refused transfer to the outside brings the customer back to the queue', async () => {
    const { conversation, party } = await transferring(true);
    await at.run({ type: 'PartyRefused', conversation, party, status: 603, reason: 'Decline' });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row.msdyn_cdsqueueid).toBe(at.desk.ids.legal);
    expect(sessions.map((one) => one.msdyn_closurereason)).toEqual([192350026, 192350037, null]);
  });

  it('63 a transfer that is not bridged closes the conversation', async () => {
    const { conversation, party } = await transferring(false);
    await at.run({ type: 'PartyAnswered', conversation, party });
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(4);
  });

  it('64 a bridged transfer reads ExternalBlindTransfer', async () => {
    const { conversation, party } = await transferring(true);
    await at.run({ type: 'PartyAnswered', conversation, party });
    const { participants } = await rowsOf(at.desk, conversation);
    expect(participants.map((one) => one.msdyn_assignreason)).toContain('ExternalBlindTransfer');
  });

  it('65 the conversation is closed when the message begins', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.transferred();
    await at.run({ type: 'VoicemailTaken', conversation });
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350011,
    });
    expect(await at.store.rows(msdyn_ocvoicemail, {})).toEqual([]);
  });

  it('66 to resume begins a recording; a supervisor in wrap-up hears nothing', async () => {
    await at.open({ agents: 2 });
    const conversation = await at.talking();
    await setVoice(at.desk, { msdyn_recordingenabled: true });
    const agent = at.agent();
    await at.run({ type: 'KeepingRequested', conversation, agent, wish: 'resumeRecording' });
    expect(lastPlan(at.desk, conversation)?.recording).toMatchObject({ audio: true, paused: false });
    await signIn(at.desk, at.agent(1));
    await at.run({ type: 'AgentEnded', conversation, agent });
    at.effects();
    await at.run({ type: 'SupervisionRequested', conversation, agent: at.agent(1), part: 'monitor' });
    expect(at.effects()).toEqual([]);
    expect(await partiesOf(at.desk, conversation)).toMatchObject([{ wirechief_part: 3, statuscode: 2 }]);
  });
});
