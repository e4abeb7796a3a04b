import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestWebApi, root, type TestWebApi } from '../../test/compat/harness.ts';
import { timeZones } from '../tables/time-zones.ts';

let test: TestWebApi;
let contact: string;
let etag: string;

beforeAll(async () => {
  test = await openTestWebApi();
  contact = await test.create('contacts', { lastname: 'Hart', jobtitle: 'Smith' });
  etag = (await get(`contacts(${contact})?$select=lastname`)).headers.ETag ?? '';
});
afterAll(() => test.close());

const get = (path: string, headers: { readonly [name: string]: string } = {}): Promise<Answer> =>
  test.call('GET', path, { headers });

describe('request headers (webapi.md §2)', () => {
  it.each([
    ['accept', 'application/xml'],
    ['accept', 'text/html'],
    ['odata-version', '4.0'],
    ['odata-maxversion', '4.0'],
    ['cache-control', 'no-cache'],
    ['mscrm.bypasscustompluginexecution', 'true'],
    ['mscrm.suppressduplicatedetection', 'true'],
    ['consistency', 'Strong'],
    ['x-anything', 'at all'],
    ['prefer', 'respond-async'],
    ['prefer', 'nonsense=1, "quoted, comma"'],
    ['if-none-match', 'null'],
  ])('%s: %s changes nothing: JSON comes', async (name, value) => {
    const { status, headers } = await get(`contacts(${contact})?$select=lastname`, { [name]: value });
    expect(status).toBe(200);
    expect(headers['Content-Type']).toBe('application/json; odata.metadata=minimal');
    expect(headers['OData-Version']).toBe('4.0');
    expect(headers['Preference-Applied']).toBeUndefined();
    expect(headers['x-ms-service-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.REQ_ID).toBe(headers['x-ms-service-request-id']);
  });

  it('an error is JSON too, whatever was to be accepted', async () => {
    const { status, json, headers } = await get('nosuch', { accept: 'application/xml' });
    expect([status, json.error.code]).toEqual([404, '0x8006088a']);
    expect(headers['OData-Version']).toBe('4.0');
  });

  it('If-None-Match: an etag answers 304 without a body, never with $expand or annotations (trap 14)', async () => {
    const path = `contacts(${contact})?$select=lastname`;
    const same = await get(path, { 'if-none-match': etag });
    expect([same.status, same.text, same.headers.ETag]).toEqual([304, '', etag]);
    expect((await get(path, { 'if-none-match': 'W/"1"' })).status).toBe(200);
    expect((await get(`${path}&$expand=parentcustomerid_account`, { 'if-none-match': etag })).status).toBe(
      200,
    );
    const annotated = { 'if-none-match': etag, prefer: 'odata.include-annotations="*"' };
    expect((await get(path, annotated)).status).toBe(200);
  });

  it('If-Match and If-None-Match on writes: 412 and 404', async () => {
    const patch = (id: string, headers: { readonly [name: string]: string }): Promise<Answer> =>
      test.call('PATCH', `contacts(${id})`, { headers, body: { jobtitle: 'Baker' } });
    expect((await patch(contact, { 'if-none-match': '*' })).json.error.code).toBe('0x80040237');
    expect((await patch(contact, { 'if-match': 'W/"1"' })).json.error.code).toBe('0x80060882');
    const missing = await patch('0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f', { 'if-match': '*' });
    expect([missing.status, missing.json.error.code]).toEqual([404, '0x80040217']);
    expect((await patch(contact, { 'if-match': etag })).status).toBe(204);
  });

  it('several preferences stand in one header, quotes protect commas, and each honoured one is echoed', async () => {
    const names = 'OData.Community.Display.V1.FormattedValue,Microsoft.Dynamics.CRM.lookuplogicalname';
    const { headers, json } = await get('contacts?$select=statecode,_ownerid_value', {
      prefer: `odata.maxpagesize=9000,odata.include-annotations="${names}", respond-async`,
    });
    expect(headers['Preference-Applied']).toBe(
      `odata.include-annotations="${names}", odata.maxpagesize=5000`,
    );
    const [row] = json.value;
    expect(row['statecode@OData.Community.Display.V1.FormattedValue']).toBe('Active');
    expect(row['_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname']).toBe('systemuser');
    expect(Object.keys(row).filter((name) => name.includes('associatednavigationproperty'))).toEqual([]);
  });

  it('a URL of 32,768 characters is read, a longer one refused (§1)', async () => {
    const start = 'contacts?$select=lastname&tag=';
    const room = 32_768 - '/api/data/v9.2/'.length - start.length;
    expect((await get(start + 'x'.repeat(room))).status).toBe(200);
    const { status, json } = await get(start + 'x'.repeat(room + 1));
    expect(status).toBe(400);
    expect(json.error.message).toContain('32768');
  });
});

describe('response-level annotations (webapi.md §5)', () => {
  it('are there when asked for: the count or -1, the limit, the version of the definitions', async () => {
    const star = { prefer: 'odata.include-annotations="*"' };
    const { json } = await get('contacts?$select=lastname', star);
    expect(json['@Microsoft.Dynamics.CRM.totalrecordcount']).toBe(-1);
    expect(json['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded']).toBe(false);
    expect(json['@Microsoft.Dynamics.CRM.globalmetadataversion']).toMatch(/^\d+$/);
    const counted = await get('contacts?$select=lastname&$count=true', {
      prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.totalrecord*"',
    });
    expect(counted.json['@Microsoft.Dynamics.CRM.totalrecordcount']).toBe(1);
    expect(counted.json['@Microsoft.Dynamics.CRM.globalmetadataversion']).toBeUndefined();
    const plain = await get('contacts?$select=lastname');
    expect(Object.keys(plain.json)).toEqual(['@odata.context', 'value']);
  });

  it.each([
    ['contacts', '#contacts'],
    ['contacts?$select=jobtitle,lastname', '#contacts(jobtitle,lastname)'],
    [
      'accounts?$select=name&$expand=primarycontactid($select=fullname)',
      '#accounts(name,primarycontactid(fullname))',
    ],
    ['accounts?$select=name&$expand=primarycontactid/$ref', '#accounts(name,primarycontactid/$ref())'],
    ['WhoAmI', '#Microsoft.Dynamics.CRM.WhoAmIResponse'],
  ])('%s has the context %s', async (path, context) => {
    expect((await get(path)).json['@odata.context']).toBe(`${root}/$metadata${context}`);
  });

  it('of a row ends in /$entity, of a property names the row', async () => {
    const row = await get(`contacts(${contact})?$select=lastname`);
    expect(row.json['@odata.context']).toBe(`${root}/$metadata#contacts(lastname)/$entity`);
    const property = await get(`contacts(${contact})/lastname`);
    expect(property.json).toEqual({
      '@odata.context': `${root}/$metadata#contacts(${contact})/lastname`,
      value: 'Hart',
    });
  });

  it('a row fetched in another zone shows its dates there; the plain value stays UTC', async () => {
    const { json: me } = await get('WhoAmI');
    await test.call('PATCH', `usersettingscollection(${me.UserId})`, { body: { timezonecode: 35 } });
    const task = await test.create('tasks', { subject: 'x', scheduledend: '2026-07-05T02:30:00Z' });
    const { json } = await get(`tasks(${task})?$select=scheduledend`, {
      prefer: 'odata.include-annotations="*"',
    });
    expect(json.scheduledend).toBe('2026-07-05T02:30:00Z');
    expect(json['scheduledend@OData.Community.Display.V1.FormattedValue']).toBe('7/4/2026 10:30 PM');
  });
});

describe('query options (webapi.md §8)', () => {
  it.each([
    ['$skip=1', /'\$skip' is not supported: follow @odata.nextLink/],
    ['$search=x', /contains/],
    ['$format=json', /JSON/],
    ['$compute=a as b', /not supported/],
    ['$levels=2', /nest \$expand/],
    ['$Filter=statecode eq 0', /write '\$filter', names are case sensitive/],
    ['select=lastname', /write '\$select'/],
    ['nosuch=1', /'nosuch' is not known\.$/],
    ['$top=0', /\$top/],
    ['$top=-1', /\$top/],
    ['$top=x', /\$top/],
    ['$count=yes', /\$count/],
    ['$top=1&$top=2', /more than once/],
    ["$filter=not Microsoft.Dynamics.CRM.Today(PropertyName='createdon')", /Not operator along with/],
    [
      "$filter=Microsoft.Dynamics.CRM.In(PropertyName='lastname',PropertyValues=['a\"])",
      /unterminated literal|Invalid JSON/,
    ],
  ])('%s is refused, naming what would be right', async (query, message) => {
    const { status, json } = await get(`contacts?${query}`);
    expect(status).toBe(400);
    expect(json.error.message).toMatch(message);
  });

  it('percent escapes are read once; + is a space unless it is %2B', async () => {
    await test.create('contacts', { lastname: 'a+b' });
    await test.create('contacts', { lastname: 'a b' });
    const name = async (query: string): Promise<string[]> =>
      (await get(`contacts?$select=lastname&$filter=${query}`)).json.value.map(
        (row: { lastname: string }) => row.lastname,
      );
    expect(await name("lastname+eq+'a+b'")).toEqual(['a b']);
    expect(await name("lastname%20eq%20'a%2Bb'")).toEqual(['a+b']);
    expect(await name("lastname eq 'a%252Bb'")).toEqual([]);
  });

  it('?tag= is accepted and ignored (§1)', async () => {
    expect((await get('contacts?tag=anything&$select=lastname')).status).toBe(200);
  });

  it('aliases serve $filter and $orderby', async () => {
    const { json } = await get(
      "contacts?$select=lastname&$filter=@p1 eq @p2&$orderby=@p1 desc&@p1=lastname&@p2='hart'",
    );
    expect(json.value.map((row: { lastname: string }) => row.lastname)).toEqual(['Hart']);
  });
});

describe('time zones (webapi.md §11: GetTimeZoneCodeByLocalizedName)', () => {
  const code = (name: string, locale = 1033): Promise<Answer> =>
    get(`GetTimeZoneCodeByLocalizedName(LocalizedStandardName='${name}',LocaleId=${locale})`);

  it('gives the code of a standard name; says what it does not know', async () => {
    expect((await code('W. Europe Standard Time')).json.TimeZoneCode).toBe(110);
    expect((await code('Pacific standard time')).json.TimeZoneCode).toBe(4);
    expect((await code('Nowhere Time')).status).toBe(400);
    expect((await code('Westeuropäische Zeit', 1031)).status).toBe(501);
  });

  it('every zone behind a code is known to PostgreSQL and to JavaScript', async () => {
    const rows = await test.database.store.query({ text: 'select name from pg_timezone_names', values: [] });
    const known = new Set(rows.map(({ name }) => name));
    for (const { zone } of timeZones) {
      expect(known.has(zone), zone).toBe(true);
      expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow();
    }
    expect(new Set(timeZones.map((one) => one.code)).size).toBe(timeZones.length);
  });
});
