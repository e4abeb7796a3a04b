import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestWebApi, root, type TestWebApi } from '../../test/compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

it('x', async () => {
  const a = await web.call('POST', 'accounts', {
    body: {
      name: 'Alder Ltd',
      accountid: '00000000-0000-0000-0000-0000000000a1',
      contact_customer_accounts: [{ lastname: 'Moss', firstname: 'Ada' }, { lastname: 'Reed' }],
      primarycontactid: { lastname: 'Hart' },
    },
  });
  console.log(a);
  const r = await web.call(
    'GET',
    'accounts(00000000-0000-0000-0000-0000000000A1)?$select=name,_primarycontactid_value,revenue&$expand=contact_customer_accounts($select=lastname;$orderby=lastname desc;$top=2),primarycontactid($select=lastname),ownerid($select=fullname)',
  );
  console.log(r.text);
  const s = await web.call(
    'GET',
    'accounts(00000000-0000-0000-0000-0000000000A1)?$select=name,_primarycontactid_value,revenue,createdon,_ownerid_value,statuscode&$expand=contact_customer_accounts($select=lastname;$orderby=lastname desc;$top=2),primarycontactid($select=lastname),ownerid($select=fullname)',
    { headers: { prefer: 'odata.include-annotations="*"' } },
  );
  console.log(s.text);
  for (const p of [
    'contacts?$select=lastname&$orderby=lastname',
    'contacts?$select=lastname&$count=true',
    'contacts/$count',
    "contacts?$filter=contains(lastname,'E') and parentcustomerid_account/name eq 'alder ltd'&$select=lastname,_parentcustomerid_value",
    "accounts?$filter=contact_customer_accounts/any(c:c/lastname eq 'moss')&$select=name",
    'accounts(00000000-0000-0000-0000-0000000000a1)/contact_customer_accounts?$select=lastname',
    'accounts(00000000-0000-0000-0000-0000000000a1)/primarycontactid/lastname',
    'accounts(00000000-0000-0000-0000-0000000000a1)/primarycontactid/createdby?$select=fullname',
    'accounts(00000000-0000-0000-0000-0000000000a1)/contact_customer_accounts/$ref',
    'accounts?$select=name&$expand=contact_customer_accounts($select=lastname;$expand=parentcustomerid_account($select=name))',
    'systemusers?$select=fullname',
    'WhoAmI',
    'RetrieveVersion()',
  ]) {
    const x = await web.call('GET', p);
    console.log(p, x.status, x.text);
  }
  let next: string | undefined = 'contacts?$select=lastname&$orderby=lastname desc';
  while (next) {
    const x = await web.call('GET', next, { headers: { prefer: 'odata.maxpagesize=1' } });
    console.log(x.status, x.text);
    next = x.json['@odata.nextLink']?.slice(root.length + 1);
  }
  const n = await web.call(
    'GET',
    'accounts?$select=name&$expand=contact_customer_accounts($select=lastname;$expand=parentcustomerid_account($select=name))',
    { headers: { prefer: 'odata.maxpagesize=1' } },
  );
  console.log(n.text);
  const n2 = await web.call(
    'GET',
    n.json.value[0]['contact_customer_accounts@odata.nextLink'].slice(root.length + 1),
    { headers: { prefer: 'odata.maxpagesize=1' } },
  );
  console.log(n2.text);
  const full = await web.call('GET', 'contacts?$top=1');
  console.log(full.text.slice(0, 600));
  for (const f of web.faults) console.log(f);
});
