import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../test/compat/harness.ts';
import { handlers } from './operations.ts';
import type { Member } from './plan/operations.ts';
import { operations } from './plan/operations.ts';
import { readParameters } from './plan/parameters.ts';

const crm = 'Microsoft.Dynamics.CRM';
const id = '0e6a2d5e-8b1f-4c7a-9f34-5d2c7b9a1e60';
const seed = 20_261_121;

/** Values that look like parameters, and some that look like nothing. */
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1.5,
      '',
      'x',
      id,
      id.toUpperCase(),
      'ReadAccess',
      '2026-01-05T10:00:00Z',
    ),
    fc.constantFrom(
      'contacts',
      `contacts(${id})`,
      `${crm}.contact`,
      `#${crm}.team`,
      "accounts(name='x')",
      '$1',
    ),
    fc.string(),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        '@odata.type',
        '@odata.id',
        'contactid',
        'ownerid',
        'statecode',
        'lastname',
        '__proto__',
        'x',
      ),
      tie('any'),
      { maxKeys: 4 },
    ),
  ),
})).any;

const bodyOf = (declared: readonly Member[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries([...declared.map(({ name }) => name), 'Other'].map((name) => [name, value])), {
    requiredKeys: [],
  });

describe('parameters of any kind (webapi.md §11, §12)', () => {
  let web: TestWebApi;
  beforeAll(async () => {
    web = await openTestWebApi();
  });
  afterAll(() => web.close());

  it('every declared type is one that is read', () => {
    for (const [name, { parameters = [] }] of operations)
      for (const member of parameters)
        fc.assert(
          fc.property(bodyOf([member]), (body) => {
            try {
              readParameters(name, [member], JSON.parse(JSON.stringify(body)));
            } catch (error) {
              // A refusal is an answer; anything else is a fault of ours.
              expect([name, member, (error as Error).name]).toEqual([name, member, 'Refusal']);
            }
          }),
          { seed, numRuns: 60 },
        );
  });

  it('no action takes any of them for a fault of ours', async () => {
    const sets: Readonly<Record<string, string>> = {
      msdyn_ocliveworkitem: 'msdyn_ocliveworkitems',
      queue: 'queues',
      queueitem: 'queueitems',
      team: 'teams',
      role: 'roles',
    };
    for (const [name, { kind, bound, onSet, parameters = [] }] of operations) {
      const set = bound === null ? null : bound === '*' ? 'contacts' : sets[bound];
      if (kind !== 'action' || !handlers.has(name) || set === undefined) continue;
      const place = set === null ? '' : onSet ? `${set}/${crm}.` : `${set}(${id})/${crm}.`;
      await fc.assert(
        fc.asyncProperty(bodyOf(parameters), async (body) => {
          const { status, json } = await web.call('POST', `${place}${name}`, { body });
          expect([name, JSON.stringify(body), status === 501 || status < 500, json?.error?.message]).toEqual([
            name,
            JSON.stringify(body),
            true,
            json?.error?.message,
          ]);
        }),
        { seed, numRuns: 25 },
      );
    }
    expect(web.faults).toEqual([]);
  });
});
