import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { openPeople, type People } from '../../../test/compat/people.ts';
import { developmentUserId, organizationId } from '../../tables/index.ts';
import { organization } from '../../tables/platform/index.ts';

let test: TestWebApi;
let people: People;

beforeAll(async () => {
  test = await openTestWebApi();
  people = await openPeople(test);
});
afterAll(() => test.close());

const detecting = { 'mscrm.suppressduplicatedetection': 'false' };
const post = (set: string, body: object, headers: Record<string, string> = detecting): Promise<Answer> =>
  test.call('POST', set, { body, headers });

interface Condition {
  readonly column: string;
  readonly matching?: string;
  readonly operator?: number;
  readonly length?: number;
  readonly ignoresBlank?: boolean;
}

async function rule(name: string, conditions: readonly Condition[], more: object = {}): Promise<string> {
  const id = await test.create('duplicaterules', {
    name,
    baseentityname: 'contact',
    matchingentityname: 'contact',
    ...more,
  });
  for (const { column, matching = column, operator = 0, length, ignoresBlank = false } of conditions)
    await test.create('duplicateruleconditions', {
      baseattributename: column,
      matchingattributename: matching,
      operatorcode: operator,
      ...(length === undefined ? {} : { operatorparam: length }),
      ignoreblankvalues: ignoresBlank,
      'regardingobjectid@odata.bind': `/duplicaterules(${id})`,
    });
  return id;
}

const publish = (id: string): Promise<Answer> =>
  test.call('POST', `duplicaterules(${id})/Microsoft.Dynamics.CRM.PublishDuplicateRule`);
const unpublish = (id: string): Promise<Answer> =>
  test.call('POST', 'UnpublishDuplicateRule', { body: { DuplicateRuleId: id } });

/** Publishes a rule for the time of `work`. */
async function withRule(
  conditions: readonly Condition[],
  work: () => Promise<void>,
  more: object = {},
): Promise<void> {
  const id = await rule('of a test', conditions, more);
  const published = await publish(id);
  expect([published.status, published.text]).toEqual([200, published.text]);
  await work();
  expect((await unpublish(id)).status).toBe(204);
}

const codeOf = (answer: Answer): unknown => [answer.status, answer.json?.error?.code ?? null];
const found = [412, '0x80040333'];

