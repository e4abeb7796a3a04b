/** Numbers are those of docs/differences.md. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../compat/harness.ts';
import { call, type FrontDesk, number, openFrontDesk, signIn } from '../engine/front-desk.ts';

let test: TestWebApi;
let desk: FrontDesk;
beforeAll(async () => {
  test = await openTestWebApi();
  desk = await openFrontDesk(test.database.store, { agents: 1 });
});
afterAll(async () => {
  await desk.engine.idle();
  await test.close();
  expect(test.faults).toEqual([]);
});

describe('why', () => {
  it('71 is told by functions of ours, at once; At does not move people', async () => {
    const conversation = await call(desk, number.bot);
    const on = `msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.wirechief_ExplainConversation()`;
    const told = await test.call('GET', on);
    expect(told.json.Stages[0]).toMatchObject({ Stage: 'Intake' });
    const supposed = `wirechief_ExplainRouting(WorkstreamId=${desk.ids.direct},At=2020-01-01T00:00:00Z)`;
    expect((await test.call('GET', supposed)).json.AgentId).toBeNull();
    await signIn(desk, desk.ids.agents[0] ?? '');
    expect((await test.call('GET', supposed)).json.AgentId).toBe(desk.ids.agents[0]);
  });

  it('72 availability is of this moment, the unknown wait is 0, and the engagement context is only checked', async () => {
    const name = 'CCaaS_GetRepresentativeAvailabilityBeforeConversation';
    const body = { ApiVersion: '1.0', LiveWorkStreamId: desk.ids.workstream };
    const given = { ...body, ChannelEngagementContext: '{"msdyn_fromphone":"+4520000001"}' };
    const found = await test.call('POST', name, { body: given });
    expect(found.json).toMatchObject({ AverageWaitTimeInSeconds: 0, PositionInQueue: 1 });
    const wrong = await test.call('POST', name, { body: { ...body, ChannelEngagementContext: 'x' } });
    expect([wrong.status, wrong.json.error.message]).toEqual([
      400,
      expect.stringContaining('ChannelEngagementContext'),
    ]);
  });
});
