import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, root, type TestWebApi } from '../../test/compat/harness.ts';
import { openPeople } from '../../test/compat/people.ts';
import { developmentUserId, organizationId } from '../tables/index.ts';
import { organization } from '../tables/platform/index.ts';

let web: TestWebApi;
let ada: string;
let id: string;
beforeAll(async () => {
  web = await openTestWebApi();
  ada = await web.create('systemusers', { firstname: 'Ada', lastname: 'Moss' });
  id = await web.create('msdyn_liveconversations', { msdyn_subject: 'Ivy: front desk' });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const crm = 'Microsoft.Dynamics.CRM';
const here = () => `msdyn_liveconversations(${id})`;
const target = () => ({
  Target: { '@odata.type': `${crm}.msdyn_liveconversation`, msdyn_liveconversationid: id },
});
const principal = () => ({ '@odata.type': `${crm}.systemuser`, systemuserid: ada });
const rights = async (): Promise<string> => {
  const path = `systemusers(${ada})/${crm}.RetrievePrincipalAccess(Target=@t)?@t={'@odata.id':'${here()}'}`;
  return (await web.call('GET', path)).json.AccessRights;
};

describe('the messages of the ongoing conversation, msdyn_liveconversation (mission row S3.2)', () => {
  it('Create, Retrieve, RetrieveMultiple, Update', async () => {
    expect((await web.call('GET', `${here()}?$select=msdyn_subject`)).json.msdyn_subject).toBe(
      'Ivy: front desk',
    );
    const patched = await web.call('PATCH', here(), { body: { msdyn_subject: 'Ivy' } });
    expect(patched.status).toBe(204);
    const list = await web.call('GET', "msdyn_liveconversations?$filter=msdyn_subject eq 'ivy'");
    expect(list.json.value).toMatchObject([{ msdyn_liveconversationid: id }]);
  });

  it.each([
    [{ statecode: 3 }, { statecode: 3, statuscode: 4 }],
    [{ statuscode: 2 }, { statecode: 1, statuscode: 2 }],
    [
      { statecode: 0, statuscode: 1 },
      { statecode: 0, statuscode: 1 },
    ],
  ])('SetState is a PATCH: %j gives %j', async (body, expected) => {
    expect((await web.call('PATCH', here(), { body })).status).toBe(204);
    expect((await web.call('GET', `${here()}?$select=statecode,statuscode`)).json).toMatchObject(expected);
  });

  it('SetState refuses a pair that does not fit with 0x80048408 (webapi.md §4)', async () => {
    const { status, json } = await web.call('PATCH', here(), { body: { statecode: 0, statuscode: 4 } });
    expect([status, json.error.code]).toEqual([400, '0x80048408']);
  });

  it('IsValidStateTransition takes the name of the state', async () => {
    const ask = async (state: string, status: number) =>
      (
        await web.call(
          'GET',
          `IsValidStateTransition(Entity=@e,NewState='${state}',NewStatus=${status})?@e={'@odata.id':'${here()}'}`,
        )
      ).json.IsValid;
    expect([await ask('Closed', 4), await ask('Closed', 1), await ask('Wrap-up', 5)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('Assign is a PATCH of ownerid', async () => {
    const body = { 'ownerid@odata.bind': `/systemusers(${ada})` };
    expect((await web.call('PATCH', here(), { body })).status).toBe(204);
    expect((await web.call('GET', `${here()}?$select=_ownerid_value,_owninguser_value`)).json).toMatchObject({
      _ownerid_value: ada,
      _owninguser_value: ada,
    });
  });

  it('GrantAccess, ModifyAccess, RetrieveSharedPrincipalsAndAccess, RetrievePrincipalAccess, RevokeAccess', async () => {
    const people = await openPeople(web);
    const role = await people.role('Own ones', {
      prvReadmsdyn_liveconversation: 'Basic',
      prvWritemsdyn_liveconversation: 'Basic',
    });
    ada = await people.user('sharee', { roles: [role] });
    const share = (message: string, AccessMask: string) =>
      web.call('POST', message, {
        body: { ...target(), PrincipalAccess: { Principal: principal(), AccessMask } },
      });
    expect((await share('GrantAccess', 'ReadAccess')).status).toBe(204);
    expect(await rights()).toContain('ReadAccess');
    expect((await share('ModifyAccess', 'ReadAccess, WriteAccess')).status).toBe(204);
    const shared = await web.call(
      'GET',
      `RetrieveSharedPrincipalsAndAccess(Target=@t)?@t={'@odata.id':'${here()}'}`,
    );
    expect(shared.json['@odata.context']).toBe(
      `${root}/$metadata#${crm}.RetrieveSharedPrincipalsAndAccessResponse`,
    );
    expect(shared.text).toContain('WriteAccess');
    const revoked = await web.call('POST', 'RevokeAccess', { body: { ...target(), Revokee: principal() } });
    expect(revoked.status).toBe(204);
    expect(await rights()).not.toContain('ReadAccess');
  });

  it('RetrievePrincipalAccess is bound to an organization too, which has what is shared with it (§11)', async () => {
    await web.database.store.transact({ actor: developmentUserId, cause: 'test' }, (transaction) =>
      transaction.create(organization, { organizationid: organizationId, name: 'Wirechief' }),
    );
    const path = `organizations(${organizationId})/${crm}.RetrievePrincipalAccess(Target=@t)?@t={'@odata.id':'${here()}'}`;
    const answer = await web.call('GET', path);
    expect([answer.status, answer.json.AccessRights]).toEqual([200, 'None']);
  });

  it('Delete', async () => {
    expect((await web.call('DELETE', here())).status).toBe(204);
    expect((await web.call('GET', here())).status).toBe(404);
  });
});

describe('actions in a change set (webapi.md §10, §12)', () => {
  const part = (contentId: number, path: string, body: object): string =>
    [
      '--c',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      `Content-ID: ${contentId}`,
      '',
      `POST ${root}/${path} HTTP/1.1`,
      'Content-Type: application/json',
      '',
      JSON.stringify(body),
      '',
    ].join('\r\n');
  const send = (...parts: string[]) =>
    web.call('POST', '$batch', {
      headers: { 'content-type': 'multipart/mixed; boundary=b' },
      body: `--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n${parts.join('')}--c--\r\n--b--\r\n`,
    });

  it('are true together, or not at all', async () => {
    const queue = await web.create('queues', { name: 'Front desk' });
    const task = async () => {
      const activityid = await web.create('tasks', { subject: 'x' });
      return { Target: { '@odata.type': `${crm}.task`, activityid } };
    };
    const add = `queues(${queue})/${crm}.AddToQueue`;
    const items = async () =>
      (await web.call('GET', `queueitems/$count?$filter=_queueid_value eq ${queue}`)).text;
    const missing = { Target: { '@odata.type': `${crm}.task`, activityid: queue } };
    const failed = await send(part(1, add, await task()), part(2, add, missing));
    expect(failed.text).toContain('404 Not Found');
    expect(await items()).toBe('0');
    const done = await send(part(1, add, await task()), part(2, add, await task()));
    expect([done.status, done.text.match(/"QueueItemId"/g)?.length]).toEqual([200, 2]);
    expect(await items()).toBe('2');
  });
});
