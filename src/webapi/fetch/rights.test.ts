/** The caller's rights in FetchXML and $apply: every table a query names goes by them (webapi.md §4, §9). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { openPeople } from '../../../test/compat/people.ts';

let web: TestWebApi;
let reader: string;
let stranger: string;
let query: string;

beforeAll(async () => {
  web = await openTestWebApi();
  const people = await openPeople(web);
  const own = await people.role('Own rows', {
    prvReadContact: 'Basic',
    prvReadAccount: 'Basic',
    prvCreateContact: 'Basic',
    prvCreateAccount: 'Basic',
    prvReadUserQuery: 'Basic',
    prvCreateUserQuery: 'Basic',
    prvAppendContact: 'Basic',
    prvAppendToAccount: 'Global',
  });
  reader = await people.user('reader', { roles: [own] });
  stranger = await people.user('stranger', {
    roles: [await people.role('Contacts', { prvReadContact: 'Global' })],
  });
  const hidden = await web.create('accounts', { name: 'Hidden' });
  const asReader = async (set: string, body: object): Promise<string> => {
    const answer = await web.call('POST', set, { body, as: reader });
    if (answer.status !== 204) throw new Error(answer.text);
    return /\(([^)]*)\)$/.exec(answer.headers['OData-EntityId'] ?? '')?.[1] ?? '';
  };
  const seen = await asReader('accounts', { name: 'Seen' });
  await web.create('contacts', { lastname: 'Other' });
  for (const [lastname, account] of [
    ['Near', seen],
    ['Far', hidden],
  ])
    await web.create('contacts', {
      lastname,
      'parentcustomerid_account@odata.bind': `accounts(${account})`,
      'ownerid@odata.bind': `systemusers(${reader})`,
    });
  query = await asReader('userqueries', {
    name: 'Mine',
    returnedtypecode: 'contact',
    querytype: 0,
    fetchxml: "<fetch><entity name='contact'><attribute name='lastname'/></entity></fetch>",
  });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const run = (inside: string, as: string, fetch = '') =>
  web.call(
    'GET',
    `contacts?fetchXml=${encodeURIComponent(`<fetch ${fetch}><entity name='contact'>${inside}</entity></fetch>`)}`,
    { as },
  );
const account = (type: string, inside = '') =>
  `<link-entity name='account' from='accountid' to='parentcustomerid' link-type='${type}' alias='a'>${inside}</link-entity>`;

describe('rights in queries', () => {
  it('rows of the entity and of each link-entity are those the caller may read', async () => {
    const lastname = "<attribute name='lastname'/><order attribute='lastname'/>";
    const names = async (inside: string) =>
      (await run(lastname + inside, reader)).json.value.map((row: Record<string, unknown>) => [
        row.lastname,
        row['a.name'],
      ]);
    expect(await names('')).toEqual([
      ['Far', undefined],
      ['Near', undefined],
    ]);
    const name = "<attribute name='name'/>";
    expect(await names(account('inner', name))).toEqual([['Near', 'Seen']]);
    expect(await names(account('outer', name))).toEqual([
      ['Far', undefined],
      ['Near', 'Seen'],
    ]);
    expect(await names(account('exists'))).toEqual([['Near', undefined]]);
    expect(await names(`<filter>${account('not any')}</filter>`)).toEqual([['Far', undefined]]);
    expect(
      await names(
        `${account('outer')}<filter><condition entityname='a' attribute='name' operator='null'/></filter>`,
      ),
    ).toEqual([['Far', undefined]]);
  });

  it('aggregates count what the caller may read', async () => {
    const counted = await run(
      "<attribute name='contactid' alias='n' aggregate='count'/>",
      reader,
      "aggregate='1'",
    );
    expect(counted.json.value).toEqual([{ n: 2 }]);
    const applied = await web.call('GET', 'contacts?$apply=aggregate($count as n)', { as: reader });
    expect(applied.json.value).toEqual([{ n: 2 }]);
  });

  it('a table the caller has no privilege for is refused wherever it stands', async () => {
    for (const inside of [account('inner'), account('exists'), `<filter>${account('any')}</filter>`]) {
      const answer = await run(inside, stranger);
      expect([answer.status, answer.json.error.code]).toEqual([403, '0x80040220']);
    }
    const applied = await web.call('GET', 'contacts?$apply=groupby((parentcustomerid_account/name))', {
      as: stranger,
    });
    expect(applied.status).toBe(403);
  });

  it('a user query is its own row: only who may read it runs it', async () => {
    const mine = await web.call('GET', `contacts?userQuery=${query}`, { as: reader });
    expect(mine.json.value).toHaveLength(2);
    const theirs = await web.call('GET', `contacts?userQuery=${query}`, { as: stranger });
    expect([theirs.status, theirs.json.error.code]).toEqual([403, '0x80040220']);
  });
});
