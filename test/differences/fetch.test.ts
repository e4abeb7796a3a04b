/** Numbers are those of docs/differences.md. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../compat/harness.ts';

let test: TestWebApi;
beforeAll(async () => {
  test = await openTestWebApi();
  for (const [lastname, jobtitle] of [
    ['Hart', 'Buyer'],
    ['Moss', 'buyer'],
    ['Reed', 'Seller'],
  ])
    await test.create('contacts', { lastname, jobtitle, anniversary: '2026-05-01' });
});
afterAll(() => test.close());

describe('queries differ from the product', () => {
  it('22 countdistinct in $apply counts distinct values', async () => {
    const { json } = await test.call('GET', 'contacts?$apply=aggregate(jobtitle with countdistinct as n)');
    expect(json.value).toEqual([{ n: 2 }]);
  });

  it('23 the number of a fiscal period is the fiscal year times a hundred and the period', async () => {
    const xml =
      "<fetch aggregate='true'><entity name='contact'><attribute name='anniversary' alias='p' groupby='true' dategrouping='fiscal-period'/></entity></fetch>";
    const { json } = await test.call('GET', `contacts?fetchXml=${encodeURIComponent(xml)}`);
    expect(json.value).toEqual([{ p: 202602 }]);
  });

  it('24 returnedtypecode of savedquery and userquery is a text', async () => {
    for (const set of ['savedquery', 'userquery']) {
      const { json } = await test.call(
        'GET',
        `EntityDefinitions(LogicalName='${set}')/Attributes(LogicalName='returnedtypecode')`,
      );
      expect(json['@odata.type']).toBe('#Microsoft.Dynamics.CRM.StringAttributeMetadata');
    }
  });
});
