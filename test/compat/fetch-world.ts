/** A Web API with a few accounts and contacts, for the tests of FetchXML and $apply. */
import { type Answer, openTestWebApi, type TestWebApi } from './harness.ts';

export const formatted = 'OData.Community.Display.V1.FormattedValue';
export const annotated = { prefer: 'odata.include-annotations="*"' };

export interface FetchWorld {
  readonly web: TestWebApi;
  /** The rows by name: the accounts Oak, Elm under it and Fir under that; the contacts Hart, Moss, Reed, Vale. */
  readonly ids: Readonly<Record<string, string>>;
  get(set: string, xml: string, headers?: Record<string, string>, more?: string): Promise<Answer>;
  /** The rows of a query that must succeed. */
  rows(set: string, xml: string): Promise<Record<string, unknown>[]>;
  /** The last names, sorted, that a query on contacts with this inside gives. */
  names(inside: string): Promise<unknown[]>;
}

const people: readonly (readonly [lastname: string, account: string | null, columns: object])[] = [
  [
    'Hart',
    'Oak',
    {
      firstname: 'Ivy',
      jobtitle: 'Buyer',
      gendercode: 2,
      numberofchildren: 2,
      creditlimit: 10.5,
      anniversary: '2026-01-05',
      lastusedincampaign: '2026-01-05T10:00:00Z',
    },
  ],
  [
    'Moss',
    'Oak',
    {
      firstname: 'Ada',
      jobtitle: 'buyer',
      gendercode: 1,
      numberofchildren: 0,
      creditlimit: 20,
      anniversary: '2026-02-05',
    },
  ],
  ['Reed', 'Elm', { firstname: 'Tim', jobtitle: 'Seller', numberofchildren: 5 }],
  ['Vale', null, { firstname: 'Vale', gendercode: 1, donotphone: true }],
];

export async function openFetchWorld(): Promise<FetchWorld> {
  const web = await openTestWebApi();
  const ids: Record<string, string> = {};
  const below = (name: string) => ({ 'parentaccountid@odata.bind': `accounts(${ids[name]})` });
  ids.Oak = await web.create('accounts', { name: 'Oak', revenue: 100, numberofemployees: 10 });
  ids.Elm = await web.create('accounts', { name: 'Elm', revenue: 50.5, ...below('Oak') });
  ids.Fir = await web.create('accounts', { name: 'Fir', ...below('Elm') });
  for (const [lastname, account, columns] of people) {
    const company = account ? { 'parentcustomerid_account@odata.bind': `accounts(${ids[account]})` } : {};
    ids[lastname] = await web.create('contacts', { lastname, ...columns, ...company });
  }
  const primary = { 'primarycontactid@odata.bind': `contacts(${ids.Hart})` };
  const patched = await web.call('PATCH', `accounts(${ids.Oak})`, { body: primary });
  if (patched.status !== 204) throw new Error(patched.text);
  const get: FetchWorld['get'] = (set, xml, headers = {}, more = '') =>
    web.call('GET', `${set}?fetchXml=${encodeURIComponent(xml)}${more}`, { headers });
  const rows: FetchWorld['rows'] = async (set, xml) => {
    const answer = await get(set, xml);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json.value;
  };
  const names: FetchWorld['names'] = async (inside) => {
    const shown = "<attribute name='lastname'/>";
    const found = await rows('contacts', `<fetch><entity name='contact'>${shown}${inside}</entity></fetch>`);
    return found.map(({ lastname }) => lastname).sort();
  };
  return { web, ids, get, rows, names };
}
