import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as t from '../../src/tables/dataverse/index.ts';
import { type EngineStage, openEngineStage } from './engine-stage.ts';
import { untilHeard } from './hearing.ts';
import { numbers, until } from './line.ts';
import { type Agent, expertNumber, type Outside } from './people.ts';

let stage: EngineStage;
let ann: Agent;
beforeAll(async () => {
  // The bot of the world is there, its flow is not.
  stage = await openEngineStage({ flows: new Map() });
  ann = await stage.enter('ann');
}, 120_000);
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** msdyn_overflowactionconfig.msdyn_botfailureactiontype. */
const fallbacks = { end: 192350000, phone: 192350001, escalate: 192350003 } as const;

/** Somebody calls the bot, which fails with this fallback. */
async function failWith(
  fallback: keyof typeof fallbacks,
  data: string | null = null,
): Promise<{ caller: Outside; conversation: string }> {
  const config = await stage.make(t.msdyn_overflowactionconfig, {
    msdyn_name: fallback,
    msdyn_botfailureactiontype: fallbacks[fallback],
    msdyn_overflowactiondata: data,
  });
  const [workstream] = await stage.store.rows(t.msdyn_liveworkstream, {
    msdyn_name: 'Front-desk workstream',
  });
  await stage.change(t.msdyn_liveworkstream, workstream?.msdyn_liveworkstreamid ?? '', {
    msdyn_botfailureactionconfig: config,
  });
  const caller = await stage.caller(numbers.frontDesk);
  const [context] = await stage.store.rows(t.msdyn_ocphonecallengagementctx, {
    msdyn_callsid: caller.phone.callId,
  });
  return { caller, conversation: context?.msdyn_liveworkitemid ?? '' };
}

describe('a bot that fails (behaviour.md §3.6), engine and voice together', { timeout: 120_000 }, () => {
  it('prompt and hang up: the caller hears it to its end, and the line is let go', async () => {
    const { caller, conversation } = await failWith('end');
    await until(() => caller.ear.level(300) > 0.02, 40_000);
    await caller.phone.waitForState('ended', 60_000);
    expect(await stage.row(conversation)).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350014,
    });
    expect(ann.page.call?.state ?? 'idle').toBe('idle');
  });

  it('escalate: music, an agent, and they talk', async () => {
    const { caller, conversation } = await failWith('escalate');
    expect(await stage.ringing(ann)).toBe(conversation);
    await untilHeard({ caller, ann }, { caller: ['music'], ann: [] });
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    await untilHeard({ caller, ann }, { caller: ['ann'], ann: ['caller'] });
    await stage.does('ann', conversation, 'CCaaS_EndCall');
    await caller.phone.waitForState('ended', 40_000);
  });

  it('prompt and transfer outside: the two are joined and left to each other', async () => {
    const expert = await stage.expert();
    const { caller, conversation } = await failWith('phone', expertNumber);
    await untilHeard({ caller, expert }, { caller: ['expert'], expert: ['caller'] });
    expect(await stage.row(conversation)).toMatchObject({ statuscode: 4 });
    await caller.phone.hangUp();
    await expert.phone.waitForState('ended', 40_000);
  });

  it('a greeting answers the call and comes before everything else (§3.1)', async () => {
    await stage.make(t.msdyn_ocsystemmessage, {
      msdyn_name: 'Greeting',
      msdyn_streamsource: 192440000,
      msdyn_messagereceiver: 192350001,
      msdyn_systemmessageeventtype: 192350056,
      msdyn_messagetext: 'Good day.',
    });
    await stage.isFree('ann', true);
    const { caller, conversation } = await failWith('escalate');
    expect(caller.phone.state).toBe('talking');
    expect(await stage.ringing(ann)).toBe(conversation);
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    await untilHeard({ caller, ann }, { caller: ['ann'], ann: ['caller'] });
  });
});
