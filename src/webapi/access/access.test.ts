import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { openPeople, type People } from '../../../test/compat/people.ts';
import { developmentUserId, roles } from '../../tables/index.ts';

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

const error = (answer: {
  readonly status: number;
  readonly json: { error: { code: string; message: string } };
}) => [answer.status, answer.json.error.code, answer.json.error.message];
const contactOf = (owner: string, lastname: string) =>
  test.create('contacts', { lastname, 'ownerid@odata.bind': `/systemusers(${owner})` });
const names = async (as: string, filter = ''): Promise<string[]> => {
  const answer = await test.call('GET', `contacts?$select=lastname&$orderby=lastname${filter}`, { as });
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.json.value.map(({ lastname }: { lastname: string }) => lastname);
};

describe('depth of a privilege (mission.md S3.2, webapi.md §4)', () => {
  it('user, business unit, parent and child, organization', async () => {
    const west = await people.unit('West');
    const coast = await people.unit('Coast', west);
    const east = await people.unit('East');
    const owner = await people.role('Owner of contacts', {
      prvReadContact: 'Basic',
      prvCreateContact: 'Basic',
    });
    const [a, b, c] = [
      await people.user('a', { unit: west, roles: [owner] }),
      await people.user('b', { unit: coast, roles: [owner] }),
      await people.user('c', { unit: east, roles: [owner] }),
    ];
    for (const [user, name] of [
      [a, 'depth a'],
      [b, 'depth b'],
      [c, 'depth c'],
    ] as const)
      await contactOf(user, name);
    const filter = "&$filter=startswith(lastname,'depth')";
    expect(await names(a, filter)).toEqual(['depth a']);
    const role = await people.role('Changing', { prvReadContact: 'Local' });
    const reader = await people.user('reader', { unit: west, roles: [role] });
    expect(await names(reader, filter)).toEqual(['depth a']);
    await people.grant(role, { prvReadContact: 'Deep' });
    expect(await names(reader, filter)).toEqual(['depth a', 'depth b']);
    await people.grant(role, { prvReadContact: 'Global' });
    expect(await names(reader, filter)).toEqual(['depth a', 'depth b', 'depth c']);
    await people.grant(role, { prvReadContact: 'Basic' });
    expect(await names(reader, filter)).toEqual([]);
    await people.grant(role, {});
    const refused = await test.call('GET', 'contacts', { as: reader });
    expect(error(refused).slice(0, 2)).toEqual([403, '0x80040220']);
    expect(refused.json.error.message).toMatch(
      new RegExp(
        `^Principal user \\(Id=${reader}, type=8, roleCount=1, privilegeCount=0, accessMode='0 Read-Write', businessUnitId=${west}\\), is missing prvReadContact privilege \\(Id=[0-9a-f-]{36}\\) on OTC=2 for entity 'contact' \\(LocalizedName='Contact'\\)\\. context\\.Caller=${reader}\\. Consider adding missed privilege to one of the principal \\(user/team\\) roles\\.$`,
      ),
    );
  });

  it('a team gives its members what it owns and what its roles reach, from its own business unit', async () => {
    const unit = await people.unit('Team unit');
    const own = await people.role('Own', { prvReadContact: 'Basic' });
    const member = await people.user('team member', {});
    const team = await people.team('Team', { unit, roles: [own], members: [member] });
    await test.create('contacts', { lastname: 'team row', 'ownerid@odata.bind': `/teams(${team})` });
    await contactOf(member, 'member row');
    await contactOf(developmentUserId, 'foreign row');
    const filter = "&$filter=endswith(lastname,' row')";
    expect(await names(member, filter)).toEqual(['member row', 'team row']);
    await test.call('PATCH', `roles(${own})`, { body: { isinherited: 0 } });
    expect(await names(member, filter)).toEqual(['team row']);
    await test.call('POST', `teams(${team})/Microsoft.Dynamics.CRM.RemoveMembersTeam`, {
      body: { Members: [{ '@odata.type': 'Microsoft.Dynamics.CRM.systemuser', ownerid: member }] },
    });
    expect((await test.call('GET', 'contacts', { as: member })).status).toBe(403);
  });
});

