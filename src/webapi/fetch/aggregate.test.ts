/** Aggregates on the wire: those of FetchXML (webapi.md §9) and $apply (webapi.md §8). */
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

const contacts = (inside: string, more = '') =>
  `<fetch aggregate='true' ${more}><entity name='contact'>${inside}</entity></fetch>`;

async function idOf(lastname: string): Promise<unknown> {
  const filter = `<filter><condition attribute='lastname' operator='eq' value='${lastname}'/></filter>`;
  const [row] = await world.rows(
    'contacts',
    `<fetch><entity name='contact'><attribute name='lastname'/>${filter}</entity></fetch>`,
  );
  return row?.contactid;
}

describe('aggregates of FetchXML (webapi.md §9)', () => {
  it('count, countcolumn with and without distinct, sum, avg, min, max', async () => {
    const [row, ...more] = await world.rows(
      'contacts',
      contacts(
        `<attribute name='contactid' alias='n' aggregate='count'/>
         <attribute name='jobtitle' alias='titles' aggregate='countcolumn'/>
         <attribute name='jobtitle' alias='kinds' aggregate='countcolumn' distinct='true'/>
         <attribute name='numberofchildren' alias='sum' aggregate='sum'/>
         <attribute name='numberofchildren' alias='avg' aggregate='avg'/>
         <attribute name='creditlimit' alias='mean' aggregate='avg'/>
         <attribute name='numberofchildren' alias='low' aggregate='min'/>
         <attribute name='lastusedincampaign' alias='latest' aggregate='max'/>`,
      ),
    );
    expect(more).toEqual([]);
    expect(row).toEqual({
      n: 4,
      titles: 3,
      kinds: 2,
      sum: 7,
      avg: 2,
      mean: 15.25,
      low: 0,
      latest: '2026-01-05T10:00:00Z',
    });
  });

  it('groups, text without case, empty as a group of its own whose sum is zero; orders by alias', async () => {
    const found = await world.rows(
      'contacts',
      contacts(
        "<attribute name='jobtitle' alias='title' groupby='true'/><attribute name='numberofchildren' alias='sum' aggregate='sum'/><order alias='sum' descending='true'/>",
      ),
    );
    expect(found.map((row) => [String(row.title).toLowerCase(), row.sum])).toEqual([
      ['seller', 5],
      ['buyer', 2],
      ['undefined', 0],
    ]);
  });

  it('groups by lookups, choices and columns of a link-entity, with formatted values', async () => {
    const answer = await world.get(
      'contacts',
      contacts(
        "<attribute name='ownerid' alias='owner' groupby='true'/><attribute name='gendercode' alias='gender' groupby='true'/><attribute name='creditlimit' alias='total' aggregate='sum'/><link-entity name='account' from='accountid' to='parentcustomerid' alias='a'><attribute name='name' alias='company' groupby='true'/><attribute name='accountid' alias='n' aggregate='count'/></link-entity><order alias='gender'/>",
      ),
      annotated,
    );
    expect(answer.json['@odata.context']).toBe(`${root}/$metadata#contacts`);
    expect(answer.json.value).toHaveLength(3);
    expect(answer.json.value[1]).toEqual({
      [`owner@${formatted}`]: 'Dana Developer',
      'owner@Microsoft.Dynamics.CRM.lookuplogicalname': 'systemuser',
      owner: caller.userId,
      [`gender@${formatted}`]: 'Female',
      gender: 2,
      [`total@${formatted}`]: '$10.50',
      total: 10.5,
      company: 'Oak',
      [`n@${formatted}`]: '1',
      n: 1,
    });
  });

  it('groups by parts of a date: the published sample of 3/25/2023', async () => {
    await world.web.create('contacts', { lastname: 'Yew', lastusedincampaign: '2023-03-25T12:00:00Z' });
    const parts = ['day', 'week', 'month', 'quarter', 'year', 'fiscal-period', 'fiscal-year'];
    const attributes = parts.map(
      (part) =>
        `<attribute name='lastusedincampaign' alias='${part.replace('-', '_')}' groupby='true' dategrouping='${part}'/>`,
    );
    const answer = await world.get(
      'contacts',
      contacts(
        `${attributes.join('')}<attribute name='contactid' alias='n' aggregate='count'/><filter><condition attribute='lastname' operator='eq' value='Yew'/></filter>`,
      ),
      annotated,
    );
    await world.web.call('DELETE', `contacts(${await idOf('Yew')})`);
    expect(answer.json.value[0]).toMatchObject({
      day: 25,
      week: 12,
      month: 3,
      quarter: 1,
      [`year@${formatted}`]: '2,023',
      year: 2023,
      [`fiscal_period@${formatted}`]: 'Quarter 1 FY2023',
      fiscal_period: 202301,
      [`fiscal_year@${formatted}`]: 'FY2023',
      fiscal_year: 2023,
      n: 1,
    });
  });

  it('counts week 35 for 8/27/2023, as SQL Server does', async () => {
    await world.web.create('contacts', { lastname: 'Ash', anniversary: '2023-08-27' });
    const found = await world.rows(
      'contacts',
      contacts(
        "<attribute name='anniversary' alias='week' groupby='true' dategrouping='week'/><filter><condition attribute='lastname' operator='eq' value='Ash'/></filter>",
      ),
    );
    expect(found).toEqual([{ week: 35 }]);
    await world.web.call('DELETE', `contacts(${await idOf('Ash')})`);
  });

  it('CountChildren counts the rows below', async () => {
    const found = await world.rows(
      'accounts',
      "<fetch><entity name='account'><attribute name='name'/><attribute name='accountid' alias='CountChildren' rowaggregate='CountChildren'/><filter><condition attribute='name' operator='in'><value>Oak</value><value>Fir</value></condition></filter><order attribute='name'/></entity></fetch>",
    );
    expect(found.map((row) => [row.name, row.CountChildren])).toEqual([
      ['Fir', 0],
      ['Oak', 1],
    ]);
  });

  it('aggregatelimit, and pages of groups by number', async () => {
    const count = "<attribute name='contactid' alias='n' aggregate='count'/>";
    const over = await world.get('contacts', contacts(count, "aggregatelimit='3'"));
    expect(over).toMatchObject({
      status: 400,
      json: {
        error: {
          code: '0x8004E023',
          message: 'AggregateQueryRecordLimit exceeded. Cannot perform this operation.',
        },
      },
    });
    const group = "<attribute name='lastname' alias='name' groupby='true'/>";
    const second = await world.get('contacts', contacts(group, "count='1' page='2'"), annotated);
    expect(second.json.value.map(({ name }: { name: string }) => name)).toEqual(['Moss']);
    expect(second.json['@Microsoft.Dynamics.CRM.morerecords']).toBe(true);
  });

  it.each([
    ["<attribute name='lastname'/>", 'its neither groupby nor aggregate'],
    ["<attribute name='lastname' aggregate='count'/>", 'An alias must be specified for every attribute'],
    ["<attribute name='lastname' aggregate='sum' alias='s'/>", "'sum' is not supported"],
    ["<attribute name='lastname' aggregate='median' alias='s'/>", "'median' is not valid"],
    ["<attribute name='createdon' groupby='true' alias='s'/>", 'needs dategrouping'],
    ["<attribute name='createdon' groupby='true' dategrouping='hour' alias='s'/>", "'hour' is not valid"],
    ['<all-attributes/>', '<all-attributes>'],
    ['', 'at least one attribute'],
    [
      "<attribute name='lastname' groupby='true' alias='s'/><order attribute='lastname'/>",
      'Attribute can not be specified if an aggregate operation is requested',
    ],
  ])('refuses %s', async (inside, message) => {
    const answer = await world.get('contacts', contacts(inside));
    expect([answer.status, answer.json.error.code]).toEqual([400, '0x8004111a']);
    expect(answer.json.error.message).toContain(message);
  });
});

