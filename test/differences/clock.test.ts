/** Numbers are those of docs/differences.md. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(() => web.close());

it('44 the clock can be moved, and rows and query functions follow it', async () => {
  const { clock } = web.database.store;
  await clock.change({ kind: 'factor', factor: 0 });
  await clock.change({ kind: 'set', to: new Date('2044-02-29T23:30:00Z') });
  const id = await web.create('contacts', { lastname: 'Leap' });
  const { json } = await web.call('GET', `contacts(${id})?$select=createdon,modifiedon`);
  expect(json).toMatchObject({ createdon: '2044-02-29T23:30:00Z', modifiedon: '2044-02-29T23:30:00Z' });
  const count = async (name: string): Promise<string> => {
    const filter = `Microsoft.Dynamics.CRM.${name}(PropertyName='createdon')`;
    return (await web.call('GET', `contacts/$count?$filter=${filter}`)).text;
  };
  expect([await count('Today'), await count('Yesterday')]).toEqual(['1', '0']);
  await clock.moveOn(new Date('2044-03-01T00:30:00Z'));
  expect([await count('Today'), await count('Yesterday')]).toEqual(['0', '1']);
});
