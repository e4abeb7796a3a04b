import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { openPeople, type People } from '../../../test/compat/people.ts';
import { developmentUserId } from '../../tables/index.ts';

let test: TestWebApi;
let people: People;
beforeAll(async () => {
  test = await openTestWebApi();
  people = await openPeople(test);
});
afterAll(async () => {
  await test.close();
  expect(test.faults).toEqual([]);
});

const contactOf = (owner: string, lastname: string) =>
  test.create('contacts', { lastname, 'ownerid@odata.bind': `/systemusers(${owner})` });

describe('operations (webapi.md §12)', () => {
  it('on a row take the right to read it; the presence of another agent the right to write it', async () => {
    const role = await people.role('Own activities', { prvReadActivity: 'Basic', prvReadUser: 'Global' });
    const user = await people.user('operator', { roles: [role] });
    const conversation = await test.create('msdyn_ocliveworkitems', { subject: 'Not yours' });
    const hold = `msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.CCaaS_HoldCall`;
    expect((await test.call('POST', hold, { as: user })).status).toBe(403);
    expect((await test.call('POST', hold)).status).toBe(204);
    const body = { ApiVersion: '1.0', PresenceId: 'f523f628-c07a-e811-8162-000d3aa11f50' };
    const own = await test.call('POST', 'CCaaS_ModifyAgentPresence', { as: user, body });
    expect([own.status, own.text]).toEqual([204, '']);
    const others = { ...body, AgentId: developmentUserId };
    const refused = await test.call('POST', 'CCaaS_ModifyAgentPresence', { as: user, body: others });
    expect(refused.json.error.message).toContain('prvWritemsdyn_agentstatus');
    const queues = 'queues/Microsoft.Dynamics.CRM.CreateMultiple';
    const Targets = [{ '@odata.type': 'Microsoft.Dynamics.CRM.queue', name: 'Q' }];
    const many = await test.call('POST', queues, { as: user, body: { Targets } });
    expect(many.json.error.message).toContain('prvCreateQueue');
  });

  it('that change definitions take the privilege to create tables, and a table comes with its privileges', async () => {
    const label = (Label: string) => ({ LocalizedLabels: [{ Label, LanguageCode: 1033 }] });
    const body = {
      '@odata.type': 'Microsoft.Dynamics.CRM.EntityMetadata',
      SchemaName: 'new_Visit',
      DisplayName: label('Visit'),
      DisplayCollectionName: label('Visits'),
      OwnershipType: 'UserOwned',
      HasActivities: false,
      HasNotes: false,
      Attributes: [
        {
          '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
          SchemaName: 'new_Name',
          IsPrimaryName: true,
          MaxLength: 100,
          DisplayName: label('Name'),
        },
      ],
    };
    const user = await people.user('no customizer', {});
    const refused = await test.call('POST', 'EntityDefinitions', { as: user, body });
    expect(refused.json.error.message).toContain('prvCreateEntity');
    const made = await test.call('POST', 'EntityDefinitions', { body });
    expect([made.status, made.text]).toEqual([204, '']);
    const { json } = await test.call(
      'GET',
      "privileges?$select=name&$filter=endswith(name,'new_Visit')&$orderby=name",
    );
    expect(json.value.map(({ name }: { name: string }) => name)).toContain('prvReadnew_Visit');
    expect(json.value).toHaveLength(8);
  });
});

describe('changes', () => {
  it('are told to those who may read the row they are about', async () => {
    const role = await people.role('Hears own', { prvReadContact: 'Basic' });
    const user = await people.user('hearer', { roles: [role] });
    const { newest } = await test.database.store.changeRange();
    const mine = await contactOf(user, 'Heard');
    const foreign = await contactOf(developmentUserId, 'Unheard');
    const gone = await contactOf(user, 'Heard to the end');
    await test.call('DELETE', `contacts(${gone})`);
    await test.create('accounts', { name: 'Unheard' });
    const changes = await test.database.store.changes({ after: newest });
    const heard = await test.api.mayHear({ ...caller, userId: user }, changes);
    const told = changes.filter((_, place) => heard[place]).map(({ id, operation }) => `${operation} ${id}`);
    expect(told).toEqual([`create ${mine}`, `delete ${gone}`]);
    const all = await test.api.mayHear(caller, changes);
    expect(all.every(Boolean)).toBe(true);
    expect(changes.some(({ id }) => id === foreign)).toBe(true);
  });

  it('are told no more to a user who is disabled while listening', async () => {
    const role = await people.role('Hears all', { prvReadContact: 'Global' });
    const user = await people.user('listener', { roles: [role] });
    const { newest } = await test.database.store.changeRange();
    await contactOf(developmentUserId, 'Told');
    const changes = await test.database.store.changes({ after: newest });
    const hears = () => test.api.mayHear({ ...caller, userId: user }, changes);
    expect(await hears()).toContain(true);
    await test.call('PATCH', `systemusers(${user})`, { body: { isdisabled: true } });
    expect(await hears()).not.toContain(true);
  });
});

describe('roles', () => {
  it('nobody gives away more than they hold, and rows that decide rights are not written by hand', async () => {
    const giver = await people.user('giver', {
      roles: [
        await people.role('Giver', {
          prvReadUser: 'Global',
          prvAppendUser: 'Global',
          prvReadRole: 'Global',
          prvAssignRole: 'Global',
          prvReadContact: 'Local',
        }),
      ],
    });
    const low = await people.role('Low', { prvReadContact: 'Basic' });
    const high = await people.role('High', { prvReadContact: 'Global' });
    const give = (role: string) =>
      test.call('POST', `systemusers(${giver})/systemuserroles_association/$ref`, {
        as: giver,
        body: { '@odata.id': `http://wirechief.test/api/data/v9.2/roles(${role})` },
      });
    expect((await give(low)).status).toBe(204);
    expect((await give(high)).json.error.message).toContain('prvReadContact');
    for (const set of [
      'privileges',
      'roleprivilegescollection',
      'systemuserrolescollection',
      'principalobjectaccessset',
    ])
      expect([set, (await test.call('POST', set, { body: {} })).json.error.code]).toEqual([
        set,
        '0x80040800',
      ]);
    const held = await test.call(
      'GET',
      `systemusers(${giver})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()`,
    );
    expect(held.json.RolePrivileges).toContainEqual(
      expect.objectContaining({ PrivilegeName: 'prvReadContact', Depth: 'Local' }),
    );
  });

  it('nobody says which sign-in a user answers to who holds less than that user', async () => {
    const clerk = await people.role('Clerk', { prvReadUser: 'Global', prvWriteUser: 'Global' });
    const user = await people.user('clerk', { roles: [clerk] });
    const change = (id: string, body: object) => test.call('PATCH', `systemusers(${id})`, { as: user, body });
    const applicationid = '6fa5b0ee-7d55-4a54-9a70-6a1a3a27ba10';
    const taken = await change(developmentUserId, { applicationid });
    expect([taken.status, taken.json.error.code]).toEqual([403, '0x80040220']);
    expect((await change(developmentUserId, { domainname: 'mine' })).status).toBe(403);
    expect((await change(developmentUserId, { nickname: 'Chief' })).status).toBe(204);
    const equal = await people.user('other clerk', { roles: [clerk] });
    expect((await change(equal, { applicationid })).status).toBe(204);
  });

  it('of a user who is not there are none', async () => {
    const nobody = '00000000-0000-4000-8000-00000000dead';
    const held = await test.call(
      'GET',
      `systemusers(${nobody})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()`,
    );
    expect(held.status).toBe(404);
  });
});
