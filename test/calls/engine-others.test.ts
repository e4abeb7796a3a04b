import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { wirechief_callparty } from '../../src/tables/wirechief/wirechief_callparty.ts';
import { type EngineStage, openEngineStage } from './engine-stage.ts';
import { untilHeard } from './hearing.ts';
import type { Agent } from './people.ts';

let stage: EngineStage;
let ann: Agent;
let ben: Agent;
let sue: Agent;
beforeAll(async () => {
  stage = await openEngineStage();
  ann = await stage.enter('ann');
  ben = await stage.enter('ben');
  sue = await stage.enter('sue');
}, 120_000);
beforeEach(async () => {
  await stage.isFree('ann', true);
  await stage.isFree('ben', false);
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const partiesOf = (conversation: string) =>
  stage.store.rows(wirechief_callparty, { wirechief_conversationid: conversation, statecode: 0 });

const benIn = async (conversation: string): Promise<string> => {
  const found = (await partiesOf(conversation)).find((one) => one.wirechief_agentid === stage.ids.ben);
  return found?.wirechief_callpartyid ?? '';
};

/** Ann talks with the caller; Ben and Sue are there. */
async function talk() {
  const caller = await stage.caller();
  const conversation = await stage.ringing(ann);
  await stage.does('ann', conversation, 'CCaaS_AcceptCall');
  const people = { caller, ann, ben, sue };
  await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: [], sue: [] });
  await stage.eventually(
    'talk time runs',
    () => stage.participants(conversation),
    ([first]) => first?.msdyn_starttalktime != null,
  );
  return { people, conversation };
}

/** Ben is consulted, the caller on hold. */
async function consult() {
  const { people, conversation } = await talk();
  await stage.does('ann', conversation, 'wirechief_ConsultInCall', { AgentId: stage.ids.ben });
  expect(await stage.ringing(ben)).toBe(conversation);
  await untilHeard(people, { caller: ['music'], ann: [], ben: [] });
  await stage.does('ben', conversation, 'CCaaS_AcceptCall');
  await untilHeard(people, { caller: ['music'], ann: ['ben'], ben: ['ann'] });
  return { people, conversation };
}

describe('a call of several (behaviour.md §3.9), engine and voice together', { timeout: 120_000 }, () => {
  it('consults a queue: who is free of it is asked, and talks with the agent alone', async () => {
    const { people, conversation } = await talk();
    await stage.isFree('ben', true);
    const QueueId = (await stage.row(conversation)).msdyn_cdsqueueid;
    await stage.does('ann', conversation, 'wirechief_ConsultInCall', { QueueId });
    expect(await stage.ringing(ben)).toBe(conversation);
    await stage.does('ben', conversation, 'CCaaS_AcceptCall');
    await untilHeard(people, { caller: ['music'], ann: ['ben'], ben: ['ann'], sue: [] });
  });

  it('consults in private, in public, and promotes: who helps is the primary, whose talk time runs', async () => {
    const { people, conversation } = await consult();
    await stage.does('ann', conversation, 'CCaaS_UnholdCall');
    await untilHeard(people, { caller: ['ann', 'ben'], ann: ['ben', 'caller'], ben: ['ann', 'caller'] });
    await stage.does('ann', conversation, 'wirechief_PromoteParty', { PartyId: await benIn(conversation) });
    await untilHeard(people, { caller: ['ann', 'ben'], ann: ['ben', 'caller'], ben: ['ann', 'caller'] });
    await stage.does('ann', conversation, 'wirechief_LeaveCall');
    await untilHeard(people, { caller: ['ben'], ann: [], ben: ['caller'], sue: [] });
    expect(await stage.row(conversation)).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: stage.ids.ben,
    });
    const primary = (await stage.participants(conversation)).find(
      (one) => one.msdyn_agentid === stage.ids.ben && one.msdyn_mode === 192350002,
    );
    expect(primary?.msdyn_starttalktime).toBeInstanceOf(Date);
    // What only whoever is connected may do.
    await stage.does('ben', conversation, 'CCaaS_HoldCall');
    await untilHeard(people, { caller: ['music'], ben: [] });
  });

  it('three-way: merged at once; one of them on hold hears music, and leaves', async () => {
    const { people, conversation } = await consult();
    await stage.does('ann', conversation, 'wirechief_MergeCall');
    await untilHeard(people, { caller: ['ann', 'ben'], ann: ['ben', 'caller'], ben: ['ann', 'caller'] });
    const party = { PartyId: await benIn(conversation) };
    await stage.does('ann', conversation, 'wirechief_HoldParty', party);
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: ['music'] });
    await stage.does('ann', conversation, 'wirechief_UnholdParty', party);
    await untilHeard(people, { caller: ['ann', 'ben'], ann: ['ben', 'caller'], ben: ['ann', 'caller'] });
    await stage.does('ann', conversation, 'wirechief_DropParty', party);
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: [] });
    expect(await partiesOf(conversation)).toEqual([]);
  });

  it('a supervisor monitors, whispers, barges in, and leaves; nobody else may', async () => {
    const { people, conversation } = await talk();
    expect((await stage.ask('ben', conversation, 'wirechief_MonitorCall'))[0]).toBe(403);
    await stage.does('sue', conversation, 'wirechief_MonitorCall');
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: [], sue: ['ann', 'caller'] });
    await stage.does('sue', conversation, 'wirechief_WhisperInCall');
    await untilHeard(people, { caller: ['ann'], ann: ['caller', 'sue'], ben: [], sue: ['ann', 'caller'] });
    await stage.does('sue', conversation, 'CCaaS_BargeInToCall');
    await untilHeard(people, {
      caller: ['ann', 'sue'],
      ann: ['caller', 'sue'],
      ben: [],
      sue: ['ann', 'caller'],
    });
    await stage.does('sue', conversation, 'wirechief_LeaveCall');
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: [], sue: [] });
    const [, supervision] = await stage.participants(conversation);
    expect(supervision).toMatchObject({ msdyn_agentid: stage.ids.sue, msdyn_assignreason: 'AgentMonitor' });
    expect(supervision?.msdyn_lefton).toBeInstanceOf(Date);
  });
});
