/** The rows of webapi.md §3 (status codes) and §4 (errors), one by one: status, code and the form of the message. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestWebApi, type TestWebApi } from '../harness.ts';
import { openPeople } from '../people.ts';

let web: TestWebApi;
let account: string;
let contact: string;
beforeAll(async () => {
  web = await openTestWebApi();
  contact = await web.create('contacts', { lastname: 'Hart' });
  account = await web.create('accounts', { name: 'Alder Ltd', accountnumber: 'A-17' });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const nobody = '00000000-0000-4000-8000-00000000dead';
const get = (path: string, headers: { readonly [name: string]: string } = {}): Promise<Answer> =>
  web.call('GET', path, { headers });
const errorOf = ({ status, json }: Answer): [number, string, string] => [
  status,
  json?.error?.code,
  json?.error?.message,
];
const fetchXml = (xml: string): string => `contacts?fetchXml=${encodeURIComponent(xml)}`;
const fillIn = (path: string): string => path.replace('<account>', account).replace('<contact>', contact);

describe('a read that is refused (webapi.md §4)', () => {
  it.each<readonly [string, string, number, string, RegExp]>([
    [
      'record by id not found',
      `contacts(${nobody})`,
      404,
      '0x80040217',
      new RegExp(`contact' With Id = ${nobody} Does Not Exist$`),
    ],
    ['unknown set', 'Account', 404, '0x8006088a', /^Resource not found for the segment 'Account'\.$/],
    ['unknown function', 'NoSuch()', 404, '0x8006088a', /^Resource not found for the segment 'NoSuch'\.$/],
    [
      'key columns that are no key',
      "accounts(name='x')",
      400,
      '0x80060888',
      /^The key in the request URI is not valid for resource 'Microsoft\.Dynamics\.CRM\.account'\. Ensure that the names and number of key properties match the declared or alternate key properties for the resource 'Microsoft\.Dynamics\.CRM\.account'\.$/,
    ],
    [
      'unknown property in $select',
      'accounts?$select=Name',
      400,
      '0x0',
      /^Could not find a property named 'Name' on type 'Microsoft\.Dynamics\.CRM\.account'\.$/,
    ],
    [
      'unknown property in $filter',
      "accounts?$filter=Name eq 'x'",
      400,
      '0x0',
      /^Could not find a property named 'Name' on type 'Microsoft\.Dynamics\.CRM\.account'\.$/,
    ],
    [
      'unknown property in $orderby',
      'accounts?$orderby=Name',
      400,
      '0x0',
      /^Could not find a property named 'Name' on type 'Microsoft\.Dynamics\.CRM\.account'\.$/,
    ],
    [
      'unterminated string',
      "contacts?$filter=lastname eq 'O'Bryan'",
      400,
      '0x0',
      /^There is an unterminated literal at position 21 in 'lastname eq 'O'Bryan''\.$/,
    ],
    [
      'more than 500 conditions',
      `contacts?$filter=${Array(501).fill('statecode eq 0').join(' or ')}`,
      400,
      '0x8004430C',
      /^Number of conditions in query exceeded maximum limit\.$/,
    ],
    [
      'more than 15 link-entities',
      fetchXml(
        `<fetch><entity name="contact">${Array(16)
          .fill('<link-entity name="account" from="accountid" to="parentcustomerid"/>')
          .join('')}</entity></fetch>`,
      ),
      400,
      '0x8004430D',
      /^Number of link entities in query exceeded maximum limit\.$/,
    ],
    [
      '$ref on a collection in $expand',
      'accounts?$expand=contact_customer_accounts/$ref',
      400,
      '0x80060888',
      /^Expand with \$ref is only supported on lookup type navigation property\.$/,
    ],
    [
      '$top beside a nested $expand',
      'accounts?$expand=contact_customer_accounts($top=1;$expand=parentcustomerid_account)',
      400,
      '0x80060888',
      /^Only \$select and \$filter clause can be provided while doing \$expand on many-to-one relationship or nested one-to-many relationship\.$/,
    ],
    [
      '$orderby beside a nested $expand',
      'accounts?$expand=contact_customer_accounts($orderby=lastname;$expand=parentcustomerid_account)',
      400,
      '0x80060888',
      /^Only \$select and \$filter clause can be provided/,
    ],
    [
      'nested $expand through N:N',
      'teams?$expand=businessunitid($expand=business_unit_teams($expand=teammembership_association))',
      400,
      '0x80060888',
      /^The navigation property '.+' cannot be expanded\. Only many-to-one relationships are supported for nested expansion\.$/,
    ],
    [
      'not before a query function',
      "contacts?$filter=not Microsoft.Dynamics.CRM.Today(PropertyName='createdon')",
      400,
      '0x0',
      /^Not operator along with the Custom Named Condition operators is not allowed$/,
    ],
    [
      'In with unbalanced quotes',
      `contacts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='lastname',PropertyValues=["a" "b"])`,
      400,
      '0x0',
      /^Invalid JSON\. A comma character ',' was expected in scope 'Array'/,
    ],
    [
      '$orderby on an aggregate',
      'contacts?$apply=groupby((statecode),aggregate($count as n))&$orderby=n',
      400,
      '0x0',
      /The query node SingleValueOpenPropertyAccess is not supported/,
    ],
  ])('%s', async (_, path, status, code, message) => {
    const [gotStatus, gotCode, gotMessage] = errorOf(await get(path));
    expect([gotStatus, gotCode?.toLowerCase()]).toEqual([status, code.toLowerCase()]);
    expect(gotMessage).toMatch(message);
    expect(gotMessage).not.toContain('\n');
  });

  it('a wrong method on an operation is 404 with an empty code (trap 17)', async () => {
    const [status, code, message] = errorOf(await web.call('POST', 'WhoAmI'));
    expect([status, code]).toEqual([404, '']);
    expect(message).toMatch(/^No HTTP resource was found that matches the request URI '.*WhoAmI'\.$/);
  });

  it.each(['$filter=statecode eq 0', '$orderby=name', '$expand=primarycontactid', '$top=1'])(
    '%s with change tracking is refused by its name',
    async (option) => {
      const name = option.split('=')[0];
      const [status, , message] = errorOf(
        await get(`accounts?$select=name&${option}`, { prefer: 'odata.track-changes' }),
      );
      expect([status, message]).toEqual([
        400,
        `The "${name}" query parameter isn't supported when Change Tracking is enabled.`,
      ]);
    },
  );

  it('a missing privilege is 403 0x80040220 and names the user and the privilege', async () => {
    const somebody = await (await openPeople(web)).user('somebody');
    const [status, code, message] = errorOf(await web.call('GET', 'contacts', { as: somebody }));
    expect([status, code]).toEqual([403, '0x80040220']);
    expect(message).toMatch(
      new RegExp(`^Principal user \\(Id=${somebody}, type=8,.*\\), is missing prvReadContact privilege`),
    );
  });
});

describe('a write that is refused (webapi.md §4)', () => {
  it.each<readonly [string, string, string, unknown, number, string, RegExp]>([
    [
      'bind to a missing record names the target',
      'POST',
      'contacts',
      { lastname: 'x', 'parentcustomerid_account@odata.bind': `/accounts(${nobody})` },
      404,
      '0x80040217',
      new RegExp(`account' With Id = ${nobody} Does Not Exist$`),
    ],
    [
      'reference to a missing record',
      'PUT',
      'accounts(<account>)/primarycontactid/$ref',
      { '@odata.id': `contacts(${nobody})` },
      404,
      '0x80040217',
      new RegExp(`contact' With Id = ${nobody} Does Not Exist$`),
    ],
    [
      'unknown column',
      'POST',
      'contacts',
      { lastname: 'Hart', nosuch: 1 },
      400,
      '0x80048d19',
      /^Error identified in Payload provided by the user for Entity :'contacts'.*Invalid property 'nosuch' was found in entity 'Microsoft\.Dynamics\.CRM\.contact'\./,
    ],
    [
      'column in another case (names are case sensitive, §6)',
      'POST',
      'contacts',
      { LastName: 'Hart' },
      400,
      '0x80048d19',
      /Invalid property 'LastName' was found in entity 'Microsoft\.Dynamics\.CRM\.contact'\./,
    ],
    [
      'wrong navigation name in a bind (trap 4)',
      'POST',
      'contacts',
      { lastname: 'x', 'parentcustomerid@odata.bind': '/accounts(<account>)' },
      400,
      '0x80048d19',
      /^Error identified in Payload provided by the user for Entity :'contacts'.*An undeclared property 'parentcustomerid' which only has property annotations in the payload but no property value was found in the payload/,
    ],
    [
      'text too long',
      'POST',
      'tasks',
      { subject: 'x'.repeat(201) },
      400,
      '0x80044331',
      /^A validation error occurred\. {2}The length of the 'subject' attribute of the 'task' entity exceeded the maximum allowed length of '200'\.$/,
    ],
    [
      'unknown choice',
      'POST',
      'contacts',
      { lastname: 'x', gendercode: 99 },
      400,
      '0x80044331',
      /^A validation error occurred\. The value 99 of 'gendercode' on record of type 'contact' is outside the valid range/,
    ],
    [
      'value out of range',
      'POST',
      'contacts',
      { lastname: 'x', numberofchildren: -1 },
      400,
      '0x80044331',
      /^A validation error occurred\./,
    ],
    [
      'status that does not belong to the state (trap 18)',
      'PATCH',
      'contacts(<contact>)',
      { statecode: 0, statuscode: 2 },
      400,
      '0x80048408',
      /^2 is not a valid status code for state code /,
    ],
    [
      'a status that there is not',
      'PATCH',
      'contacts(<contact>)',
      { statuscode: 99 },
      400,
      '0x80048408',
      /^99 is not a valid status code for state code /,
    ],
    ['PATCH on a collection (§3: 405)', 'PATCH', 'contacts', { lastname: 'x' }, 405, '0x80060888', /./],
    ['DELETE on a collection (§3: 405)', 'DELETE', 'contacts', undefined, 405, '0x80060888', /./],
    ['a body that is no JSON', 'POST', 'contacts', '{"lastname":', 400, '0x80048d19', /./],
  ])('%s', async (_, method, path, body, status, code, message) => {
    const text = body === undefined ? undefined : fillIn(JSON.stringify(body));
    const sent = typeof body === 'string' ? body : text;
    const answer = await web.call(method, fillIn(path), { body: sent });
    const [gotStatus, gotCode, gotMessage] = errorOf(answer);
    expect([gotStatus, gotCode]).toEqual([status, code]);
    expect(gotMessage).toMatch(message);
    expect(gotMessage).not.toContain('\n');
  });

  it('a create-only upsert of a record that is there is 412 0x80040237', async () => {
    const headers = { 'if-none-match': '*' };
    const answer = await web.call('PATCH', `contacts(${contact})`, { body: { lastname: 'x' }, headers });
    expect(errorOf(answer)).toEqual([412, '0x80040237', 'A record with matching key values already exists.']);
  });

  it('a primary key that is taken is 412', async () => {
    const answer = await web.call('POST', 'contacts', { body: { contactid: contact, lastname: 'x' } });
    expect(errorOf(answer).slice(0, 2)).toEqual([412, '0x80040237']);
  });

  it('ApplicationRequired is not refused, SystemRequired is; a case needs its customer', async () => {
    expect((await web.call('POST', 'contacts', { body: { firstname: 'Ivy' } })).status).toBe(204);
    expect((await web.call('POST', 'contacts', { body: { lastname: null } })).status).toBe(204);
    const without = await web.call('POST', 'incidents', { body: { title: 'Billing' } });
    expect(without.status).toBe(400);
    const required = await web.call('POST', 'queueitems', { body: {} });
    expect(required.status).toBe(400);
  });
});
