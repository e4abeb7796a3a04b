/** Whatever the privileges are, no request shows or reveals a row that a naive reading of the rules forbids. The rows'
 *  secrets are random words; a request is wrong when its answer holds the secret of a row its caller may not read, or
 *  counts, orders or finds such a row. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { type Depth, openPeople, type People } from '../../../test/compat/people.ts';
import { developmentUserId, rootBusinessUnitId } from '../../tables/index.ts';

interface Contact {
  readonly id: string;
  readonly secret: string;
  readonly owner: string;
  readonly unit: string;
}

interface Principal {
  readonly id: string;
  readonly unit: string;
}

let test: TestWebApi;
let people: People;
let units: readonly { readonly id: string; readonly above: readonly string[] }[];
let owners: readonly Principal[];
let teams: readonly Principal[];
let contacts: readonly Contact[];
let accounts: readonly { readonly id: string; readonly contact: Contact }[];
/** The caller, in the second unit and the second team, with a role of its own and one by the team. */
let user: Principal;
let userRole: string;
let teamRole: string;

const secretOf = (index: number): string => `Zq${'abcdefghij'[index % 10]}${index}x`;

beforeAll(async () => {
  test = await openTestWebApi();
  people = await openPeople(test);
  const middle = await people.unit('Middle');
  const low = await people.unit('Low', middle);
  const side = await people.unit('Side');
  units = [
    { id: rootBusinessUnitId, above: [] },
    { id: middle, above: [rootBusinessUnitId] },
    { id: low, above: [middle, rootBusinessUnitId] },
    { id: side, above: [rootBusinessUnitId] },
  ];
  userRole = await people.role('User role', {});
  teamRole = await people.role('Team role', {});
  user = { id: await people.user('asker', { unit: middle, roles: [userRole] }), unit: middle };
  teams = [
    { id: await people.team('Foreign team', { unit: side }), unit: side },
    { id: await people.team('Own team', { unit: side, roles: [teamRole], members: [user.id] }), unit: side },
  ];
  const others = await Promise.all(
    units.map(async ({ id }, place) => ({ id: await people.user(`owner ${place}`, { unit: id }), unit: id })),
  );
  owners = [user, ...others, ...teams];
  contacts = [];
  accounts = [];
  for (const [index, { id: owner, unit }] of [...owners, ...owners].entries()) {
    const set = teams.some(({ id }) => id === owner) ? 'teams' : 'systemusers';
    const secret = secretOf(index);
    const bind = { 'ownerid@odata.bind': `/${set}(${owner})` };
    const id = await test.create('contacts', { lastname: secret, firstname: 'F', ...bind });
    const contact = { id, secret, owner, unit };
    contacts = [...contacts, contact];
    const account = await test.create('accounts', {
      name: `Account ${index}`,
      revenue: index,
      'primarycontactid@odata.bind': `/contacts(${id})`,
    });
    await test.call('PATCH', `contacts(${id})`, {
      body: { 'parentcustomerid_account@odata.bind': `/accounts(${account})` },
    });
    accounts = [...accounts, { id: account, contact }];
  }
});
afterAll(async () => {
  await test.close();
  expect(test.faults.map((fault) => (fault instanceof Error ? fault.stack : fault))).toEqual([]);
});

type Held = Depth | null;

/** What the caller is given for reading contacts, by the two roles, and which rows are shared with whom. */
interface Rights {
  readonly byUser: Held;
  readonly byTeam: Held;
  readonly inherited: boolean;
  readonly shared: readonly { readonly contact: number; readonly with: 'user' | 'team' | 'foreign team' }[];
}

/** The naive rule, row by row. Null: the privilege is missing altogether. */
function readable(rights: Rights): ReadonlySet<string> | null {
  if (rights.byUser === null && rights.byTeam === null) return null;
  const team = teams[1] ?? user;
  const reaches = (depth: Held, holder: Principal, { owner, unit }: Contact, inherited: boolean): boolean => {
    if (depth === null) return false;
    if (depth === 'Global' || owner === holder.id || (inherited && owner === user.id)) return true;
    if (depth === 'Basic') return false;
    if (unit === holder.unit) return true;
    return depth === 'Deep' && (units.find(({ id }) => id === unit)?.above.includes(holder.unit) ?? false);
  };
  const allowed = contacts.filter(
    (contact, index) =>
      reaches(rights.byUser, user, contact, true) ||
      reaches(rights.byTeam, team, contact, rights.inherited) ||
      rights.shared.some((share) => share.contact === index && share.with !== 'foreign team'),
  );
  return new Set(allowed.map(({ id }) => id));
}

const depth = fc.constantFrom<Held>(null, 'Basic', 'Local', 'Deep', 'Global');
const rights: fc.Arbitrary<Rights> = fc.record({
  byUser: depth,
  byTeam: depth,
  inherited: fc.boolean(),
  shared: fc.array(
    fc.record({
      contact: fc.nat({ max: 13 }),
      with: fc.constantFrom('user' as const, 'team' as const, 'foreign team' as const),
    }),
    { maxLength: 3 },
  ),
});

