import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../test/compat/harness.ts';
import { developmentUserId, organizationId, rootBusinessUnitId } from '../tables/index.ts';
import { organization } from '../tables/platform/index.ts';

/** Rows around every edge of the caller's calendar; the caller sits in New York, where a local day may last 23 hours. */
let test: TestWebApi;
const zone = 'America/New_York';
const userSettings = `usersettingscollection(${developmentUserId})`;

beforeAll(async () => {
  test = await openTestWebApi();
  const settings = { timezonecode: 35, uilanguageid: 1031 };
  expect((await test.call('PATCH', userSettings, { body: settings })).status).toBe(204);
  const values = {
    organizationid: organizationId,
    name: 'Wirechief',
    fiscalcalendarstart: new Date('2020-04-01T00:00:00Z'),
    fiscalperiodtype: 2002,
    fiscalyeardisplaycode: 2,
  };
  await test.database.store.transact({ actor: developmentUserId, cause: 'test' }, (transaction) =>
    transaction.create(organization, values),
  );
});
afterAll(() => test.close());

const call = (name: string, args = ''): string =>
  `Microsoft.Dynamics.CRM.${name}(PropertyName='lastusedincampaign'${args})`;

/** The first names of the contacts that a function finds. */
async function found(filter: string, set = 'contacts', column = 'firstname'): Promise<string[]> {
  const path = `${set}?$select=${column}&$filter=${encodeURIComponent(filter)}&$orderby=${column}`;
  const { status, json, text } = await test.call('GET', path);
  if (status !== 200) throw new Error(text);
  return json.value.map((row: { [name: string]: string }) => row[column]);
}

/** The database's instants for local times written in SQL, on the caller's clock. */
async function contacts(rows: { readonly [name: string]: string }): Promise<void> {
  for (const [firstname, local] of Object.entries(rows)) {
    const id = await test.create('contacts', { firstname, lastname: 'x' });
    await test.database.store.query({
      text: `update dataverse.contact set lastusedincampaign = ((${local}) at time zone '${zone}'), anniversary = (${local})::date where contactid = $1`,
      values: [id],
    });
  }
}

const today = `date_trunc('day', now() at time zone '${zone}')`;

describe('days on the caller’s clock (webapi.md §8: days, weeks and months are in the caller’s time zone)', () => {
  beforeAll(() =>
    contacts({
      yesterdayLast: `${today} - interval '1 second'`,
      todayFirst: today,
      todayLast: `${today} + interval '1 day' - interval '1 second'`,
      tomorrowFirst: `${today} + interval '1 day'`,
      march29: `timestamp '2026-03-08 00:00'`,
      march29late: `timestamp '2026-03-08 23:59:59'`,
      march30: `timestamp '2026-03-09 00:00'`,
    }),
  );
  const near = "(contains(firstname,'day') or contains(firstname,'tomorrow'))";

  it.each([
    [call('Today'), ['todayFirst', 'todayLast']],
    [`${near} and ${call('Yesterday')}`, ['yesterdayLast']],
    [call('Tomorrow'), ['tomorrowFirst']],
    [call('On', ",PropertyValue='2026-03-08'"), ['march29', 'march29late']],
    // 04:30 UTC on the 9th is past midnight in New York, 03:30 UTC is not.
    [call('On', ",PropertyValue='2026-03-09T03:30:00Z'"), ['march29', 'march29late']],
    [`${call('OnOrAfter', ",PropertyValue='2026-03-09'")} and contains(firstname,'march')`, ['march30']],
    [`${call('OnOrBefore', ",PropertyValue='2026-03-08'")}`, ['march29', 'march29late']],
    [`${call('NotOn', ",PropertyValue='2026-03-08'")} and contains(firstname,'march')`, ['march30']],
  ])('%s', async (filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });

  it('a column of days counts by the day', async () => {
    const day = (name: string, args = ''): string =>
      call(name, args).replace('lastusedincampaign', 'anniversary');
    expect(await found(day('Today'))).toEqual(['todayFirst', 'todayLast']);
    expect(await found(`${near} and ${day('Last7Days')}`)).toEqual([
      'todayFirst',
      'todayLast',
      'yesterdayLast',
    ]);
    expect(await found(`${near} and ${day('NextXDays', ',PropertyValue=3')}`)).toEqual([
      'todayFirst',
      'todayLast',
      'tomorrowFirst',
    ]);
    expect(await found(`${near} and ${day('OlderThanXDays', ',PropertyValue=0')}`).catch(String)).toMatch(
      /whole number/,
    );
    expect(await found(day('On', ",PropertyValue='2026-03-08'"))).toEqual(['march29', 'march29late']);
  });
});

