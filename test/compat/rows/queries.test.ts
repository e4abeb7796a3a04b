/** The rows of webapi.md §8 (query options) and §9 (FetchXML), one by one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, caller, openTestWebApi, root, type TestWebApi } from '../harness.ts';

let web: TestWebApi;
let account: string;
let hart: string;
let moss: string;
beforeAll(async () => {
  web = await openTestWebApi();
  hart = await web.create('contacts', {
    lastname: 'Hart',
    firstname: 'Ivy',
    jobtitle: '100%',
    numberofchildren: 2,
  });
  moss = await web.create('contacts', {
    lastname: 'Moss',
    firstname: 'Ada',
    jobtitle: 'a_b',
    numberofchildren: 7,
  });
  await web.create('contacts', { lastname: 'Reed' });
  account = await web.create('accounts', {
    name: 'Alder Ltd',
    revenue: 1000,
    'primarycontactid@odata.bind': `/contacts(${hart})`,
    'contact_customer_accounts@odata.bind': [`/contacts(${hart})`, `/contacts(${moss})`],
  });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const get = (path: string, headers: { readonly [name: string]: string } = {}): Promise<Answer> =>
  web.call('GET', path, { headers });
const names = async (filter: string): Promise<string[]> => {
  const { status, json, text } = await get(
    `contacts?$select=lastname&$orderby=lastname&$filter=${encodeURIComponent(filter)}`,
  );
  expect(status, `${filter}: ${text}`).toBe(200);
  return json.value.map(({ lastname }: { lastname: string }) => lastname);
};

describe('$filter (webapi.md §8)', () => {
  it.each<readonly [string, readonly string[]]>([
    ["lastname eq 'HART'", ['Hart']],
    ["lastname ne 'hart'", ['Moss', 'Reed']],
    ['numberofchildren gt 2', ['Moss']],
    ['numberofchildren ge 2 and numberofchildren le 2', ['Hart']],
    ['numberofchildren lt 7', ['Hart']],
    ['numberofchildren eq null', ['Reed']],
    ['numberofchildren ne null', ['Hart', 'Moss']],
    // null makes the whole expression null: the row does not come.
    ["jobtitle ne '100%'", ['Moss']],
    ['not (numberofchildren gt 2)', ['Hart']],
    ["firstname eq lastname or lastname eq 'Reed'", ['Reed']],
    ["lastname eq 'Reed' or lastname eq 'Hart' and numberofchildren eq 7", ['Reed']],
    ["contains(lastname,'AR')", ['Hart']],
    ["startswith(lastname,'mo')", ['Moss']],
    ["endswith(lastname,'ED')", ['Reed']],
    ["parentcustomerid_account/name eq 'Alder Ltd'", ['Hart', 'Moss']],
    ["parentcustomerid_account/primarycontactid/lastname eq 'Hart'", ['Hart', 'Moss']],
    ["lastname eq 'O''Bryan'", []],
    ['createdon ge 2020-01-01', ['Hart', 'Moss', 'Reed']],
    ['createdon le 2020-01-01T00:00:00Z', []],
    ['donotphone eq false', ['Hart', 'Moss', 'Reed']],
    // Wildcards (trap 15): in contains and its like, not in eq; in brackets they mean themselves.
    ["contains(jobtitle,'[%]')", ['Hart']],
    ["contains(jobtitle,'a[_]b')", ['Moss']],
    ["startswith(jobtitle,'_00')", ['Hart']],
    ["startswith(lastname,'[hm]')", ['Hart', 'Moss']],
    ["startswith(lastname,'[a-h]')", ['Hart']],
    ["startswith(lastname,'[^h]')", ['Moss', 'Reed']],
    ["contains(lastname,'h%t')", ['Hart']],
    ["jobtitle eq 'a%b'", []],
  ])('%s', async (filter, expected) => {
    expect(await names(filter)).toEqual(expected);
  });

  it.each<readonly [string, number]>([
    ["contact_customer_accounts/any(c:c/lastname eq 'moss')", 1],
    ['contact_customer_accounts/any()', 1],
    ["contact_customer_accounts/all(c:c/lastname eq 'moss')", 0],
    ["contact_customer_accounts/any(c:c/account_primary_contact/any(a:a/name eq 'Alder Ltd'))", 1],
  ])('%s finds %i accounts', async (filter, count) => {
    const { status, json, text } = await get(`accounts?$select=name&$filter=${filter}`);
    expect([status, json.value?.length], text).toEqual([200, count]);
  });

  it('a lambda under a lookup path is refused', async () => {
    const filter = 'primarycontactid/account_primary_contact/any(a:a/name ne null)';
    expect((await get(`accounts?$filter=${filter}`)).status).toBe(400);
  });
});

describe('options (webapi.md §8)', () => {
  it('$orderby: ascending by default, lookups by name, choices by number', async () => {
    const order = async (orderby: string): Promise<string[]> =>
      (await get(`contacts?$select=lastname&$orderby=${orderby}`)).json.value.map(
        ({ lastname }: { lastname: string }) => lastname,
      );
    expect(await order('lastname')).toEqual(['Hart', 'Moss', 'Reed']);
    expect(await order('lastname desc')).toEqual(['Reed', 'Moss', 'Hart']);
    expect(await order('_parentcustomerid_value desc,lastname desc')).toEqual(['Moss', 'Hart', 'Reed']);
  });

  it('$top is ignored beside a page size; the page has a link, the last one none (trap 10)', async () => {
    const headers = { prefer: 'odata.maxpagesize=2' };
    const first = await get('contacts?$select=lastname&$orderby=lastname&$top=1', headers);
    expect(first.json.value).toHaveLength(2);
    const link: string = first.json['@odata.nextLink'];
    expect(link.startsWith(`${root}/contacts?`)).toBe(true);
    const token = decodeURIComponent(link.slice(link.indexOf('$skiptoken=') + '$skiptoken='.length));
    expect(token).toMatch(/^<cookie pagenumber="2" pagingcookie="[^"<]*" istracking="False" \/>$/);
    const inner = /pagingcookie="([^"]*)"/.exec(token)?.[1] ?? '';
    expect(decodeURIComponent(decodeURIComponent(inner))).toMatch(/^<cookie page="1">/);
    const last = await get(link.slice(root.length + 1), headers);
    expect(last.json.value.map((row: { lastname: string }) => row.lastname)).toEqual(['Reed']);
    expect(last.json).not.toHaveProperty(['@odata.nextLink']);
    expect((await get('contacts?$skiptoken=damaged')).status).toBe(400);
  });

  it('aliases: one without a value is null, and they are not for $expand', async () => {
    expect((await get('contacts?$select=lastname&$filter=jobtitle eq @p')).json.value).toHaveLength(1);
    const expand = '$expand=parentcustomerid_account($filter=name eq @p)&@p=%27x%27';
    expect((await get(`contacts?${expand}`)).status).toBe(400);
  });

  it('the example of a nested $top beside its link (trap 8)', async () => {
    const { json } = await get(
      `accounts(${account})?$select=name&$expand=contact_customer_accounts($select=fullname;$orderby=fullname;$top=2)`,
    );
    expect(json.contact_customer_accounts.map((row: { fullname: string }) => row.fullname)).toEqual([
      'Ada Moss',
      'Ivy Hart',
    ]);
    expect(json['contact_customer_accounts@odata.nextLink']).toBe(
      `${root}/accounts(${account})/contact_customer_accounts?$select=fullname&$orderby=fullname&$top=2`,
    );
  });

  it('16 expands are refused, 15 are not', async () => {
    const lookups =
      'createdby,modifiedby,createdonbehalfby,modifiedonbehalfby,owninguser,owningteam,owningbusinessunit,ownerid,transactioncurrencyid,parentcustomerid_account,parentcustomerid_contact,contact_customer_contacts,account_primary_contact,Contact_Annotation,Contact_Tasks,Contact_Phonecalls'.split(
        ',',
      );
    expect((await get(`contacts?$select=lastname&$expand=${lookups.slice(0, 15).join()}`)).status).toBe(200);
    expect((await get(`contacts?$select=lastname&$expand=${lookups.join()}`)).status).toBe(400);
  });
});

describe('query functions (webapi.md §8)', () => {
  const value = (name: string, column: string, parameter?: string): string =>
    `Microsoft.Dynamics.CRM.${name}(PropertyName='${column}'${parameter === undefined ? '' : `,${parameter}`})`;
  const all = ['Hart', 'Moss', 'Reed'];
  const days = ['Today', 'ThisWeek', 'ThisMonth', 'ThisYear', 'ThisFiscalPeriod', 'ThisFiscalYear'];
  const never = ['Tomorrow', 'NextWeek', 'NextMonth', 'NextYear', 'NextFiscalPeriod', 'NextFiscalYear'];
  const before = ['Yesterday', 'LastWeek', 'LastMonth', 'LastYear', 'LastFiscalPeriod', 'LastFiscalYear'];
  const units = ['Hours', 'Days', 'Weeks', 'Months', 'Years', 'FiscalPeriods', 'FiscalYears'];

  it.each<readonly [string, readonly string[]]>([
    [value('In', 'lastname', "PropertyValues=['Hart','Reed']"), ['Hart', 'Reed']],
    [value('In', 'lastname', 'PropertyValues=["Hart"]'), ['Hart']],
    [value('NotIn', 'lastname', "PropertyValues=['Hart']"), ['Moss', 'Reed']],
    [value('Between', 'numberofchildren', 'PropertyValues=["2","7"]'), ['Hart', 'Moss']],
    [value('NotBetween', 'numberofchildren', 'PropertyValues=["1","3"]'), ['Moss']],
    [value('OnOrAfter', 'createdon', "PropertyValue='2020-01-01'"), all],
    [value('OnOrBefore', 'createdon', "PropertyValue='2020-01-01'"), []],
    [value('On', 'createdon', "PropertyValue='2020-01-01'"), []],
    [value('NotOn', 'createdon', "PropertyValue='2020-01-01'"), all],
    ...days.map((name) => [value(name, 'createdon'), all] as const),
    ...never.map((name) => [value(name, 'createdon'), []] as const),
    ...before.map((name) => [value(name, 'createdon'), []] as const),
    [value('Last7Days', 'createdon'), all],
    [value('Next7Days', 'createdon'), []],
    ...units.map((unit) => [value(`LastX${unit}`, 'createdon', 'PropertyValue=1'), all] as const),
    ...units.map((unit) => [value(`NextX${unit}`, 'createdon', 'PropertyValue=1'), []] as const),
    ...['Minutes', 'Hours', 'Days', 'Weeks', 'Months', 'Years'].map(
      (unit) => [value(`OlderThanX${unit}`, 'createdon', 'PropertyValue=1'), []] as const,
    ),
    [value('InFiscalYear', 'createdon', 'PropertyValue=1999'), []],
    [value('InFiscalPeriodAndYear', 'createdon', 'PropertyValue1=1,PropertyValue2=1999'), []],
    [value('InOrBeforeFiscalPeriodAndYear', 'createdon', 'PropertyValue1=1,PropertyValue2=1999'), []],
    [value('InOrAfterFiscalPeriodAndYear', 'createdon', 'PropertyValue1=1,PropertyValue2=1999'), all],
    [value('EqualUserId', 'ownerid'), all],
    [value('NotEqualUserId', 'ownerid'), []],
    [value('EqualBusinessId', 'owningbusinessunit'), all],
    [value('NotEqualBusinessId', 'owningbusinessunit'), []],
    [value('EqualUserTeams', 'ownerid'), []],
    [value('EqualUserOrUserTeams', 'ownerid'), all],
    [value('EqualUserOrUserHierarchy', 'ownerid'), all],
    [value('EqualUserOrUserHierarchyAndTeams', 'ownerid'), all],
  ])('%s', async (filter, expected) => {
    expect(await names(filter)).toEqual(expected);
  });

  it('Above, AboveOrEqual, Under, UnderOrEqual, NotUnder on the hierarchy of accounts', async () => {
    const child = await web.create('accounts', {
      name: 'Child',
      'parentaccountid@odata.bind': `/accounts(${account})`,
    });
    const found = async (name: string, of: string): Promise<string[]> =>
      (
        await get(
          `accounts?$select=name&$orderby=name&$filter=${value(name, 'accountid', `PropertyValue='${of}'`)}`,
        )
      ).json.value.map((row: { name: string }) => row.name);
    expect(await found('Above', child)).toEqual(['Alder Ltd']);
    expect(await found('AboveOrEqual', child)).toEqual(['Alder Ltd', 'Child']);
    expect(await found('Under', account)).toEqual(['Child']);
    expect(await found('UnderOrEqual', account)).toEqual(['Alder Ltd', 'Child']);
    expect(await found('NotUnder', account)).toEqual(['Alder Ltd']);
  });

  it('ContainValues and DoesNotContainValues on the channels of a conversation (trap 6)', async () => {
    await web.create('msdyn_ocliveworkitems', { subject: 'voice', msdyn_channel: '192440000' });
    await web.create('msdyn_ocliveworkitems', { subject: 'chat', msdyn_channel: '192360000' });
    const found = async (name: string): Promise<string[]> =>
      (
        await get(
          `msdyn_ocliveworkitems?$select=subject&$orderby=subject&$filter=${value(name, 'msdyn_channel', "PropertyValues=['192440000']")}`,
        )
      ).json.value.map((row: { subject: string }) => row.subject);
    expect(await found('ContainValues')).toEqual(['voice']);
    expect(await found('DoesNotContainValues')).toEqual(['chat']);
  });

  it('EqualUserLanguage and EqualRoleBusinessId are there, Contains is for full-text columns only', async () => {
    expect(await names(value('EqualRoleBusinessId', 'owningbusinessunit'))).toEqual(all);
    const language = await get(
      `usersettingscollection?$select=systemuserid&$filter=${value('EqualUserLanguage', 'uilanguageid')}`,
    );
    expect(language.status, language.text).toBe(200);
    expect((await get(`contacts?$filter=${value('Contains', 'lastname', "PropertyValue='x'")}`)).status).toBe(
      400,
    );
  });
});

describe('FetchXML (webapi.md §9)', () => {
  const run = async (xml: string, headers: { readonly [name: string]: string } = {}): Promise<Answer> =>
    get(`contacts?fetchXml=${encodeURIComponent(xml)}`, headers);
  const me = caller.userId;

  it.each<readonly [string, number]>([
    ['<fetch top="2"><entity name="contact"/></fetch>', 2],
    ['<fetch count="1" page="2"><entity name="contact"><order attribute="lastname"/></entity></fetch>', 1],
    ['<fetch distinct="true"><entity name="contact"><attribute name="statecode"/></entity></fetch>', 1],
    [
      '<fetch no-lock="true" latematerialize="true" returntotalrecordcount="true"><entity name="contact"/></fetch>',
      3,
    ],
    [
      '<fetch aggregate="true" aggregatelimit="10"><entity name="contact"><attribute name="contactid" alias="n" aggregate="count"/></entity></fetch>',
      1,
    ],
    ['<fetch><entity name="contact"><all-attributes/></entity></fetch>', 3],
    [
      '<fetch><entity name="contact"><filter type="or"><condition attribute="lastname" operator="eq" value="hart"/><filter><condition attribute="lastname" operator="eq" value="moss"/></filter></filter></entity></fetch>',
      2,
    ],
    [
      '<fetch><entity name="contact"><filter isquickfindfields="1"><condition attribute="lastname" operator="like" value="ha%"/></filter></entity></fetch>',
      1,
    ],
    [
      '<fetch><entity name="contact"><filter><condition attribute="firstname" operator="eq" valueof="lastname"/></filter></entity></fetch>',
      0,
    ],
    [
      '<fetch><entity name="contact"><filter><condition attribute="lastname" operator="in"><value>Hart</value><value>Moss</value></condition></filter></entity></fetch>',
      2,
    ],
    [
      `<fetch><entity name="contact"><link-entity name="systemuser" from="systemuserid" to="ownerid" alias="u" link-type="inner" visible="false"><filter><condition attribute="systemuserid" operator="eq" value="${me}"/></filter></link-entity></entity></fetch>`,
      3,
    ],
    ...['exists', 'in', 'matchfirstrowusingcrossapply', 'outer'].map(
      (type) =>
        [
          `<fetch><entity name="contact"><link-entity name="account" from="primarycontactid" to="contactid" link-type="${type}"/></entity></fetch>`,
          type === 'outer' ? 3 : 1,
        ] as const,
    ),
    ...(
      [
        ['any', 1],
        ['not any', 2],
        ['all', 0],
        ['not all', 1],
      ] as const
    ).map(
      ([type, count]) =>
        [
          `<fetch><entity name="contact"><filter><link-entity name="account" from="primarycontactid" to="contactid" link-type="${type}"><filter><condition attribute="name" operator="eq" value="Alder Ltd"/></filter></link-entity></filter></entity></fetch>`,
          count,
        ] as const,
    ),
  ])('%s gives %i', async (xml, count) => {
    const { status, json, text } = await run(xml);
    expect([status, json.value?.length], text).toEqual([200, count]);
  });

  it('usertimezone and dategrouping, order by alias', async () => {
    const { status, json, text } = await run(
      '<fetch aggregate="true"><entity name="contact"><attribute name="contactid" alias="n" aggregate="count"/><attribute name="createdon" alias="y" groupby="true" dategrouping="year" usertimezone="false"/><order alias="y"/></entity></fetch>',
    );
    expect([status, json.value?.[0]?.n], text).toEqual([200, 3]);
  });

  it('nulls are left out where OData shows them (trap 5)', async () => {
    const xml =
      '<fetch><entity name="contact"><attribute name="jobtitle"/><filter><condition attribute="lastname" operator="eq" value="Reed"/></filter></entity></fetch>';
    expect((await run(xml)).json.value[0]).not.toHaveProperty('jobtitle');
    expect((await get("contacts?$select=jobtitle&$filter=lastname eq 'Reed'")).json.value[0].jobtitle).toBe(
      null,
    );
  });

  it('the cookie is encoded twice, and there is none on the last page (trap 11)', async () => {
    const prefer =
      'odata.include-annotations="Microsoft.Dynamics.CRM.fetchxmlpagingcookie,Microsoft.Dynamics.CRM.morerecords"';
    const page = (number: number, cookie = '') =>
      run(
        `<fetch count="2" page="${number}" ${cookie}><entity name="contact"><attribute name="lastname"/><order attribute="lastname"/></entity></fetch>`,
        { prefer },
      );
    const first = (await page(1)).json;
    const text: string = first['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'];
    expect(text).toMatch(/^<cookie pagenumber="2" pagingcookie="[^"]+" istracking="False" \/>$/);
    const inner = decodeURIComponent(decodeURIComponent(/pagingcookie="([^"]+)"/.exec(text)?.[1] ?? ''));
    expect(inner).toMatch(/^<cookie page="1">.*<\/cookie>$/);
    expect(first['@Microsoft.Dynamics.CRM.morerecords']).toBe(true);
    const escaped = inner.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
    const last = (await page(2, `paging-cookie="${escaped}"`)).json;
    expect(last.value.map((row: { lastname: string }) => row.lastname)).toEqual(['Reed']);
    expect(last).not.toHaveProperty(['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie']);
  });
});
