/** The rows of webapi.md §1 (addresses) and §2 (headers), one by one: what a request says, what comes back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, caller, openTestWebApi, origin, root, type TestWebApi } from '../harness.ts';

let web: TestWebApi;
let account: string;
let contact: string;
let queue: string;
beforeAll(async () => {
  web = await openTestWebApi();
  contact = await web.create('contacts', { lastname: 'Hart', firstname: 'Ivy', jobtitle: 'Smith' });
  account = await web.create('accounts', {
    name: 'Alder Ltd',
    accountnumber: 'A-17',
    'primarycontactid@odata.bind': `/contacts(${contact})`,
    'contact_customer_accounts@odata.bind': [`/contacts(${contact})`],
  });
  queue = await web.create('queues', { name: 'Front desk' });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

type Headers = { readonly [name: string]: string };
const get = (path: string, headers: Headers = {}): Promise<Answer> => web.call('GET', path, { headers });
const patch = (path: string, body: object, headers: Headers = {}): Promise<Answer> =>
  web.call('PATCH', path, { body, headers });
/** In one pass: an id may hold "a1" or "c1" itself. */
const filled = (path: string): string =>
  path.replace(/\b[ac]1\b/g, (one) => (one === 'a1' ? account : contact));

describe('forms of an address (webapi.md §1)', () => {
  it.each(['v9.0', 'v9.1', 'v9.2'])('/api/data/%s/ answers, and its context names it', async (version) => {
    const { status, json } = await web.call('GET', 'contacts?$select=lastname', { version });
    expect([status, json['@odata.context']]).toEqual([
      200,
      `${origin}/api/data/${version}/$metadata#contacts(lastname)`,
    ]);
  });

  it.each([
    ['Contacts', 404, '0x8006088a'],
    ['contact', 404, '0x8006088a'],
    ['contacts({c1})', 400, undefined],
    ["contacts('c1')", 400, undefined],
    ['accounts(accountid=a1)', 200, undefined],
    ['accounts(AccountId=a1)', 400, '0x80060888'],
    [`systemusers(systemuserid=${caller.userId})`, 400, '0x80060888'],
    [`systemusers(ownerid=${caller.userId})`, 200, undefined],
    ['accounts(a1)/Name', 404, '0x8006088a'],
    ['accounts(a1)/primarycontactid', 200, undefined],
    ['accounts(a1)/contact_customer_accounts', 200, undefined],
    ['accounts(a1)/contact_customer_accounts/$ref', 200, undefined],
    ['WhoAmI', 200, undefined],
    ['WhoAmI()', 200, undefined],
    ['whoami', 404, '0x8006088a'],
    ['Microsoft.Dynamics.CRM.WhoAmI', 404, '0x8006088a'],
    ['contacts?tag=whatever', 200, undefined],
  ])('%s answers %i', async (path, status, code) => {
    const answer = await get(filled(path));
    expect(answer.status, answer.text).toBe(status);
    if (code !== undefined) expect(answer.json.error.code).toBe(code);
  });

  it('a bound operation takes its full name: queues(q1)/Microsoft.Dynamics.CRM.AddToQueue', async () => {
    const task = await web.create('tasks', { subject: 'x' });
    const body = { Target: { '@odata.type': 'Microsoft.Dynamics.CRM.task', activityid: task } };
    const add = (name: string) => web.call('POST', `queues(${queue})/${name}`, { body });
    expect((await add('AddToQueue')).status).toBe(404);
    expect((await add('Microsoft.Dynamics.CRM.AddToQueue')).status).toBe(200);
  });

  it('contacts(c1)/jobtitle: GET, PUT, DELETE; /$value bare, as text/plain', async () => {
    const here = `contacts(${contact})/jobtitle`;
    expect((await web.call('PUT', here, { body: { value: 'Baker' } })).status).toBe(204);
    expect((await get(here)).json.value).toBe('Baker');
    const bare = await get(`${here}/$value`);
    expect([bare.text, bare.headers['Content-Type']]).toEqual([
      'Baker',
      expect.stringMatching(/^text\/plain/),
    ]);
    expect((await web.call('DELETE', here)).status).toBe(204);
    expect([(await get(here)).status, (await get(`${here}/$value`)).status]).toEqual([204, 204]);
  });

  it('$count is a number as text/plain, without a byte order mark', async () => {
    for (const path of ['contacts/$count', `accounts(${account})/contact_customer_accounts/$count`]) {
      const { status, text, headers } = await get(path);
      expect([status, text]).toEqual([200, '1']);
      expect(headers['Content-Type']).toMatch(/^text\/plain/);
    }
  });

  it('a filtered collection takes every query option of a set', async () => {
    const path = `accounts(${account})/contact_customer_accounts`;
    const options =
      "$select=fullname&$filter=lastname eq 'hart'&$orderby=fullname desc&$top=3&$count=true&$expand=parentcustomerid_account($select=name)";
    const { status, json } = await get(`${path}?${options}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      '@odata.count': 1,
      value: [{ fullname: 'Ivy Hart', parentcustomerid_account: { name: 'Alder Ltd' } }],
    });
    expect((await get(`${path}?$apply=aggregate($count as n)`)).json.value).toEqual([{ n: 1 }]);
  });
});

describe('request headers (webapi.md §2)', () => {
  it('If-None-Match: * on PATCH creates only, If-Match: * updates only', async () => {
    const id = '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb60';
    const path = `contacts(${id})`;
    expect((await patch(path, { lastname: 'x' }, { 'if-match': '*' })).status).toBe(404);
    expect((await patch(path, { lastname: 'x' }, { 'if-none-match': '*' })).status).toBe(204);
    expect((await patch(path, { lastname: 'x' }, { 'if-none-match': '*' })).status).toBe(412);
    expect((await patch(path, { lastname: 'y' }, { 'if-match': '*' })).status).toBe(204);
  });

  it('If-Match: <etag> on PATCH, PUT and DELETE is 412 when the record has changed', async () => {
    const id = await web.create('contacts', { lastname: 'Moss' });
    const etag = (await get(`contacts(${id})?$select=lastname`)).headers.ETag ?? '';
    expect((await patch(`contacts(${id})`, { lastname: 'Reed' }, { 'if-match': etag })).status).toBe(204);
    const old: readonly [string, string, object?][] = [
      ['PATCH', `contacts(${id})`, { lastname: 'x' }],
      ['PUT', `contacts(${id})/lastname`, { value: 'x' }],
      ['DELETE', `contacts(${id})/jobtitle`],
      ['DELETE', `contacts(${id})`],
    ];
    for (const [method, path, body] of old) {
      const answer = await web.call(method, path, { body, headers: { 'if-match': etag } });
      expect([method, answer.status, answer.json?.error.code]).toEqual([method, 412, '0x80060882']);
      expect(answer.json.error.message).toBe(
        "The version of the existing record doesn't match the RowVersion property provided.",
      );
    }
    const now = (await get(`contacts(${id})?$select=lastname`)).headers.ETag ?? '';
    expect((await web.call('DELETE', `contacts(${id})`, { headers: { 'if-match': now } })).status).toBe(204);
  });

  it('Prefer: return=representation: 201 of POST, 200 and 201 of PATCH, echoed', async () => {
    const prefer = { prefer: 'return=representation' };
    const made = await web.call('POST', 'contacts?$select=lastname', {
      body: { lastname: 'Vale' },
      headers: prefer,
    });
    expect([made.status, made.headers['Preference-Applied']]).toEqual([201, 'return=representation']);
    expect(made.json).toMatchObject({ lastname: 'Vale', '@odata.etag': made.headers.ETag });
    const id = made.json.contactid;
    expect((await patch(`contacts(${id})`, { lastname: 'Vail' }, prefer)).status).toBe(200);
    expect(
      (await patch('contacts(0a3b0dac-11f9-4cc9-a04d-e0b77a4efb61)', { lastname: 'New' }, prefer)).status,
    ).toBe(201);
  });

  it('annotations asked for on a write without a representation change nothing', async () => {
    const headers = { prefer: 'odata.include-annotations="*"' };
    const { status, text } = await web.call('POST', 'contacts', { body: { lastname: 'Quiet' }, headers });
    expect([status, text]).toEqual([204, '']);
  });

  it.each([
    ['mscrm.solutionuniquename', 'Default'],
    ['mscrm.mergelabels', 'true'],
    ['consistency', 'Strong'],
  ])('%s is accepted on metadata requests', async (name, value) => {
    const path = "EntityDefinitions(LogicalName='contact')?$select=EntitySetName";
    expect((await get(path, { [name]: value })).json.EntitySetName).toBe('contacts');
  });
});

describe('response headers (webapi.md §2)', () => {
  it('OData-EntityId and Location of POST, upsert and PATCH: absolute, ending in the id', async () => {
    const posted = await web.call('POST', 'contacts', { body: { lastname: 'Lake' } });
    expect(posted.headers['OData-EntityId']).toMatch(/\/contacts\([0-9a-f-]{36}\)$/);
    const id = '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb62';
    for (const answer of [
      await patch(`contacts(${id})`, { lastname: 'Made' }),
      await patch(`contacts(${id})`, { lastname: 'Changed' }),
    ]) {
      expect([answer.status, answer.text]).toEqual([204, '']);
      expect(answer.headers['OData-EntityId']).toBe(`${root}/contacts(${id})`);
      expect(answer.headers.Location).toBe(answer.headers['OData-EntityId']);
      expect(answer.headers['OData-Version']).toBe('4.0');
      expect(answer.headers['x-ms-service-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('ETag with a single representation, none with a set', async () => {
    const one = await get(`contacts(${contact})?$select=lastname`);
    expect(one.headers.ETag).toMatch(/^W\/"\d+"$/);
    expect(one.headers.ETag).toBe(one.json['@odata.etag']);
    expect((await get('contacts?$select=lastname')).headers.ETag).toBeUndefined();
  });
});
