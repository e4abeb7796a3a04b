import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, openTestWebApi, root, type TestWebApi } from '../../test/compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const annotated = { prefer: 'odata.include-annotations="*"' };
const get = (path: string, headers: Record<string, string> = {}) => web.call('GET', path, { headers });
const create = (set: string, body: object) => web.create(set, body);

describe('records and annotations (webapi.md §5)', () => {
  it('without $select every column comes, empty ones as null; dates in whole seconds', async () => {
    const id = await create('contacts', {
      lastname: 'Hart',
      lastusedincampaign: '2026-01-05T12:00:00+02:00',
    });
    const { json } = await get(`contacts(${id})`);
    expect(json.jobtitle).toBeNull();
    expect(json.lastusedincampaign).toBe('2026-01-05T10:00:00Z');
    expect(json.createdon).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(json._ownerid_value).toBe(caller.userId);
    expect(typeof json.versionnumber).toBe('number');
    const annotations = Object.keys(json).filter((name) => name.includes('@'));
    expect(annotations).toEqual(['@odata.context', '@odata.etag']);
  });

  it('comes with annotations when asked: all, exact names, prefixes; before their property (trap 7)', async () => {
    const contact = await create('contacts', {
      lastname: 'Hart',
      firstname: 'Ivy',
      gendercode: 2,
      creditlimit: 1234.5,
      donotphone: true,
      lastusedincampaign: '2026-01-05T10:00:00Z',
    });
    const path = `contacts(${contact})?$select=lastname,gendercode,creditlimit,donotphone,lastusedincampaign,_ownerid_value`;
    const formatted = 'OData.Community.Display.V1.FormattedValue';
    const all = await get(path, annotated);
    expect(all.headers['Preference-Applied']).toBe('odata.include-annotations="*"');
    expect(all.json).toMatchObject({
      [`gendercode@${formatted}`]: 'Female',
      [`creditlimit@${formatted}`]: '$1,234.50',
      creditlimit: 1234.5,
      [`donotphone@${formatted}`]: 'Do Not Allow',
      [`lastusedincampaign@${formatted}`]: '1/5/2026',
      [`_ownerid_value@${formatted}`]: 'Dana Developer',
      '_ownerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty': 'ownerid',
      '_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'systemuser',
    });
    expect(all.json).not.toHaveProperty(`lastname@${formatted}`);
    const names = Object.keys(all.json);
    expect(names.indexOf(`gendercode@${formatted}`)).toBe(names.indexOf('gendercode') - 1);
    expect(names.some((name) => /^@[nt]\d|^@c$/.test(name))).toBe(false);
    const exact = await get(path, {
      prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.lookuplogicalname"',
    });
    expect(Object.keys(exact.json).filter((name) => name.includes('@') && !name.startsWith('@'))).toEqual([
      '_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname',
    ]);
    const prefix = await get(path, { prefer: 'odata.include-annotations="OData.Community.Display.V1.*"' });
    expect(prefix.json).toHaveProperty(`gendercode@${formatted}`);
    expect(prefix.json).not.toHaveProperty('_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname');
    expect((await get(path)).text).not.toContain('FormattedValue');
  });

  it('counts to 5,000 with the annotations beside the count (webapi.md §8, $count)', async () => {
    const answer = await get(
      "contacts?$select=lastname&$count=true&$top=1&$filter=lastname ne ''",
      annotated,
    );
    expect(answer.json['@odata.count']).toBeGreaterThan(1);
    expect(answer.json['@Microsoft.Dynamics.CRM.totalrecordcount']).toBe(answer.json['@odata.count']);
    expect(answer.json['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded']).toBe(false);
    expect((await get('contacts?$top=1', annotated)).json['@Microsoft.Dynamics.CRM.totalrecordcount']).toBe(
      -1,
    );
  });
});

