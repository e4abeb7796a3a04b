import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(() => web.close());

const dial = (body: object) => web.call('POST', 'wirechief_DialCustomer', { body });
const conversation = '5d3f0a52-8a6a-4c0a-9a55-2f3a6d1c0b11';

describe('wirechief_DialCustomer (behaviour.md §3.10)', () => {
  it('lets the event in as the caller, the number in E.164, and answers the conversation', async () => {
    const answer = await dial({ PhoneNumber: '+45 20 00 00 01', ConversationId: conversation.toUpperCase() });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      '@odata.context': expect.stringContaining('#Microsoft.Dynamics.CRM.wirechief_DialCustomerResponse'),
      ConversationId: conversation,
    });
    expect(web.events.at(-1)?.[0]).toMatchObject({
      type: 'CustomerDialled',
      conversation,
      number: '+4520000001',
      profile: null,
    });
    const other = await dial({ PhoneNumber: '+4520000001' });
    expect(other.json.ConversationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(web.events.at(-1)?.[0]).toMatchObject({ conversation: other.json.ConversationId });
  });

  it('refuses what is no number', async () => {
    const before = web.events.length;
    for (const body of [{}, { PhoneNumber: 'anna' }, { PhoneNumber: '112' }])
      expect((await dial(body)).status).toBe(400);
    expect((await dial({ PhoneNumber: 'anna' })).json.error.message).toContain("no telephone number: 'anna'");
    expect(web.events).toHaveLength(before);
  });
});