describe('periods (webapi.md §8)', () => {
  const start = (unit: string): string => `date_trunc('${unit}', now() at time zone '${zone}')`;
  const week = `(date_trunc('week', ${today} + interval '1 day') - interval '1 day')`;
  beforeAll(() =>
    contacts({
      'p week': week,
      'p weekBefore': `${week} - interval '1 second'`,
      'p month': start('month'),
      'p monthBefore': `${start('month')} - interval '1 second'`,
      'p year': start('year'),
      'p yearBefore': `${start('year')} - interval '1 second'`,
    }),
  );

  it.each([
    ['Week', 'week'],
    ['Month', 'month'],
    ['Year', 'year'],
  ])('This%s begins where Last%s ends', async (unit, name) => {
    const [current, last] = [await found(call(`This${unit}`)), await found(call(`Last${unit}`))];
    expect(current).toContain(`p ${name}`);
    expect(current).not.toContain(`p ${name}Before`);
    expect(last).toContain(`p ${name}Before`);
    expect(last).not.toContain(`p ${name}`);
    expect(await found(call(`Next${unit}`))).not.toContain(`p ${name}`);
  });

  it('counts back and ahead: hours to the second, days and longer whole at the far end', async () => {
    await contacts({
      'c 25hours': `(now() - interval '25 hours') at time zone '${zone}'`,
      'c 23hours': `(now() - interval '23 hours') at time zone '${zone}'`,
      'c startOfDay3': `${today} - interval '3 days'`,
      'c beforeDay3': `${today} - interval '3 days' - interval '1 second'`,
      'c endOfDay3': `${today} + interval '4 days' - interval '1 second'`,
      'c afterDay3': `${today} + interval '4 days'`,
    });
    const some = async (name: string, n: number): Promise<string[]> =>
      found(`startswith(firstname,'c ') and ${call(name, `,PropertyValue=${n}`)}`);
    expect(await some('LastXHours', 24)).toEqual(['c 23hours']);
    expect(await some('LastXDays', 3)).toEqual(['c 23hours', 'c 25hours', 'c startOfDay3']);
    expect(await some('NextXDays', 3)).toEqual(['c endOfDay3']);
    expect(await some('OlderThanXHours', 24)).toEqual(['c 25hours', 'c beforeDay3', 'c startOfDay3']);
    expect(await some('OlderThanXMinutes', 60 * 24)).toEqual(['c 25hours', 'c beforeDay3', 'c startOfDay3']);
    expect(await some('LastXFiscalPeriods', 1)).toHaveLength(4);
  });
});

describe('fiscal years from 1 April in quarters, named by their end (webapi.md §8; organization)', () => {
  beforeAll(() =>
    contacts({
      'f 2026 q4 last': `timestamp '2026-03-31 23:59:59'`,
      'f 2027 q1': `timestamp '2026-04-01 00:00'`,
      'f 2027 q2': `timestamp '2026-07-01 00:00'`,
      'f 2027 q4': `timestamp '2027-01-01 00:00'`,
    }),
  );
  const f = (name: string, args: string): Promise<string[]> =>
    found(`startswith(firstname,'f ') and ${call(name, args)}`);

  it('InFiscalYear, InFiscalPeriod, InFiscalPeriodAndYear and their before and after', async () => {
    expect(await f('InFiscalYear', ',PropertyValue=2026')).toEqual(['f 2026 q4 last']);
    expect(await f('InFiscalYear', ',PropertyValue=2027')).toEqual(['f 2027 q1', 'f 2027 q2', 'f 2027 q4']);
    expect(await f('InFiscalPeriod', ',PropertyValue=4')).toEqual(['f 2026 q4 last', 'f 2027 q4']);
    const both = ',PropertyValue1=1,PropertyValue2=2027';
    expect(await f('InFiscalPeriodAndYear', both)).toEqual(['f 2027 q1']);
    expect(await f('InOrBeforeFiscalPeriodAndYear', both)).toEqual(['f 2026 q4 last', 'f 2027 q1']);
    expect(await f('InOrAfterFiscalPeriodAndYear', both)).toEqual(['f 2027 q1', 'f 2027 q2', 'f 2027 q4']);
    await expect(f('InFiscalPeriod', ',PropertyValue=5')).rejects.toThrow(/1 to 4/);
  });

  it('This, Last and Next fiscal period and year meet without a gap', async () => {
    const april = `(date_trunc('year', ${today} - interval '3 months') + interval '3 months')`;
    await contacts({ 'g year': april, 'g before': `${april} - interval '1 second'` });
    expect(await found(`startswith(firstname,'g ') and ${call('ThisFiscalYear')}`)).toEqual(['g year']);
    expect(await found(`startswith(firstname,'g ') and ${call('LastFiscalYear')}`)).toEqual(['g before']);
    expect(await found(`startswith(firstname,'g ') and ${call('NextFiscalYear')}`)).toEqual([]);
    const quarter = `date_trunc('quarter', ${today})`;
    await contacts({ 'h this': quarter, 'h last': `${quarter} - interval '1 second'` });
    expect(await found(`startswith(firstname,'h ') and ${call('ThisFiscalPeriod')}`)).toEqual(['h this']);
    expect(await found(`startswith(firstname,'h ') and ${call('LastFiscalPeriod')}`)).toEqual(['h last']);
  });
});

