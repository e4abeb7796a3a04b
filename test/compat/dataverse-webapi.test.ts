/** The public npm client `dataverse-webapi`, unmodified, every function of it, over HTTP: its build for Node and its
 *  build for browsers, which differ in how they send. */
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import https from 'node:https';
import * as browser from 'dataverse-webapi';
import * as node from 'dataverse-webapi/lib/node';
import { Window } from 'happy-dom';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { isOurs, openTarget, someoneElse } from './target.ts';

const target = await openTarget();
const { origin, token, run } = target;
afterAll(() => target.close());

// The build for browsers sends by XMLHttpRequest from a page of the server, which tells it where it is.
vi.stubGlobal('XMLHttpRequest', new Window({ url: origin }).XMLHttpRequest);
vi.stubGlobal('Xrm', { Utility: { getGlobalContext: () => ({ getClientUrl: () => origin }) } });
// The build for Node speaks https to the default port only. The server of a test has no certificate: the default of
// https is HTTP to its port here, and the client sends what it sends everywhere.
if (isOurs) {
  https.globalAgent = new Agent() as https.Agent;
  Object.assign(https.globalAgent, { defaultPort: Number(new URL(origin).port) });
}

type Client = typeof node;
type Row = { readonly [name: string]: unknown };
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The client with a note of which of its functions were called. */
function watched(client: Client): { readonly client: Client; readonly called: Set<string> } {
  const called = new Set<string>();
  const watch = {
    get: (functions: Client, name: string) => {
      called.add(name);
      return Reflect.get(functions, name);
    },
  };
  return { client: new Proxy({ ...client }, watch), called };
}

