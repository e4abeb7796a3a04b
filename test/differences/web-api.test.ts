/** Numbers are those of docs/differences.md. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { developmentUserId } from '../../src/tables/index.ts';
import { createWebApi } from '../../src/webapi/index.ts';
import { caller, openTestWebApi, origin, type TestWebApi } from '../compat/harness.ts';
import { openPeople } from '../compat/people.ts';

describe('the Web API differs from the product', () => {
  let test: TestWebApi;
  beforeAll(async () => {
    test = await openTestWebApi();
  });
  afterAll(() => test.close());

  it('1 wirechief_offer is a table of ours', async () => {
    expect((await test.call('GET', 'wirechief_offers')).status).toBe(200);
    expect((await test.call('GET', '$metadata')).text).toContain('EntitySet Name="wirechief_offers"');
  });

  it('2 call-control messages are bound and take no parameters', async () => {
    const conversation = await test.create('msdyn_ocliveworkitems', { subject: 'A call' });
    const names = ['CCaaS_AcceptCall', 'CCaaS_HoldCall', 'CCaaS_UnholdCall', 'CCaaS_EndCall'];
    for (const name of [...names, 'wirechief_RejectCall', 'wirechief_CloseSession']) {
      const answer = await test.call(
        'POST',
        `msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.${name}`,
      );
      expect([name, answer.status]).toEqual([name, 204]);
    }
    expect(test.events.map(([event]) => event.type)).toEqual([
      'AgentAccepted',
      'HoldRequested',
      'UnholdRequested',
      'AgentEnded',
      'AgentRejected',
      'SessionClosed',
    ]);
  });

  it('3 the name of a row that may not be read is left out', async () => {
    const people = await openPeople(test);
    const role = await people.role('Accounts only', { prvReadAccount: 'Global' });
    const as = await people.user('accounts only', { roles: [role] });
    const contact = await test.create('contacts', { lastname: 'Unnamed' });
    const account = await test.create('accounts', {
      name: 'Named',
      'primarycontactid@odata.bind': `/contacts(${contact})`,
    });
    const path = `accounts(${account})?$select=_primarycontactid_value`;
    const headers = { prefer: 'odata.include-annotations="*"' };
    const name = '_primarycontactid_value@OData.Community.Display.V1.FormattedValue';
    const seen = await test.call('GET', path, { as, headers });
    expect([seen.json._primarycontactid_value, seen.json[name]]).toEqual([contact, undefined]);
    expect((await test.call('GET', path, { headers })).json[name]).toBe('Unnamed');
  });

  it('4 $count has no byte order mark', async () => {
    expect((await test.call('GET', 'contacts/$count')).text).toMatch(/^\d+$/);
  });

  it('5 a missing token is answered in JSON, with the challenge', async () => {
    const request = { method: 'GET', url: '/api/data/v9.2/contacts', origin: 'http://wirechief.test' };
    const answer = test.api.challenge({ ...request, headers: {}, body: null }, 'No token.');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate'] ?? answer.headers['WWW-Authenticate']).toContain(
      'authorization_uri',
    );
    expect(JSON.parse(String(answer.body))).toMatchObject({ error: { message: 'No token.' } });
  });

  it('6 formatted values are in English', async () => {
    const body = { timezonecode: 110, uilanguageid: 1031, dateformatstring: 'dd.MM.yyyy' };
    await test.call('PATCH', `usersettingscollection(${developmentUserId})`, { body });
    const id = await test.create('tasks', {
      subject: 'Call back',
      prioritycode: 1,
      scheduledend: '2026-01-05T12:30:00+02:00',
    });
    const { json } = await test.call('GET', `tasks(${id})?$select=scheduledend,prioritycode`, {
      headers: { prefer: 'odata.include-annotations="*"' },
    });
    const formatted = 'OData.Community.Display.V1.FormattedValue';
    expect(json[`scheduledend@${formatted}`]).toBe('05.01.2026 11:30 AM');
    expect(json[`prioritycode@${formatted}`]).toBe('Normal');
  });

  it('7 a time zone code that is not published counts as UTC', async () => {
    const body = { timezonecode: 29, dateformatstring: null };
    await test.call('PATCH', `usersettingscollection(${developmentUserId})`, { body });
    const id = await test.create('tasks', { subject: 'Later', scheduledend: '2026-01-05T10:30:00Z' });
    const { json } = await test.call('GET', `tasks(${id})?$select=scheduledend`, {
      headers: { prefer: 'odata.include-annotations="*"' },
    });
    expect(json['scheduledend@OData.Community.Display.V1.FormattedValue']).toBe('1/5/2026 10:30 AM');
  });

  it('8 no alternate keys', async () => {
    const { status, json } = await test.call('GET', "accounts(accountnumber='A-17')");
    expect([status, json.error.code]).toEqual([400, '0x80060888']);
  });

  it('17 service protection only counts unless it is switched on', async () => {
    const { headers } = await test.call('GET', 'WhoAmI');
    expect(Number(headers['x-ms-ratelimit-burst-remaining-xrm-requests'])).toBeLessThan(6000);
    expect(headers['x-ms-ratelimit-time-remaining-xrm-requests']).toMatch(/^1,(?:19\d|200)\.\d\d$/);
    const api = createWebApi({
      store: test.database.store,
      engine: { run: async () => undefined },
      onFault: () => undefined,
      protection: { isOn: true, limits: { requests: 1, timeSeconds: 1200, atOnce: 52 } },
    });
    const ask = () =>
      api.handle({ method: 'GET', url: '/api/data/v9.2/WhoAmI', origin, headers: {}, body: null }, caller);
    expect((await ask()).status).toBe(200);
    expect(await ask()).toMatchObject({
      status: 429,
      headers: { 'Retry-After': expect.stringMatching(/^\d+$/) },
    });
  });
});
