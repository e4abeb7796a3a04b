import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPhone } from '../phone/phone.ts';
import { chromiumPath, openBrowser, type Person } from './browser.ts';
import { conversationIs, type Desk, openDesk } from './desk.ts';

/** The call of 21 December, mission.md: ids as published. */
const reference = {
  conversation: '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f',
  engagement: 'c5e0a5f9-7b2d-493f-b202-cbffdcbba488',
  session1: '396c1a45-dc4e-4a4b-8542-b3a031f4f288',
  session2: 'b6346b35-7e8a-4ef2-9781-2b244cf773a4',
  participant: '54e26f97-3b59-4309-a1b3-9eeb26331e3e',
};

describe.skipIf(chromiumPath === undefined)('the data-flow explorer (mission S0.9)', () => {
  let desk: Desk;
  let reader: Person;

  beforeAll(async () => {
    desk = await openDesk();
    reader = await openBrowser(440);
    await reader.page.goto(`${desk.server.origin}/explorer`);
    await reader.page.getByRole('button', { name: /^supervisor ·/ }).click();
    await reader.page.getByRole('heading', { name: 'Data-flow explorer' }).waitFor();
  }, 120_000);

  afterAll(async () => {
    await reader?.close();
    await desk?.close();
  }, 60_000);

  const node = (name: string | RegExp) => reader.page.getByRole('article', { name });

  it('lists the recent conversations and draws the reference call with its published ids', async () => {
    await reader.page.goto(`${desk.server.origin}/explorer`);
    await reader.page.getByRole('link', { name: 'Kim Berg: Front-desk workstream' }).click();
    await node('2 Conversation').waitFor();
    for (const [name, id] of [
      ['2 Conversation', reference.conversation],
      ['1 Phone engagement', reference.engagement],
      ['3 Session 1', reference.session1],
      ['3 Session 2', reference.session2],
      [/Participant · Robin Dahl/, reference.participant],
    ] as const) {
      await node(name).locator(`[title*="${id}"]`).first().waitFor();
    }
    // An id that several records carry has one hue in all of them.
    const hues = await reader.page
      .locator(`.react-flow__node button[title*="${reference.session2}"]`)
      .evaluateAll((chips) => chips.map((chip) => chip.getAttribute('data-hue')));
    expect(hues.length).toBeGreaterThan(1);
    expect(new Set(hues).size).toBe(1);
    expect(hues[0]).not.toBe('none');
  });

  it('shows fields, the request that reads the row, and why it was routed there', async () => {
    await reader.page.goto(`${desk.server.origin}/explorer/${reference.conversation}`);
    await node('2 Conversation').click();
    await reader.page.getByRole('tab', { name: 'Web API' }).click();
    await reader.page
      .getByText(`GET /api/data/v9.2/msdyn_ocliveworkitems(${reference.conversation})`)
      .waitFor();
    await reader.page.getByRole('tab', { name: 'Why' }).click();
    await reader.page.getByText('Queue: Legal Call center Queue').waitFor();
    await reader.page.getByText('by the rule Legal').waitFor();
    await reader.page.getByRole('tab', { name: 'Front end' }).click();
    await node('Workstream').waitFor({ state: 'detached' });
    await reader.page.getByRole('tab', { name: 'Back end' }).click();
    await node('Workstream').waitFor();
    await node('3 Session 1').waitFor({ state: 'detached' });
  });

  it('draws each row of a live call as it is written, without a reload', async () => {
    const phone = await createPhone({ hertz: 1000 });
    try {
      await phone.dial(`sip:+4570000001@127.0.0.1:${desk.server.sipPort}`, { from: '+4520000002' });
      const { activityid } = await conversationIs(desk, 1);
      await reader.page.goto(`${desk.server.origin}/explorer/${activityid}`);
      await node('3 Session 1').waitFor();
      expect(await node('3 Session 2').count()).toBe(0);
      await phone.sendKeys('2');
      await node('3 Session 2').waitFor();
      await node('Context variable va_Department').getByText('Sales').waitFor();
      await node('Sales Call center Queue').waitFor();
      await phone.hangUp();
      await node('2 Conversation').getByText('Closed').waitFor();
    } finally {
      await phone.close();
    }
  });
});