describe('access mode Read (systemuser.accessmode 2)', () => {
  it('reads what the roles allow and writes nothing, an administrator too', async () => {
    const role = await people.role('Contacts', {
      ...{ prvReadContact: 'Global', prvCreateContact: 'Global', prvWriteContact: 'Global' },
    });
    for (const [name, held] of [
      ['reader', role],
      ['reading administrator', roles.systemAdministrator],
    ] as const) {
      const as = await people.user(name, { roles: [held] });
      const post = () => test.call('POST', 'contacts', { as, body: { lastname: 'x' } });
      expect((await post()).status).toBe(204);
      await test.call('PATCH', `systemusers(${as})`, { body: { accessmode: 2 } });
      const contact = await contactOf(developmentUserId, name);
      expect(await names(as, `&$filter=lastname eq '${name}'`)).toEqual([name]);
      for (const refused of [
        await post(),
        await test.call('PATCH', `contacts(${contact})`, { as, body: { lastname: 'x' } }),
        await test.call('DELETE', `contacts(${contact})`, { as }),
      ]) {
        expect(refused.status).toBe(403);
        expect(refused.json.error.message).toContain("accessMode='2 Read'");
      }
      await test.call('PATCH', `systemusers(${as})`, { body: { accessmode: 0 } });
      expect((await post()).status).toBe(204);
    }
  });
});

describe('one row (webapi.md §4)', () => {
  it('that is there and may not be read, written or deleted is 403, one that is not there 404', async () => {
    const role = await people.role('Own contacts', {
      prvReadContact: 'Basic',
      prvWriteContact: 'Basic',
      prvDeleteContact: 'Basic',
      prvCreateContact: 'Basic',
    });
    const user = await people.user('one row', { roles: [role] });
    const hidden = await contactOf(developmentUserId, 'hidden');
    const words = (right: string) =>
      `Principal with id ${user} does not have ${right} right(s) for record with id ${hidden} of entity contact.`;
    const body = { lastname: 'changed' };
    expect(error(await test.call('GET', `contacts(${hidden})`, { as: user }))).toEqual([
      403,
      '0x80040220',
      words('ReadAccess'),
    ]);
    expect(error(await test.call('PATCH', `contacts(${hidden})`, { as: user, body }))).toEqual([
      403,
      '0x80040220',
      words('WriteAccess'),
    ]);
    expect(error(await test.call('DELETE', `contacts(${hidden})`, { as: user }))).toEqual([
      403,
      '0x80040220',
      words('DeleteAccess'),
    ]);
    const nobody = hidden.replace(/^.{4}/, 'ffff');
    expect((await test.call('GET', `contacts(${nobody})`, { as: user })).status).toBe(404);
    expect((await test.call('DELETE', `contacts(${nobody})`, { as: user })).status).toBe(404);
    expect((await test.call('PATCH', `contacts(${nobody})`, { as: user, body })).status).toBe(204);
    expect((await test.call('GET', `contacts(${nobody})`, { as: user })).json.lastname).toBe('changed');
  });

  it('is not made for others, assigned, appended or appended to without the rights', async () => {
    const role = await people.role('Makers', {
      prvReadContact: 'Basic',
      prvCreateContact: 'Basic',
      prvWriteContact: 'Global',
      prvReadAccount: 'Global',
      prvReadUser: 'Global',
    });
    const user = await people.user('maker', { roles: [role] });
    const account = await test.create('accounts', { name: 'Parent' });
    const forOther = { lastname: 'x', 'ownerid@odata.bind': `/systemusers(${developmentUserId})` };
    expect((await test.call('POST', 'contacts', { as: user, body: forOther })).status).toBe(403);
    const withParent = { lastname: 'x', 'parentcustomerid_account@odata.bind': `/accounts(${account})` };
    const parented = await test.call('POST', 'contacts', { as: user, body: withParent });
    expect(parented.json.error.message).toContain('prvAppendToAccount');
    const made = await test.call('POST', 'contacts', { as: user, body: { lastname: 'mine' } });
    const id = /\(([0-9a-f-]{36})\)$/.exec(made.headers['OData-EntityId'] ?? '')?.[1];
    const assigned = await test.call('PATCH', `contacts(${id})`, {
      as: user,
      body: { 'ownerid@odata.bind': `/systemusers(${developmentUserId})` },
    });
    expect(assigned.json.error.message).toContain('prvAssignContact');
    await people.grant(role, {
      prvReadContact: 'Basic',
      prvCreateContact: 'Basic',
      prvAssignContact: 'Basic',
      prvAppendContact: 'Basic',
      prvAppendToAccount: 'Global',
      prvReadUser: 'Global',
    });
    expect((await test.call('POST', 'contacts', { as: user, body: withParent })).status).toBe(204);
    expect(
      (
        await test.call('PATCH', `contacts(${id})`, {
          as: user,
          body: { 'ownerid@odata.bind': `/systemusers(${developmentUserId})` },
        })
      ).status,
    ).toBe(204);
    expect((await test.call('GET', `contacts(${id})`, { as: user })).status).toBe(403);
  });
});

