/** The public npm client `dynamics-web-api`, unmodified, over real HTTP. Against another server:
 *  WIRECHIEF_TARGET=https://… WIRECHIEF_TOKEN=… npx vitest run --project compat */
import type { Server } from 'node:http';
import { DynamicsWebApi } from 'dynamics-web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from './harness.ts';
import { listen } from './listening.ts';

const target = process.env.WIRECHIEF_TARGET;
const token = process.env.WIRECHIEF_TOKEN ?? 'of-the-test';

let local: { readonly web: TestWebApi; readonly server: Server } | null = null;
let client: DynamicsWebApi;

beforeAll(async () => {
  let origin = target;
  if (origin === undefined) {
    const web = await openTestWebApi();
    const listening = await listen(web);
    local = { web, server: listening.server };
    origin = listening.origin;
  }
  client = new DynamicsWebApi({
    serverUrl: origin,
    dataApi: { version: '9.2' },
    onTokenRefresh: () => Promise.resolve(token),
  });
});

afterAll(async () => {
  local?.server.close();
  expect(local?.web.faults ?? []).toEqual([]);
  await local?.web.close();
});

interface Contact {
  readonly contactid: string;
  readonly lastname: string;
  readonly jobtitle: string | null;
  readonly '@odata.etag': string;
  readonly _parentcustomerid_value: string | null;
}

