import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { openPeople, type People } from '../../../test/compat/people.ts';

let test: TestWebApi;
let people: People;
let conversation: string;
let contact: string;
let agent: string;

const act = (name: string, body: object, as?: string) =>
  test.call('POST', `msdyn_ocliveworkitems(${conversation})/Microsoft.Dynamics.CRM.wirechief_${name}`, {
    body,
    ...(as === undefined ? {} : { as }),
  });
const last = () => test.events.at(-1)?.[0];

beforeAll(async () => {
  test = await openTestWebApi();
  people = await openPeople(test);
  const role = await people.role('Agents', { prvReadContact: 'Basic', prvReadActivity: 'Global' });
  agent = await people.user('Agent', { roles: [role] });
});
beforeEach(async () => {
  conversation = await test.create('msdyn_ocliveworkitems', { subject: 'Call' });
  contact = await test.create('contacts', { lastname: 'Dahl' });
});
afterAll(() => test.close());

describe('who the caller is, said by hand (behaviour.md §3.2, §9)', () => {
  it('becomes an event; an administrator supervises', async () => {
    const answer = await act('LinkCaller', { ContactId: contact, AdoptHistory: true });
    expect(answer.status).toBe(204);
    expect(last()).toMatchObject({
      type: 'CallerLinked',
      conversation,
      supervises: true,
      customer: { table: 'contact', id: contact },
      incident: null,
      adoptHistory: true,
    });
    expect((await act('CreateContactFromCaller', { LastName: ' Lund ' })).status).toBe(204);
    expect(last()).toMatchObject({
      type: 'CallerCreated',
      firstName: null,
      lastName: 'Lund',
      adoptHistory: false,
    });
    expect((await act('UnlinkCaller', {})).status).toBe(204);
    expect(last()).toMatchObject({ type: 'CallerUnlinked', conversation });
  });

  it.each([
    [{}, 'either the parameter ContactId or the parameter AccountId'],
    [{ ContactId: randomUUID(), AccountId: randomUUID() }, 'either the parameter ContactId'],
    [{ ContactId: 'nobody' }, 'ContactId'],
  ])('%j is refused by name', async (body, message) => {
    const answer = await act('LinkCaller', body);
    expect(answer.status).toBe(400);
    expect(answer.json.error.message).toContain(message);
  });

  it('an empty name is refused', async () => {
    expect((await act('CreateContactFromCaller', { LastName: ' ' })).status).toBe(400);
  });

  it('what the asker may not read is not linked, what they may not create is not made', async () => {
    const before = test.events.length;
    const refused = await act('LinkCaller', { ContactId: contact }, agent);
    expect([refused.status, refused.json.error.message]).toEqual([403, expect.stringContaining(contact)]);
    expect((await act('CreateContactFromCaller', { LastName: 'Lund' }, agent)).status).toBe(403);
    expect(test.events).toHaveLength(before);
    expect((await act('UnlinkCaller', {}, agent)).status).toBe(204);
    expect(last()).toMatchObject({ type: 'CallerUnlinked', agent, supervises: false });
  });
});

describe('a record identification rule is checked when it is written (behaviour.md §3.2; rules.md §9)', () => {
  const rule = (condition: string): string =>
    `<RecordIdentificationRuleSet><RecordIdentificationRule><fetch top="2"><entity name="contact"><filter>${condition}
    </filter></entity></fetch><ContextKey name="x"/></RecordIdentificationRule></RecordIdentificationRuleSet>`;
  const write = (msdyn_recordidentificationrule: string) =>
    test.call('POST', 'msdyn_liveworkstreams', { body: { msdyn_name: 'W', msdyn_recordidentificationrule } });

  it.each([
    [`<condition attribute="shoesize" operator="eq" value="\${x}"/>`, "no column 'shoesize'"],
    [`<condition attribute="mobilephone" operator="sounds-like" value="\${x}"/>`, "operator 'sounds-like'"],
    [`<condition attribute="createdon" operator="eq" value="\${x}"/>`, "'createdon' is DateTime"],
    ['<condition attribute="statuscode" operator="eq" value="one"/>', "'one' is no value of 'statuscode'"],
    [`<condition attribute="mobilephone" operator="eq" value="x\${y}"/>`, 'a placeholder stands alone'],
    ['<link-entity/>', '<link-entity> is not known'],
  ])('%s', async (condition, message) => {
    const answer = await write(rule(condition));
    expect(answer.status).toBe(400);
    expect(answer.json.error.message).toContain(message);
  });

  it('and what can be used is kept as it was written', async () => {
    expect((await write('<a>')).json.error.message).toContain(
      'msdyn_recordidentificationrule cannot be used',
    );
    expect(
      (await write(rule(`<condition attribute="fullname" operator="eq" value="\${Name}"/>`))).status,
    ).toBe(204);
  });
});
