import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EngineStage, openEngineStage } from './engine-stage.ts';
import { untilHeard } from './hearing.ts';
import type { Agent } from './people.ts';

let stage: EngineStage;
let ann: Agent;
let ben: Agent;
beforeAll(async () => {
  stage = await openEngineStage();
  ann = await stage.enter('ann');
  ben = await stage.enter('ben');
}, 120_000);
beforeEach(async () => {
  await stage.isFree('ann', true);
  await stage.isFree('ben', false);
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const talkOf = async (conversation: string) =>
  (await stage.participants(conversation)).map((one) => [
    one.msdyn_agentid,
    one.msdyn_starttalktime !== null,
    one.msdyn_startholdtime !== null,
  ]);

/** Ann talks with the caller; Ben is there. */
async function talk() {
  const caller = await stage.caller();
  const conversation = await stage.ringing(ann);
  await stage.does('ann', conversation, 'CCaaS_AcceptCall');
  const people = { caller, ann, ben };
  await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: [] });
  await stage.eventually(
    'talk time runs',
    () => talkOf(conversation),
    ([first]) => first?.[1] === true,
  );
  return { people, conversation };
}

describe('a call is held and handed on (behaviour.md §3.9), engine and voice together', {
  timeout: 120_000,
}, () => {
  it('hold: the caller hears music, the representative nothing; off hold both hear each other', async () => {
    const { people, conversation } = await talk();
    await stage.does('ann', conversation, 'CCaaS_HoldCall');
    await untilHeard(people, { caller: ['music'], ann: [] });
    expect(await talkOf(conversation)).toEqual([[stage.ids.ann, false, true]]);
    expect(ann.page.call?.state).toBe('held');
    await stage.does('ann', conversation, 'CCaaS_UnholdCall');
    await untilHeard(people, { caller: ['ann'], ann: ['caller'] });
    expect(await talkOf(conversation)).toEqual([[stage.ids.ann, true, false]]);
  });

  it('transfer to an agent: music until it is accepted, then they talk and the first one is out', async () => {
    const { people, conversation } = await talk();
    await stage.does('ann', conversation, 'wirechief_TransferToAgent', { AgentId: stage.ids.ben });
    expect(await stage.ringing(ben)).toBe(conversation);
    await untilHeard(people, { caller: ['music'], ann: [], ben: [] });
    await stage.does('ben', conversation, 'CCaaS_AcceptCall');
    await untilHeard(people, { caller: ['ben'], ann: [], ben: ['caller'] });
    expect(ann.page.call?.state).toBe('ended');
    expect(await stage.row(conversation)).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: stage.ids.ben,
      msdyn_transfercount: 1,
    });
    await stage.eventually(
      'the talk time of the second runs, of the first does not',
      () => talkOf(conversation),
      (rows) =>
        JSON.stringify(rows) ===
        JSON.stringify([
          [stage.ids.ann, false, false],
          [stage.ids.ben, true, false],
        ]),
    );
  });

  it('transfer to an agent who rejects: the first one has the caller back, off hold', async () => {
    const { people, conversation } = await talk();
    await stage.does('ann', conversation, 'wirechief_TransferToAgent', { AgentId: stage.ids.ben });
    await stage.ringing(ben);
    await untilHeard(people, { caller: ['music'], ann: [] });
    await stage.does('ben', conversation, 'wirechief_RejectCall');
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: [] });
    expect(ben.page.call?.state).toBe('idle');
    expect(await talkOf(conversation)).toEqual([[stage.ids.ann, true, false]]);
  });

  it('transfer to a queue: the caller waits, is offered to whoever is free there, and talks to them', async () => {
    const { people, conversation } = await talk();
    const sales = (await stage.sessions(conversation))[0]?.msdyn_cdsqueueid ?? '';
    await stage.isFree('ben', true);
    await stage.does('ann', conversation, 'wirechief_TransferToQueue', { QueueId: sales });
    // Ann has been idle for the shorter time, so it is Ben's turn.
    expect(await stage.ringing(ben)).toBe(conversation);
    await untilHeard(people, { caller: ['music'], ann: [], ben: [] });
    expect(ann.page.call?.state).toBe('ended');
    await stage.does('ben', conversation, 'CCaaS_AcceptCall');
    await untilHeard(people, { caller: ['ben'], ann: [], ben: ['caller'] });
    expect(await stage.row(conversation)).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: stage.ids.ben,
      msdyn_transfercount: 1,
    });
    await people.caller.phone.hangUp();
    const row = await stage.eventually(
      'wrap-up',
      () => stage.row(conversation),
      ({ statuscode }) => statuscode === 5,
    );
    expect(row.msdyn_activeagentid).toBe(stage.ids.ben);
  });
});