describe('dynamics-web-api', () => {
  it('asks who it is (webapi.md §11)', async () => {
    const me = await client.callFunction<{ UserId: string }>({ name: 'WhoAmI' });
    expect(me.UserId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('creates, reads with expand, updates with etag, deletes (mission S0.10; webapi.md §2, §6, §8)', async () => {
    const accountid = await client.create<object, string>({
      collection: 'accounts',
      data: { name: 'Alder Ltd' },
    });
    const created = await client.create<object, Contact>({
      collection: 'contacts',
      data: { lastname: 'Hart', 'parentcustomerid_account@odata.bind': `/accounts(${accountid})` },
      returnRepresentation: true,
    });
    expect(created).toMatchObject({ lastname: 'Hart', _parentcustomerid_value: accountid });

    const account = await client.retrieve<{ name: string; contact_customer_accounts: Contact[] }>({
      collection: 'accounts',
      key: accountid,
      select: ['name'],
      expand: [
        { property: 'contact_customer_accounts', select: ['lastname'], orderBy: ['lastname'], top: 5 },
      ],
    });
    expect(account.contact_customer_accounts.map(({ lastname }) => lastname)).toEqual(['Hart']);

    const updated = await client.update<object, Contact>({
      collection: 'contacts',
      key: created.contactid,
      data: { jobtitle: 'Buyer' },
      ifmatch: created['@odata.etag'],
      returnRepresentation: true,
    });
    expect(updated).toMatchObject({ contactid: created.contactid, jobtitle: 'Buyer' });
    expect(updated['@odata.etag']).not.toBe(created['@odata.etag']);
    // The client turns 412 on an update with a stale etag into `false`.
    const stale = client.update({
      collection: 'contacts',
      key: created.contactid,
      data: { jobtitle: 'Seller' },
      ifmatch: created['@odata.etag'],
    });
    expect(await stale).toBe(false);

    const unchanged = await client.retrieve<Contact>({
      collection: 'contacts',
      key: created.contactid,
      select: ['jobtitle'],
    });
    expect(unchanged.jobtitle).toBe('Buyer');
    await client.deleteRecord({ collection: 'contacts', key: created.contactid });
    await expect(client.retrieve({ collection: 'contacts', key: created.contactid })).rejects.toMatchObject({
      status: 404,
      code: '0x80040217',
    });
    await client.deleteRecord({ collection: 'accounts', key: accountid });
  });

  it('lists with annotations, counts, and follows pages (webapi.md §5, §8)', async () => {
    const marker = `page-${process.pid}`;
    for (const name of ['Ash', 'Beech', 'Cedar'])
      await client.create({
        collection: 'accounts',
        data: { name: `${marker} ${name}`, accountcategorycode: 1 },
      });
    const filter = `startswith(name,'${marker}')`;
    const first = await client.retrieveMultiple<{ name: string }>({
      collection: 'accounts',
      select: ['name', 'accountcategorycode'],
      filter,
      orderBy: ['name desc'],
      count: true,
      maxPageSize: 2,
      includeAnnotations: '*',
    });
    expect(first.value.map(({ name }) => name)).toEqual([`${marker} Cedar`, `${marker} Beech`]);
    expect(first).toMatchObject({ oDataCount: 3 });
    expect(first.value[0]).toMatchObject({ accountcategorycode_Formatted: 'Preferred Customer' });
    const all = await client.retrieveAll<{ name: string; accountid: string }>({
      collection: 'accounts',
      select: ['name'],
      filter,
      maxPageSize: 1,
    });
    expect(all.value).toHaveLength(3);
    for (const { accountid } of all.value)
      await client.deleteRecord({ collection: 'accounts', key: accountid });
  });

  it('pages FetchXML by its cookie to the end (webapi.md §9, Paging; trap 11)', async () => {
    const marker = `fetch-${process.pid}`;
    const names = [`${marker} "Ash" & Sons`, `${marker} <Beech>`, `${marker} 100% Cedar`, `${marker} O'Dell`];
    for (const name of names) await client.create({ collection: 'accounts', data: { name } });
    const query = (fetch: string) =>
      `<fetch ${fetch}><entity name="account"><attribute name="name"/><attribute name="ownerid"/><order attribute="name"/><filter><condition attribute="name" operator="begins-with" value="${marker}"/></filter></entity></fetch>`;
    interface Account {
      readonly accountid: string;
      readonly name: string;
      readonly _ownerid_value_Formatted?: string;
    }
    const first = await client.fetch<Account>({
      collection: 'accounts',
      fetchXml: query('count="1"'),
      includeAnnotations: '*',
    });
    expect(first.PagingInfo).toMatchObject({ page: 1, nextPage: 2 });
    expect(first.value?.[0]?._ownerid_value_Formatted).toBeTruthy();
    for (const fetch of ['count="1"', 'count="2"', 'count="1" distinct="true"']) {
      const all = await client.fetchAll<Account>({
        collection: 'accounts',
        fetchXml: query(fetch),
        includeAnnotations: '*',
      });
      expect(all.value?.map(({ name }) => name)).toEqual([...names].sort());
    }
    const counted = await client.fetch<{ n: number }>({
      collection: 'accounts',
      fetchXml: `<fetch aggregate="true"><entity name="account"><attribute name="accountid" alias="n" aggregate="count"/><filter><condition attribute="name" operator="like" value="${marker}%"/></filter></entity></fetch>`,
    });
    expect(counted.value?.[0]?.n).toBe(4);
    const left = await client.fetchAll<Account>({ collection: 'accounts', fetchXml: query('') });
    for (const { accountid } of left.value ?? [])
      await client.deleteRecord({ collection: 'accounts', key: accountid });
  });

  it('associates and takes away (webapi.md §7)', async () => {
    const accountid = await client.create<object, string>({
      collection: 'accounts',
      data: { name: 'Birch Ltd' },
    });
    const contactid = await client.create<object, string>({
      collection: 'contacts',
      data: { lastname: 'Reed' },
    });
    const link = {
      collection: 'accounts',
      primaryKey: accountid,
      relationshipName: 'contact_customer_accounts',
      relatedCollection: 'contacts',
      relatedKey: contactid,
    } as const;
    const parent = () =>
      client.retrieve<Contact>({
        collection: 'contacts',
        key: contactid,
        select: ['_parentcustomerid_value'],
      });
    await client.associate(link);
    expect((await parent())._parentcustomerid_value).toBe(accountid);
    await client.disassociate(link);
    expect((await parent())._parentcustomerid_value).toBeNull();
    await client.deleteRecord({ collection: 'contacts', key: contactid });
    await client.deleteRecord({ collection: 'accounts', key: accountid });
  });

  it('sends a batch with a change set and references, and reads its answer (webapi.md §10)', async () => {
    const marker = `batch-${process.pid}`;
    client.startBatch();
    void client.create({ collection: 'contacts', data: { lastname: marker }, contentId: '1' });
    void client.create({
      collection: 'incidents',
      data: { title: marker, 'customerid_contact@odata.bind': '$1' },
      contentId: '2',
    });
    void client.update({ contentId: '$1', data: { jobtitle: 'Buyer' } });
    void client.retrieveMultiple({
      collection: 'contacts',
      select: ['lastname'],
      filter: `lastname eq '${marker}'`,
    });
    const answers = await client.executeBatch();
    const [contact, incident] = answers as [string, string];
    expect([contact, incident]).toEqual([expect.stringMatching(guid), expect.stringMatching(guid)]);
    expect(answers.at(-1)).toMatchObject({ value: [{ contactid: contact, lastname: marker }] });
    const read = await client.retrieve<{ jobtitle: string }>({
      collection: 'contacts',
      key: contact,
      select: ['jobtitle'],
    });
    expect(read.jobtitle).toBe('Buyer');
    await client.deleteRecord({ collection: 'incidents', key: incident });
    await client.deleteRecord({ collection: 'contacts', key: contact });
  });

  it('a batch that fails undoes its change set and tells the error (webapi.md §10)', async () => {
    const marker = `undone-${process.pid}`;
    client.startBatch();
    void client.create({ collection: 'contacts', data: { lastname: marker } });
    void client.create({ collection: 'contacts', data: { nosuch: 1 } });
    const failure = { status: 400, error: { code: '0x80048d19' } };
    await expect(client.executeBatch()).rejects.toMatchObject([failure]);
    const left = await client.retrieveMultiple({ collection: 'contacts', filter: `lastname eq '${marker}'` });
    expect(left.value).toEqual([]);
  });

  it('changes a request with a long URL into a batch (webapi.md §1, §10)', async () => {
    const id = await client.create<object, string>({ collection: 'contacts', data: { lastname: 'Long' } });
    const conditions = Array.from({ length: 80 }, (_, place) => `lastname eq 'nobody ${place}'`).join(' or ');
    const found = await client.retrieveMultiple<Contact>({
      collection: 'contacts',
      select: ['lastname'],
      filter: `contactid eq ${id} or ${conditions}`,
    });
    expect(found.value).toMatchObject([{ contactid: id, lastname: 'Long' }]);
    await client.deleteRecord({ collection: 'contacts', key: id });
  });
});

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