describe('sharing (webapi.md §11, §12)', () => {
  it('opens a row for the rights that were given, until it is revoked', async () => {
    const role = await people.role('Shared contacts', {
      prvReadContact: 'Basic',
      prvWriteContact: 'Basic',
      prvReadUser: 'Global',
    });
    const user = await people.user('shared with', { roles: [role] });
    const id = await contactOf(developmentUserId, 'shared');
    const Target = { '@odata.type': 'Microsoft.Dynamics.CRM.contact', contactid: id };
    const Principal = { '@odata.type': 'Microsoft.Dynamics.CRM.systemuser', systemuserid: user };
    const get = () => test.call('GET', `contacts(${id})?$select=lastname`, { as: user });
    const patch = () => test.call('PATCH', `contacts(${id})`, { as: user, body: { jobtitle: 'x' } });
    const access = async () =>
      (
        await test.call(
          'GET',
          `systemusers(${user})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t={'@odata.id':'contacts(${id})'}`,
        )
      ).json.AccessRights;
    expect((await get()).status).toBe(403);
    expect(await access()).toBe('None');
    const grant = await test.call('POST', 'GrantAccess', {
      body: { Target, PrincipalAccess: { Principal, AccessMask: 'ReadAccess' } },
    });
    expect([grant.status, grant.text]).toEqual([204, '']);
    expect([(await get()).status, (await patch()).status, await access()]).toEqual([200, 403, 'ReadAccess']);
    expect(await names(user)).toEqual(['shared']);
    await test.call('POST', 'ModifyAccess', {
      body: { Target, PrincipalAccess: { Principal, AccessMask: 'ReadAccess, WriteAccess' } },
    });
    expect([(await patch()).status, await access()]).toEqual([204, 'ReadAccess, WriteAccess']);
    const shared = await test.call(
      'GET',
      `RetrieveSharedPrincipalsAndAccess(Target=@t)?@t={'@odata.id':'contacts(${id})'}`,
    );
    expect(shared.json.PrincipalAccesses).toEqual([
      {
        AccessMask: 'ReadAccess, WriteAccess',
        Principal: { '@odata.type': '#Microsoft.Dynamics.CRM.systemuser', systemuserid: user, ownerid: user },
      },
    ]);
    const own = await test.call('POST', 'GrantAccess', {
      as: user,
      body: { Target, PrincipalAccess: { Principal, AccessMask: 'DeleteAccess' } },
    });
    expect(own.status).toBe(403);
    await test.call('POST', 'RevokeAccess', { body: { Target, Revokee: Principal } });
    expect([(await get()).status, await access()]).toEqual([403, 'None']);
  });
});

describe('what a read reveals (webapi.md §5, §8)', () => {
  it('leaves rows that may not be read out of expands, filters, orders, counts and names', async () => {
    const role = await people.role('Accounts all, contacts own', {
      prvReadContact: 'Basic',
      prvReadAccount: 'Global',
    });
    const user = await people.user('curious', { roles: [role] });
    const secret = await contactOf(developmentUserId, 'Secret');
    const account = await test.create('accounts', {
      name: 'Curious Ltd',
      'primarycontactid@odata.bind': `/contacts(${secret})`,
    });
    await test.call('PATCH', `contacts(${secret})`, {
      body: { 'parentcustomerid_account@odata.bind': `/accounts(${account})` },
    });
    const get = async (path: string, headers = {}) => test.call('GET', path, { as: user, headers });
    const one = await get(
      `accounts(${account})?$select=name,_primarycontactid_value&$expand=primarycontactid($select=lastname),contact_customer_accounts($select=lastname)`,
      { prefer: 'odata.include-annotations="*"' },
    );
    expect(one.json.primarycontactid).toBeNull();
    expect(one.json.contact_customer_accounts).toEqual([]);
    expect(one.text).not.toContain('Secret');
    const where = async (filter: string) =>
      (await get(`accounts?$filter=accountid eq ${account} and ${filter}&$count=true`)).json['@odata.count'];
    expect(await where("primarycontactid/lastname eq 'Secret'")).toBe(0);
    expect(await where("contact_customer_accounts/any(c:c/lastname eq 'Secret')")).toBe(0);
    expect(await where('primarycontactid/lastname eq null')).toBe(1);
    expect((await get(`accounts(${account})/contact_customer_accounts/$count`)).text).toBe('0');
    expect((await get(`accounts(${account})/primarycontactid`)).status).toBe(204);
    expect((await get(`contacts(${secret})/parentcustomerid_account`)).status).toBe(403);
    expect((await get('accounts?$expand=createdby')).json.error.message).toContain('prvReadUser');
  });
});

