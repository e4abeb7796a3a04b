import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { openPeople, type People } from '../../../test/compat/people.ts';
import { call, type FrontDesk, number, openFrontDesk } from '../../../test/engine/front-desk.ts';
import { tables } from '../../tables/index.ts';

let test: TestWebApi;
let people: People;
let desk: FrontDesk;
let conversation: string;
beforeAll(async () => {
  test = await openTestWebApi();
  people = await openPeople(test);
  desk = await openFrontDesk(test.database.store, { agents: 1 });
  conversation = await call(desk, number.bot);
  await desk.engine.run({ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } });
  await desk.engine.idle();
});
afterEach(() => expect(test.faults).toEqual([]));
afterAll(async () => {
  await desk.engine.idle();
  await test.close();
});

const on = (name: string) => `msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.${name}`;
const routing = (parameters: Readonly<Record<string, string>>): string => {
  const names = Object.keys(parameters);
  const query = Object.entries(parameters).map(([name, value]) => `@${name}=${encodeURIComponent(value)}`);
  return `wirechief_ExplainRouting(${names.map((name) => `${name}=@${name}`).join(',')})?${query.join('&')}`;
};
const asked = {
  Number: `'${number.bot}'`,
  Caller: `'${number.caller}'`,
  Variables: `'{"va_Department":"Legal"}'`,
};

/** How many rows every table has, and where the change log ends. */
async function everything(): Promise<readonly unknown[]> {
  const { store } = test.database;
  const counts = [...tables.keys()].map(
    (name) => `select '${name}' as name, count(*)::int4 as rows from "dataverse"."${name}"`,
  );
  const log = `select 'log', coalesce(max(seq), 0)::int4 from wirechief.change_log`;
  return store.query({ text: [...counts, log].join(' union all '), values: [] });
}

describe('wirechief_ExplainConversation and wirechief_ExplainAgent (mission B3)', () => {
  it('tell the stages, and every criterion of a person', async () => {
    const told = await test.call('GET', on('wirechief_ExplainConversation()'));
    expect(told.status).toBe(200);
    expect(told.json['@odata.context']).toContain('wirechief_ExplainConversationResponse');
    expect(told.json.ConversationId).toBe(conversation);
    const stages = told.json.Stages.map(({ Stage }: { Stage: string }) => Stage);
    expect(stages).toEqual(expect.arrayContaining(['Intake', 'RouteToQueue', 'Queue', 'Assignment']));
    const agent = desk.ids.agents[0] ?? '';
    const why = await test.call('GET', on(`wirechief_ExplainAgent(AgentId=${agent})`));
    expect(why.json).toMatchObject({ AgentId: agent, Outcome: 'passed over: signedIn' });
    expect(why.json.Criteria.length).toBeGreaterThan(5);
  });

  it('are for whoever may read the conversation, and the person', async () => {
    const own = await people.role('Own conversations', { prvReadActivity: 'Basic' });
    const all = await people.role('All conversations', { prvReadActivity: 'Global' });
    const outsider = await people.user('outsider', { roles: [own] });
    const reader = await people.user('reader', { roles: [all] });
    const explain = on('wirechief_ExplainConversation()');
    expect((await test.call('GET', explain, { as: outsider })).status).toBe(403);
    expect((await test.call('GET', explain, { as: reader })).status).toBe(200);
    const agent = on(`wirechief_ExplainAgent(AgentId=${desk.ids.agents[0]})`);
    const refused = await test.call('GET', agent, { as: reader });
    expect([refused.status, refused.json.error.message]).toEqual([
      403,
      expect.stringContaining('prvReadUser'),
    ]);
  });

  it('refuse what is not there', async () => {
    const nobody = '00000000-0000-4000-8000-00000000dead';
    expect((await test.call('GET', on(`wirechief_ExplainAgent(AgentId=${nobody})`))).status).toBe(404);
    const none = `msdyn_ocliveworkitems(${nobody})/Microsoft.Dynamics.CRM.wirechief_ExplainConversation()`;
    expect((await test.call('GET', none)).status).toBe(404);
    expect((await test.call('GET', on('wirechief_ExplainAgent()'))).status).toBe(400);
  });
});

