import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, openTestWebApi, origin, root, type TestWebApi } from '../../test/compat/harness.ts';
import { handlers } from './operations.ts';
import { operations } from './plan/operations.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const nobody = '00000000-0000-4000-8000-00000000dead';
const annotated = { prefer: 'odata.include-annotations="*"' };
const get = (path: string, headers: Record<string, string> = {}) => web.call('GET', path, { headers });
const create = (set: string, body: object) => web.create(set, body);

describe('addresses (webapi.md §1)', () => {
  it('service document, and the version asked for in every context', async () => {
    const answer = await web.call('GET', '', { version: 'v9.1' });
    expect(answer.json['@odata.context']).toBe(`${origin}/api/data/v9.1/$metadata`);
    expect(answer.json.value).toContainEqual({ name: 'contacts', kind: 'EntitySet', url: 'contacts' });
    expect((await web.call('GET', 'contacts', { version: 'v8.0' })).status).toBe(404);
  });

  it('half a surrogate pair in a filter of $expand is a character like another', async () => {
    await create('accounts', { name: 'Half Ltd' });
    const expand = "$expand=contact_customer_accounts($filter=lastname eq 'a\ud800')";
    const answer = await get(`accounts?$select=name&$filter=name eq 'Half Ltd'&${expand}`);
    expect([answer.status, answer.json.value[0].contact_customer_accounts]).toEqual([200, []]);
  });

  it('upper-case keys are found, ids come in lower case (trap 3)', async () => {
    const id = await create('contacts', {
      contactid: '0A3B0DAC-11F9-4CC9-A04D-E0B77A4EFB5F',
      lastname: 'Hart',
    });
    expect(id).toBe('0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f');
    const answer = await get(`contacts(${id.toUpperCase()})?$select=lastname`);
    expect(answer.json).toMatchObject({ lastname: 'Hart', contactid: id });
    expect(Object.keys(answer.json)).toEqual(['@odata.context', '@odata.etag', 'lastname', 'contactid']);
    expect(answer.json['@odata.context']).toBe(`${root}/$metadata#contacts(lastname)/$entity`);
    expect(answer.headers.ETag).toBe(answer.json['@odata.etag']);
  });

  it('properties, $value, $count, related records, $ref', async () => {
    const contact = await create('contacts', { lastname: 'Moss' });
    const account = await create('accounts', {
      name: 'Alder Ltd',
      'primarycontactid@odata.bind': `/contacts(${contact})`,
      'contact_customer_accounts@odata.bind': [`contacts(${contact})`],
    });
    const here = `accounts(${account})`;
    expect((await get(`${here}/name`)).json).toEqual({
      '@odata.context': `${root}/$metadata#accounts(${account})/name`,
      value: 'Alder Ltd',
    });
    expect((await get(`${here}/name/$value`)).text).toBe('Alder Ltd');
    expect((await get(`${here}/description`)).status).toBe(204);
    expect((await get(`${here}/primarycontactid?$select=lastname`)).json.lastname).toBe('Moss');
    expect((await get(`${here}/parentaccountid`)).status).toBe(204);
    expect((await get(`${here}/contact_customer_accounts/$count`)).text).toBe('1');
    expect((await get(`${here}/contact_customer_accounts(${contact})/lastname`)).json.value).toBe('Moss');
    expect((await get(`${here}/primarycontactid/$ref`)).json).toEqual({
      '@odata.context': `${root}/$metadata#$ref`,
      '@odata.id': `${root}/contacts(${contact})`,
    });
    expect((await get(`${here}/contact_customer_accounts/$ref`)).json.value).toEqual([
      { '@odata.id': `${root}/contacts(${contact})` },
    ]);
    expect((await get(`accounts(${nobody})/contact_customer_accounts`)).status).toBe(404);
  });
});

