/** Numbers are those of docs/differences.md. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../compat/harness.ts';
import { openPeople, type People } from '../compat/people.ts';

describe('security differs from the product', () => {
  let test: TestWebApi;
  let people: People;
  beforeAll(async () => {
    test = await openTestWebApi();
    people = await openPeople(test);
  });
  afterAll(() => test.close());

  it('19 a role counts in the business unit of who holds it', async () => {
    const unit = await people.unit('North');
    const role = await people.role('Of the root unit', {
      prvReadContact: 'Local',
      prvCreateContact: 'Local',
    });
    const as = await people.user('northerner', { unit, roles: [role] });
    await test.create('contacts', { lastname: 'In the root unit' });
    await test.call('POST', 'contacts', { as, body: { lastname: 'In the north' } });
    const { json } = await test.call('GET', 'contacts?$select=lastname', { as });
    expect(json.value.map(({ lastname }: { lastname: string }) => lastname)).toEqual(['In the north']);
  });

  it('20 the refusal of a right on a row says neither who owns it nor why', async () => {
    const role = await people.role('Own accounts', { prvReadAccount: 'Basic' });
    const as = await people.user('refused', { roles: [role] });
    const account = await test.create('accounts', { name: 'Foreign' });
    const { json } = await test.call('GET', `accounts(${account})`, { as });
    expect(json.error.message).toBe(
      `Principal with id ${as} does not have ReadAccess right(s) for record with id ${account} of entity account.`,
    );
  });

  it('21 a row of an intersect table is read by whoever may read both its ends', async () => {
    const team = await people.team('Seen');
    const role = await people.role('Teams and oneself', { prvReadTeam: 'Global', prvReadUser: 'Basic' });
    const [as, other] = [await people.user('member', { roles: [role] }), await people.user('other member')];
    await test.call('POST', `teams(${team})/Microsoft.Dynamics.CRM.AddMembersTeam`, {
      body: { Members: [as, other].map((systemuserid) => ({ systemuserid })) },
    });
    const set = 'teammemberships?$select=systemuserid';
    const seen = await test.call('GET', set, { as });
    expect(seen.json.value.map(({ systemuserid }: { systemuserid: string }) => systemuserid)).toEqual([as]);
    expect((await test.call('GET', set)).json.value).toHaveLength(2);
    expect((await test.call('GET', 'principalobjectaccessset', { as })).json.value).toEqual([]);
  });

  it('42 the sign-in of a user is changed by who holds every privilege of that user', async () => {
    const role = await people.role('Writes users', { prvReadUser: 'Global', prvWriteUser: 'Global' });
    const as = await people.user('writer', { roles: [role] });
    const more = await people.role('Reads contacts too', { prvReadContact: 'Basic' });
    const other = await people.user('holds more', { roles: [more] });
    const body = { applicationid: '0f3c2a52-54d5-4e0c-b6a6-2f5a2f2d9d11' };
    const answer = await test.call('PATCH', `systemusers(${other})`, { as, body });
    expect([answer.status, answer.json.error.code]).toEqual([403, '0x80040220']);
    expect((await test.call('PATCH', `systemusers(${as})`, { as, body })).status).toBe(204);
  });

  it('45 a business unit comes without a default team', async () => {
    const unit = await people.unit('Teamless');
    const path = `teams?$select=name&$filter=_businessunitid_value eq ${unit}`;
    expect((await test.call('GET', path)).json.value).toEqual([]);
  });

  it('46 a user who moves to another business unit keeps the roles', async () => {
    const role = await people.role('Kept', { prvReadContact: 'Basic' });
    const user = await people.user('mover', { roles: [role] });
    const unit = await people.unit('South');
    const body = { 'businessunitid@odata.bind': `/businessunits(${unit})` };
    expect((await test.call('PATCH', `systemusers(${user})`, { body })).status).toBe(204);
    const held = `systemusers(${user})/systemuserroles_association?$select=name`;
    expect((await test.call('GET', held)).json.value).toMatchObject([{ name: 'Kept' }]);
  });

  it('47 sender and torecipients of an email are not filled from its parties', async () => {
    const contact = await test.create('contacts', { lastname: 'Hart', emailaddress1: 'hart@example.test' });
    const email = await test.create('emails', {
      subject: 'x',
      email_activity_parties: [
        { 'partyid_contact@odata.bind': `/contacts(${contact})`, participationtypemask: 2 },
      ],
    });
    const { json } = await test.call('GET', `emails(${email})?$select=sender,torecipients`);
    expect(json).toMatchObject({ sender: null, torecipients: null });
  });
});
