/** FetchXML on the wire: columns and operators, row by row of webapi.md §9. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { annotated, type FetchWorld, formatted, openFetchWorld } from '../../../test/compat/fetch-world.ts';
import { caller, root } from '../../../test/compat/harness.ts';

let world: FetchWorld;
beforeAll(async () => {
  world = await openFetchWorld();
});
afterAll(async () => {
  expect(world.web.faults).toEqual([]);
  await world.web.close();
});

/** The operators that webapi.md §9 lists, the forms with x and the fiscal ones written out. */
const section9 = [
  ...'eq ne gt ge lt le neq like not-like in not-in between not-between null not-null begins-with not-begin-with ends-with not-end-with above eq-or-above under eq-or-under not-under contain-values not-contain-values eq-userid ne-userid eq-userteams eq-useroruserteams eq-useroruserhierarchy eq-useroruserhierarchyandteams eq-businessid ne-businessid eq-userlanguage on on-or-after on-or-before today yesterday tomorrow last-seven-days next-seven-days last-week this-week next-week last-month this-month next-month last-year this-year next-year'.split(
    ' ',
  ),
  ...['hours', 'days', 'weeks', 'months', 'years', 'fiscal-periods', 'fiscal-years'].flatMap((unit) => [
    `last-x-${unit}`,
    `next-x-${unit}`,
  ]),
  ...['minutes', 'hours', 'days', 'weeks', 'months', 'years'].map((unit) => `olderthan-x-${unit}`),
  ...'this-fiscal-year this-fiscal-period next-fiscal-year next-fiscal-period last-fiscal-year last-fiscal-period in-fiscal-year in-fiscal-period in-fiscal-period-and-year in-or-before-fiscal-period-and-year in-or-after-fiscal-period-and-year'.split(
    ' ',
  ),
];

