/** dynamics-web-api on collections: lists, pages, counts, FetchXML, change tracking. */
import { expect, it } from 'vitest';
import type { Subject } from './subject.ts';

interface Contact {
  readonly lastname: string;
}

/** Many rows at a time. */
export function queries({ client, target }: Subject): void {
  const { run } = target;

  it('lists with annotations, counts, and follows pages (webapi.md §5, §8)', async () => {
    const marker = `${run} page`;
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

  it('counts, and takes the next page by its link (webapi.md §8)', async () => {
    const marker = `${run} count`;
    for (const name of ['Ash', 'Beech', 'Cedar'])
      await client.create({ collection: 'accounts', data: { name: `${marker} ${name}` } });
    const of = { collection: 'accounts', filter: `startswith(name,'${marker}')` } as const;
    expect(await client.count(of)).toBe(3);
    expect(await client.count({ collection: 'accounts' })).toBeGreaterThanOrEqual(3);
    expect(await client.countAll({ ...of, select: ['name'] })).toBe(3);
    const query = { ...of, select: ['name'], orderBy: ['name'], maxPageSize: 2 };
    const first = await client.retrieveMultiple<{ name: string }>(query);
    const second = await client.retrieveMultiple<{ name: string }>(query, first.oDataNextLink);
    expect([...first.value, ...second.value].map(({ name }) => name.slice(marker.length + 1))).toEqual([
      'Ash',
      'Beech',
      'Cedar',
    ]);
    expect(second.oDataNextLink).toBeUndefined();
  });

  it('aggregates, expands and takes the first (webapi.md §8)', async () => {
    const marker = `${run} apply`;
    const accountid = await client.create<object, string>({
      collection: 'accounts',
      data: {
        name: marker,
        contact_customer_accounts: [{ lastname: `${marker} 1` }, { lastname: `${marker} 2` }],
      },
    });
    const counted = await client.retrieveMultiple<{ n: number }>({
      collection: 'contacts',
      apply: `filter(startswith(lastname,'${marker}'))/aggregate($count as n)`,
    });
    expect(counted.value).toMatchObject([{ n: 2 }]);
    const top = await client.retrieveMultiple<Contact>({
      collection: 'contacts',
      select: ['lastname'],
      filter: `_parentcustomerid_value eq {${accountid.toUpperCase()}}`,
      expand: [{ property: 'parentcustomerid_account', select: ['name'] }],
      orderBy: ['lastname desc'],
      top: 1,
    });
    expect(top.value).toMatchObject([
      { lastname: `${marker} 2`, parentcustomerid_account: { name: marker } },
    ]);
  });

  it('pages FetchXML by its cookie to the end (webapi.md §9, Paging; trap 11)', async () => {
    const marker = `${run} fetch`;
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

  it('asks for a delta link and is told what came and went since (webapi.md §14)', async () => {
    const query = { collection: 'accounts', select: ['name'], trackChanges: true };
    const first = await client.retrieveMultiple(query);
    const key = await client.create<object, string>({
      collection: 'accounts',
      data: { name: `${run} New since` },
    });
    const since = await client.retrieveMultiple<{ name?: string }>(query, first.oDataDeltaLink);
    expect(since.value.map(({ name }) => name)).toContain(`${run} New since`);
    await client.deleteRecord({ collection: 'accounts', key });
    const gone = await client.retrieveMultiple<object>(query, since.oDataDeltaLink);
    expect(gone.value).toContainEqual(expect.objectContaining({ id: key, reason: 'deleted' }));
  });
}
