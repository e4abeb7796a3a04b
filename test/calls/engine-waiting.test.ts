import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as t from '../../src/tables/dataverse/index.ts';
import { overflow } from './engine-overflow.ts';
import { callerNumber, type EngineStage, openEngineStage } from './engine-stage.ts';
import { untilHeard } from './hearing.ts';
import { numbers, until } from './line.ts';
import { type Agent, expertNumber, type Outside } from './people.ts';

let stage: EngineStage;
let ann: Agent;
beforeAll(async () => {
  stage = await openEngineStage();
  ann = await stage.enter('ann');
}, 120_000);
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** Somebody calls the front desk and chooses Legal. */
async function chooseLegal(): Promise<{ caller: Outside; conversation: string }> {
  const caller = await stage.caller(numbers.frontDesk);
  await until(() => caller.ear.level(300) > 0.02, 40_000);
  await caller.phone.sendKeys('1');
  const [context] = await stage.store.rows(t.msdyn_ocphonecallengagementctx, {
    msdyn_callsid: caller.phone.callId,
  });
  return { caller, conversation: context?.msdyn_liveworkitemid ?? '' };
}

describe('those who wait (behaviour.md §3.4, §3.5), engine and voice together', { timeout: 120_000 }, () => {
  it('direct callback: key 1, the line is let go, offered, accepted, the customer is dialled and talks', async () => {
    await overflow(stage, 'callback');
    await stage.isFree('ann', false);
    const { caller, conversation } = await chooseLegal();
    await stage.eventually(
      'the call waits',
      () => stage.row(conversation),
      (row) => row.msdyn_queueitemid !== null,
    );
    // What a timer says half a minute later.
    await stage.run({ type: 'PromptDue', conversation, prompt: 'callback', turn: 1 } as never);
    await caller.phone.sendKeys('1');
    await caller.phone.waitForState('ended', 60_000);
    expect(await stage.row(conversation)).toMatchObject({ statecode: 0, statuscode: 1 });
    expect(ann.page.call?.state ?? 'idle').toBe('idle');

    const customer = await stage.expert();
    await stage.isFree('ann', true);
    expect(await stage.ringing(ann)).toBe(conversation);
    expect(customer.phone.state).toBe('idle');
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    const people = { customer, ann };
    await untilHeard(people, { customer: ['ann'], ann: ['customer'] });
    expect(customer.phone.far).toContain(`sip:${numbers.frontDesk}@`);
    await stage.eventually(
      'talk time runs',
      () => stage.participants(conversation),
      (rows) => rows.at(-1)?.msdyn_starttalktime != null,
    );
    await stage.does('ann', conversation, 'CCaaS_HoldCall');
    await untilHeard(people, { customer: ['music'], ann: [] });
    await stage.does('ann', conversation, 'CCaaS_UnholdCall');
    await untilHeard(people, { customer: ['ann'], ann: ['customer'] });
    await stage.does('ann', conversation, 'CCaaS_EndCall');
    await customer.phone.waitForState('ended', 40_000);
    expect(await stage.row(conversation)).toMatchObject({ statuscode: 5 });
  });

  it('a customer who does not answer when called back closes the conversation', async () => {
    await overflow(stage, 'callback');
    await stage.isFree('ann', false);
    const { caller, conversation } = await chooseLegal();
    await stage.eventually(
      'the call waits',
      () => stage.row(conversation),
      (row) => row.msdyn_queueitemid !== null,
    );
    await stage.run({ type: 'CallbackAccepted', conversation });
    await caller.phone.waitForState('ended', 40_000);
    await stage.expert({ ring: 'busy' });
    await stage.isFree('ann', true);
    expect(await stage.ringing(ann)).toBe(conversation);
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    await stage.eventually(
      'it is closed',
      () => stage.row(conversation),
      ({ statuscode }) => statuscode === 4,
    );
    await until(() => ann.page.call?.state !== 'ringing', 40_000);
  });

  it('overflow to a phone: music until it answers, then the two are joined and left to each other', async () => {
    await overflow(stage, 'phone', expertNumber);
    await stage.isFree('ann', true);
    const expert = await stage.expert({ ring: 'ring' });
    const { caller, conversation } = await chooseLegal();
    const people = { caller, expert, ann };
    await until(() => expert.phone.state === 'ringing', 40_000);
    await untilHeard(people, { caller: ['music'], ann: [] });
    expect(expert.phone.far).toContain(`sip:${callerNumber}@`);
    await expert.phone.answer();
    await untilHeard(people, { caller: ['expert'], expert: ['caller'], ann: [] });
    expect(await stage.row(conversation)).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350011,
    });
    await expert.phone.hangUp();
    await caller.phone.waitForState('ended', 40_000);
  });

  it('a phone that rings for a waiting call stops when an agent takes the call', async () => {
    await overflow(stage, 'phone', expertNumber, 'waiting');
    await stage.isFree('ann', false);
    const expert = await stage.expert({ ring: 'ring' });
    const { caller, conversation } = await chooseLegal();
    const { msdyn_queueitemid: item } = await stage.eventually(
      'the call waits',
      () => stage.row(conversation),
      (row) => row.msdyn_queueitemid !== null,
    );
    await stage.change(t.queueitem, item ?? '', { enteredon: new Date(Date.now() - 120_000) });
    // What a timer says when the minute is over.
    await stage.run({ type: 'OverflowDue', conversation } as never);
    await until(() => expert.phone.state === 'ringing', 40_000);
    await stage.isFree('ann', true);
    expect(await stage.ringing(ann)).toBe(conversation);
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    await untilHeard({ caller, ann }, { caller: ['ann'], ann: ['caller'] });
    await until(() => expert.phone.state !== 'ringing', 40_000);
  });

  it('overflow to a phone that is busy: the caller waits in the queue and is offered to an agent', async () => {
    await overflow(stage, 'phone', expertNumber);
    await stage.isFree('ann', true);
    await stage.expert({ ring: 'busy' });
    const { caller, conversation } = await chooseLegal();
    expect(await stage.ringing(ann)).toBe(conversation);
    await stage.does('ann', conversation, 'CCaaS_AcceptCall');
    await untilHeard({ caller, ann }, { caller: ['ann'], ann: ['caller'] });
  });
});
