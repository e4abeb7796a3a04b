/** The public npm client `xrm-webapi-client`, unmodified, over HTTP, in a page of the server as its users have it: set
 *  names made from table names, FetchXML pages followed by their cookie, batches with line feeds alone, a pair of
 *  brackets after every operation. */
import { randomUUID } from 'node:crypto';
import { Window } from 'happy-dom';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openTarget } from './target.ts';

const target = await openTarget();
const { origin, token, run } = target;
const page = new Window({ url: origin });
for (const name of ['window', 'XMLHttpRequest', 'DOMParser', 'XMLSerializer', 'File'] as const)
  vi.stubGlobal(name, page[name]);
vi.stubGlobal('GetGlobalContext', () => ({ getClientUrl: () => origin }));
const { default: client } = await import('xrm-webapi-client');
client.ApiVersion = '9.2';
client.Token = token;

afterAll(async () => {
  await page.happyDOM.close();
  await target.close();
});

type Expanded = { readonly contact_customer_accounts: { readonly value: Row[] } };
/** Not in the types that the client comes with. */
const { Expand: expand } = client as unknown as {
  Expand(parameters: { records: object[] }): Promise<Expanded[]>;
};

/** Its requests are typed as classes; they are objects to derive from. */
interface Request {
  with(parameters: object): Request;
}
const Requests = client.Requests as unknown as {
  readonly [N in keyof typeof client.Requests]: Request;
};

type Row = { readonly [name: string]: unknown };
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const annotations = { key: 'Prefer', value: 'odata.include-annotations="*"' };

/** Creates a row and gives its id, which this client leaves in the address of the row. */
async function create(entityName: string, entity: object): Promise<string> {
  const address: string = await client.Create({ entityName, entity });
  const id = /\(([^)]+)\)$/.exec(address)?.[1];
  expect(id).toMatch(guid);
  return id ?? '';
}