describe('fiscal years from 1 April in periods of four weeks (organization.fiscalperiodtype 2004)', () => {
  beforeAll(async () => {
    const body = { fiscalperiodtype: 2004 };
    const answer = await test.call('PATCH', `organizations(${organizationId})`, { body });
    expect([answer.status, answer.text]).toEqual([204, '']);
    await contacts({
      'w 01 first': `timestamp '2026-04-01 00:00'`,
      'w 01 last': `timestamp '2026-04-28 23:59:59'`,
      'w 02 first': `timestamp '2026-04-29 00:00'`,
      'w 13 first': `timestamp '2027-03-03 00:00'`,
      'w 13 last': `timestamp '2027-03-31 23:59:59'`,
      'w 14': `timestamp '2027-04-01 00:00'`,
    });
  });
  afterAll(async () => {
    await test.call('PATCH', `organizations(${organizationId})`, { body: { fiscalperiodtype: 2002 } });
  });
  const w = (name: string, args = ''): Promise<string[]> =>
    found(`startswith(firstname,'w ') and ${call(name, args)}`);

  it('thirteen a year, the last of which takes the days that are left', async () => {
    const period = (number: number) => `,PropertyValue1=${number},PropertyValue2=2027`;
    expect(await w('InFiscalPeriodAndYear', period(1))).toEqual(['w 01 first', 'w 01 last']);
    expect(await w('InFiscalPeriodAndYear', period(2))).toEqual(['w 02 first']);
    expect(await w('InFiscalPeriodAndYear', period(13))).toEqual(['w 13 first', 'w 13 last']);
    expect(await w('InFiscalPeriod', ',PropertyValue=13')).toEqual(['w 13 first', 'w 13 last']);
    expect(await w('InFiscalPeriod', ',PropertyValue=1')).toEqual(['w 01 first', 'w 01 last', 'w 14']);
    expect(await w('InOrBeforeFiscalPeriodAndYear', period(1))).toEqual(['w 01 first', 'w 01 last']);
    await expect(w('InFiscalPeriod', ',PropertyValue=14')).rejects.toThrow(/1 to 13/);
  });

  it('this, the last and the next one meet without a gap, also over the end of a year', async () => {
    const april = `(date_trunc('year', ${today} - interval '3 months') + interval '3 months')`;
    const days = `((${today})::date - ${april}::date)`;
    const start = `(${today} - (case when ${days} >= 336 then ${days} - 336 else ${days} % 28 end) * interval '1 day')`;
    await contacts({
      'v this': start,
      'v last': `${start} - interval '1 second'`,
      'v far': `${start} - interval '31 days'`,
    });
    const v = (name: string) => found(`startswith(firstname,'v ') and ${call(name)}`);
    expect(await v('ThisFiscalPeriod')).toEqual(['v this']);
    expect(await v('LastFiscalPeriod')).toEqual(['v last']);
    expect(await v('NextFiscalPeriod')).toEqual([]);
    expect(
      await found(`startswith(firstname,'v ') and ${call('LastXFiscalPeriods', ',PropertyValue=9')}`),
    ).toHaveLength(3);
  });

  it('are grouped by with their number (webapi.md §9)', async () => {
    const xml = `<fetch aggregate="true"><entity name="contact"><attribute name="contactid" alias="n" aggregate="count"/><attribute name="lastusedincampaign" alias="p" groupby="true" dategrouping="fiscal-period"/><filter><condition attribute="firstname" operator="like" value="w %"/></filter></entity></fetch>`;
    const headers = { prefer: 'odata.include-annotations="*"' };
    const { json } = await test.call('GET', `contacts?fetchXml=${encodeURIComponent(xml)}`, { headers });
    const counts = json.value.map(({ p, n }: { p: number; n: number }) => [p, n]);
    expect(counts.sort()).toEqual([
      [202701, 2],
      [202702, 1],
      [202713, 2],
      [202801, 1],
    ]);
    expect(
      json.value.find(({ p }: { p: number }) => p === 202713)['p@OData.Community.Display.V1.FormattedValue'],
    ).toBe('Period 13 FY2027');
  });
});