describe('$expand (webapi.md §8, traps 8, 10)', () => {
  let account: string;
  beforeAll(async () => {
    account = await create('accounts', {
      name: 'Oak',
      contact_customer_accounts: ['Ash', 'Fir', 'Yew'].map((lastname) => ({ lastname, jobtitle: 'Tree' })),
    });
  });

  it('a collection has its link beside it, always, and the link gives the same rows', async () => {
    const answer = await get(
      `accounts(${account})?$select=name&$expand=contact_customer_accounts($select=lastname;$filter=lastname ne 'Fir';$orderby=lastname desc;$top=2)`,
    );
    const rows = answer.json.contact_customer_accounts;
    expect(rows.map((row: { lastname: string }) => row.lastname)).toEqual(['Yew', 'Ash']);
    expect(rows[0]['@odata.etag']).toMatch(/^W\/"\d+"$/);
    const link: string = answer.json['contact_customer_accounts@odata.nextLink'];
    expect(
      link.startsWith(`${root}/accounts(${account})/contact_customer_accounts?$select=lastname&$filter=`),
    ).toBe(true);
    expect((await get(link.slice(root.length + 1))).json.value).toEqual(rows);
  });

  it('an empty lookup is null, an empty collection []; $ref gives the address', async () => {
    const answer = await get(
      `accounts(${account})?$select=name&$expand=primarycontactid,account_parent_account($select=name),createdby/$ref`,
    );
    expect(answer.json.primarycontactid).toBeNull();
    expect(answer.json.account_parent_account).toEqual([]);
    expect(answer.json['account_parent_account@odata.nextLink']).toContain(
      '/account_parent_account?$select=name',
    );
    expect(answer.json.createdby).toEqual({ '@odata.id': `${root}/systemusers(${caller.userId})` });
  });

  it('a nested expand pages the rows by maxpagesize with a token', async () => {
    const query =
      'contact_customer_accounts($select=lastname;$expand=parentcustomerid_account($select=name))';
    let answer = await get(`accounts(${account})?$select=name&$expand=${query}`, {
      prefer: 'odata.maxpagesize=2',
    });
    expect(answer.headers['Preference-Applied']).toBe('odata.maxpagesize=2');
    const rows = [...answer.json.contact_customer_accounts];
    expect(rows).toHaveLength(2);
    expect(rows[0].parentcustomerid_account.name).toBe('Oak');
    const link: string = answer.json['contact_customer_accounts@odata.nextLink'];
    expect(link).toContain('$skiptoken=');
    answer = await get(link.slice(root.length + 1), { prefer: 'odata.maxpagesize=2' });
    rows.push(...answer.json.value);
    expect(rows.map((row: { lastname: string }) => row.lastname).sort()).toEqual(['Ash', 'Fir', 'Yew']);
    expect(answer.json).not.toHaveProperty('@odata.nextLink');
  });

  it('annotations reach expanded rows; ownerid tells its table', async () => {
    const answer = await get(
      `accounts(${account})?$select=name&$expand=ownerid,contact_customer_accounts($select=_ownerid_value;$top=1)`,
      annotated,
    );
    expect(answer.json.ownerid).toMatchObject({
      '@odata.type': '#Microsoft.Dynamics.CRM.systemuser',
      fullname: 'Dana Developer',
    });
    expect(answer.json.contact_customer_accounts[0]).toMatchObject({
      '_ownerid_value@OData.Community.Display.V1.FormattedValue': 'Dana Developer',
    });
  });

  it('$top is ignored beside a page size; a damaged token is 400 (trap 10)', async () => {
    const answer = await get('contacts?$select=lastname&$top=1', { prefer: 'odata.maxpagesize=2' });
    expect(answer.json.value).toHaveLength(2);
    expect((await get('contacts?$skiptoken=%3Ccookie%20x')).status).toBe(400);
  });

  it('orders lookups by the name of what they point to', async () => {
    const answer = await get(
      'contacts?$select=_parentcustomerid_value&$orderby=_parentcustomerid_value desc&$top=1',
      annotated,
    );
    expect(answer.json.value[0]['_parentcustomerid_value@OData.Community.Display.V1.FormattedValue']).toBe(
      'Oak',
    );
  });
});
