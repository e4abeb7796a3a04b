/** webapi.md §13: a table made with IsActivity is an activity like any other, at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from './harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const label = (text: string) => ({ LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] });
const subject = {
  '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
  ...{ SchemaName: 'Subject', IsPrimaryName: true, MaxLength: 150, DisplayName: label('Subject') },
};
const fontSize = {
  '@odata.type': 'Microsoft.Dynamics.CRM.IntegerAttributeMetadata',
  ...{ SchemaName: 'new_FontSize', DisplayName: label('Font Size') },
};
const table = (more: object = {}) => ({
  '@odata.type': 'Microsoft.Dynamics.CRM.EntityMetadata',
  ...{ SchemaName: 'new_InstantMessage', DisplayName: label('Instant Message') },
  ...{ DisplayCollectionName: label('Instant Messages'), OwnershipType: 'UserOwned', IsActivity: true },
  ...{ HasNotes: true, HasActivities: false, Attributes: [subject, fontSize] },
  ...more,
});
const read = async (path: string) => {
  const answer = await web.call('GET', path);
  expect([path, answer.status, answer.status === 200 ? '' : answer.text]).toEqual([path, 200, '']);
  return answer.json;
};

describe('activity tables made at run time (webapi.md §13, writes)', () => {
  it.each([
    ['a primary column of another name', { Attributes: [{ ...subject, SchemaName: 'new_Name' }] }, 'Subject'],
    ['another ownership', { OwnershipType: 'OrganizationOwned' }, 'UserOwned'],
    ['activities of activities', { HasActivities: true }, 'HasActivities'],
  ])('are refused with %s', async (_, more, words) => {
    const answer = await web.call('POST', 'EntityDefinitions', { body: table(more) });
    expect([answer.status, answer.json.error.message]).toEqual([400, expect.stringContaining(words)]);
  });

  it('have the key, name, states and columns of every activity', async () => {
    const visit = { ...table({ SchemaName: 'new_Site', IsActivity: false, HasActivities: true }) };
    const name = { ...subject, SchemaName: 'new_Name' };
    expect(
      (await web.call('POST', 'EntityDefinitions', { body: { ...visit, Attributes: [name] } })).status,
    ).toBe(204);
    const made = await web.call('POST', 'EntityDefinitions', { body: table() });
    expect([made.status, made.text]).toEqual([204, '']);
    const path = "EntityDefinitions(LogicalName='new_instantmessage')";
    const select =
      '$select=EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,IsActivity,OwnershipType,HasNotes';
    expect(await read(`${path}?${select}`)).toMatchObject({
      ...{ EntitySetName: 'new_instantmessages', PrimaryIdAttribute: 'activityid' },
      ...{ PrimaryNameAttribute: 'subject', IsActivity: true, OwnershipType: 'UserOwned', HasNotes: true },
    });
    const length = `${path}/Attributes(LogicalName='subject')/Microsoft.Dynamics.CRM.StringAttributeMetadata`;
    expect((await read(`${length}?$select=MaxLength`)).MaxLength).toBe(150);
    const metadata = (await web.call('GET', '$metadata')).text;
    expect(metadata).toContain('<EntityType Name="new_instantmessage" BaseType="mscrm.activitypointer">');
  });

  it('their rows are activities: parties, regarding, notes, states, and the set of all of them', async () => {
    const contact = await web.create('contacts', { lastname: 'Hart' });
    const site = await web.create('new_sites', { new_name: 'Harbour' });
    const id = await web.create('new_instantmessages', {
      ...{ subject: 'Hello', new_fontsize: 12 },
      'regardingobjectid_contact_new_instantmessage@odata.bind': `/contacts(${contact})`,
      new_instantmessage_activity_parties: [
        { 'partyid_contact@odata.bind': `/contacts(${contact})`, participationtypemask: 2 },
      ],
    });
    const other = await web.create('new_instantmessages', {
      subject: 'About a place',
      'regardingobjectid_new_site_new_instantmessage@odata.bind': `/new_sites(${site})`,
    });
    const row = await read(
      `new_instantmessages(${id})?$expand=regardingobjectid_contact_new_instantmessage($select=lastname),new_instantmessage_activity_parties($select=participationtypemask)`,
    );
    expect(row).toMatchObject({
      ...{ activitytypecode: 'new_instantmessage', statecode: 0, statuscode: 1, new_fontsize: 12 },
      regardingobjectid_contact_new_instantmessage: { lastname: 'Hart' },
      new_instantmessage_activity_parties: [{ participationtypemask: 2 }],
    });
    const all = await read('activitypointers?$select=subject,activitytypecode&$orderby=subject');
    expect(all.value).toMatchObject([
      { subject: 'About a place', activityid: other },
      { subject: 'Hello', activitytypecode: 'new_instantmessage', activityid: id },
    ]);
    await web.create('annotations', {
      subject: 'n',
      'objectid_new_instantmessage@odata.bind': `/new_instantmessages(${id})`,
    });
    const done = await web.call('PATCH', `new_instantmessages(${id})`, { body: { statecode: 1 } });
    expect([done.status, (await read(`new_instantmessages(${id})`)).statuscode]).toEqual([204, 2]);
    const taken = await web.call('POST', 'tasks', { body: { activityid: id, subject: 'x' } });
    expect(taken.status).toBe(412);
    await web.call('DELETE', `contacts(${contact})`);
    expect((await web.call('GET', `new_instantmessages(${id})`)).status).toBe(404);
    expect((await web.call('GET', 'activityparties/$count')).text).toBe('0');
    expect((await web.call('GET', 'annotations/$count')).text).toBe('0');
  });

  it('go again, rows and all, and their name is free', async () => {
    const path = "EntityDefinitions(LogicalName='new_instantmessage')";
    expect((await web.call('DELETE', path)).status).toBe(204);
    expect((await read('activitypointers?$select=subject')).value).toEqual([]);
    expect((await web.call('GET', 'new_instantmessages')).status).toBe(404);
    expect((await web.call('POST', 'EntityDefinitions', { body: table() })).status).toBe(204);
    expect((await read('new_instantmessages')).value).toEqual([]);
  });
});
