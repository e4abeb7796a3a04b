import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caller } from '../../test/compat/harness.ts';
import { Refusal, tables } from '../tables/index.ts';
import { askerOf } from './asker.ts';
import { parse } from './parse.ts';
import { resolveAddress } from './plan/address.ts';
import { readCursor } from './plan/cursor.ts';
import { readInstant } from './plan/instant.ts';
import { toPattern } from './plan/pattern.ts';
import { planRead, type ReadPlan } from './plan.ts';
import { type SqlStatement, toSql } from './sql.ts';

function plan(path: string, headers: Record<string, string> = {}): ReadPlan {
  const request = parse({
    method: 'GET',
    url: `/api/data/v9.2/${path}`,
    origin: 'http://x',
    headers,
    body: null,
  });
  const address = resolveAddress(request.segments);
  if (address.kind !== 'rows') throw new Error(`${path} addresses no rows`);
  return planRead(request, address, askerOf(caller));
}

const sql = (path: string, headers?: Record<string, string>): SqlStatement => toSql(plan(path, headers));

function refusal(path: string, headers?: Record<string, string>): Refusal {
  try {
    plan(path, headers);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`${path} was not refused`);
}

const id = '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f';

describe('one statement, whatever is asked (style.md §5)', () => {
  const options = fc.record({
    select: fc.constantFrom('', '$select=lastname,_ownerid_value'),
    filter: fc.constantFrom(
      '',
      "$filter=contains(lastname,'QQ7') and numberofchildren gt 777777",
      "$filter=parentcustomerid_account/name eq 'QQ7' or statecode eq 777777",
      "$filter=contact_customer_contacts/any(c:c/lastname eq 'QQ7' and c/contact_customer_contacts/all(d:d/jobtitle ne 'QQ7'))",
      "$filter=Microsoft.Dynamics.CRM.In(PropertyName='lastname',PropertyValues=['QQ7','x'])",
      '$filter=Microsoft.Dynamics.CRM.LastXDays(PropertyName=@p,PropertyValue=777)&@p=createdon',
      '$filter=createdon ge 2777-07-07T07:07:07Z and birthdate lt 2777-07-07',
      `$filter=_ownerid_value eq ${id} or contactid ne ${id}`,
      "$filter=startswith(lastname,'[Q-Q]7;--')",
    ),
    expand: fc.constantFrom(
      '',
      "$expand=contact_customer_contacts($select=lastname;$filter=lastname eq 'QQ7';$orderby=jobtitle desc;$top=777)",
      '$expand=ownerid,createdby($expand=businessunitid)',
      "$expand=parentcustomerid_account($select=name;$expand=contact_customer_accounts($filter=lastname eq 'QQ7'))",
    ),
    order: fc.constantFrom(
      '',
      '$orderby=lastname desc,_parentcustomerid_value',
      '$orderby=createdby/fullname',
    ),
    page: fc.constantFrom('', '$top=777', '$count=true'),
    prefer: fc.constantFrom('', 'odata.maxpagesize=777', 'odata.include-annotations="*"'),
  });

  it('holds no literal of the caller and no second statement', () => {
    fc.assert(
      fc.property(options, ({ select, filter, expand, order, page, prefer }) => {
        const query = [select, filter, expand, order, page].filter((part) => part !== '').join('&');
        const { text, values } = sql(`contacts?${query}`, { prefer });
        expect(text).not.toMatch(/QQ7|777|2777|;|--/);
        expect(text).not.toContain(id);
        expect(text.startsWith('select ')).toBe(true);
        const places = new Set([...text.matchAll(/\$(\d+)::/g)].map(([, place]) => Number(place)));
        expect([...places].sort((a, b) => a - b)).toEqual(values.map((_, index) => index + 1));
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same text for the same shape, so that statements can be named (data-and-http.md §2)', () => {
    expect(sql("contacts?$filter=lastname eq 'a'&$top=7").text).toBe(
      sql("contacts?$filter=lastname eq 'b'&$top=8").text,
    );
  });

  it('writes a known state into the text and an unknown one not (data-and-http.md §2)', () => {
    expect(sql('msdyn_ocliveworkitems?$filter=statecode eq 0').text).toContain('"statecode" = 0)');
    expect(sql('msdyn_ocliveworkitems?$filter=statecode eq 99').text).toContain('"statecode" = $');
  });

  it('orders as SQL Server does, the key last (data-and-http.md §2)', () => {
    const { text } = sql('contacts?$orderby=createdon desc,lastname');
    expect(text).toContain(
      'order by t0."createdon" desc nulls last, lower(t0."lastname") asc nulls first, t0."contactid" asc limit',
    );
  });

  it('plans every property and every navigation of every table', () => {
    for (const { entitySetName } of tables.values()) {
      const { text } = sql(entitySetName, { prefer: 'odata.include-annotations="*"' });
      expect(text).toContain('@odata.etag');
    }
  });
});

describe('names (webapi.md §4, §5, §7)', () => {
  it('refuses an unknown property in the words of the product', () => {
    expect(refusal('accounts?$select=Name').message).toBe(
      "Could not find a property named 'Name' on type 'Microsoft.Dynamics.CRM.account'.",
    );
  });

  it('does not know the column name of a polymorphic lookup, but the bare name of a plain one (rules.md §11)', () => {
    expect(refusal('contacts?$select=parentcustomerid').code).toBe('0x0');
    expect(plan('accounts?$select=primarycontactid').record.properties.map(({ name }) => name)).toEqual([
      '_primarycontactid_value',
      'accountid',
    ]);
  });

  it('adds the currency to money and the whole to a part of an address', () => {
    const names = plan('accounts?$select=revenue,address1_city').record.properties.map(({ name }) => name);
    expect(names).toContain('_transactioncurrencyid_value');
    expect(names).toContain('address1_composite');
  });

  it('shows ownerid beside the key of systemuser and team (trap 20)', () => {
    for (const set of ['systemusers', 'teams'])
      expect(plan(`${set}?$select=createdon`).record.properties.map(({ name }) => name)).toContain('ownerid');
  });

  it('knows polymorphic and activity navigation names only as they are (trap 4)', () => {
    const good = 'msdyn_ocliveworkitems?$expand=regardingobjectid_contact_msdyn_ocliveworkitem';
    expect(plan(good).record.expands).toHaveLength(1);
    expect(refusal('msdyn_ocliveworkitems?$expand=regardingobjectid').status).toBe(400);
    expect(
      refusal('msdyn_ocliveworkitems?$expand=RegardingObjectId_contact_msdyn_ocliveworkitem').status,
    ).toBe(400);
  });

  it('takes a key by its declared name, for a user ownerid (webapi.md §1)', () => {
    expect(plan(`accounts(accountid=${id})`).single).toBe(true);
    expect(plan(`systemusers(ownerid=${id})`).single).toBe(true);
    expect(refusal(`systemusers(systemuserid=${id})`).code).toBe('0x80060888');
    expect(refusal("accounts(accountnumber='A-17')").code).toBe('0x80060888');
    expect(refusal(`contacts('${id}')`).status).toBe(400);
  });

  it('refuses an unknown segment', () => {
    expect(() => resolveAddress([{ name: 'Account', args: null }])).toThrow(
      "Resource not found for the segment 'Account'.",
    );
    expect(refusal('contacts(0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f)/nosuch').status).toBe(404);
  });
});

describe('$filter (webapi.md §8)', () => {
  it.each([
    'lastname eq 1',
    "numberofchildren eq 'x'",
    `lastname eq ${id}`,
    `contactid gt ${id}`,
    "_ownerid_value eq 'x'",
    "createdon eq 'x'",
    'createdon eq 2026-02-31',
    'lastname eq numberofchildren',
    '1 eq 1',
    'lastname',
    'contains(numberofchildren,1)',
    'parentcustomerid_account/contact_customer_accounts/any(c:c/lastname eq 1)',
    'not Microsoft.Dynamics.CRM.Today(PropertyName=createdon)',
    "Microsoft.Dynamics.CRM.LastXDays(PropertyName='lastname',PropertyValue=1)",
    "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=0)",
    "Microsoft.Dynamics.CRM.Nosuch(PropertyName='createdon')",
    "Microsoft.Dynamics.CRM.Between(PropertyName='createdon',PropertyValues=['2026-01-01'])",
  ])('refuses %s with 400', (filter) => {
    expect(refusal(`contacts?$filter=${encodeURIComponent(filter)}`).status).toBe(400);
  });

  it('refuses more than 15 joined tables', () => {
    const deep = Array.from({ length: 16 }, () => 'createdby').join('/');
    expect(refusal(`contacts?$filter=${deep}/fullname eq 'x'`).code).toBe('0x8004430D');
  });

  it('an alias without a value is null; aliases are not for $expand', () => {
    expect(sql('contacts?$filter=lastname eq @p').text).toContain('is null');
    const within = 'contacts?$expand=contact_customer_contacts($filter=lastname eq @p)&@p=1';
    expect(refusal(within).status).toBe(400);
  });
});

describe('$expand (webapi.md §4, §8)', () => {
  it.each([
    ['accounts?$expand=contact_customer_accounts/$ref', 'Expand with $ref'],
    ['accounts?$expand=contact_customer_accounts($top=1;$expand=createdby)', 'Only $select and $filter'],
    [
      'teams?$expand=teammembership_association($expand=businessunitid)',
      "'teammembership_association' cannot be",
    ],
    ['accounts?$expand=primarycontactid($top=1)', 'single-valued'],
    [`accounts?$expand=${Array.from({ length: 16 }, (_, i) => `a${i}`).join(',')}`, 'At most 15'],
  ])('refuses %s', (path, words) => {
    const found = refusal(path);
    expect(found.code).toBe('0x80060888');
    expect(found.message).toContain(words);
  });
});

describe('paging cookie (webapi.md §8, Paging)', () => {
  it('refuses any damaged token', () => {
    const { order } = plan('contacts?$orderby=lastname');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .string()
            .map(
              (inner) =>
                `<cookie pagenumber="2" pagingcookie="${encodeURIComponent(encodeURIComponent(inner))}" istracking="False" />`,
            ),
        ),
        (token) => {
          expect(() => readCursor(token, order)).toThrow(Refusal);
        },
      ),
    );
  });
});