describe('wirechief_ExplainRouting (mission B3)', () => {
  it('tells what would happen, and writes nothing', async () => {
    const before = await everything();
    const told = await test.call('GET', routing(asked));
    expect(told.status).toBe(200);
    expect(told.json).toMatchObject({ ConversationId: null, QueueId: desk.ids.legal, AgentId: null });
    const at = await test.call('GET', routing({ ...asked, At: '2026-01-05T10:00:00Z' }));
    expect(at.json.Stages[0].StartedOn).toBe('2026-01-05T10:00:00.000Z');
    expect(await everything()).toEqual(before);
  });

  it('by the workstream too; refuses both, neither and what the parameters cannot be', async () => {
    const { Number: _number, ...rest } = asked;
    const told = await test.call('GET', routing({ ...rest, WorkstreamId: desk.ids.workstream }));
    expect(told.json.QueueId).toBe(desk.ids.legal);
    const refused = async (parameters: Readonly<Record<string, string>>) =>
      (await test.call('GET', routing(parameters))).status;
    expect(await refused(rest)).toBe(400);
    expect(await refused({ ...asked, WorkstreamId: desk.ids.workstream })).toBe(400);
    expect(await refused({ ...asked, Variables: "'no JSON'" })).toBe(400);
    expect(await refused({ ...asked, Variables: `'{"va_None":"1"}'` })).toBe(400);
    expect(await refused({ ...asked, Number: "'+4599999999'" })).toBe(400);
  });

  it('takes the rights to read conversations, the workstream and the customer', async () => {
    const some = { prvReadActivity: 'Global', prvReadmsdyn_liveworkstream: 'Global' } as const;
    const user = await people.user('planner', { roles: [await people.role('Planner', some)] });
    const refused = await test.call('GET', routing(asked), { as: user });
    expect([refused.status, refused.json.error.message]).toEqual([
      403,
      expect.stringContaining('prvReadContact'),
    ]);
    const { Caller: _caller, ...withheld } = asked;
    expect((await test.call('GET', routing(withheld), { as: user })).status).toBe(200);
  });
});

describe('availability (behaviour.md §4.12)', () => {
  const before = 'CCaaS_GetRepresentativeAvailabilityBeforeConversation';
  const during = 'CCaaS_GetRepresentativeAvailabilityForConversation';
  const items = JSON.stringify({
    va_Department: { value: 'Legal', isDisplayable: true, datatype: 192350000 },
  });

  it('before a conversation and for one, with its place', async () => {
    const body = { ApiVersion: '1.0', LiveWorkStreamId: desk.ids.workstream, CustomContextItems: items };
    const found = await test.call('POST', before, { body });
    expect(found.status).toBe(200);
    expect(found.json).toMatchObject({
      QueueId: desk.ids.legal,
      IsQueueAvailable: true,
      IsAgentAvailable: false,
      PositionInQueue: 2,
      NextTransitionTime: '0001-01-01T00:00:00Z',
    });
    const own = await test.call('POST', during, {
      body: { ApiVersion: '1.0', ConversationId: conversation },
    });
    expect(own.json).toMatchObject({ QueueId: desk.ids.legal, PositionInQueue: 1 });
  });

  it('refuses by name what it cannot use, and whoever may not read', async () => {
    const body = { ApiVersion: '1.0', LiveWorkStreamId: desk.ids.workstream };
    const wrong = await test.call('POST', before, { body: { ...body, CustomContextItems: '[1]' } });
    expect([wrong.status, wrong.json.error.message]).toEqual([
      400,
      expect.stringContaining('CustomContextItems'),
    ]);
    expect((await test.call('POST', before, { body: { ...body, LiveWorkStreamId: 'x' } })).status).toBe(400);
    const user = await people.user('nobody', { roles: [] });
    expect((await test.call('POST', before, { body, as: user })).status).toBe(403);
    const own = { ApiVersion: '1.0', ConversationId: conversation };
    expect((await test.call('POST', during, { body: own, as: user })).status).toBe(403);
  });
});
