/** dynamics-web-api: functions, actions and files. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { isOurs } from '../target.ts';
import { guid, type Subject } from './subject.ts';

/** What is neither a row nor a list. */
export function operations({ client, target }: Subject): void {
  const { run } = target;
  const make = (collection: string, data: object) => client.create<object, string>({ collection, data });

  it('calls functions, bound and unbound (webapi.md §11)', async () => {
    const me = await client.callFunction<{ UserId: string }>({ name: 'WhoAmI' });
    expect(me.UserId).toMatch(guid);
    const { EntityRecordCountCollection: counted } = await client.callFunction({
      name: 'RetrieveTotalRecordCount',
      parameters: { EntityNames: ['account', 'contact'] },
    });
    expect(counted).toMatchObject({ Count: 2, Keys: ['account', 'contact'] });
    const { Detail } = await client.callFunction({
      name: 'RetrieveCurrentOrganization',
      parameters: { AccessType: "Microsoft.Dynamics.CRM.EndpointAccessType'Default'" },
    });
    expect(Detail.OrganizationId).toMatch(guid);
    const contact = await make('contacts', { lastname: `${run} Seen` });
    const access = await client.callFunction<{ AccessRights: string }>({
      collection: 'systemusers',
      key: me.UserId,
      name: 'Microsoft.Dynamics.CRM.RetrievePrincipalAccess',
      parameters: { Target: { '@odata.id': `contacts(${contact})` } },
    });
    expect(access.AccessRights).toContain('ReadAccess');
  });

  it('calls actions, bound to a row, to a collection and unbound (webapi.md §12)', async () => {
    const queue = await make('queues', { name: `${run} queue` });
    const contact = await make('contacts', { lastname: `${run} Customer` });
    const customer = { 'customerid_contact@odata.bind': `/contacts(${contact})` };
    const incidentid = await make('incidents', { title: `${run} case`, ...customer });
    const queued = await client.callAction<{ QueueItemId: string }>({
      collection: 'queues',
      key: queue,
      actionName: 'Microsoft.Dynamics.CRM.AddToQueue',
      action: { Target: { incidentid, '@odata.type': 'Microsoft.Dynamics.CRM.incident' } },
    });
    expect(queued.QueueItemId).toMatch(guid);
    const several = await client.callAction<{ Ids: string[] }>({
      collection: 'accounts',
      actionName: 'Microsoft.Dynamics.CRM.CreateMultiple',
      action: {
        Targets: ['Ash', 'Beech'].map((name) => ({
          '@odata.type': 'Microsoft.Dynamics.CRM.account',
          name: `${run} ${name}`,
        })),
      },
    });
    expect(several.Ids).toEqual([expect.stringMatching(guid), expect.stringMatching(guid)]);
    const IncidentResolution = {
      subject: `${run} solved`,
      'incidentid@odata.bind': `/incidents(${incidentid})`,
    };
    await client.callAction({ actionName: 'CloseIncident', action: { IncidentResolution, Status: 5 } });
    const closed = await client.retrieve({ collection: 'incidents', key: incidentid });
    expect(closed).toMatchObject({ statecode: 1, statuscode: 5 });
  });

  it.runIf(isOurs).each([700_000, 9_500_000])(
    'uploads %i bytes, downloads and deletes them (webapi.md §15)',
    async (size) => {
      const key = await make('msdyn_transcripts', { msdyn_name: 'Talk' });
      const data = randomBytes(size);
      const at = { collection: 'msdyn_transcripts', key, property: 'msdyn_voicetranscript' } as const;
      await client.uploadFile({ ...at, data, fileName: 'talk.bin' });
      const got = await client.downloadFile(at);
      expect(got).toMatchObject({ fileName: 'talk.bin', fileSize: size });
      expect(Buffer.from(got.data).equals(data)).toBe(true);
      await client.deleteRecord(at);
      const empty = await target.send(`msdyn_transcripts(${key})/msdyn_voicetranscript/$value`);
      expect(empty.status).toBe(204);
    },
  );

  it('has its own instances and addresses', () => {
    expect(client.Utility.toAbsoluteUrl('contacts')).toBe(`${target.origin}/api/data/v9.2/contacts`);
    client.setConfig({ timeout: 10_000 });
    expect(client.initializeInstance() === client).toBe(false);
  });
}