async function settle({ byUser, byTeam, inherited, shared }: Rights): Promise<() => Promise<void>> {
  const base = { prvReadAccount: 'Global', prvReadTransactionCurrency: 'Global' } as const;
  const grants = (held: Held) => (held === null ? {} : { prvReadContact: held });
  await people.grant(userRole, { ...base, ...grants(byUser) });
  await people.grant(teamRole, grants(byTeam));
  await test.call('PATCH', `roles(${teamRole})`, { body: { isinherited: inherited ? 1 : 0 } });
  const undo: (() => Promise<unknown>)[] = [];
  for (const { contact, with: whom } of shared) {
    const principal = whom === 'user' ? user.id : teams[whom === 'team' ? 1 : 0]?.id;
    const type = whom === 'user' ? 'systemuser' : 'team';
    const Principal = { '@odata.type': `Microsoft.Dynamics.CRM.${type}`, [`${type}id`]: principal };
    const Target = { '@odata.type': 'Microsoft.Dynamics.CRM.contact', contactid: contacts[contact]?.id };
    const body = { Target, PrincipalAccess: { Principal, AccessMask: 'ReadAccess' } };
    expect((await test.call('POST', 'GrantAccess', { body })).status).toBe(204);
    undo.push(() => test.call('POST', 'RevokeAccess', { body: { Target, Revokee: Principal } }));
  }
  return async () => {
    for (const one of undo) await one();
  };
}

const everything = { prefer: 'odata.include-annotations="*"' };
const fetched = (xml: string): string => `contacts?fetchXml=${encodeURIComponent(xml)}`;

/** Requests that could show a contact; each with whether its answer is about contacts and needs the privilege. */
const requests = (): readonly (readonly [path: string, needs: boolean])[] => {
  const list = '$select=lastname';
  const [first] = accounts;
  return [
    [`contacts?${list}`, true],
    [`contacts?${list}&$orderby=lastname desc&$top=5`, true],
    [`contacts?${list}&$count=true`, true],
    [`contacts?${list}&$filter=contains(lastname,'Zq')`, true],
    [
      `contacts?${list}&$filter=Microsoft.Dynamics.CRM.In(PropertyName='firstname',PropertyValues=['F'])`,
      true,
    ],
    [`contacts?$apply=groupby((lastname))`, true],
    [`contacts?$apply=aggregate($count as n)`, true],
    [`accounts?$select=name,_primarycontactid_value&$orderby=_primarycontactid_value`, false],
    [`accounts?$select=name&$expand=primarycontactid($select=lastname)`, true],
    [`accounts?$select=name&$expand=contact_customer_accounts($select=lastname)`, true],
    [`accounts?$select=name&$filter=contains(primarycontactid/lastname,'Zq')`, true],
    [`accounts?$select=name&$filter=contact_customer_accounts/any(c:contains(c/lastname,'Zq'))`, true],
    [`accounts?$select=name&$orderby=primarycontactid/lastname`, true],
    [`accounts(${first?.id})/primarycontactid?${list}`, true],
    [`accounts(${first?.id})/contact_customer_accounts?${list}`, true],
    [`accounts(${first?.id})?$select=name&$expand=primarycontactid,contact_customer_accounts`, true],
    [fetched("<fetch><entity name='contact'><attribute name='lastname'/></entity></fetch>"), true],
    [
      fetched(
        "<fetch aggregate='true'><entity name='contact'><attribute name='lastname' alias='l' groupby='true'/></entity></fetch>",
      ),
      true,
    ],
    [
      `accounts?fetchXml=${encodeURIComponent("<fetch><entity name='account'><attribute name='primarycontactid'/><link-entity name='contact' from='contactid' to='primarycontactid' link-type='outer' alias='c'><attribute name='lastname'/></link-entity></entity></fetch>")}`,
      true,
    ],
  ];
};

async function check(given: Rights): Promise<void> {
  const undo = await settle(given);
  const allowed = readable(given);
  const as = user.id;
  const isAllowed = (contact: Contact): boolean => allowed?.has(contact.id) ?? false;
  const forbidden = contacts.filter((contact) => !isAllowed(contact));
  for (const [path, needs] of requests()) {
    const answer = await test.call('GET', path, { as, headers: everything });
    const leaked = forbidden.filter(({ secret }) => answer.text.includes(secret));
    expect([path, leaked.map(({ secret }) => secret)]).toEqual([path, []]);
    expect([path, answer.status]).toEqual([
      path,
      needs && allowed === null ? 403 : answer.status === 204 ? 204 : 200,
    ]);
  }
  if (allowed !== null) {
    const count = async (path: string) => Number((await test.call('GET', path, { as })).text);
    expect(await count('contacts/$count')).toBe(allowed.size);
    const found = await test.call(
      'GET',
      `accounts?$select=accountid&$filter=contains(primarycontactid/lastname,'Zq')`,
      { as },
    );
    const wanted = accounts.filter(({ contact }) => isAllowed(contact)).map(({ id }) => id);
    const got = found.json.value.map(({ accountid }: { accountid: string }) => accountid);
    expect([...got].sort()).toEqual([...wanted].sort());
  }
  for (const contact of contacts) {
    const { status, text } = await test.call('GET', `contacts(${contact.id})`, { as });
    expect(status).toBe(isAllowed(contact) ? 200 : 403);
    if (!isAllowed(contact)) expect(text).not.toContain(contact.secret);
    const write = await test.call('PATCH', `contacts(${contact.id})`, { as, body: { firstname: 'G' } });
    expect(write.status).toBe(403);
  }
  await undo();
}

it('no request of any kind returns or reveals a row the rule forbids', async () => {
  await fc.assert(fc.asyncProperty(rights, check), { seed: 20260105, numRuns: 25, endOnFailure: true });
}, 180_000);

it('the secrets are there to be found: an administrator sees all of them', async () => {
  const { text } = await test.call('GET', 'contacts?$select=lastname');
  for (const { secret } of contacts) expect(text).toContain(secret);
  expect((await test.call('GET', `systemusers(${developmentUserId})`)).status).toBe(200);
});
