import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { openPeople, type People } from '../../../test/compat/people.ts';
import {
  developmentUserId,
  organizationId,
  roles,
  rootBusinessUnitId,
  systemUserId,
} from '../../tables/index.ts';

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

const answered = async (method: string, path: string, body?: object): Promise<[number, string]> => {
  const { status, json } = await test.call(method, path, { body });
  return [status, json?.error?.code ?? ''];
};
const roleOf = (user: string, role: string) =>
  `systemusers(${user})/systemuserroles_association(${role})/$ref`;

describe('what a world cannot be without (webapi.md §4: a message the table does not have, published codes)', () => {
  it('the organization is neither made nor deleted', async () => {
    expect(await answered('DELETE', `organizations(${organizationId})`)).toEqual([400, '0x80040800']);
    expect(await answered('POST', 'organizations', {})).toEqual([400, '0x80040800']);
  });

  it('System Administrator stays, and another shipped role as long as somebody holds it', async () => {
    expect(await answered('DELETE', `roles(${roles.systemAdministrator})`)).toEqual([400, '0x80041d2e']);
    await test.create('roles', {
      roleid: roles.supervisor,
      name: 'Omnichannel supervisor',
      'businessunitid@odata.bind': `/businessunits(${rootBusinessUnitId})`,
    });
    const holder = await people.user('holder', { roles: [roles.supervisor] });
    expect(await answered('DELETE', `roles(${roles.supervisor})`)).toEqual([405, '0x80040227']);
    expect(await answered('DELETE', roleOf(holder, roles.supervisor))).toEqual([204, '']);
    expect(await answered('DELETE', `roles(${roles.supervisor})`)).toEqual([204, '']);
  });

  it('somebody enabled holds System Administrator', async () => {
    const role = roleOf(developmentUserId, roles.systemAdministrator);
    const user = `systemusers(${developmentUserId})`;
    expect(await answered('DELETE', role)).toEqual([400, '0x80041d30']);
    expect(await answered('PATCH', user, { isdisabled: true })).toEqual([400, '0x80041d2f']);
    const other = await people.user('second', { roles: [roles.systemAdministrator] });
    expect(await answered('PATCH', `systemusers(${other})`, { isdisabled: true })).toEqual([204, '']);
    expect(await answered('DELETE', role)).toEqual([400, '0x80041d30']);
    await test.call('PATCH', `systemusers(${other})`, { body: { isdisabled: false } });
    expect(await answered('DELETE', roleOf(other, roles.systemAdministrator))).toEqual([204, '']);
  });

  it('a user is disabled before being deleted; SYSTEM stays', async () => {
    const user = await people.user('leaver');
    expect(await answered('DELETE', `systemusers(${user})`)).toEqual([400, '0x80040203']);
    await test.call('PATCH', `systemusers(${user})`, { body: { isdisabled: true } });
    expect(await answered('DELETE', `systemusers(${user})`)).toEqual([204, '']);
    expect(await answered('DELETE', `systemusers(${systemUserId})`)).toEqual([400, '0x80041d33']);
  });

  it('settings come with their user and go with the user only', async () => {
    const user = await people.user('settled');
    const path = `usersettingscollection(${user})`;
    const { json } = await test.call('GET', `${path}?$select=timezonecode,paginglimit`);
    expect(json).toMatchObject({ timezonecode: 92, paginglimit: 50 });
    expect(await answered('POST', 'usersettingscollection', {})).toEqual([400, '0x80040800']);
    expect(await answered('DELETE', path)).toEqual([400, '0x80040800']);
    expect(await answered('PATCH', path, { timezonecode: 35 })).toEqual([204, '']);
  });

  it('a PATCH of settings or an organization that is not there is 404: neither is made by hand', async () => {
    const nobody = '00000000-0000-4000-8000-00000000dead';
    for (const set of ['usersettingscollection', 'organizations'])
      expect(await answered('PATCH', `${set}(${nobody})`, {})).toEqual([404, '0x80040217']);
  });
});