describe('xrm-webapi-client', () => {
  it('makes the names of sets and the address of the Web API (webapi.md §1)', async () => {
    expect(client.GetApiUrl()).toBe(`${origin}/api/data/v9.2/`);
    for (const table of ['account', 'queueitem', 'activityparty', 'systemuser'])
      expect((await target.send(`${client.GetSetName(table)}?$top=1`)).status).toBe(200);
  });

  it('creates, reads, updates and deletes (webapi.md §2, §8)', async () => {
    const entityId = await create('account', { name: `${run} Alder`, accountcategorycode: 1 });
    const read = (): Promise<Row> =>
      client.Retrieve({
        entityName: 'account',
        entityId: `{${entityId}}`,
        queryParams: '?$select=name,accountcategorycode,telephone1',
        headers: [annotations],
      });
    expect(await read()).toMatchObject({
      name: `${run} Alder`,
      'accountcategorycode@OData.Community.Display.V1.FormattedValue': 'Preferred Customer',
    });
    await client.Update({ entityName: 'account', entityId, entity: { telephone1: '12' } });
    expect(await read()).toMatchObject({ telephone1: '12' });
    const returned = await client.Update({
      entityName: 'account',
      entityId,
      entity: { telephone1: '13' },
      headers: [{ key: 'Prefer', value: 'return=representation' }],
    });
    expect(returned).toMatchObject({ accountid: entityId, telephone1: '13' });
    await client.Delete({ entityName: 'account', entityId });
    await expect(read()).rejects.toThrow(/Does Not Exist/);
  });

  it('reads by key columns and by a set name of its own (webapi.md §1)', async () => {
    const id = await create('account', { name: `${run} Keyed` });
    const row = await client
      .Retrieve({
        overriddenSetName: 'accounts',
        alternateKey: [{ property: '_accountid', value: 1 }],
        queryParams: '?$select=name',
      })
      .catch((error: Error) => error.message);
    expect(row).toMatch(/The key in the request URI is not valid for resource/);
    const list = await client.Retrieve({
      overriddenSetName: 'accounts',
      queryParams: `?$select=name&$filter=accountid eq ${id}`,
    });
    expect(list.value).toMatchObject([{ name: `${run} Keyed` }]);
  });

  it('answers at once when it does not wait (synchronous requests)', async () => {
    const id = await create('contact', { lastname: `${run} Sync` });
    const row = client.Retrieve({ entityName: 'contact', entityId: id, async: false });
    expect(row).toMatchObject({ contactid: id, lastname: `${run} Sync` });
  });

  it('follows pages to the last, of OData and of FetchXML (webapi.md §8, §9; trap 11)', async () => {
    const marker = `${run} page`;
    const names = ['"Ash" & Sons', '<Beech>', "100% O'Dell"].map((name) => `${marker} ${name}`).sort();
    for (const name of names) await create('account', { name });
    const all = await client.Retrieve({
      entityName: 'account',
      queryParams: `?$select=name&$filter=startswith(name,'${marker}')&$orderby=name`,
      headers: [{ key: 'Prefer', value: 'odata.maxpagesize=1' }],
      returnAllPages: true,
    });
    expect(all.value.map(({ name }: Row) => name)).toEqual(names);
    const fetched = await client.Retrieve({
      entityName: 'account',
      fetchXml: `<fetch count="1" page="1"><entity name="account"><attribute name="name"/><order attribute="name"/><filter><condition attribute="name" operator="begins-with" value="${marker}"/></filter></entity></fetch>`,
      headers: [annotations],
      returnAllPages: true,
    });
    expect(fetched.value.map(({ name }: Row) => name)).toEqual(names);
  });

  it('changes a request with a long URL into a batch (webapi.md §10)', async () => {
    const id = await create('contact', { lastname: `${run} Long` });
    const conditions = Array.from({ length: 90 }, (_, place) => `lastname eq 'nobody ${place}'`).join(' or ');
    const found = await client.Retrieve({
      entityName: 'contact',
      queryParams: `?$select=lastname&$filter=contactid eq ${id} or ${conditions}`,
    });
    expect(found.value).toMatchObject([{ contactid: id, lastname: `${run} Long` }]);
  });

  it('associates, takes away, and follows what was expanded (webapi.md §7, §8, trap 8)', async () => {
    const account = await create('account', { name: `${run} Linked` });
    const contact = await create('contact', { lastname: `${run} Linked` });
    const link = {
      relationShip: 'contact_customer_accounts',
      source: { entityName: 'contact', entityId: contact },
      target: { entityName: 'account', entityId: account },
    };
    const linked = async (): Promise<Row[]> => {
      const { value } = await client.Retrieve({
        entityName: 'account',
        queryParams: `?$select=name&$filter=accountid eq ${account}&$expand=contact_customer_accounts($select=lastname)`,
      });
      // It asks for every `…@odata.nextLink` beside an expanded collection.
      const [row] = await expand({ records: value });
      return row?.contact_customer_accounts.value ?? [];
    };
    await client.Associate(link);
    expect(await linked()).toMatchObject([{ contactid: contact, lastname: `${run} Linked` }]);
    await client.Disassociate(link);
    expect(await linked()).toEqual([]);
  });

  it('executes functions and actions, bound and unbound (webapi.md §11, §12)', async () => {
    const me = await client.Execute(Requests.WhoAmIRequest);
    expect(me.UserId).toMatch(guid);
    expect((await client.Execute(Requests.RetrieveVersionRequest)).Version).toMatch(/^9\.2\./);
    const contact = await create('contact', { lastname: `${run} Customer` });
    const incidentid = await create('incident', {
      title: `${run} case`,
      'customerid_contact@odata.bind': `/contacts(${contact})`,
    });
    const valid = await client.Execute(
      Requests.IsValidStateTransitionRequest.with({
        urlParams: {
          Entity: `{'@odata.id':'incidents(${incidentid})'}`,
          NewState: "'Resolved'",
          NewStatus: 5,
        },
      }),
    );
    expect(valid.IsValid).toBe(true);
    const access = await client.Execute(
      Requests.RetrievePrincipalAccessRequest.with({
        entityName: 'systemuser',
        entityId: me.UserId,
        urlParams: { Target: `{'@odata.id':'incidents(${incidentid})'}` },
      }),
    );
    expect(access.AccessRights).toContain('WriteAccess');
    const queue = await create('queue', { name: `${run} queue` });
    const queued = await client.Execute(
      Requests.AddToQueueRequest.with({
        entityId: queue,
        payload: { Target: { '@odata.type': 'Microsoft.Dynamics.CRM.incident', incidentid } },
      }),
    );
    expect(queued.QueueItemId).toMatch(guid);
    const resolution = {
      subject: `${run} solved`,
      'incidentid@odata.bind': `/incidents(${incidentid})`,
    };
    await client.Execute(
      Requests.CloseIncidentRequest.with({ payload: { IncidentResolution: resolution, Status: 5 } }),
    );
    const closed = await client.Retrieve({ entityName: 'incident', entityId: incidentid });
    expect(closed).toMatchObject({ statecode: 1, statuscode: 5 });
  });

  it('sends a batch of change sets and reads, and reads its answer (webapi.md §10)', async () => {
    const marker = `${run} batch ${randomUUID().slice(0, 8)}`;
    const asBatch = true;
    const requests = [
      client.Create({ entityName: 'account', entity: { name: marker }, asBatch }),
      client.Create({
        entityName: 'contact',
        entity: { lastname: marker, 'parentcustomerid_account@odata.bind': '$1' },
        asBatch,
      }),
    ];
    const read = client.Retrieve({
      entityName: 'contact',
      queryParams: `?$select=lastname&$filter=lastname eq '${marker}'`,
      asBatch,
    });
    const answer = await client.SendBatch(
      new client.Batch({ changeSets: [new client.ChangeSet({ requests })], requests: [read] }),
    );
    expect(answer).toMatchObject({ isFaulted: false });
    expect(answer.changeSetResponses).toMatchObject([
      {
        responses: [
          { status: expect.stringContaining('204'), contentId: '1' },
          { status: expect.stringContaining('204'), contentId: '2' },
        ],
      },
    ]);
    expect(answer.batchResponses).toMatchObject([{ payload: { value: [{ lastname: marker }] } }]);
  });

  it('sends a change set alone, after which it writes no closing line (webapi.md §10)', async () => {
    const requests = [{ name: `${run} one` }, { name: `${run} two` }].map((entity) =>
      client.Create({ entityName: 'account', entity, asBatch: true }),
    );
    const batch = new client.Batch({ changeSets: [new client.ChangeSet({ requests })] });
    const made = { status: expect.stringContaining('204') };
    expect((await client.SendBatch(batch)).changeSetResponses).toMatchObject([{ responses: [made, made] }]);
  });

  it('a batch that fails undoes its change set and tells why (webapi.md §10)', async () => {
    const marker = `${run} undone`;
    const requests = [{ name: marker }, { nosuch: 1 }].map((entity) =>
      client.Create({ entityName: 'account', entity, asBatch: true }),
    );
    const batch = new client.Batch({ changeSets: [new client.ChangeSet({ requests })] });
    await expect(client.SendBatch(batch)).rejects.toThrow(/0x80048d19.*nosuch/);
    const left = await client.Retrieve({
      entityName: 'account',
      queryParams: `?$select=name&$filter=name eq '${marker}'`,
    });
    expect(left.value).toEqual([]);
  });
});