describe('impersonation (webapi.md §2)', () => {
  it('acts as the other user, with the rights of both', async () => {
    const both = { prvReadContact: 'Global', prvCreateContact: 'Basic' } as const;
    const caller = await people.user('service', {
      roles: [await people.role('Service', { ...both, prvActOnBehalfOfAnotherUser: 'Global' })],
    });
    const narrow = await people.user('narrow', {
      roles: [
        await people.role('Narrow', {
          prvReadContact: 'Basic',
          prvCreateContact: 'Basic',
          prvWriteContact: 'Basic',
          prvReadAccount: 'Global',
        }),
      ],
    });
    const headers = { mscrmcallerid: narrow };
    const made = await test.call('POST', 'contacts', {
      as: caller,
      headers,
      body: { lastname: 'On behalf' },
    });
    const id = /\(([0-9a-f-]{36})\)$/.exec(made.headers['OData-EntityId'] ?? '')?.[1];
    const row = await test.call(
      'GET',
      `contacts(${id})?$select=_createdby_value,_ownerid_value,_createdonbehalfby_value`,
    );
    expect(row.json).toMatchObject({
      _createdby_value: narrow,
      _ownerid_value: narrow,
      _createdonbehalfby_value: caller,
    });
    const body = { firstname: 'x' };
    const writer = async () =>
      (await test.call('GET', `contacts(${id})?$select=_modifiedonbehalfby_value`)).json
        ._modifiedonbehalfby_value;
    await test.call('PATCH', `contacts(${id})`, { body, headers });
    expect(await writer()).toBe(developmentUserId);
    await test.call('PATCH', `contacts(${id})`, { body });
    expect(await writer()).toBe(null);
    const seen = await test.call('GET', 'contacts?$select=lastname', { as: caller, headers });
    expect(seen.json.value).toHaveLength(1);
    expect((await test.call('GET', 'accounts', { as: caller, headers })).json.error.message).toContain(
      'prvReadAccount',
    );
    expect((await test.call('GET', 'WhoAmI', { as: caller, headers })).json.UserId).toBe(narrow);
    const without = await test.call('GET', 'contacts', { as: narrow, headers: { mscrmcallerid: caller } });
    expect(without.json.error.message).toContain('prvActOnBehalfOfAnotherUser');
    const unknown = await test.call('GET', 'contacts', {
      as: caller,
      headers: { callerobjectid: '00000000-0000-4000-8000-00000000dead' },
    });
    expect(error(unknown).slice(0, 2)).toEqual([403, '0x80072560']);
  });
});

describe('an activity under the name of all activities (webapi.md §4, §13)', () => {
  it('that is there and may not be read is 403, one that is not there 404', async () => {
    const role = await people.role('Own activities only', { prvReadActivity: 'Basic' });
    const as = await people.user('of own activities', { roles: [role] });
    const task = await test.create('tasks', { subject: 'Foreign' });
    const read = (id: string) => test.call('GET', `activitypointers(${id})`, { as });
    const refused = await read(task);
    expect([refused.status, refused.json.error.code]).toEqual([403, '0x80040220']);
    expect((await read('00000000-0000-4000-8000-00000000dead')).status).toBe(404);
    const shared = await test.call('POST', 'GrantAccess', {
      body: {
        Target: { '@odata.type': 'Microsoft.Dynamics.CRM.task', activityid: task },
        PrincipalAccess: {
          Principal: { '@odata.type': 'Microsoft.Dynamics.CRM.systemuser', systemuserid: as },
          AccessMask: 'ReadAccess',
        },
      },
    });
    expect(shared.status).toBe(204);
    expect((await read(task)).status).toBe(200);
  });
});
