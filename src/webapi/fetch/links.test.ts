/** FetchXML on the wire: filters, link-types, order and paging, row by row of webapi.md §9. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotated, type FetchWorld, openFetchWorld } from '../../../test/compat/fetch-world.ts';

let world: FetchWorld;
beforeAll(async () => {
  world = await openFetchWorld();
});
afterAll(async () => {
  expect(world.web.faults).toEqual([]);
  await world.web.close();
});

describe('filters (webapi.md §9)', () => {
  it('nest, with and and or', async () => {
    expect(
      await world.names(
        "<filter type='or'><condition attribute='lastname' operator='eq' value='Vale'/><filter><condition attribute='gendercode' operator='eq' value='1'/><condition attribute='firstname' operator='eq' value='ada'/></filter></filter><filter><condition attribute='gendercode' operator='not-null'/></filter>",
      ),
    ).toEqual(['Moss', 'Vale']);
  });

  it('an empty filter asks nothing', async () => {
    expect(await world.names('<filter/>')).toHaveLength(4);
  });

  it('entityname reaches a joined table after the join', async () => {
    expect(
      await world.names(
        "<link-entity name='account' from='accountid' to='parentcustomerid' link-type='outer' alias='a'/><filter><condition entityname='a' attribute='accountid' operator='null'/></filter>",
      ),
    ).toEqual(['Vale']);
  });

  it('valueof compares with a column of a joined table', async () => {
    expect(
      await world.names(
        "<link-entity name='account' from='accountid' to='parentcustomerid' alias='a'/><filter><condition attribute='contactid' operator='eq' valueof='a.primarycontactid'/></filter>",
      ),
    ).toEqual(['Hart']);
  });
});

describe('link-types (webapi.md §9)', () => {
  const linked = (type: string, filter = '', inside = '') =>
    world.rows(
      'accounts',
      `<fetch><entity name='account'><attribute name='name'/><link-entity name='contact' from='parentcustomerid' to='accountid' link-type='${type}' alias='c'>${inside}${filter}</link-entity><order attribute='name'/></entity></fetch>`,
    );
  const named = async (type: string, filter = '') => (await linked(type, filter)).map(({ name }) => name);
  const buyer = "<filter><condition attribute='jobtitle' operator='eq' value='buyer'/></filter>";

  it('inner repeats the row for each match, outer keeps those without', async () => {
    expect(await named('inner')).toEqual(['Elm', 'Oak', 'Oak']);
    expect(await named('outer', buyer)).toEqual(['Elm', 'Fir', 'Oak', 'Oak']);
  });

  it('exists and in show a row once', async () => {
    for (const type of ['exists', 'in']) {
      expect(await named(type)).toEqual(['Elm', 'Oak']);
      expect(await named(type, buyer)).toEqual(['Oak']);
    }
  });

  it('matchfirstrowusingcrossapply: one match, its columns by schema name without the alias', async () => {
    const found = await linked('matchfirstrowusingcrossapply', buyer, "<attribute name='jobtitle'/>");
    expect(found).toEqual([
      expect.objectContaining({ name: 'Oak', JobTitle: expect.stringMatching(/buyer/i) }),
    ]);
  });

  it.each([
    ['any', '', ['Elm', 'Oak']],
    ['any', buyer, ['Oak']],
    ['not any', buyer, ['Elm', 'Fir']],
    ['not all', buyer, ['Oak']],
    ['all', buyer, ['Elm']],
  ])('inside a filter: %s %s', async (type, filter, expected) => {
    const found = await world.rows(
      'accounts',
      `<fetch><entity name='account'><attribute name='name'/><filter><link-entity name='contact' from='parentcustomerid' to='accountid' link-type='${type}'>${filter}</link-entity></filter><order attribute='name'/></entity></fetch>`,
    );
    expect(found.map(({ name }) => name)).toEqual(expected);
  });

  it('nest, and many-to-many goes through the intersect table', async () => {
    const found = await world.rows(
      'contacts',
      "<fetch><entity name='contact'><attribute name='lastname'/><link-entity name='account' from='accountid' to='parentcustomerid' alias='a'><link-entity name='account' from='accountid' to='parentaccountid' link-type='outer' alias='b'><attribute name='name'/></link-entity></link-entity><order attribute='lastname'/></entity></fetch>",
    );
    expect(found.map((row) => [row.lastname, row['b.name']])).toEqual([
      ['Hart', undefined],
      ['Moss', undefined],
      ['Reed', 'Oak'],
    ]);
    const members = await world.rows(
      'systemusers',
      "<fetch><entity name='systemuser'><attribute name='fullname'/><link-entity name='teammembership' from='systemuserid' to='systemuserid' intersect='true'><link-entity name='team' from='teamid' to='teamid' alias='team'><attribute name='name'/></link-entity></link-entity></entity></fetch>",
    );
    expect(members).toEqual([]);
  });

  it('links by columns without a relationship, text without case', async () => {
    const found = await world.rows(
      'contacts',
      "<fetch><entity name='contact'><attribute name='lastname'/><link-entity name='contact' from='jobtitle' to='jobtitle' alias='same'><attribute name='lastname'/><filter><condition attribute='lastname' operator='eq' value='Hart'/></filter></link-entity><order attribute='lastname'/></entity></fetch>",
    );
    expect(found.map(({ lastname }) => lastname)).toEqual(['Hart', 'Moss']);
  });
});

describe('order, distinct and counts (webapi.md §9)', () => {
  const order = async (inside: string, fetch = '') =>
    (
      await world.rows(
        'contacts',
        `<fetch ${fetch}><entity name='contact'><attribute name='lastname'/>${inside}</entity></fetch>`,
      )
    ).map(({ lastname }) => lastname);

  it('choices go by label, or by number with useraworderby; empty values are lowest', async () => {
    expect(await order("<order attribute='gendercode'/><order attribute='lastname'/>")).toEqual([
      'Reed',
      'Hart',
      'Moss',
      'Vale',
    ]);
    expect(
      await order("<order attribute='gendercode'/><order attribute='lastname'/>", "useraworderby='true'"),
    ).toEqual(['Reed', 'Moss', 'Vale', 'Hart']);
    expect(
      await order("<order attribute='gendercode' descending='true'/><order attribute='lastname'/>"),
    ).toEqual(['Moss', 'Vale', 'Hart', 'Reed']);
  });

  it('lookups go by name; the orders of a link-entity come last, or first by entityname', async () => {
    expect(
      await order("<order attribute='parentcustomerid' descending='true'/><order attribute='lastname'/>"),
    ).toEqual(['Hart', 'Moss', 'Reed', 'Vale']);
    const link = (inside: string) =>
      `<link-entity name='account' from='accountid' to='parentcustomerid' alias='a'>${inside}</link-entity>`;
    expect(
      await order(`${link("<order attribute='name'/>")}<order attribute='lastname' descending='true'/>`),
    ).toEqual(['Reed', 'Moss', 'Hart']);
    expect(
      await order(
        `${link('')}<order entityname='a' attribute='name' descending='true'/><order attribute='lastname'/>`,
      ),
    ).toEqual(['Hart', 'Moss', 'Reed']);
  });

  it('distinct shows equal rows once, without key and etag, text without case', async () => {
    const found = await world.rows(
      'contacts',
      "<fetch distinct='true'><entity name='contact'><attribute name='jobtitle'/><order attribute='jobtitle'/></entity></fetch>",
    );
    expect(found.map((row) => Object.keys(row))).toEqual([[], ['jobtitle'], ['jobtitle']]);
    expect(found.map(({ jobtitle }) => String(jobtitle).toLowerCase())).toEqual([
      'undefined',
      'buyer',
      'seller',
    ]);
  });

  it('returntotalrecordcount and $count=true count all that match', async () => {
    const xml = (more: string) =>
      `<fetch count='1' ${more}><entity name='contact'><attribute name='lastname'/></entity></fetch>`;
    const counted = await world.get('contacts', xml("returntotalrecordcount='true'"), annotated);
    expect(counted.json).toMatchObject({
      '@odata.count': 4,
      '@Microsoft.Dynamics.CRM.totalrecordcount': 4,
      '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': false,
    });
    expect((await world.get('contacts', xml(''), {}, '&$count=true')).json['@odata.count']).toBe(4);
    const distinct = await world.get(
      'contacts',
      "<fetch distinct='true' returntotalrecordcount='true'><entity name='contact'><attribute name='jobtitle'/></entity></fetch>",
    );
    expect(distinct.json['@odata.count']).toBe(3);
  });
});

describe('paging (webapi.md §9; trap 11)', () => {
  const xml = (fetch: string, inside = "<order attribute='jobtitle'/>") =>
    `<fetch ${fetch}><entity name='contact'><attribute name='lastname'/>${inside}</entity></fetch>`;
  const cookieOf = (json: Record<string, unknown>) => {
    const [, encoded = ''] =
      /pagingcookie="([^"]*)"/.exec(String(json['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'])) ?? [];
    return decodeURIComponent(decodeURIComponent(encoded));
  };
  const escaped = (text: string) => text.replace(/[<>"'&]/g, (c) => `&#${c.charCodeAt(0)};`);

  it('the cookie is encoded twice, continues the page, and is absent on the last one', async () => {
    const first = await world.get('contacts', xml("count='3' page='1'"), annotated);
    expect(first.json['@Microsoft.Dynamics.CRM.morerecords']).toBe(true);
    expect(first.json['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie']).toMatch(
      /^<cookie pagenumber="2" pagingcookie="%253ccookie%2520page%253d%25221%2522%253e.*" istracking="False" \/>$/,
    );
    const cookie = cookieOf(first.json);
    expect(cookie).toMatch(
      /^<cookie page="1"><jobtitle last="[^"]+" firstnull="1" \/><contactid last="\{[0-9A-F-]{36}\}" first="\{[0-9A-F-]{36}\}" \/><\/cookie>$/,
    );
    const second = await world.get(
      'contacts',
      xml(`count='3' page='2' paging-cookie="${escaped(cookie)}"`),
      annotated,
    );
    expect(second.json).not.toHaveProperty(['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie']);
    expect(second.json).not.toHaveProperty(['@Microsoft.Dynamics.CRM.morerecords']);
    const all = [...first.json.value, ...second.json.value].map(({ lastname }) => lastname);
    expect([...all].sort()).toEqual(['Hart', 'Moss', 'Reed', 'Vale']);
    expect(all[0]).toBe('Vale');
  });

  it('an unusable cookie is ignored and rows are counted', async () => {
    for (const cookie of [
      'nonsense',
      '<cookie page="1"><x last="1" first="1" /></cookie>',
      '<cookie page="7"></cookie>',
    ]) {
      const answer = await world.get(
        'contacts',
        xml(`count='3' page='2' paging-cookie="${escaped(cookie)}"`),
      );
      expect(answer.json.value).toHaveLength(1);
    }
  });

  it('pages by any order, over rows that a link repeats and without a cookie for distinct', async () => {
    const link =
      "<link-entity name='contact' from='parentcustomerid' to='accountid' link-type='outer' alias='c'><attribute name='lastname'/><order attribute='lastname' descending='true'/></link-entity>";
    const query = (fetch: string) =>
      `<fetch ${fetch}><entity name='account'><attribute name='name'/>${link}</entity></fetch>`;
    const whole = await world.rows('accounts', query(''));
    expect(whole).toHaveLength(4);
    const found: unknown[] = [];
    let cookie = '';
    for (let page = 1; page <= 4; page += 1) {
      const answer = await world.get(
        'accounts',
        query(`count='1' page='${page}' paging-cookie="${escaped(cookie)}"`),
        annotated,
      );
      expect(answer.status).toBe(200);
      found.push(...answer.json.value.map((row: Record<string, unknown>) => [row.name, row['c.lastname']]));
      cookie = cookieOf(answer.json);
    }
    expect(found).toEqual(whole.map((row) => [row.name, row['c.lastname']]));
    const distinct = await world.get(
      'contacts',
      "<fetch distinct='true' count='1'><entity name='contact'><attribute name='jobtitle'/></entity></fetch>",
      annotated,
    );
    expect(distinct.json['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie']).toBe(
      '<cookie pagenumber="2" istracking="False" />',
    );
  });

  it('the page size of the preference serves where the query has no count', async () => {
    const answer = await world.get('contacts', xml(''), { prefer: 'odata.maxpagesize=2' });
    expect(answer.json.value).toHaveLength(2);
    expect(answer.headers['Preference-Applied']).toBe('odata.maxpagesize=2');
  });
});
