import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineStage, openEngineStage } from './engine-stage.ts';
import { untilHeard } from './hearing.ts';

let stage: EngineStage;
// Long enough to come back by hand, and to wait for: half a minute in earnest.
beforeAll(async () => {
  stage = await openEngineStage({ limits: { callGraceMs: 6_000 } });
}, 120_000);
afterAll(() => stage.close());

describe('the representative drops out of a call (behaviour.md §1.8), engine and voice together', {
  timeout: 120_000,
}, () => {
  it('back in time they go on; not back, the customer is with the next one, and the first hears nothing', async () => {
    const first = await stage.enter('ann');
    const ben = await stage.enter('ben');
    await stage.isFree('ben', false);
    const caller = await stage.caller();
    const conversation = await stage.ringing(first);
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    await untilHeard({ caller, ann: first, ben }, { caller: ['ann'], ann: ['caller'], ben: [] });

    await first.page.close();
    await untilHeard({ caller, ann: first, ben }, { caller: ['music'], ben: [] });
    const ann = await stage.enter('ann');
    await untilHeard({ caller, ann, ben }, { caller: ['ann'], ann: ['caller'], ben: [] });
    expect(await stage.sessions(conversation)).toHaveLength(1);

    await ann.page.close();
    await stage.isFree('ben', true);
    expect(await stage.ringing(ben)).toBe(conversation);
    await untilHeard({ caller, ann, ben }, { caller: ['music'], ben: [] });
    await stage.does('ben', conversation, 'CCaaS_AcceptCall');
    const again = await stage.enter('ann');
    await untilHeard({ caller, ann: again, ben }, { caller: ['ben'], ben: ['caller'], ann: [] });
    expect(await stage.sessions(conversation)).toMatchObject([
      { msdyn_closurereason: 192350007, statecode: 1 },
      { msdyn_sessioncreationreason: 192350010, statecode: 0 },
    ]);
    const [status] = await stage.ask('ann', conversation, 'wirechief_RejoinCall');
    expect(status).toBe(409);
    await caller.phone.hangUp();
  });
});
