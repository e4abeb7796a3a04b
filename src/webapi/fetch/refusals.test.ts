/** What FetchXML refuses, and stored queries on the wire (webapi.md §4, §8, §9). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotated, type FetchWorld, openFetchWorld } from '../../../test/compat/fetch-world.ts';
import { root } from '../../../test/compat/harness.ts';

let world: FetchWorld;
beforeAll(async () => {
  world = await openFetchWorld();
});
afterAll(async () => {
  expect(world.web.faults).toEqual([]);
  await world.web.close();
});

const contact = (inside: string, fetch = '') =>
  `<fetch ${fetch}><entity name='contact'>${inside}</entity></fetch>`;
const filter = (inside: string) => contact(`<filter>${inside}</filter>`);
const link = (inside: string, more = '') =>
  contact(
    `<link-entity name='account' from='accountid' to='parentcustomerid' ${more}>${inside}</link-entity>`,
  );

describe('refusals (webapi.md §4, §9)', () => {
  it.each([
    ['', '0x8004111c', 'Invalid XML'],
    ['<fetch>', '0x8004111c', 'Invalid XML'],
    ['<a/>', '0x8004111c', 'The root of a query is <fetch>'],
    ['<fetch/>', '0x8004111c', 'one <entity>'],
    ["<fetch><entity name='contact'/><entity name='account'/></fetch>", '0x8004111c', 'one <entity>'],
    [contact('', "colour='red'"), '0x8004111c', "'colour' of <fetch> is not known"],
    [contact('<n/>'), '0x8004111c', 'Invalid Child Node'],
    [
      contact("<attribute name='nosuch'/>"),
      '0x80041103',
      "'contact' entity doesn't contain attribute with Name = 'nosuch'",
    ],
    [contact("<attribute name='_ownerid_value'/>"), '0x80041103', '_ownerid_value'],
    [contact("<attribute name='__proto__'/>"), '0x80041103', '__proto__'],
    [contact("<link-entity name='nosuch' from='a' to='b'/>"), '0x80041102', "'nosuch'"],
    ["<fetch><entity name='account'/></fetch>", '0x80041128', 'does not match the entity name'],
    [contact('', "top='5001'"), '0x80041108', '5000'],
    [contact('', "top='5' page='1'"), '0x80041108', "can't be specified with 'page'"],
    [contact('', "top='5' returntotalrecordcount='1'"), '0x80041108', 'returntotalrecordcount'],
    [contact('', "count='0'"), '0x80041108', "'count' must be"],
    [contact('', "count='10' page='5001'"), '0x80041108', 'Paging cookie is required'],
    [contact('', "distinct='maybe'"), '0x80041108', 'true or false'],
    [
      contact("<attribute name='lastname' alias='1x'/>"),
      '0x80041109',
      'Invalid character specified for alias: 1x.',
    ],
    [
      contact("<attribute name='lastname' alias='x'/><attribute name='firstname' alias='x'/>"),
      '0x80041108',
      "'x' stands for",
    ],
    [contact("<attribute name='lastname' aggregate='count' alias='x'/>"), '0x8004111a', "aggregate='true'"],
    [filter("<condition attribute='lastname' operator='is' value='x'/>"), '0x80041120', "'is' is not valid"],
    [
      filter("<condition attribute='lastname' operator='eq'/>"),
      '0x80041108',
      'takes one value; 0 were given',
    ],
    [
      filter("<condition attribute='createdon' operator='eq' value='soon'/>"),
      '0x80041108',
      "'soon' does not fit",
    ],
    [filter("<condition attribute='ownerid' operator='eq' value='1'/>"), '0x80041108', "'1' does not fit"],
    [
      filter("<condition attribute='numberofchildren' operator='like' value='1%'/>"),
      '0x80041108',
      'is no text',
    ],
    [
      filter("<condition attribute='lastname' operator='like' valueof='firstname'/>"),
      '0x80041108',
      "'valueof' goes with",
    ],
    [
      filter("<condition attribute='lastname' operator='eq' valueof='createdon'/>"),
      '0x0',
      'incompatible types',
    ],
    [filter("<condition entityname='x' attribute='lastname' operator='null'/>"), '0x8004110a', "'x'"],
    [link('', "link-type='cross'"), '0x80041117', "'cross' is not valid here"],
    [link('', "link-type='any'"), '0x80041117', "'any' is not valid here"],
    [
      filter("<link-entity name='account' from='accountid' to='parentcustomerid'/>"),
      '0x80041117',
      "'inner' is not valid here",
    ],
    [link("<attribute name='name'/>", "link-type='exists'"), '0x8004111c', 'shows no columns'],
    [link("<link-entity name='contact' from='contactid' to='name'/>"), '0x0', 'incompatible types'],
    [contact("<order attribute='nosuch'/>"), '0x80041103', 'nosuch'],
    [contact('<no-attrs/>', "distinct='1'"), '0x8004111c', 'at least one column'],
    [contact('<order/>'), '0x8004111c', '<order> needs'],
    [
      filter("<condition attribute='lastname' operator='null'/>".repeat(501)),
      '0x8004430C',
      'Number of conditions in query exceeded maximum limit.',
    ],
    [
      contact("<link-entity name='account' from='accountid' to='parentcustomerid'/>".repeat(16)),
      '0x8004430D',
      'Number of link entities in query exceeded maximum limit.',
    ],
  ])('%s', async (xml, code, message) => {
    const answer = await world.get('contacts', xml);
    expect([answer.status, answer.json.error.code, answer.json.error.message]).toEqual([
      400,
      code,
      expect.stringContaining(message),
    ]);
  });

  it('what is not there is 501, naming it', async () => {
    for (const xml of [
      contact('', "datasource='retained'"),
      contact("<attribute name='parentcustomeridname'/>"),
      contact(
        "<link-entity name='account' from='accountid' to='parentcustomerid' link-type='matchfirstrowusingcrossapply'><link-entity name='contact' from='contactid' to='primarycontactid'/></link-entity>",
      ),
    ])
      expect((await world.get('contacts', xml)).status).toBe(501);
  });

  it('no other option goes with it, and it needs a set', async () => {
    const xml = encodeURIComponent(contact(''));
    for (const more of [
      '$select=lastname',
      '$filter=lastname eq 1',
      '$top=1',
      '$orderby=lastname',
      '$skiptoken=x',
      'savedQuery=x',
    ]) {
      const answer = await world.web.call('GET', `contacts?fetchXml=${xml}&${more}`);
      expect([more, answer.status]).toEqual([more, 400]);
    }
    expect((await world.web.call('GET', `contacts(${world.ids.Hart})?fetchXml=${xml}`)).status).toBe(400);
    expect((await world.web.call('GET', `contacts/$count?fetchXml=${xml}`)).status).toBe(400);
    expect((await world.web.call('POST', `contacts?fetchXml=${xml}`, { body: {} })).status).toBe(400);
  });

  it('works on a filtered collection', async () => {
    const xml = encodeURIComponent(contact("<attribute name='lastname'/><order attribute='lastname'/>"));
    const answer = await world.web.call(
      'GET',
      `accounts(${world.ids.Oak})/contact_customer_accounts?fetchXml=${xml}`,
    );
    expect(answer.json.value.map(({ lastname }: { lastname: string }) => lastname)).toEqual(['Hart', 'Moss']);
    const nobody = '00000000-0000-4000-8000-00000000dead';
    expect(
      (await world.web.call('GET', `accounts(${nobody})/contact_customer_accounts?fetchXml=${xml}`)).status,
    ).toBe(404);
  });
});

describe('hostile documents (webapi.md §9: external entities and DTDs must not be processed)', () => {
  it.each([
    ['an external entity', '<!DOCTYPE fetch [<!ENTITY x SYSTEM "file:///etc/passwd">]><fetch>&x;</fetch>'],
    ['an external subset', '<!DOCTYPE fetch SYSTEM "http://127.0.0.1:1/x.dtd"><fetch/>'],
    [
      'entities that multiply',
      `<!DOCTYPE fetch [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 20 }, (_, n) => `<!ENTITY a${n} "&a${n - 1};&a${n - 1};">`).join('')}]><fetch>&a19;</fetch>`,
    ],
    ['an unknown entity', '<fetch>&x;</fetch>'],
    ['a processing instruction', '<?xml-stylesheet href="x"?><fetch/>'],
    ['great depth', `${'<filter>'.repeat(300)}${'</filter>'.repeat(300)}`],
    ['many attributes', `<fetch ${Array.from({ length: 500 }, (_, n) => `a${n}=''`).join(' ')}/>`],
    ['the same attribute twice', "<fetch top='1' top='2'/>"],
    ['a null character', '<fetch>\u0001</fetch>'],
  ])('%s is refused', async (_, xml) => {
    const before = process.cpuUsage();
    const answer = await world.get('contacts', xml);
    expect([answer.status, answer.json.error.code]).toEqual([400, '0x8004111c']);
    expect(answer.text).not.toContain('root:');
    // Processor time: what else the machine does is not ours to answer for.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});

describe('savedQuery and userQuery (webapi.md §8)', () => {
  const query = contact("<attribute name='lastname'/><order attribute='lastname'/>");
  const stored = { name: 'People', returnedtypecode: 'contact', querytype: 0, fetchxml: query };

  it('run the FetchXML of the row, in pages by the preference', async () => {
    const saved = await world.web.create('savedqueries', stored);
    const user = await world.web.create('userqueries', stored);
    for (const option of [`savedQuery=${saved}`, `userQuery=${user}`]) {
      const found: string[] = [];
      let path: string | undefined = `contacts?${option}`;
      while (path) {
        const answer = await world.web.call('GET', path, { headers: { prefer: 'odata.maxpagesize=3' } });
        expect(answer.json['@odata.context']).toBe(`${root}/$metadata#contacts(lastname,contactid)`);
        found.push(...answer.json.value.map(({ lastname }: { lastname: string }) => lastname));
        path = answer.json['@odata.nextLink']?.slice(root.length + 1);
      }
      expect(found).toEqual(['Hart', 'Moss', 'Reed', 'Vale']);
    }
    const related = await world.web.call(
      'GET',
      `accounts(${world.ids.Oak})/contact_customer_accounts?savedQuery=${saved}`,
      { headers: annotated },
    );
    expect(related.json.value).toHaveLength(2);
  });

  it('pages of a distinct query are found by number', async () => {
    const fetchxml = contact("<attribute name='jobtitle'/>", "distinct='true'");
    const saved = await world.web.create('savedqueries', { ...stored, fetchxml });
    const headers = { prefer: 'odata.maxpagesize=2' };
    const first = await world.web.call('GET', `contacts?savedQuery=${saved}`, { headers });
    const link: string = first.json['@odata.nextLink'];
    const second = await world.web.call('GET', link.slice(root.length + 1), { headers });
    expect([first.json.value.length, second.json.value.length]).toEqual([2, 1]);
    expect(second.json).not.toHaveProperty(['@odata.nextLink']);
  });

  it('refuse other options, unknown rows, queries of another table and broken ones', async () => {
    const saved = await world.web.create('savedqueries', stored);
    const broken = await world.web.create('savedqueries', { ...stored, fetchxml: '<fetch' });
    const nobody = '00000000-0000-4000-8000-00000000dead';
    const status = async (path: string) => (await world.web.call('GET', path)).status;
    expect(await status(`contacts?savedQuery=${saved}&$select=lastname`)).toBe(400);
    expect(await status(`contacts?savedQuery=${saved}&$count=true`)).toBe(400);
    expect(await status(`accounts?savedQuery=${saved}`)).toBe(400);
    expect(await status(`contacts?savedQuery=${broken}`)).toBe(400);
    expect(await status('contacts?savedQuery=People')).toBe(400);
    expect(await status(`contacts?savedQuery=${saved}&$skiptoken=x`)).toBe(400);
    const missing = await world.web.call('GET', `contacts?userQuery=${nobody}`);
    expect([missing.status, missing.json.error]).toEqual([
      404,
      { code: '0x80040217', message: `Entity 'userquery' With Id = ${nobody} Does Not Exist` },
    ]);
  });
});