describe('$apply (webapi.md §8)', () => {
  const apply = (set: string, text: string, headers: Record<string, string> = {}, more = '') =>
    world.web.call('GET', `${set}?$apply=${encodeURIComponent(text)}${more}`, { headers });

  it('groupby gives the distinct combinations, null columns left out', async () => {
    const { json } = await apply('contacts', "filter(lastname ne 'Nobody')/groupby((gendercode,donotphone))");
    expect(json['@odata.context']).toBe(`${root}/$metadata#contacts`);
    expect(json.value).toHaveLength(4);
    expect(json.value).toContainEqual({ gendercode: 1, donotphone: true });
    expect(json.value).toContainEqual({ donotphone: false });
  });

  it('groupby with $count, annotated as published', async () => {
    const { json } = await apply('accounts', 'groupby((statuscode),aggregate($count as count))', annotated);
    expect(json.value).toEqual([
      {
        [`statuscode@${formatted}`]: 'Active',
        statuscode: 1,
        [`count@${formatted}`]: '3',
        count: 3,
      },
    ]);
  });

  it('sum, average, min, max and countdistinct over filtered rows', async () => {
    const { json } = await apply(
      'accounts',
      "filter(name ne 'Ash')/aggregate(revenue with sum as s,revenue with average as m,revenue with min as lo,revenue with max as hi,_ownerid_value with countdistinct as owners,createdon with max as latest)",
      annotated,
    );
    expect(json.value).toEqual([
      {
        [`s@${formatted}`]: '$150.50',
        s: 150.5,
        [`m@${formatted}`]: '$75.25',
        m: 75.25,
        [`lo@${formatted}`]: '$50.50',
        lo: 50.5,
        [`hi@${formatted}`]: '$100.00',
        hi: 100,
        [`owners@${formatted}`]: '1',
        owners: 1,
        [`latest@${formatted}`]: expect.stringMatching(/^\d+\/\d+\/\d{4} \d+:\d\d [AP]M$/),
        latest: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    ]);
  });

  it("a path's column is named by table and column (trap 9)", async () => {
    const { json } = await apply(
      'accounts',
      'groupby((primarycontactid/fullname),aggregate(revenue with sum as total))',
    );
    expect(json.value).toContainEqual({ contact_fullname: 'Ivy Hart', total: 100 });
    expect(json.value).toContainEqual({ total: 50.5 });
  });

  it('on a filtered collection, with $orderby on a group and $top', async () => {
    const { json } = await world.web.call(
      'GET',
      `accounts(${world.ids.Oak})/contact_customer_accounts?$apply=groupby((lastname))&$orderby=lastname desc&$top=1`,
    );
    expect(json.value).toEqual([{ lastname: 'Moss' }]);
    const missing = await world.web.call(
      'GET',
      'accounts(00000000-0000-4000-8000-00000000dead)/contact_customer_accounts?$apply=groupby((lastname))',
    );
    expect(missing.status).toBe(404);
  });

  it.each([
    ['groupby((createdon))', '', 400, 'a date, is not supported'],
    [
      'groupby((lastname),aggregate($count as n))',
      '&$orderby=n',
      400,
      'The query node SingleValueOpenPropertyAccess is not supported.',
    ],
    ['groupby((nosuch))', '', 400, "Could not find a property named 'nosuch'"],
    ['aggregate(lastname with sum as s)', '', 400, "'sum' is not supported"],
    ['aggregate(creditlimit with median as s)', '', 400, "'median' is not supported"],
    ['aggregate($count as n,creditlimit with sum as n)', '', 400, "'n' stands for more than one column"],
    ['aggregate($count as n)', '&$filter=lastname eq 1', 400, "'$filter' cannot be combined"],
    ['aggregate($count as n)', '&$select=lastname', 400, "'$select' cannot be combined"],
    ['filter(statecode eq 0)', '', 501, 'without groupby or aggregate'],
    ['groupby((lastname))/aggregate($count as n)', '', 501, 'after groupby'],
  ])('refuses %s %s', async (text, more, status, message) => {
    const answer = await apply('contacts', text, {}, more);
    expect([answer.status, answer.json.error.message]).toEqual([status, expect.stringContaining(message)]);
  });
});

describe('the 50,000 rows of an aggregate (webapi.md §4, §8, §9)', () => {
  it('are counted, one more is refused, on filtered collections as well', async () => {
    const { store } = world.web.database;
    const insert = (rows: number) =>
      store.query({
        text: "insert into dataverse.subject (subjectid, title, versionnumber, parentsubject) select gen_random_uuid(), 'x', 1, $2::uuid from generate_series(1, $1::int4)",
        values: [rows, parent],
      });
    const parent = await world.web.create('subjects', { title: 'all' });
    await insert(50_000);
    const xml = encodeURIComponent(
      "<fetch aggregate='true'><entity name='subject'><attribute name='subjectid' alias='n' aggregate='count'/><filter><condition attribute='title' operator='eq' value='X'/></filter></entity></fetch>",
    );
    const paths = [
      `subjects?fetchXml=${xml}`,
      `subjects(${parent})/subject_parent_subject?fetchXml=${xml}`,
      "subjects?$apply=filter(title eq 'x')/aggregate($count as n)",
      `subjects(${parent})/subject_parent_subject?$apply=aggregate($count as n)`,
    ];
    for (const path of paths) expect((await world.web.call('GET', path)).json.value).toEqual([{ n: 50_000 }]);
    await insert(1);
    for (const path of paths) expect((await world.web.call('GET', path)).json.error.code).toBe('0x8004E023');
  });
});