describe('duplicate detection (webapi.md §2, §4)', () => {
  it('is off without the header and by `true`, and finds by published rules alone', async () => {
    const id = await rule('Contacts with the same e-mail', [{ column: 'emailaddress1' }]);
    const row = { lastname: 'Moss', emailaddress1: 'kim@example.com' };
    await test.create('contacts', row);
    expect((await post('contacts', row)).status).toBe(204);
    const job = await publish(id);
    expect(job.json).toMatchObject({
      '@odata.context': 'http://wirechief.test/api/data/v9.2/$metadata#asyncoperations/$entity',
      ...{ operationtype: 7, statecode: 3, statuscode: 30, name: 'Contacts with the same e-mail' },
    });
    expect((await post('contacts', row, {})).status).toBe(204);
    expect((await post('contacts', row, { 'mscrm.suppressduplicatedetection': 'true' })).status).toBe(204);
    const refused = await post('contacts', { ...row, emailaddress1: 'KIM@example.com' });
    expect(codeOf(refused)).toEqual(found);
    expect(refused.json.error.message).toBe(
      'A record was not created or updated because a duplicate of the current record already exists.',
    );
    expect((await unpublish(id)).status).toBe(204);
    expect((await post('contacts', row)).status).toBe(204);
  });

  it('looks at updates that touch what a rule compares, and undoes them; a row does not repeat itself', async () => {
    await withRule([{ column: 'emailaddress2' }], async () => {
      await test.create('contacts', { lastname: 'One', emailaddress2: 'one@example.com' });
      const id = await test.create('contacts', { lastname: 'Two', emailaddress2: 'two@example.com' });
      const patch = (body: object): Promise<Answer> =>
        test.call('PATCH', `contacts(${id})`, { body, headers: { ...detecting, 'if-match': '*' } });
      expect(codeOf(await patch({ emailaddress2: 'one@example.com', jobtitle: 'Lost' }))).toEqual(found);
      expect((await test.call('GET', `contacts(${id})?$select=jobtitle`)).json.jobtitle).toBeNull();
      expect((await patch({ emailaddress2: 'two@example.com' })).status).toBe(204);
      expect((await patch({ jobtitle: 'Kept' })).status).toBe(204);
      const property = await test.call('PUT', `contacts(${id})/emailaddress2`, {
        body: { value: 'one@example.com' },
        headers: detecting,
      });
      expect(codeOf(property)).toEqual(found);
    });
  });

  it('covers upserts, deep inserts, CreateMultiple and change sets, nothing of which stays', async () => {
    await withRule([{ column: 'emailaddress3' }], async () => {
      const contact = { lastname: 'Many', emailaddress3: 'many@example.com' };
      await test.create('contacts', contact);
      const upsert = await test.call('PATCH', 'contacts(3f5c1f0e-5b0f-4f6e-9d53-0f6a3b8f7c11)', {
        body: contact,
        headers: detecting,
      });
      expect(codeOf(upsert)).toEqual(found);
      const deep = await post('accounts', { name: 'Deep Ltd', primarycontactid: contact });
      expect(codeOf(deep)).toEqual(found);
      const Targets = [
        {
          '@odata.type': 'Microsoft.Dynamics.CRM.contact',
          lastname: 'New',
          emailaddress3: 'new@example.com',
        },
        {
          '@odata.type': 'Microsoft.Dynamics.CRM.contact',
          lastname: 'New',
          emailaddress3: 'NEW@example.com',
        },
      ];
      expect(codeOf(await post('contacts/Microsoft.Dynamics.CRM.CreateMultiple', { Targets }))).toEqual(
        found,
      );
      const part = (lastname: string): string =>
        [
          ...[
            '--c',
            'Content-Type: application/http',
            'Content-Transfer-Encoding: binary',
            'Content-ID: 1',
            '',
          ],
          ...['POST contacts HTTP/1.1', 'Content-Type: application/json'],
          ...['MSCRM.SuppressDuplicateDetection: false', ''],
          JSON.stringify({ lastname, emailaddress3: 'set@example.com' }),
        ].join('\r\n');
      const set = [
        '--b',
        'Content-Type: multipart/mixed; boundary=c',
        '',
        part('1'),
        part('2'),
        '--c--',
        '--b--',
        '',
      ];
      const batch = await test.call('POST', '$batch', {
        body: set.join('\r\n').replace('Content-ID: 1', 'Content-ID: 2'),
        headers: { 'content-type': 'multipart/mixed; boundary=b' },
      });
      expect(batch.text).toContain('0x80040333');
      const count = await test.call('GET', 'contacts/$count?$filter=emailaddress3 ne null');
      expect(count.text).toBe('1');
      expect((await test.call('GET', "accounts/$count?$filter=name eq 'Deep Ltd'")).text).toBe('0');
    });
  });
});