describe('hierarchies (webapi.md §8: Above, Under …)', () => {
  const ids: { [name: string]: string } = {};
  beforeAll(async () => {
    for (const [name, parent] of [['top'], ['middle', 'top'], ['low', 'middle'], ['other', 'top']] as const)
      ids[name] = await test.create('accounts', {
        name,
        ...(parent ? { 'parentaccountid@odata.bind': `/accounts(${ids[parent]})` } : {}),
      });
  });
  const tree = (name: string, row: string): Promise<string[]> =>
    found(
      `Microsoft.Dynamics.CRM.${name}(PropertyName='accountid',PropertyValue='${ids[row]}')`,
      'accounts',
      'name',
    );

  it.each([
    ['Above', 'low', ['middle', 'top']],
    ['AboveOrEqual', 'low', ['low', 'middle', 'top']],
    ['Under', 'top', ['low', 'middle', 'other']],
    ['UnderOrEqual', 'middle', ['low', 'middle']],
    ['NotUnder', 'middle', ['middle', 'other', 'top']],
  ])('%s %s', async (name, row, expected) => {
    expect(await tree(name, row)).toEqual(expected);
  });

  it('ends in a ring of parents', async () => {
    await test.database.store.query({
      text: 'update dataverse.account set parentaccountid = $1 where accountid = $2',
      values: [ids.low, ids.top],
    });
    expect(await tree('Under', 'top')).toEqual(['low', 'middle', 'other']);
    expect(await tree('Above', 'top')).toEqual(['low', 'middle']);
  });

  it('refuses a table without a hierarchy and a value that is no id, naming what would be right', async () => {
    const under = (column: string, value: string, set: string): Promise<string[]> =>
      found(`Microsoft.Dynamics.CRM.Under(PropertyName='${column}',PropertyValue='${value}')`, set, column);
    await expect(under('contactid', ids.top ?? '', 'contacts')).rejects.toThrow(/account, incident/);
    await expect(under('accountid', 'top', 'accounts')).rejects.toThrow(/the id of one row/);
  });
});

describe('the caller (webapi.md §8: EqualUserId …)', () => {
  it('teams, reports, language and business unit', async () => {
    const report = await test.create('systemusers', {
      lastname: 'Report',
      domainname: 'report@wirechief.test',
      'businessunitid@odata.bind': `/businessunits(${rootBusinessUnitId})`,
      'parentsystemuserid@odata.bind': `/systemusers(${developmentUserId})`,
    });
    const team = await test.create('teams', {
      name: 'Team',
      'businessunitid@odata.bind': `/businessunits(${rootBusinessUnitId})`,
    });
    await test.call('POST', `teams(${team})/teammembership_association/$ref`, {
      body: { '@odata.id': `systemusers(${developmentUserId})` },
    });
    const owner = (id: string, set = 'systemusers'): object => ({ 'ownerid@odata.bind': `/${set}(${id})` });
    await test.create('tasks', { subject: 'mine' });
    await test.create('tasks', { subject: 'reports', ...owner(report) });
    await test.create('tasks', { subject: 'teams', ...owner(team, 'teams') });
    const owned = (name: string): Promise<string[]> =>
      found(`Microsoft.Dynamics.CRM.${name}(PropertyName='ownerid')`, 'tasks', 'subject');
    expect(await owned('EqualUserId')).toEqual(['mine']);
    expect(await owned('NotEqualUserId')).toEqual(['reports', 'teams']);
    expect(await owned('EqualUserTeams')).toEqual(['teams']);
    expect(await owned('EqualUserOrUserTeams')).toEqual(['mine', 'teams']);
    expect(await owned('EqualUserOrUserHierarchy')).toEqual(['mine', 'reports']);
    expect(await owned('EqualUserOrUserHierarchyAndTeams')).toEqual(['mine', 'reports', 'teams']);
    for (const name of ['EqualBusinessId', 'EqualRoleBusinessId'])
      expect(
        await found(
          `Microsoft.Dynamics.CRM.${name}(PropertyName='owningbusinessunit') and subject eq 'mine'`,
          'tasks',
          'subject',
        ),
      ).toEqual(['mine']);
  });

  it('EqualUserLanguage compares with the language of the caller’s settings', async () => {
    const [german] = [
      await test.call(
        'GET',
        `${userSettings.split('(')[0]}?$select=uilanguageid&$filter=Microsoft.Dynamics.CRM.EqualUserLanguage(PropertyName='uilanguageid')`,
      ),
    ];
    expect(german?.json.value.map((row: { uilanguageid: number }) => row.uilanguageid)).toEqual([1031]);
  });

  it('refuses Contains and a parameter a function does not take', async () => {
    await expect(
      found("Microsoft.Dynamics.CRM.Contains(PropertyName='firstname',PropertyValue='a')"),
    ).rejects.toThrow(/full-text/);
    await expect(found(call('Today', ",PropertyValues=['a']"))).rejects.toThrow(
      /no parameter PropertyValues/,
    );
  });
});