describe('wildcards (webapi.md §8, trap 15)', () => {
  it.each([
    ['contains', 'a_b', { kind: 'like', pattern: '%a_b%' }],
    ['startswith', '50[%]', { kind: 'like', pattern: '50\\%%' }],
    ['endswith', 'a\\b', { kind: 'like', pattern: '%a\\\\b' }],
    ['contains', '[', { kind: 'like', pattern: '%[%' }],
    ['startswith', '[A-C]x', { kind: 'matches', expression: '^[\\u0061-\\u0063]x.*$' }],
    ['endswith', '[^x]', { kind: 'matches', expression: '^.*[^\\u0078]$' }],
    ['contains', '[z-a]', null],
  ] as const)('%s %s', (name, value, expected) => {
    expect(toPattern(name, value)).toEqual(expected);
  });
});

describe('instants (webapi.md §5)', () => {
  it.each([
    ['2026-01-05', '2026-01-05T00:00:00.000Z'],
    ['2026-01-05T10:00:00+02:00', '2026-01-05T08:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ])('reads %s', (text, iso) => {
    expect(new Date(readInstant(text)?.ms ?? NaN).toISOString()).toBe(iso);
  });

  it.each(['2026-02-30', '0000-01-01', '2026-01-05T24:00', '2026-01-05T10:00+15:00', '10000-01-01', 'x'])(
    'refuses %s',
    (text) => {
      expect(readInstant(text)).toBeNull();
    },
  );
});
