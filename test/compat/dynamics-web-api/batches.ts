/** dynamics-web-api: batches. */
import { expect, it } from 'vitest';
import { guid, type Subject } from './subject.ts';

interface Contact {
  readonly lastname: string;
}

/** Several requests in one. */
export function batches({ client, target }: Subject): void {
  const { run } = target;

  it('sends a batch with a change set and references, and reads its answer (webapi.md §10)', async () => {
    const marker = `${run} batch`;
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
    const marker = `${run} undone`;
    client.startBatch();
    void client.create({ collection: 'contacts', data: { lastname: marker } });
    void client.create({ collection: 'contacts', data: { nosuch: 1 } });
    const failure = { status: 400, error: { code: '0x80048d19' } };
    await expect(client.executeBatch()).rejects.toMatchObject([failure]);
    const left = await client.retrieveMultiple({ collection: 'contacts', filter: `lastname eq '${marker}'` });
    expect(left.value).toEqual([]);
  });

  it('goes on after an error when it is asked to, outside of change sets (webapi.md §10)', async () => {
    client.startBatch();
    void client.create({ collection: 'contacts', data: { lastname: `${run} First` }, inChangeSet: false });
    void client.create({ collection: 'contacts', data: { nosuch: 1 }, inChangeSet: false });
    void client.callFunction('WhoAmI');
    const answers = await client.executeBatch({ continueOnError: true });
    expect(answers).toMatchObject([
      expect.stringMatching(guid),
      { status: 400, error: { code: '0x80048d19' } },
      { UserId: expect.stringMatching(guid) },
    ]);
  });

  it('takes every kind of request into a batch (webapi.md §10)', async () => {
    const name = `${run} kinds`;
    const make = () => client.create<object, string>({ collection: 'contacts', data: { lastname: name } });
    const key = await make();
    const other = await make();
    client.startBatch();
    void client.update({ collection: 'contacts', key, data: { jobtitle: 'Buyer' } });
    void client.updateSingleProperty({ collection: 'contacts', key, fieldValuePair: { firstname: 'Mo' } });
    void client.upsert({ collection: 'contacts', key, data: { department: 'North' } });
    void client.deleteRecord({ collection: 'contacts', key: other });
    void client.retrieve({ collection: 'contacts', key, select: ['jobtitle', 'firstname', 'department'] });
    void client.count({ collection: 'contacts', filter: `lastname eq '${name}'` });
    void client.fetch({
      collection: 'contacts',
      fetchXml: `<fetch><entity name="contact"><attribute name="jobtitle"/><filter><condition attribute="contactid" operator="eq" value="${key}"/></filter></entity></fetch>`,
    });
    const answers = await client.executeBatch();
    expect(answers.slice(4)).toMatchObject([
      { jobtitle: 'Buyer', firstname: 'Mo', department: 'North' },
      // After a change set the client no longer knows that a number was asked for.
      { '@odata.count': 1 },
      { value: [{ jobtitle: 'Buyer' }] },
    ]);
  });

  it('changes a request with a long URL into a batch (webapi.md §1, §10)', async () => {
    const id = await client.create<object, string>({
      collection: 'contacts',
      data: { lastname: `${run} Long` },
    });
    const conditions = Array.from({ length: 80 }, (_, place) => `lastname eq 'nobody ${place}'`).join(' or ');
    const found = await client.retrieveMultiple<Contact>({
      collection: 'contacts',
      select: ['lastname'],
      filter: `contactid eq ${id} or ${conditions}`,
    });
    expect(found.value).toMatchObject([{ contactid: id, lastname: `${run} Long` }]);
    await client.deleteRecord({ collection: 'contacts', key: id });
  });
}