describe.each([
  ['Node', node, origin],
  ['browsers', browser as Client, undefined],
])('dataverse-webapi, its build for %s', (_build, functions, url) => {
  const { client, called } = watched(functions);
  // A page that is followed changes the address in the configuration: each call gets one of its own.
  const config = () => new functions.WebApiConfig('9.2', token, url);

  it('creates, with and without the row in the answer (webapi.md §2, §8)', async () => {
    const id = await client.create(config(), 'accounts', { name: `${run} Alder` });
    expect(id).toMatch(guid);
    const row = await client.createWithReturnData(
      config(),
      'contacts',
      { lastname: `${run} Hart`, 'parentcustomerid_account@odata.bind': `/accounts(${id})` },
      '$select=lastname,_parentcustomerid_value',
    );
    expect(row).toMatchObject({
      lastname: `${run} Hart`,
      _parentcustomerid_value: id,
      '_parentcustomerid_value@OData.Community.Display.V1.FormattedValue': `${run} Alder`,
    });
    expect(row.contactid).toMatch(guid);
  });

  it('reads by key in either case of letters, with a query, and tells the error of none (webapi.md §1, §4)', async () => {
    const id = await client.create(config(), 'accounts', { name: `${run} Birch`, accountcategorycode: 1 });
    const query = '$select=name,accountcategorycode';
    for (const key of [id, id.toUpperCase(), `{${id}}`])
      expect(await client.retrieve(config(), 'accounts', key, query)).toMatchObject({
        accountid: id,
        name: `${run} Birch`,
        'accountcategorycode@OData.Community.Display.V1.FormattedValue': 'Preferred Customer',
      });
    await expect(client.retrieve(config(), 'accounts', randomUUID())).rejects.toMatchObject({
      code: '0x80040217',
    });
  });

  it('reads by an alternate key, and tells that there is none (webapi.md §1)', async () => {
    const id = await client.create(config(), 'accounts', { name: `${run} Keyed` });
    expect(await client.retrieveAlternateKey(config(), 'accounts', `accountid=${id}`)).toMatchObject({
      name: `${run} Keyed`,
    });
    const wrong = client.retrieveAlternateKey(config(), 'accounts', "telephone1='1'", '$select=name');
    await expect(wrong).rejects.toMatchObject({ code: '0x80060888' });
  });

  it('lists, and follows pages to the last (webapi.md §5, §8)', async () => {
    const marker = `${run} page ${randomUUID().slice(0, 8)}`;
    for (const name of ['Ash', 'Beech', 'Cedar'])
      await client.create(config(), 'accounts', { name: `${marker} ${name}` });
    const query = `$select=name&$filter=startswith(name,'${marker}')&$orderby=name&$count=true`;
    const names: unknown[] = [];
    let page = await client.retrieveMultiple(config(), 'accounts', query, { maxPageSize: 1 });
    expect(page).toMatchObject({ '@odata.count': 3 });
    for (;;) {
      names.push(...page.value.map(({ name }) => name));
      if (page['@odata.nextLink'] === undefined) break;
      // The build for browsers encodes every address it is given, this one once too often.
      const link = page['@odata.nextLink'];
      const next = functions === node ? link : decodeURIComponent(link);
      page = await client.retrieveMultipleNextPage(config(), next, { maxPageSize: 1 });
    }
    expect(names).toEqual(['Ash', 'Beech', 'Cedar'].map((name) => `${marker} ${name}`));
  });

  it('updates, with and without the row in the answer, and creates by PATCH (webapi.md §8)', async () => {
    const id = await client.create(config(), 'contacts', { lastname: `${run} Reed` });
    await client.update(config(), 'contacts', id, { jobtitle: 'Buyer' });
    const row = await client.updateWithReturnData(
      config(),
      'contacts',
      id,
      { firstname: 'Mo' },
      '$select=jobtitle,firstname',
    );
    expect(row).toMatchObject({ jobtitle: 'Buyer', firstname: 'Mo' });
    const made = randomUUID();
    await client.update(config(), 'contacts', made, { lastname: `${run} New` });
    expect(await client.retrieve(config(), 'contacts', made, '$select=lastname')).toMatchObject({
      lastname: `${run} New`,
    });
    const only = { customHeaders: { 'If-Match': '*' } };
    const missing = client.update(config(), 'contacts', randomUUID(), { jobtitle: 'Nobody' }, only);
    await expect(missing).rejects.toMatchObject({ code: '0x80040217' });
  });

  it('sets and clears one property (webapi.md §1, §8)', async () => {
    const id = await client.create(config(), 'contacts', { lastname: `${run} One` });
    const title = async () => (await client.retrieve(config(), 'contacts', id, '$select=jobtitle')).jobtitle;
    await client.updateProperty(config(), 'contacts', id, 'jobtitle', 'Seller');
    expect(await title()).toBe('Seller');
    await client.deleteProperty(config(), 'contacts', id, 'jobtitle');
    expect(await title()).toBeNull();
  });

  it('associates and takes away, one to many and the lookup itself (webapi.md §7)', async () => {
    const account = await client.create(config(), 'accounts', { name: `${run} Linked` });
    const contact = await client.create(config(), 'contacts', { lastname: `${run} Linked` });
    const link = 'contact_customer_accounts';
    const parent = async () =>
      (await client.retrieve(config(), 'contacts', contact, '$select=_parentcustomerid_value'))
        ._parentcustomerid_value;
    await client.associate(config(), 'accounts', account, link, 'contacts', contact);
    expect(await parent()).toBe(account);
    await client.disassociate(config(), 'accounts', account, link, contact);
    expect(await parent()).toBeNull();
    await client.update(config(), 'contacts', contact, {
      'parentcustomerid_account@odata.bind': `/accounts(${account})`,
    });
    await client.disassociate(config(), 'contacts', contact, 'parentcustomerid_account');
    expect(await parent()).toBeNull();
  });

  it('calls functions, bound and unbound, with parameters in place and by alias (webapi.md §11)', async () => {
    const me = (await client.unboundFunction(config(), 'WhoAmI')) as { UserId: string };
    expect(me.UserId).toMatch(guid);
    const counted = await client.unboundFunction(config(), 'RetrieveTotalRecordCount', [
      { name: 'EntityNames', alias: 'names', value: "['account','contact']" },
    ]);
    expect(counted).toMatchObject({ EntityRecordCountCollection: { Keys: ['account', 'contact'] } });
    const organisation = await client.unboundFunction(config(), 'RetrieveCurrentOrganization', [
      { name: 'AccessType', value: "Microsoft.Dynamics.CRM.EndpointAccessType'Default'" },
    ]);
    expect((organisation as { Detail: Row }).Detail.OrganizationId).toMatch(guid);
    const contact = await client.create(config(), 'contacts', { lastname: `${run} Seen` });
    const access = await client.boundFunction(config(), 'systemusers', me.UserId, 'RetrievePrincipalAccess', [
      { name: 'Target', alias: 'target', value: `{'@odata.id':'contacts(${contact})'}` },
    ]);
    expect((access as Row).AccessRights).toContain('ReadAccess');
  });

  it('calls actions, bound and unbound, with and without an answer (webapi.md §12)', async () => {
    const queue = await client.create(config(), 'queues', { name: `${run} queue` });
    const contact = await client.create(config(), 'contacts', { lastname: `${run} Case` });
    const incidentid = await client.create(config(), 'incidents', {
      title: `${run} case`,
      'customerid_contact@odata.bind': `/contacts(${contact})`,
    });
    const queued = await client.boundAction(config(), 'queues', queue, 'AddToQueue', {
      Target: { '@odata.type': 'Microsoft.Dynamics.CRM.incident', incidentid },
    });
    const { QueueItemId: item } = queued as { QueueItemId: string };
    expect(item).toMatch(guid);
    expect(await client.boundAction(config(), 'queueitems', item, 'RemoveFromQueue')).toBeNull();
    const closed = await client.unboundAction(config(), 'CloseIncident', {
      IncidentResolution: {
        subject: `${run} solved`,
        'incidentid@odata.bind': `/incidents(${incidentid})`,
      },
      Status: 5,
    });
    expect(closed).toBeNull();
    const read = await client.retrieve(config(), 'incidents', incidentid, '$select=statecode,statuscode');
    expect(read).toMatchObject({ statecode: 1, statuscode: 5 });
  });

  it('acts for another user, who then owns what was made (webapi.md §2)', async () => {
    const me = (await client.unboundFunction(config(), 'WhoAmI')) as { UserId: string };
    const other = await someoneElse(target, me.UserId);
    const row = await client.createWithReturnData(
      config(),
      'accounts',
      { name: `${run} For another` },
      '$select=_createdby_value,_createdonbehalfby_value,_ownerid_value',
      { impersonateUserId: other.objectId },
    );
    expect(row).toMatchObject({
      _createdby_value: other.userId,
      _createdonbehalfby_value: me.UserId,
      _ownerid_value: other.userId,
    });
  });

  it('sends a batch of a change set and reads, and reads its answer (webapi.md §10)', async () => {
    const marker = `${run} batch ${randomUUID().slice(0, 8)}`;
    const answers = await client.batchOperation(
      config(),
      randomUUID(),
      randomUUID(),
      [
        { method: 'POST', queryString: 'accounts', entity: { name: marker } },
        {
          method: 'POST',
          queryString: 'contacts',
          entity: { lastname: marker, 'parentcustomerid_account@odata.bind': '$1' },
        },
      ],
      [`contacts?$select=lastname&$filter=lastname eq '${marker}'`, 'WhoAmI'],
    );
    expect(answers).toMatchObject([
      { httpStatus: 204, contentId: '1', entityId: expect.stringMatching(guid) },
      { httpStatus: 204, contentId: '2', entityId: expect.stringMatching(guid) },
      { httpStatus: 200, data: { value: [{ lastname: marker }] } },
      { httpStatus: 200, data: { UserId: expect.stringMatching(guid) } },
    ]);
    const failing = client.batchOperation(
      config(),
      randomUUID(),
      randomUUID(),
      [
        { method: 'POST', queryString: 'accounts', entity: { name: `${marker} undone` } },
        { method: 'POST', queryString: 'accounts', entity: { nosuch: 1 } },
      ],
      [],
    );
    await expect(failing).rejects.toMatchObject({ code: '0x80048d19' });
    const undone = await client.retrieveMultiple(
      config(),
      'accounts',
      `$filter=name eq '${marker} undone'&$select=name`,
    );
    expect(undone.value).toEqual([]);
  });

  it('deletes, and what is gone is gone (webapi.md §8)', async () => {
    const id = await client.create(config(), 'accounts', { name: `${run} Gone` });
    await client.deleteRecord(config(), 'accounts', id);
    await expect(client.deleteRecord(config(), 'accounts', id)).rejects.toMatchObject({ code: '0x80040217' });
  });

  it('has no function left that was not called', () => {
    const notCalled = Object.keys(functions).filter((name) => !called.has(name));
    expect(notCalled).toEqual(['WebApiConfig']);
  });
});