describe('what counts as the same (published documentation, duplicate rule tables)', () => {
  it.each([
    ['first characters', { column: 'nickname', operator: 1, length: 3 }, 'Abcdef', 'abcxyz', 'abXdef'],
    ['last characters', { column: 'suffix', operator: 2, length: 2 }, 'xx-12', 'yyy12', '12-xx'],
    [
      'the date',
      { column: 'lastusedincampaign', operator: 3 },
      '2026-01-05T01:00:00Z',
      '2026-01-05T23:00:00Z',
      '2026-01-06T00:30:00Z',
    ],
    [
      'date and time',
      { column: 'lastonholdtime', operator: 4 },
      '2020-01-05T01:00:00Z',
      '2020-01-05T01:00:00Z',
      '2020-01-05T02:00:00Z',
    ],
    ['a choice', { column: 'gendercode', operator: 6 }, 1, 1, 2],
    ['the label of a choice', { column: 'preferredcontactmethodcode', operator: 5 }, 2, 2, 3],
    ['a number', { column: 'numberofchildren' }, 7, 7, 8],
  ] as const)('%s', async (_, condition, first, same, other) => {
    const { column } = condition;
    await withRule([condition], async () => {
      await test.create('contacts', { lastname: 'Kept', [column]: first });
      expect(codeOf(await post('contacts', { lastname: 'Same', [column]: same }))).toEqual(found);
      expect((await post('contacts', { lastname: 'Other', [column]: other })).status).toBe(204);
    });
  });

  it('upper and lower case where the rule says so', async () => {
    const sensitive = { iscasesensitive: true };
    await withRule(
      [{ column: 'middlename' }],
      async () => {
        await test.create('contacts', { lastname: 'Case', middlename: 'Mc' });
        expect((await post('contacts', { lastname: 'Case', middlename: 'MC' })).status).toBe(204);
        expect(codeOf(await post('contacts', { lastname: 'Case', middlename: 'Mc' }))).toEqual(found);
      },
      sensitive,
    );
  });

  it('all conditions together; blanks are alike unless ignored, and never in a rule of one condition', async () => {
    const kept = { lastname: 'Blank', department: 'Repairs' };
    await test.create('contacts', kept);
    const both = (ignoresBlank: boolean): Condition[] => [
      { column: 'department' },
      { column: 'assistantname', ignoresBlank },
    ];
    await withRule(both(false), async () => {
      expect(codeOf(await post('contacts', kept))).toEqual(found);
      expect((await post('contacts', { ...kept, assistantname: 'Ada' })).status).toBe(204);
      expect((await post('contacts', { ...kept, department: 'Sales' })).status).toBe(204);
    });
    await withRule(both(true), async () => expect((await post('contacts', kept)).status).toBe(204));
    await withRule([{ column: 'managername' }], async () =>
      expect((await post('contacts', kept)).status).toBe(204),
    );
  });

  it('rows of another table, and inactive rows unless they are excluded', async () => {
    const between: [Condition[], object] = [
      [{ column: 'websiteurl', matching: 'description' }],
      { baseentityname: 'account', matchingentityname: 'contact', excludeinactiverecords: true },
    ];
    const id = await test.create('contacts', { lastname: 'Site', description: 'https://a.example' });
    const account = { name: 'A', websiteurl: 'https://a.example' };
    await withRule(
      between[0],
      async () => {
        expect(codeOf(await post('accounts', account))).toEqual(found);
        await test.call('PATCH', `contacts(${id})`, { body: { statecode: 1 } });
        expect((await post('accounts', account)).status).toBe(204);
      },
      between[1],
    );
    await withRule(between[0], async () => expect(codeOf(await post('accounts', account))).toEqual(found), {
      ...between[1],
      excludeinactiverecords: false,
    });
  });

  it('columns that the system works out, such as fullname', async () => {
    await withRule([{ column: 'fullname' }], async () => {
      await test.create('contacts', { firstname: 'Full', lastname: 'Name' });
      expect(codeOf(await post('contacts', { firstname: 'full', lastname: 'name' }))).toEqual(found);
      const id = await test.create('contacts', { firstname: 'Fuller', lastname: 'Name' });
      const body = { firstname: 'Full' };
      expect(codeOf(await test.call('PATCH', `contacts(${id})`, { body, headers: detecting }))).toEqual(
        found,
      );
    });
  });
});

describe('rules (published documentation, duplicate rule tables)', () => {
  it('are refused with words when they cannot be used', async () => {
    const id = await rule('empty', []);
    expect((await publish(id)).json.error.message).toContain('It has no conditions.');
    const wrong: readonly [Condition, string][] = [
      [{ column: 'nosuch' }, "The column 'nosuch' of 'contact' cannot be compared."],
      [{ column: 'lastname', matching: 'gendercode' }, 'cannot be compared with'],
      [{ column: 'lastname', operator: 3 }, 'compares columns of the kind date, not text'],
    ];
    for (const [condition, words] of wrong) {
      const answer = await publish(await rule('wrong', [condition]));
      expect([answer.status, answer.json.error.message]).toEqual([400, expect.stringContaining(words)]);
    }
    const parameter = await test.call('POST', 'duplicateruleconditions', {
      body: {
        ...{
          baseattributename: 'lastname',
          matchingattributename: 'lastname',
          operatorcode: 0,
          operatorparam: 3,
        },
        'regardingobjectid@odata.bind': `/duplicaterules(${id})`,
      },
    });
    expect([parameter.status, parameter.json.error.message]).toEqual([
      400,
      'The operator takes no operatorparam.',
    ]);
    expect((await post('duplicaterules', { name: 'x', baseentityname: 'nosuch' })).status).toBe(400);
  });

  it('are five of a table at most, and published once; conditions go with their rule and belong to its owner', async () => {
    const condition = [{ column: 'createdby' }];
    const more = { baseentityname: 'task', matchingentityname: 'task' };
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) ids.push(await rule(`rule ${count}`, condition, more));
    for (const id of ids) expect((await publish(id)).status).toBe(200);
    expect((await publish(ids[0] ?? '')).json.error.message).toContain('published already');
    const sixth = await rule('one too many', condition, more);
    expect((await publish(sixth)).json.error.message).toContain('At most 5');
    const shown = await test.call(
      'GET',
      `duplicaterules(${sixth})?$select=baseentitytypecode&$expand=DuplicateRule_DuplicateRuleConditions($select=_ownerid_value)`,
    );
    expect(shown.json.baseentitytypecode).toBe(4212);
    expect(shown.json.DuplicateRule_DuplicateRuleConditions[0]._ownerid_value).not.toBeNull();
    await test.call('DELETE', `duplicaterules(${sixth})`);
    const left = await test.call(
      'GET',
      `duplicateruleconditions/$count?$filter=_regardingobjectid_value eq ${sixth}`,
    );
    expect(left.text).toBe('0');
  });

  it('find nothing where the organization has switched detection off', async () => {
    await withRule([{ column: 'jobtitle' }], async () => {
      const row = { lastname: 'Off', jobtitle: 'Switch' };
      await test.create('contacts', row);
      const path = `organizations(${organizationId})`;
      await test.database.store.transact(
        { actor: developmentUserId, cause: 'test' },
        async (transaction) =>
          void (await transaction.create(organization, { organizationid: organizationId, name: 'Ours' })),
      );
      await test.call('PATCH', path, { body: { isduplicatedetectionenabled: false } });
      expect((await post('contacts', row)).status).toBe(204);
      await test.call('PATCH', path, { body: { isduplicatedetectionenabled: true } });
      expect(codeOf(await post('contacts', row))).toEqual(found);
    });
  });
});

