import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { partiesOf } from '../../test/engine/room-desk.ts';
import { deeds } from '../../test/engine/transition.ts';

const at = clockedDesk();
const acts = deeds(at);

describe('voice transfer (behaviour.md §1.2)', () => {
  const outside = '+4533334444';
  const ask = async (to: 'agent' | 'number'): Promise<string> => {
    await at.open({ agents: 2 });
    const conversation = await at.isTalked('voice');
    await signIn(at.desk, at.agent(1));
    await at.pass(10);
    const asked = { conversation, agent: at.agent() };
    if (to === 'agent') {
      await at.run({ type: 'AgentTransferRequested', ...asked, to: at.agent(1) });
      await at.run({ type: 'AgentAccepted', conversation, agent: at.agent(1) });
    }
    if (to === 'number') {
      await at.run({ type: 'ExternalTransferRequested', ...asked, number: outside, bridged: true });
      const [party] = await partiesOf(at.desk, conversation);
      await at.run({ type: 'PartyAnswered', conversation, party: party?.wirechief_callpartyid ?? '' });
    }
    return conversation;
  };

  it.each([
    ['a representative', 'agent', 192350003, 1],
    ['an external number', 'number', 192350003, null],
  ] as const)('to %s: it stays Active, the new party is primary', async (_, to, reason, owner) => {
    const conversation = await ask(to);
    const { row, participants } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 2,
      msdyn_statuschangereason: reason,
      msdyn_activeagentid: owner === null ? null : at.agent(owner),
      msdyn_transfercount: 1,
    });
    const primary = participants.find(
      (one) => one.msdyn_sessionparticipantid === row.msdyn_activesessionparticipantid,
    );
    expect(primary).toMatchObject({ msdyn_mode: 192350002, msdyn_lefton: null });
    expect(primary?.msdyn_agentid).not.toBe(at.agent());
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: 100 });
  });

  it('to a queue: it is Open again, and the first representative is free at once', async () => {
    await at.open({ agents: 1 });
    const conversation = await acts.isTheirLast('voice');
    await acts.toLegal(conversation);
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 1,
      msdyn_cdsqueueid: at.desk.ids.legal,
      msdyn_transfercount: 1,
    });
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: 100 });
  });

  it('to a queue without members: the call is ended and the conversation closed', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.isTalked('voice');
    await at.store.transact({ actor: at.agent(), cause: 'test' }, (transaction) =>
      transaction.disassociate('queuemembership_association', at.desk.ids.legal, at.agent()),
    );
    at.effects();
    await acts.toLegal(conversation);
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350010,
      msdyn_isabandoned: false,
      msdyn_closedon: at.now(),
    });
    expect(sessions.map((one) => one.msdyn_closurereason)).toEqual([192350010, 192350005]);
    expect(at.effects()).toContain('Release');
  });
});