describe('errors (webapi.md §3, §4, trap 17)', () => {
  it.each([
    ['GET', `contacts(${nobody})`, 404, '0x80040217'],
    ['DELETE', `contacts(${nobody})`, 404, '0x80040217'],
    ['GET', 'Account', 404, '0x8006088a'],
    ['GET', 'accounts?$select=Name', 400, '0x0'],
    ['PATCH', 'contacts', 405, '0x80060888'],
    ['DELETE', 'contacts', 405, '0x80060888'],
    ['PUT', `contacts(${nobody})`, 405, '0x80060888'],
    ['POST', `contacts(${nobody})`, 405, '0x80060888'],
    ['POST', 'WhoAmI', 404, ''],
    ['GET', `msdyn_ocliveworkitems(${nobody})/Microsoft.Dynamics.CRM.CCaaS_AcceptCall`, 404, ''],
    ['GET', 'contacts?$skip=1', 400, '0x0'],
    ['GET', '$batch', 405, '0x80060888'],
  ])('%s %s → %i %s', async (method, path, status, code) => {
    const answer = await web.call(method, path);
    expect(answer.status).toBe(status);
    expect(answer.json.error.code).toBe(code);
    expect(Object.keys(answer.json.error)).toEqual(['code', 'message']);
    expect(answer.headers['OData-Version']).toBe('4.0');
  });

  it('tell more when every annotation is asked for', async () => {
    const { error } = (await get('nosuch', annotated)).json;
    expect(error['@Microsoft.PowerApps.CDS.InnerError.Message']).toBe(error.message);
    expect(Object.values(error).every((value) => typeof value === 'string')).toBe(true);
  });

  it.each([
    [{ nosuch: 1 }, '0x80048d19'],
    [{ 'parentcustomerid@odata.bind': `/contacts(${nobody})` }, '0x80048d19'],
    [{ _parentcustomerid_value: nobody }, '0x80048d19'],
    [{ lastname: 'x'.repeat(51) }, '0x80044331'],
    [{ gendercode: 99 }, '0x80044331'],
    [{ numberofchildren: 1e10 }, '0x80044331'],
    [{ numberofchildren: '1' }, '0x80048d19'],
    [{ lastname: 5 }, '0x80048d19'],
    [{ birthdate: '2026-02-30' }, '0x80048d19'],
    [{ statecode: 0, statuscode: 2 }, '0x80048408'],
    [{ 'parentcustomerid_account@odata.bind': `/contacts(${nobody})` }, '0x80048d19'],
    ['[]', '0x80048d19'],
  ])('a bad body %j is refused with 400', async (body, code) => {
    const id = await create('contacts', { lastname: 'Reed' });
    const answer = await web.call('PATCH', `contacts(${id})`, { body });
    expect(answer.status).toBe(400);
    expect(answer.json.error.code).toBe(code);
  });

  it('a body must be JSON, and its type may say so in any form (§2)', async () => {
    const post = (type: string) =>
      web.call('POST', 'contacts', { body: { lastname: 'Hart' }, headers: { 'content-type': type } });
    for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/json;type=entry'])
      expect((await post(type)).status).toBe(204);
    for (const type of ['text/plain;charset=UTF-8', 'application/xml', 'application/jsonx', '']) {
      const answer = await post(type);
      expect([answer.status, answer.json.error.code]).toEqual([415, '0x80060888']);
    }
    const headers = { 'content-type': 'text/plain' };
    expect((await web.call('POST', 'WhoAmI', { headers })).status).toBe(404);
  });

  it('a bind to a missing record names the target (404)', async () => {
    const answer = await web.call('POST', 'contacts', {
      body: { lastname: 'x', 'parentcustomerid_account@odata.bind': `/accounts(${nobody})` },
    });
    expect(answer.status).toBe(404);
    expect(answer.json.error.message).toBe(`Entity 'account' With Id = ${nobody} Does Not Exist`);
  });

  it('401 challenges with the authority (webapi.md §17)', () => {
    const answer = web.api.challenge(
      { method: 'GET', url: '/', origin, headers: {}, body: null },
      'No token.',
    );
    expect(answer.status).toBe(401);
    expect(answer.headers['WWW-Authenticate']).toBe(
      `Bearer authorization_uri=${origin}/oauth2/authorize, resource_id=${origin}/`,
    );
  });
});

describe('operations (webapi.md §11, §12; actions.json)', () => {
  it('WhoAmI, RetrieveVersion, RetrieveCurrentOrganization', async () => {
    expect((await get('WhoAmI()')).json).toEqual({
      '@odata.context': `${root}/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`,
      BusinessUnitId: caller.businessUnitId,
      UserId: caller.userId,
      OrganizationId: caller.organizationId,
    });
    expect((await get('RetrieveVersion')).json.Version).toMatch(/^9\.2\.\d+\.\d+$/);
    const organization = await get(
      "RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
    );
    expect(organization.json.Detail.OrganizationId).toBe(caller.organizationId);
  });

  it('call control lets one event in, as the caller', async () => {
    const expected = {
      CCaaS_AcceptCall: 'AgentAccepted',
      CCaaS_HoldCall: 'HoldRequested',
      CCaaS_UnholdCall: 'UnholdRequested',
      CCaaS_EndCall: 'AgentEnded',
      wirechief_RejectCall: 'AgentRejected',
      wirechief_CloseSession: 'SessionClosed',
    };
    for (const [name, type] of Object.entries(expected)) {
      const answer = await web.call(
        'POST',
        `msdyn_ocliveworkitems(${nobody})/Microsoft.Dynamics.CRM.${name}`,
      );
      expect(answer.status).toBe(204);
      expect(web.events.at(-1)).toEqual([
        { type, conversation: nobody, agent: caller.userId },
        caller.userId,
      ]);
    }
    const wrong = await web.call(
      'POST',
      `msdyn_ocliveworkitems(${nobody})/Microsoft.Dynamics.CRM.CCaaS_EndCall`,
      { body: { Reason: 1 } },
    );
    expect(wrong.status).toBe(400);
    expect((await web.call('POST', `contacts(${nobody})/Microsoft.Dynamics.CRM.CCaaS_EndCall`)).status).toBe(
      404,
    );
  });

  it('CCaaS_ModifyAgentPresence sets a presence (behaviour.md §4.7)', async () => {
    const presence = 'f523f628-c07a-e811-8162-000d3aa11f50';
    const body = { ApiVersion: '1.0', AgentId: nobody, PresenceId: presence };
    expect((await web.call('POST', 'CCaaS_ModifyAgentPresence', { body })).status).toBe(204);
    expect(web.events.at(-1)?.[0]).toEqual({
      type: 'PresenceSet',
      agent: nobody,
      presence,
      by: caller.userId,
    });
    expect(
      (await web.call('POST', 'CCaaS_ModifyAgentPresence', { body: { ...body, PresenceId: 'x' } })).status,
    ).toBe(400);
  });

  it('what the product has and we do not answers 501 and names it', async () => {
    for (const [name, operation] of operations) {
      expect(handlers.has(name)).toBe(operation.served === true);
      if (operation.served || operation.bound === '*') continue;
      const set = {
        msdyn_ocliveworkitem: 'msdyn_ocliveworkitems',
        queue: 'queues',
        queueitem: 'queueitems',
        team: 'teams',
        systemuser: 'systemusers',
      }[operation.bound ?? ''];
      const path = set ? `${set}(${nobody})/Microsoft.Dynamics.CRM.${name}` : name;
      const answer = await web.call(operation.kind === 'function' ? 'GET' : 'POST', path);
      expect([answer.status, answer.json.error.message]).toEqual([
        501,
        `The ${operation.kind} ${name} is not implemented.`,
      ]);
    }
  });
});
