import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPhone, type Phone } from '../phone/phone.ts';
import { waitFor } from '../server/server.ts';
import { chromiumPath, openBrowser, type Person, toneShare } from './browser.ts';
import {
  accept,
  conversationIs,
  type Desk,
  loudness,
  openDesk,
  pageHears,
  participantsOf,
  phoneHears,
  sessionsOf,
  signIn,
  unitsFree,
} from './desk.ts';

const voiceCall = '192440000';
const kim = '+4520000001';

describe.skipIf(chromiumPath === undefined)('the first call: a phone, the IVR, an agent in Chromium', () => {
  let desk: Desk;
  let agent: Person;
  let phone: Phone | undefined;

  beforeAll(async () => {
    desk = await openDesk();
    agent = await signIn(desk, 'agent', 440);
  }, 120_000);

  afterEach(async () => {
    await phone?.close();
    phone = undefined;
  });

  afterAll(async () => {
    await agent?.close();
    await desk?.close();
  }, 60_000);

  const closeSession = () => agent.page.getByRole('button', { name: 'Close session' }).click();
  const frontDesk = () => `sip:+4570000001@127.0.0.1:${desk.server.sipPort}`;

  describe.each([
    ['PCMU', 'rfc4733'],
    ['PCMA', 'info'],
  ] as const)('%s, keys by %s', (codec, keys) => {
    it('walks from ring to close, both hear each other, hold is music (S0.1–S0.4, S3.3)', async () => {
      const caller = await createPhone({ codec, hertz: 1000 });
      phone = caller;
      await caller.dial(frontDesk(), { from: kim });
      await waitFor('the prompt', () => loudness(caller) > 200);

      await caller.sendKeys('1', keys);
      await accept(agent);
      await phoneHears(caller, 440);
      await pageHears(agent, 1000);

      await agent.page.getByRole('button', { name: 'Hold' }).click();
      await waitFor(
        'music instead of the agent',
        () => caller.share(440, 400) < 0.05 && loudness(caller, 400) > 100,
      );
      await waitFor('silence in the page', async () => (await toneShare(agent.page, 1000)) < 0.05);
      await agent.page.getByRole('button', { name: 'Hold' }).click();
      await phoneHears(caller, 440);

      await agent.page.getByRole('button', { name: 'Mute' }).click();
      await waitFor('silence at the phone', () => caller.share(440, 400) < 0.05);
      await agent.page.getByRole('button', { name: 'Mute' }).click();
      await phoneHears(caller, 440);

      await caller.hangUp();
      const wrapUp = await conversationIs(desk, 5);
      await closeSession();
      const closed = await conversationIs(desk, 4);
      expect(closed.activityid).toBe(wrapUp.activityid);
      await checkRows(closed);
      await waitFor('capacity back', async () => (await unitsFree(desk, 'agent')) === 100);
    });
  });

  async function checkRows(conversation: Readonly<Record<string, unknown>>): Promise<void> {
    const id = conversation.activityid;
    expect(conversation).toMatchObject({
      subject: 'Kim Berg: Front-desk workstream',
      statecode: 1,
      statuscode: 4,
      msdyn_channel: voiceCall,
      msdyn_isabandoned: false,
      msdyn_isoutbound: false,
      _msdyn_liveworkstreamid_value: 'f493fbef-53ab-f011-bbd3-7c1e525fd853',
      _regardingobjectid_value: '7c52b0a4-0f6e-4d0e-b1c3-58e6f92aa9d1',
    });
    const [context] = await desk.rows(
      `msdyn_ocphonecallengagementctxes?$filter=_msdyn_liveworkitemid_value eq ${id}`,
    );
    expect(context).toMatchObject({ msdyn_fromphone: kim, msdyn_tophone: '+4570000001' });
    expect(context?.msdyn_callsid).toBeTruthy();

    const [first, second, ...others] = await sessionsOf(desk, id);
    expect(others).toEqual([]);
    const [frontDeskQueue] = await desk.rows("queues?$filter=name eq 'Front-desk Call center Queue'");
    const [legal] = await desk.rows("queues?$filter=name eq 'Legal Call center Queue'");
    expect(first).toMatchObject({
      _msdyn_cdsqueueid_value: frontDeskQueue?.queueid,
      msdyn_closurereason: 192350026, // BotTransferToAgent, behaviour.md §2.2
      statecode: 1,
      _regardingobjectid_value: conversation._regardingobjectid_value,
    });
    expect(second).toMatchObject({
      _msdyn_cdsqueueid_value: legal?.queueid,
      msdyn_sessioncreationreason: 192350024, // BotTransferSession, behaviour.md §2.1
      statecode: 1,
    });
    expect(conversation._msdyn_cdsqueueid_value).toBe(legal?.queueid);
    expect(conversation._msdyn_lastsessionid_value).toBe(second?.activityid);

    const [bot] = await participantsOf(desk, first?.activityid);
    const [bots] = await desk.rows("systemusers?$filter=domainname eq 'front-desk-ivr'");
    expect(bot?._msdyn_agentid_value).toBe(bots?.systemuserid);
    const [human] = await participantsOf(desk, second?.activityid);
    expect(human).toMatchObject({ msdyn_mode: 192350002, msdyn_assignreason: 'BotTransferSession' });
    expect(human?.msdyn_talktime).toBeGreaterThanOrEqual(1);
    expect(human?.msdyn_starttalktime).toBeNull();
    expect(human?.msdyn_joinedon).toBeTruthy();
    expect(human?.msdyn_lefton).toBeTruthy();

    const items = await desk.rows(
      `msdyn_ocliveworkitemcontextitems?$filter=_msdyn_ocliveworkitemid_value eq ${id}&$orderby=msdyn_name asc`,
    );
    expect(items.map((item) => [item.msdyn_name, item.msdyn_value])).toContainEqual([
      'va_Department',
      'Legal',
    ]);
    const ongoing = await (await desk.server.api(`msdyn_liveconversations(${id})`)).json();
    expect(ongoing).toMatchObject({ statecode: 3, statuscode: 4, msdyn_oclastsessionid: second?.activityid });
    expect(await desk.rows('phonecalls')).toEqual([]); // behaviour.md §3.11
  }

  it('takes a caller from /demo, tones both ways (mission S0.9, B2)', async () => {
    const caller = await openBrowser(1000);
    try {
      await caller.page.goto(`${desk.server.origin}/demo`);
      await caller.page.getByRole('button', { name: 'Call the front desk' }).click();
      const key = caller.page.getByRole('button', { name: '1', exact: true });
      await waitFor('the keypad', () => key.isEnabled());
      await key.click();
      await accept(agent);
      await pageHears(agent, 1000);
      await pageHears(caller, 440);
      await agent.page.getByRole('button', { name: 'End', exact: true }).click();
      await conversationIs(desk, 5);
      await closeSession();
      await conversationIs(desk, 4);
    } finally {
      await caller.close();
    }
  });
});