describe('results (webapi.md §9: lookups, null columns, linked columns, the key)', () => {
  it('gives the columns asked for and the key, and leaves empty ones out (trap 5)', async () => {
    const answer = await world.get(
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
      _parentcustomerid_value: world.ids.Oak,
      contactid: world.ids.Hart,
    });
    expect(Object.keys(last)).toEqual(['@odata.etag', 'lastname', 'contactid']);
  });

  it('all columns without any attribute, or with all-attributes', async () => {
    for (const inside of ['', '<all-attributes/>']) {
      const answer = await world.get(
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
    const [first, ...more] = await world.rows(
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
    const [first] = await world.rows(
      'contacts',
      "<fetch top='1'><entity name='contact'><attribute name='lastname'/><link-entity name='account' from='primarycontactid' to='contactid'><attribute name='name'/></link-entity></entity></fetch>",
    );
    expect(first).toMatchObject({ lastname: 'Hart', 'account1.name': 'Oak' });
  });

  it('annotates values, lookups, linked and aliased columns', async () => {
    const answer = await world.get(
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

describe('operators (webapi.md §9)', () => {
  it.each([
    ["attribute='lastname' operator='eq' value='hart'/>", ['Hart']],
    ["attribute='jobtitle' operator='ne' value='BUYER'/>", ['Reed', 'Vale']],
    ["attribute='jobtitle' operator='neq' value='Seller'/>", ['Hart', 'Moss', 'Vale']],
    ["attribute='numberofchildren' operator='gt' value='2'/>", ['Reed']],
    ["attribute='numberofchildren' operator='ge' value='2'/>", ['Hart', 'Reed']],
    ["attribute='numberofchildren' operator='lt' value='2'/>", ['Moss']],
    ["attribute='numberofchildren' operator='le' value='2'/>", ['Hart', 'Moss']],
    ["attribute='lastname' operator='like' value='%o%'/>", ['Moss']],
    ["attribute='lastname' operator='like' value='[hm]%'/>", ['Hart', 'Moss']],
    ["attribute='lastname' operator='like' value='har'/>", []],
    ["attribute='jobtitle' operator='not-like' value='b%'/>", ['Reed', 'Vale']],
    ["attribute='lastname' operator='begins-with' value='ha'/>", ['Hart']],
    ["attribute='jobtitle' operator='not-begin-with' value='b'/>", ['Reed', 'Vale']],
    ["attribute='lastname' operator='ends-with' value='D'/>", ['Reed']],
    ["attribute='jobtitle' operator='not-end-with' value='ER'/>", ['Vale']],
    ["attribute='gendercode' operator='in'><value>2</value><value>3</value></condition>", ['Hart']],
    ["attribute='gendercode' operator='not-in'><value>2</value></condition>", ['Moss', 'Reed', 'Vale']],
    [
      "attribute='numberofchildren' operator='between'><value>0</value><value>2</value></condition>",
      ['Hart', 'Moss'],
    ],
    [
      "attribute='numberofchildren' operator='not-between'><value>0</value><value>2</value></condition>",
      ['Reed', 'Vale'],
    ],
    ["attribute='gendercode' operator='null'/>", ['Reed']],
    ["attribute='gendercode' operator='not-null'/>", ['Hart', 'Moss', 'Vale']],
    ["attribute='donotphone' operator='eq' value='1'/>", ['Vale']],
    ["attribute='anniversary' operator='on-or-after' value='2026-02-01'/>", ['Moss']],
    ["attribute='anniversary' operator='on-or-before' value='2026-02-01'/>", ['Hart']],
    ["attribute='lastusedincampaign' operator='on' value='2026-01-05'/>", ['Hart']],
    ["attribute='ownerid' operator='eq-userid'/>", ['Hart', 'Moss', 'Reed', 'Vale']],
    ["attribute='ownerid' operator='ne-userid'/>", []],
    ["attribute='ownerid' operator='eq-useroruserteams'/>", ['Hart', 'Moss', 'Reed', 'Vale']],
    ["attribute='ownerid' operator='eq-useroruserhierarchy'/>", ['Hart', 'Moss', 'Reed', 'Vale']],
    ["attribute='ownerid' operator='eq-useroruserhierarchyandteams'/>", ['Hart', 'Moss', 'Reed', 'Vale']],
    ["attribute='ownerid' operator='eq-userteams'/>", []],
    ["attribute='owningbusinessunit' operator='eq-businessid'/>", ['Hart', 'Moss', 'Reed', 'Vale']],
    ["attribute='owningbusinessunit' operator='ne-businessid'/>", []],
    ["attribute='createdon' operator='today'/>", ['Hart', 'Moss', 'Reed', 'Vale']],
    ["attribute='createdon' operator='yesterday'/>", []],
    ["attribute='createdon' operator='last-x-hours' value='1'/>", ['Hart', 'Moss', 'Reed', 'Vale']],
    ["attribute='createdon' operator='olderthan-x-minutes' value='60'/>", []],
    ["attribute='createdon' operator='this-fiscal-year'/>", ['Hart', 'Moss', 'Reed', 'Vale']],
    [
      "attribute='anniversary' operator='in-fiscal-period-and-year'><value>1</value><value>2026</value></condition>",
      ['Hart', 'Moss'],
    ],
    ["attribute='firstname' operator='eq' valueof='lastname'/>", ['Vale']],
  ])('condition %s', async (text, expected) => {
    expect(await world.names(`<filter><condition ${text}</filter>`)).toEqual(expected);
  });

  it('every operator of the section is known, and each says what it cannot take', async () => {
    for (const operator of section9) {
      const answer = await world.get(
        'contacts',
        `<fetch><entity name='contact'><filter><condition attribute='createdon' operator='${operator}'/></filter></entity></fetch>`,
      );
      expect([operator, answer.status]).toEqual([
        operator,
        expect.toSatisfy((s: number) => s === 200 || s === 400),
      ]);
      expect([operator, answer.json.error?.code]).not.toEqual([operator, '0x80041120']);
    }
  });

  it('hierarchies: above, under and the like', async () => {
    const accounts = async (operator: string, id: string | undefined) =>
      (
        await world.rows(
          'accounts',
          `<fetch><entity name='account'><attribute name='name'/><filter><condition attribute='accountid' operator='${operator}' value='{${id?.toUpperCase()}}'/></filter><order attribute='name'/></entity></fetch>`,
        )
      ).map(({ name }) => name);
    expect(await accounts('above', world.ids.Fir)).toEqual(['Elm', 'Oak']);
    expect(await accounts('eq-or-above', world.ids.Fir)).toEqual(['Elm', 'Fir', 'Oak']);
    expect(await accounts('under', world.ids.Oak)).toEqual(['Elm', 'Fir']);
    expect(await accounts('eq-or-under', world.ids.Elm)).toEqual(['Elm', 'Fir']);
    expect(await accounts('not-under', world.ids.Elm)).toEqual(['Elm', 'Oak']);
  });

  it('multi-select columns: contain-values, not-contain-values, eq', async () => {
    for (const [subject, channel] of [
      ['two', '192360000,192440000'],
      ['one', '192440000'],
      ['none', null],
    ])
      await world.web.create('msdyn_ocliveworkitems', { subject, msdyn_channel: channel });
    const found = async (inside: string) =>
      (
        await world.rows(
          'msdyn_ocliveworkitems',
          `<fetch><entity name='msdyn_ocliveworkitem'><attribute name='subject'/><filter><condition attribute='msdyn_channel' ${inside}</filter><order attribute='subject'/></entity></fetch>`,
        )
      ).map(({ subject }) => subject);
    expect(await found("operator='contain-values'><value>192360000</value></condition>")).toEqual(['two']);
    expect(await found("operator='not-contain-values'><value>192360000</value></condition>")).toEqual([
      'none',
      'one',
    ]);
    expect(await found("operator='eq' value='192440000'/>")).toEqual(['one']);
    expect(await found("operator='eq'><value>192440000</value><value>192360000</value></condition>")).toEqual(
      ['two'],
    );
  });
});

it('is accepted as the only option of a GET inside $batch (webapi.md §9, §10)', async () => {
  const xml =
    "<fetch top='1'><entity name='contact'><attribute name='lastname'/><order attribute='lastname'/></entity></fetch>";
  const body = [
    '--batch_1',
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `GET ${root}/contacts?fetchXml=${encodeURIComponent(xml)} HTTP/1.1`,
    'Accept: application/json',
    '',
    '',
    '--batch_1--',
    '',
  ].join('\r\n');
  const answer = await world.web.call('POST', '$batch', {
    headers: { 'content-type': 'multipart/mixed; boundary=batch_1' },
    body,
  });
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('"lastname":"Hart"');
});