describe('RetrieveDuplicates (webapi.md §11)', () => {
  const ask = (entity: object, page?: object, as?: string): Promise<Answer> => {
    const alias = (value: unknown) => encodeURIComponent(JSON.stringify(value));
    const more = page ? [',PagingInfo=@p2', `&@p2=${alias(page)}`] : ['', ''];
    return test.call(
      'GET',
      `RetrieveDuplicates(BusinessEntity=@p1,MatchingEntityName='contact'${more[0]})?@p1=${alias(entity)}${more[1]}`,
      as === undefined ? {} : { as },
    );
  };
  const type = { '@odata.type': 'Microsoft.Dynamics.CRM.contact' };

  it('gives the rows that repeat one that is there, or one that is not yet, page by page', async () => {
    await withRule([{ column: 'governmentid' }], async () => {
      const ids: string[] = [];
      for (const lastname of ['A', 'B', 'C'])
        ids.push(await test.create('contacts', { lastname, governmentid: 'G-1' }));
      const [first, ...rest] = ids;
      const there = await ask({ ...type, contactid: first });
      expect(there.json['@odata.context']).toContain('#Collection(Microsoft.Dynamics.CRM.crmbaseentity)');
      expect(there.json.value.map((row: { contactid: string }) => row.contactid)).toEqual(rest.sort());
      expect(there.json.value[0]).toMatchObject({
        '@odata.type': '#Microsoft.Dynamics.CRM.contact',
        governmentid: 'G-1',
        '@odata.etag': expect.stringMatching(/^W\//),
      });
      expect((await ask({ ...type, governmentid: 'g-1' })).json.value).toHaveLength(3);
      expect((await ask({ ...type, contactid: first, governmentid: 'G-2' })).json.value).toEqual([]);
      const paged = await ask({ ...type, governmentid: 'G-1' }, { PageNumber: 2, Count: 2 });
      expect(paged.json.value).toHaveLength(1);
    });
    expect((await ask({ ...type, governmentid: 'G-1' })).json.value).toEqual([]);
  });

  it('reveals nothing that the caller may not read, and neither does a refusal (mission.md S3.2)', async () => {
    await withRule([{ column: 'externaluseridentifier' }], async () => {
      await test.create('contacts', { lastname: 'Secret', externaluseridentifier: 'E-1' });
      const role = await people.role('own contacts', {
        prvReadContact: 'Basic',
        prvCreateContact: 'Basic',
      });
      const as = await people.user('own contacts', { roles: [role] });
      expect((await ask({ ...type, externaluseridentifier: 'E-1' }, undefined, as)).json.value).toEqual([]);
      const row = { lastname: 'Own', externaluseridentifier: 'E-1' };
      const create = () => test.call('POST', 'contacts', { body: row, headers: detecting, as });
      expect((await create()).status).toBe(204);
      expect(codeOf(await create())).toEqual(found);
    });
  });

  it('publishing takes its own privilege', async () => {
    const roles = [
      await people.role('rules', { prvReadDuplicateRule: 'Global', prvWriteDuplicateRule: 'Global' }),
    ];
    const as = await people.user('writes rules', { roles });
    const path = `duplicaterules(${await rule('not yours', [{ column: 'lastname' }])})`;
    const answer = await test.call('POST', `${path}/Microsoft.Dynamics.CRM.PublishDuplicateRule`, { as });
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('prvPublishDuplicateRule')]);
  });
});
