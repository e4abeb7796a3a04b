/** Any FetchXML and any $apply gives an answer that is no 500: every kind of column in every place, with any value. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FetchWorld, openFetchWorld } from '../../../test/compat/fetch-world.ts';
import { fetchOperators } from './plan/operators.ts';

let world: FetchWorld;
beforeAll(async () => {
  world = await openFetchWorld();
});
afterAll(async () => {
  expect(world.web.faults).toEqual([]);
  await world.web.close();
});

const columns = [
  'lastname',
  'description',
  'numberofchildren',
  'creditlimit',
  'exchangerate',
  'donotphone',
  'createdon',
  'anniversary',
  'contactid',
  'ownerid',
  'parentcustomerid',
  'transactioncurrencyid',
  'gendercode',
  'statecode',
  'statuscode',
  'versionnumber',
  'entityimage',
  'address1_latitude',
  'accountid',
  'revenue',
  'parentaccountid',
  'nosuch',
];
const column = fc.constantFrom(...columns);
const value = fc.constantFrom(
  'x',
  '%[a-',
  '',
  '1',
  '-1.5',
  '99999999999999999999',
  '1e400',
  'true',
  '2026-01-05',
  '9999-12-31T23:59:59Z',
  '00000000-0000-4000-8000-00000000dead',
  '{00000000-0000-4000-8000-00000000DEAD}',
  '\u{1F600}',
);
const attributes = (values: { readonly [name: string]: string | undefined }): string =>
  Object.entries(values)
    .flatMap(([name, text]) => (text === undefined ? [] : [` ${name}="${text}"`]))
    .join('');
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const flag = optional(fc.constantFrom('true', '0'));

const attribute = fc
  .record({
    name: column,
    alias: optional(fc.constantFrom('a', 'b', 'c', 'd')),
    aggregate: optional(fc.constantFrom('count', 'countcolumn', 'sum', 'avg', 'min', 'max')),
    groupby: flag,
    dategrouping: optional(fc.constantFrom('day', 'week', 'quarter', 'fiscal-period', 'fiscal-year')),
    distinct: flag,
  })
  .map((values) => `<attribute${attributes(values)}/>`);
const plain = column.map((name) => `<attribute name="${name}"/>`);
const group = fc
  .record({ name: column, alias: fc.constantFrom('g', 'h'), groupby: fc.constant('true') })
  .map((values) => `<attribute${attributes(values)}/>`);
const order = fc
  .record({ attribute: optional(column), alias: optional(fc.constantFrom('a', 'g')), descending: flag })
  .map((values) => `<order${attributes(values)}/>`);
const condition = fc
  .record({
    attribute: column,
    operator: fc.constantFrom(...fetchOperators),
    valueof: fc.option(
      fc.oneof(
        column,
        column.map((name) => `a.${name}`),
      ),
      { nil: undefined, freq: 9 },
    ),
    entityname: fc.option(fc.constantFrom('a', 'contact', 'account'), { nil: undefined, freq: 9 }),
  })
  .chain((values) =>
    fc
      .array(value, { maxLength: 2 })
      .map(
        (list) =>
          `<condition${attributes(values)}>${list.map((text) => `<value>${text}</value>`).join('')}</condition>`,
      ),
  );
const filter = fc
  .record({ type: fc.constantFrom('and', 'or'), items: fc.array(condition, { maxLength: 2 }) })
  .map(({ type, items }) => `<filter type="${type}">${items.join('')}</filter>`);
const types = ['inner', 'outer', 'exists', 'in', 'matchfirstrowusingcrossapply'];
const link = (linkTypes: readonly string[]) =>
  fc
    .record({
      name: fc.constantFrom('account', 'contact', 'systemuser'),
      from: column,
      to: column,
      alias: fc.constantFrom('a', 'q'),
      'link-type': fc.constantFrom(...linkTypes),
    })
    .chain((values) =>
      fc
        .array(fc.oneof(plain, filter, order), { maxLength: 2 })
        .map((inside) => `<link-entity${attributes(values)}>${inside.join('')}</link-entity>`),
    );
const inside = fc.array(
  fc.oneof(
    attribute,
    plain,
    group,
    order,
    filter,
    link(types),
    link(['any', 'not any', 'all', 'not all']).map((text) => `<filter>${text}</filter>`),
    fc.constantFrom('<all-attributes/>', '<no-attrs/>'),
  ),
  { maxLength: 3 },
);
const fetch = fc
  .record({
    count: optional(fc.constantFrom('1', '5000')),
    page: optional(fc.constantFrom('1', '2', '999999999')),
    distinct: flag,
    aggregate: flag,
    returntotalrecordcount: flag,
    'paging-cookie': optional(
      fc.constantFrom(
        'x',
        '&lt;cookie page=&quot;1&quot;&gt;&lt;contactid last=&quot;x&quot; first=&quot;x&quot; /&gt;&lt;/cookie&gt;',
      ),
    ),
  })
  .map(attributes);

describe('any input (bad input)', () => {
  it('FetchXML of any shape', async () => {
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(
        fetch,
        fc.constantFrom('contact', 'account'),
        inside,
        fc.boolean(),
        async (how, name, pieces, notes) => {
          const xml = `<fetch${how}><entity name="${name}">${pieces.join('')}</entity></fetch>`;
          const headers: Record<string, string> = notes ? { prefer: 'odata.include-annotations="*"' } : {};
          const answer = await world.get(`${name}s`, xml, headers);
          seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
          expect([200, 400, 501]).toContain(answer.status);
        },
      ),
      { numRuns: 700, seed: 5 },
    );
    expect(seen.get(200)).toBeGreaterThan(100);
  });

  it('every kind of column with every operator', async () => {
    for (const attribute of columns)
      for (const operator of fetchOperators) {
        const values = /between|year$/.test(operator)
          ? ['1', '2026']
          : [operator.includes('-x-') ? '3' : '2026-01-05'];
        const text = `<condition attribute="${attribute}" operator="${operator}">${values.map((one) => `<value>${one}</value>`).join('')}</condition>`;
        const answer = await world.get(
          'contacts',
          `<fetch top="1"><entity name="contact"><filter>${text}</filter></entity></fetch>`,
        );
        expect([200, 400, 501]).toContain(answer.status);
      }
  });

  it('$apply over every kind of column', async () => {
    const names = columns.map((name) =>
      /^(?:owner|parent\w+|transactioncurrency)id$/.test(name) ? `_${name}_value` : name,
    );
    for (const name of names)
      for (const method of ['sum', 'average', 'min', 'max', 'countdistinct']) {
        const apply = `groupby((${name}),aggregate(${name} with ${method} as n,$count as c))`;
        for (const text of [apply, `aggregate(${name} with ${method} as n)`, `groupby((${name}))`]) {
          const answer = await world.web.call('GET', `contacts?$apply=${encodeURIComponent(text)}`, {
            headers: { prefer: 'odata.include-annotations="*"' },
          });
          expect([200, 400, 501]).toContain(answer.status);
        }
      }
  });
});
