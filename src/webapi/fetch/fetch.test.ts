/** FetchXML on the wire, row by row of webapi.md §9. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, openTestWebApi, root, type TestWebApi } from '../../../test/compat/harness.ts';

let web: TestWebApi;
const ids: Record<string, string> = {};

const formatted = 'OData.Community.Display.V1.FormattedValue';
const annotated = { prefer: 'odata.include-annotations="*"' };

const get = (set: string, xml: string, headers: Record<string, string> = {}, more = '') =>
  web.call('GET', `${set}?fetchXml=${encodeURIComponent(xml)}${more}`, { headers });

/** The rows of a query that must succeed. */
async function rows(set: string, xml: string): Promise<Record<string, unknown>[]> {
  const answer = await get(set, xml);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.json.value;
}

/** The last names that a query on contacts gives, sorted. */
async function names(inside: string): Promise<unknown[]> {
  const found = await rows(
    'contacts',
    `<fetch><entity name='contact'><attribute name='lastname'/>${inside}</entity></fetch>`,
  );
  return found.map(({ lastname }) => lastname).sort();
}

const condition = (text: string): Promise<unknown[]> => names(`<filter><condition ${text}</filter>`);

beforeAll(async () => {
  web = await openTestWebApi();
  ids.oak = await web.create('accounts', {
    name: 'Oak',
    revenue: 100,
    numberofemployees: 10,
    accountnumber: 'A-1',
  });
  ids.elm = await web.create('accounts', {
    name: 'Elm',
    revenue: 50.5,
    'parentaccountid@odata.bind': `accounts(${ids.oak})`,
  });
  ids.fir = await web.create('accounts', {
    name: 'Fir',
    'parentaccountid@odata.bind': `accounts(${ids.elm})`,
  });
  const people: readonly [string, object][] = [
    [
      'Hart',
      {
        firstname: 'Ivy',
        jobtitle: 'Buyer',
        gendercode: 2,
        numberofchildren: 2,
        creditlimit: 10.5,
        anniversary: '2026-01-05',
        lastusedincampaign: '2026-01-05T10:00:00Z',
        'parentcustomerid_account@odata.bind': `accounts(${ids.oak})`,
      },
    ],
    [
      'Moss',
      {
        firstname: 'Ada',
        jobtitle: 'buyer',
        gendercode: 1,
        numberofchildren: 0,
        creditlimit: 20,
        anniversary: '2026-02-05',
        'parentcustomerid_account@odata.bind': `accounts(${ids.oak})`,
      },
    ],
    [
      'Reed',
      {
        firstname: 'Tim',
        jobtitle: 'Seller',
        numberofchildren: 5,
        'parentcustomerid_account@odata.bind': `accounts(${ids.elm})`,
      },
    ],
    ['Vale', { firstname: 'Vale', gendercode: 1, donotphone: true }],
  ];
  for (const [lastname, columns] of people)
    ids[lastname] = await web.create('contacts', { lastname, ...columns });
  await web.call('PATCH', `accounts(${ids.oak})`, {
    body: { 'primarycontactid@odata.bind': `contacts(${ids.Hart})` },
  });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

describe('results (webapi.md §9: lookups, null columns, linked columns, the key)', () => {
  it('gives the columns asked for and the key, and leaves empty ones out (trap 5)', async () => {
    const answer = await get(
      'contacts',
      "<fetch><entity name='contact'><attribute name='lastname'/><attribute name='jobtitle'/><attribute name='parentcustomerid'/><order attribute='lastname'/></entity></fetch>",
    );
    expect(answer.status).toBe(200);
    expect(answer.json['@odata.context']).toBe(
      `${root}/$metadata#contacts(lastname,jobtitle,_parentcustomerid_value,contactid)`,
    );
    const [first, , , last] = answer.json.value;
    expect(first).toEqual({
      '@odata.etag': expect.stringMatching(/^W\/"\d+"$/),
      lastname: 'Hart',
      jobtitle: 'Buyer',
      _parentcustomerid_value: ids.oak,
      contactid: ids.Hart,
    });
    expect(Object.keys(last)).toEqual(['@odata.etag', 'lastname', 'contactid']);
  });

  it('all columns without any attribute, or with all-attributes', async () => {
    for (const inside of ['', '<all-attributes/>']) {
      const answer = await get(
        'contacts',
        `<fetch top='1'><entity name='contact'>${inside}<order attribute='lastname'/></entity></fetch>`,
      );
      expect(answer.json['@odata.context']).toBe(`${root}/$metadata#contacts`);
      expect(answer.json.value[0]).toMatchObject({
        lastname: 'Hart',
        statecode: 0,
        _ownerid_value: caller.userId,
      });
      expect(answer.json.value[0]).not.toHaveProperty('middlename');
    }
  });

  it('linked columns as alias.column, the example of §9', async () => {
    const [first, ...more] = await rows(
      'contacts',
      "<fetch><entity name='contact'><attribute name='lastname'/><link-entity name='account' from='accountid' to='parentcustomerid' alias='a'><attribute name='name'/><attribute name='ownerid'/><attribute name='name' alias='company'/><filter><condition attribute='name' operator='eq' value='elm'/></filter></link-entity></entity></fetch>",
    );
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      lastname: 'Reed',
      'a.name': 'Elm',
      'a.ownerid': caller.userId,
      company: 'Elm',
    });
  });

  it('without an alias the name is generated', async () => {
    const [first] = await rows(
      'contacts',
      "<fetch top='1'><entity name='contact'><attribute name='lastname'/><link-entity name='account' from='primarycontactid' to='contactid'><attribute name='name'/></link-entity></entity></fetch>",
    );
    expect(first).toMatchObject({ lastname: 'Hart', 'account1.name': 'Oak' });
  });

  it('annotates values, lookups, linked and aliased columns', async () => {
    const answer = await get(
      'contacts',
      "<fetch top='1'><entity name='contact'><attribute name='gendercode'/><attribute name='creditlimit'/><attribute name='parentcustomerid'/><attribute name='numberofchildren' alias='n'/><link-entity name='account' from='accountid' to='parentcustomerid' alias='a'><attribute name='revenue'/><attribute name='ownerid'/></link-entity><order attribute='lastname'/></entity></fetch>",
      annotated,
    );
    expect(answer.json.value[0]).toMatchObject({
      [`gendercode@${formatted}`]: 'Female',
      [`creditlimit@${formatted}`]: '$10.50',
      [`_parentcustomerid_value@${formatted}`]: 'Oak',
      '_parentcustomerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty':
        'parentcustomerid_account',
      '_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'account',
      [`a.revenue@${formatted}`]: '$100.00',
      'a.revenue': 100,
      [`a.ownerid@${formatted}`]: 'Dana Developer',
      'a.ownerid@Microsoft.Dynamics.CRM.lookuplogicalname': 'systemuser',
      [`n@${formatted}`]: '2',
      n: 2,
    });
    expect(answer.text).not.toMatch(/"@[ntc]\d/);
  });
});
