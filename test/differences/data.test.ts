/** Numbers are those of docs/differences.md. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { developmentUserId } from '../../src/tables/index.ts';
import { organization } from '../../src/tables/platform/index.ts';
import { openTestWebApi, type TestWebApi } from '../compat/harness.ts';
import { waitFor } from '../server/server.ts';

const crm = 'Microsoft.Dynamics.CRM';

describe('duplicates, numbers and jobs differ from the product, or nothing tells', () => {
  let test: TestWebApi;
  beforeAll(async () => {
    test = await openTestWebApi();
  });
  afterAll(() => test.close());

  it('87 compares the rows as they are, from the moment a rule is published', async () => {
    const row = { lastname: 'Moss', jobtitle: 'Clerk', emailaddress1: 'kim@example.com' };
    const id = await test.create('contacts', row);
    const headers = { 'mscrm.suppressduplicatedetection': 'false' };
    const again = async () => (await test.call('POST', 'contacts', { body: row, headers })).status;
    expect((await test.call('GET', 'duplicaterules/$count')).text).toBe('0');
    const rule = await test.create('duplicaterules', {
      name: 'Same e-mail',
      baseentityname: 'contact',
      DuplicateRule_DuplicateRuleConditions: [
        { baseattributename: 'emailaddress1', matchingattributename: 'emailaddress1', operatorcode: 0 },
      ],
    });
    await test.call('PATCH', `duplicaterules(${rule})`, { body: { statuscode: 2 } });
    expect((await test.call('GET', `duplicaterules(${rule})`)).json).toMatchObject({
      ...{ statecode: 0, statuscode: 0, matchingentityname: 'contact' },
    });
    const job = await test.call('POST', `duplicaterules(${rule})/${crm}.PublishDuplicateRule`);
    expect(job.json.statuscode).toBe(30);
    expect(await again()).toBe(412);
    const twin = await test.create('contacts', row);
    const untouched = await test.call('PATCH', `contacts(${twin})`, { body: { jobtitle: 'x' }, headers });
    expect(untouched.status).toBe(204);
    for (const one of [id, twin])
      await test.call('PATCH', `contacts(${one})`, { body: { emailaddress1: 'changed@example.com' } });
    expect(await again()).toBe(204);
  });

  it('90 halves are rounded away from zero, amounts in the base currency to four digits', async () => {
    const currency = await test.create('transactioncurrencies', {
      ...{ currencyname: 'Dollar', isocurrencycode: 'USD', currencysymbol: '$', currencyprecision: 1 },
      exchangerate: 3,
    });
    const id = await test.create('accounts', {
      ...{ name: 'x', revenue: 0.25, address1_longitude: -1.000005, msdyn_travelcharge: 1 },
      'transactioncurrencyid@odata.bind': `/transactioncurrencies(${currency})`,
    });
    expect((await test.call('GET', `accounts(${id})`)).json).toMatchObject({
      ...{ revenue: 0.3, revenue_base: 0.1, address1_longitude: -1.00001, msdyn_travelcharge_base: 0.3333 },
    });
  });

  it('91 a job of BulkDelete that could not delete every row has succeeded, and counts them', async () => {
    test.database.store.startTimers();
    // A user who is the system's own cannot be deleted.
    const Criteria = { FilterOperator: 'And', Conditions: [] };
    const answer = await test.call('POST', 'BulkDelete', {
      body: {
        ...{ QuerySet: [{ EntityName: 'systemuser', Criteria }], JobName: 'x', RecurrencePattern: '' },
        ...{ SendEmailNotification: false, ToRecipients: [], CCRecipients: [] },
        StartDateTime: '2020-01-01T00:00:00Z',
      },
    });
    const path = `bulkdeleteoperations?$filter=_asyncoperationid_value eq ${answer.json.JobId}`;
    const operation = await waitFor('the end of the job', async () => {
      const [row] = (await test.call('GET', path)).json.value;
      return row.statecode === 3 ? row : null;
    });
    expect(operation).toMatchObject({ statuscode: 30, successcount: 0, failurecount: 1 });
  });

  it('93 an attachment belongs to an email, and keeps its file itself', async () => {
    const email = await test.create('emails', { subject: 'Offer' });
    const id = await test.create('activitymimeattachments', {
      ...{ filename: 'a.txt', body: 'eHg=' },
      'objectid_activitypointer@odata.bind': `/activitypointers(${email})`,
    });
    const headers = { prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.*"' };
    const { json } = await test.call('GET', `activitymimeattachments(${id})`, { headers });
    expect(json).toMatchObject({ body: 'eHg=', _objectid_value: email, _attachmentid_value: null });
    expect(json['_objectid_value@Microsoft.Dynamics.CRM.lookuplogicalname']).toBe('email');
  });

  it('94 labels of rows are those of views, and no column is a rollup', async () => {
    const row = (table: string, key: string, id: string) =>
      encodeURIComponent(JSON.stringify({ '@odata.type': `${crm}.${table}`, [key]: id }));
    const id = await test.create('queues', { name: 'Front desk' });
    const labels = `RetrieveLocLabels(EntityMoniker=@p,AttributeName='name',IncludeUnpublished=false)`;
    expect((await test.call('GET', `${labels}?@p=${row('queue', 'queueid', id)}`)).status).toBe(400);
    const rollup = `CalculateRollupField(Target=@p,FieldName='numberofitems')`;
    expect((await test.call('GET', `${rollup}?@p=${row('queue', 'queueid', id)}`)).status).toBe(400);
  });

  it('95 the last of thirteen fiscal periods takes the days that are left', async () => {
    const organizationid = '5b2f1c9a-6a0b-4a5e-8f0f-2f6f4c1d9a11';
    await test.database.store.transact({ actor: developmentUserId, cause: 'test' }, (transaction) =>
      transaction.create(organization, { organizationid, name: 'x' }),
    );
    await test.call('PATCH', `organizations(${organizationid})`, { body: { fiscalperiodtype: 2004 } });
    await test.create('contacts', { lastname: 'Silvester', lastusedincampaign: '2025-12-31T12:00:00Z' });
    const period = "PropertyName='lastusedincampaign',PropertyValue1=13,PropertyValue2=2025";
    const { text } = await test.call(
      'GET',
      `contacts/$count?$filter=${crm}.InFiscalPeriodAndYear(${period})`,
    );
    expect(text).toBe('1');
  });

  it('96 what a lookup leads to is not deleted by the lookup’s name', async () => {
    const account = await test.create('accounts', {
      name: 'Alder Ltd',
      primarycontactid: { lastname: 'Hart' },
    });
    const path = `accounts(${account})/primarycontactid`;
    expect((await test.call('DELETE', path)).status).toBe(405);
    expect((await test.call('DELETE', `${path}/$ref`)).status).toBe(204);
    expect((await test.call('GET', path)).status).toBe(204);
  });
});
