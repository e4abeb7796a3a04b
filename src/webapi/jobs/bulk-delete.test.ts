import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { type Grants, openPeople, type People } from '../../../test/compat/people.ts';
import { waitFor } from '../../../test/server/server.ts';
import { developmentUserId } from '../../tables/index.ts';

let test: TestWebApi;
let people: People;

beforeAll(async () => {
  test = await openTestWebApi();
  people = await openPeople(test);
  test.database.store.startTimers();
});
afterAll(async () => {
  expect(test.faults).toEqual([]);
  expect(test.database.faults).toEqual([]);
  await test.close();
});

const condition = (AttributeName: string, Operator: string, ...values: (string | number)[]): object => ({
  ...{ AttributeName, Operator },
  Values: values.map((value) => ({
    Value: String(value),
    Type: typeof value === 'string' ? 'System.String' : 'System.Int32',
  })),
});
const query = (EntityName: string, Conditions: readonly object[], more: object = {}): object => ({
  EntityName,
  ...{ ColumnSet: { AllColumns: false, Columns: [] }, Criteria: { FilterOperator: 'And', Conditions } },
  ...more,
});
const bulkDelete = (
  QuerySet: readonly object[],
  more: object = {},
  as?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  test.call('POST', 'BulkDelete', {
    body: {
      ...{ QuerySet, JobName: 'Tidy up', SendEmailNotification: false, RecurrencePattern: '' },
      ...{ ToRecipients: [], CCRecipients: [], StartDateTime: '2020-01-01T00:00:00Z' },
      ...more,
    },
    ...(as === undefined ? {} : { as }),
    headers,
  });

/** The job, once it is over. */
async function ended(
  answer: Answer,
): Promise<{ job: Record<string, unknown>; operation: Record<string, unknown> }> {
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  const id = answer.json.JobId;
  const job = await waitFor('the end of the job', async () => {
    const { json } = await test.call('GET', `asyncoperations(${id})`);
    return json.statecode === 3 ? json : null;
  });
  const path = `bulkdeleteoperations?$filter=_asyncoperationid_value eq ${id}`;
  return { job, operation: (await test.call('GET', path)).json.value[0] };
}

const left = async (filter: string): Promise<string> =>
  (await test.call('GET', `contacts/$count?$filter=${filter}`)).text;

describe('BulkDelete (webapi.md §12)', () => {
  it('deletes what its queries find, more than one step of it, and nothing else', async () => {
    const Targets = Array.from({ length: 110 }, (_, place) => ({
      '@odata.type': 'Microsoft.Dynamics.CRM.msdyn_octag',
      msdyn_name: place < 105 ? `goes ${place % 3}` : 'stays',
    }));
    await test.call('POST', 'msdyn_octags/Microsoft.Dynamics.CRM.CreateMultiple', { body: { Targets } });
    const account = await test.create('accounts', { name: 'Goes "& stays" <Ltd>' });
    await test.create('contacts', {
      ...{ lastname: 'Reed', jobtitle: 'of the account' },
      'parentcustomerid_account@odata.bind': `/accounts(${account})`,
    });
    const link = {
      ...{
        LinkFromAttributeName: 'parentcustomerid',
        LinkToEntityName: 'account',
        LinkToAttributeName: 'accountid',
      },
      ...{ JoinOperator: 'Inner', EntityAlias: 'a' },
      LinkCriteria: {
        FilterOperator: 'And',
        Conditions: [condition('name', 'Equal', 'Goes "& stays" <Ltd>')],
      },
    };
    const answer = await bulkDelete([
      query('msdyn_octag', [
        condition('msdyn_name', 'In', 'goes 0', 'goes 1', 'goes 2'),
        condition('statecode', 'Equal', 0),
      ]),
      query('contact', [], { LinkEntities: [link] }),
    ]);
    expect(answer.json['@odata.context']).toContain('#Microsoft.Dynamics.CRM.BulkDeleteResponse');
    const { job, operation } = await ended(answer);
    expect(job).toMatchObject({
      ...{ statuscode: 30, operationtype: 13, messagename: 'BulkDelete', name: 'Tidy up', message: null },
    });
    expect(job.completedon).not.toBeNull();
    expect(operation).toMatchObject({
      successcount: 106,
      failurecount: 0,
      statecode: 3,
      statuscode: 30,
      isrecurring: false,
    });
    expect(operation.orderedquerysetxml).toContain('<fetch');
    expect(await left("jobtitle eq 'of the account'")).toBe('0');
    const names = (await test.call('GET', 'msdyn_octags?$select=msdyn_name')).json.value;
    expect(names.map((row: { msdyn_name: string }) => row.msdyn_name)).toEqual(Array(5).fill('stays'));
  });

  it('works in the name of who asked: what they may not delete is counted, what they may not see is not', async () => {
    const role = await people.role('deletes', {
      ...{
        prvReadContact: 'Global',
        prvDeleteContact: 'Basic',
        prvCreateContact: 'Basic',
        prvBulkDelete: 'Global',
      },
    });
    const as = await people.user('deleter', { roles: [role] });
    await test.create('contacts', { lastname: 'Foreign', jobtitle: 'mixed' });
    await test.call('POST', 'contacts', { as, body: { lastname: 'Own', jobtitle: 'mixed' } });
    const { job, operation } = await ended(
      await bulkDelete([query('contact', [condition('jobtitle', 'Equal', 'mixed')])], {}, as),
    );
    expect([job.statuscode, job._ownerid_value]).toEqual([30, as]);
    expect(operation).toMatchObject({ successcount: 1, failurecount: 1 });
    expect(await left("jobtitle eq 'mixed'")).toBe('1');
    const without = await people.user('no bulk', {
      roles: [await people.role('reads', { prvReadContact: 'Global' })],
    });
    const refused = await bulkDelete([query('contact', [])], {}, without);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('prvBulkDelete')]);
  });

  it('for somebody else deletes what both may delete (MSCRMCallerID)', async () => {
    const grants: Grants = {
      ...{ prvReadContact: 'Global', prvDeleteContact: 'Basic', prvCreateContact: 'Basic' },
      ...{ prvBulkDelete: 'Global', prvActOnBehalfOfAnotherUser: 'Global' },
    };
    const narrow = await people.user('on behalf', { roles: [await people.role('acts', grants)] });
    const other = await people.user('other owner', { roles: [await people.role('acts too', grants)] });
    await test.call('POST', 'contacts', { as: other, body: { lastname: 'Foreign', jobtitle: 'behalf' } });
    const asked = [query('contact', [condition('jobtitle', 'Equal', 'behalf')])];
    const answer = await bulkDelete(asked, {}, narrow, { mscrmcallerid: developmentUserId });
    expect((await ended(answer)).operation).toMatchObject({ successcount: 0, failurecount: 1 });
    expect(await left("jobtitle eq 'behalf'")).toBe('1');
  });

  it('waits for its start, and does nothing once it is canceled', async () => {
    await test.create('contacts', { lastname: 'Later', jobtitle: 'later' });
    const start = new Date(Date.now() + 600).toISOString();
    const answer = await bulkDelete([query('contact', [condition('jobtitle', 'Equal', 'later')])], {
      StartDateTime: start,
    });
    const path = `asyncoperations(${answer.json.JobId})`;
    expect((await test.call('GET', path)).json).toMatchObject({
      statecode: 0,
      postponeuntil: expect.any(String),
    });
    const body = { statecode: 3, statuscode: 32 };
    expect((await test.call('PATCH', path, { body })).status).toBe(204);
    await waitFor('the operation to be canceled', async () => {
      const rows = `bulkdeleteoperations?$filter=_asyncoperationid_value eq ${answer.json.JobId}`;
      return (await test.call('GET', rows)).json.value[0].statuscode === 32;
    });
    expect(await left("jobtitle eq 'later'")).toBe('1');
    expect((await test.call('GET', path)).json).toMatchObject({ statuscode: 32, completedon: null });
  });

  it.each([
    ['a table that is not there', [query('nosuch', [])], {}, 400, "'nosuch'"],
    [
      'a column that is not there',
      [query('contact', [condition('nosuch', 'Equal', 'x')])],
      {},
      400,
      'nosuch',
    ],
    [
      'an operator nobody knows',
      [query('contact', [condition('lastname', 'Resembles', 'x')])],
      {},
      400,
      'Resembles',
    ],
    ['no query', [], {}, 400, 'QuerySet'],
    ['a member written otherwise', [query('contact', [], { criteria: {} })], {}, 400, "'criteria'"],
    ['one of a filter', [query('contact', [], { Criteria: { conditions: [] } })], {}, 400, "'conditions'"],
    ['the first rows only', [query('contact', [], { TopCount: 5 })], {}, 501, 'TopCount'],
    ['a notification', [query('contact', [])], { SendEmailNotification: true }, 501, 'email'],
    [
      'recurrence',
      [query('contact', [])],
      { RecurrencePattern: 'FREQ=DAILY;INTERVAL=1' },
      501,
      'RecurrencePattern',
    ],
  ])('refuses %s before anything begins', async (_, queries, more, status, words) => {
    const answer = await bulkDelete(queries, more);
    expect([answer.status, answer.json.error.message]).toEqual([status, expect.stringContaining(words)]);
  });
});
