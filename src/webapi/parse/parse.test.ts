import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../tables/index.ts';
import { parse } from '../parse.ts';
import { parsePath } from './address.ts';
import { parseApply } from './apply.ts';
import type { ExpandItem, Expression, Literal, Operand } from './ast.ts';
import { parseBody } from './body.ts';
import { parseExpand } from './expand.ts';
import { parseFilter } from './filter.ts';
import { parseOptions } from './options.ts';
import { parsePrefer, wantsAnnotation } from './prefer.ts';
import { printApply, printExpand, printFilter } from './print.ts';
import { Scanner } from './scanner.ts';

const refusalOf = (run: () => unknown): Refusal => {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const name = fc
  .stringMatching(/^[a-z][a-z0-9_]{0,6}$/)
  .filter(
    (text) => !/^(?:not|and|or|eq|ne|gt|ge|lt|le|null|true|false|any|all|asc|desc|with|as)$/.test(text),
  );
const text = fc.string({ maxLength: 8, unit: 'binary' }).filter((value) => !value.includes('\u0000'));
const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc.constant<Literal>({ type: 'null' }),
  fc.boolean().map((value): Literal => ({ type: 'boolean', value })),
  fc.integer().map((value): Literal => ({ type: 'number', text: String(value) })),
  fc.constantFrom('1.5', '-0.25', '1e10').map((value): Literal => ({ type: 'number', text: value })),
  text.map((value): Literal => ({ type: 'string', value })),
  fc.uuid().map((value): Literal => ({ type: 'guid', value })),
  fc.constantFrom('2026-01-05').map((value): Literal => ({ type: 'date', text: value })),
  fc
    .constantFrom('2026-01-05T10:00:00Z', '2026-01-05T10:00Z', '2026-01-05T10:00:00.125-05:00')
    .map((value): Literal => ({ type: 'dateTime', text: value })),
);
const path = fc.array(name, { minLength: 1, maxLength: 3 });
const operand: fc.Arbitrary<Operand> = fc.oneof(
  literal.map((value): Operand => ({ kind: 'literal', literal: value })),
  path.map((value): Operand => ({ kind: 'path', path: value })),
  name.map((value): Operand => ({ kind: 'alias', name: value })),
);

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      kind: fc.constant('compare' as const),
      operator: fc.constantFrom(
        'eq' as const,
        'ne' as const,
        'gt' as const,
        'ge' as const,
        'lt' as const,
        'le' as const,
      ),
      left: operand,
      right: operand,
    }),
    fc.record({
      kind: fc.constant('text' as const),
      name: fc.constantFrom('contains' as const, 'startswith' as const, 'endswith' as const),
      subject: operand,
      value: operand,
    }),
    fc.record({
      kind: fc.constant('query' as const),
      name: fc.constantFrom('In', 'LastXDays', 'EqualUserId'),
      args: fc.array(
        fc.tuple(
          name,
          fc.oneof(
            operand,
            fc
              .array(literal, { maxLength: 3 })
              .map((items): Operand => ({ kind: 'literal', literal: { type: 'list', items } })),
          ),
        ),
        { maxLength: 2 },
      ),
    }),
    fc.record({
      kind: fc.constant('truth' as const),
      operand: path.map((value): Operand => ({ kind: 'path', path: value })),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('expression') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('lambda' as const),
      path,
      operator: fc.constantFrom('any' as const, 'all' as const),
      variable: name,
      condition: tie('expression'),
    }),
  ),
}));

describe('$filter (webapi.md §8)', () => {
  it('read → print → read is stable', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        expect(parseFilter(printFilter(tree))).toEqual(tree);
      }),
    );
  });

  it('binds not tightest, then and, then or', () => {
    const grouped = parseFilter('not (a eq 1) and b eq 2 or c eq 3');
    expect(grouped).toEqual(parseFilter('((not (a eq 1)) and (b eq 2)) or (c eq 3)'));
  });

  it('says where a text does not end', () => {
    expect(refusalOf(() => parseFilter("lastname eq 'O'Bryan'")).message).toBe(
      "There is an unterminated literal at position 21 in 'lastname eq 'O'Bryan''.",
    );
  });

  it('reads a doubled quote as a quote', () => {
    expect(parseFilter("lastname eq 'O''Bryan'")).toMatchObject({
      right: { literal: { type: 'string', value: "O'Bryan" } },
    });
  });

  it('reads a bare GUID in upper case', () => {
    expect(parseFilter('_x_value eq 0A3B0DAC-11F9-4CC9-A04D-E0B77A4EFB5F')).toMatchObject({
      right: { literal: { type: 'guid', value: '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f' } },
    });
  });

  it('takes PropertyValues in either quote style', () => {
    const double = parseFilter('Microsoft.Dynamics.CRM.In(PropertyName=\'a\',PropertyValues=["x","y"])');
    const single = parseFilter("Microsoft.Dynamics.CRM.In(PropertyName='a',PropertyValues=['x','y'])");
    expect(single).toEqual(double);
  });

  it('refuses an In with unbalanced quotes in the words of JSON', () => {
    const broken = 'Microsoft.Dynamics.CRM.In(PropertyName=\'a\',PropertyValues=["x" "y"])';
    expect(refusalOf(() => parseFilter(broken)).message).toContain("Invalid JSON. A comma character ','");
  });

  it('refuses more than 500 conditions', () => {
    const many = (count: number): string => Array.from({ length: count }, () => 'a eq 1').join(' or ');
    expect(parseFilter(many(500)).kind).toBe('or');
    expect(refusalOf(() => parseFilter(many(501))).code).toBe('0x8004430C');
  });

  it.each(['(', 'not ', '((a eq 1) and ', 'a/any(x:'])('refuses %s nested without end', (opening) => {
    expect(refusalOf(() => parseFilter(opening.repeat(5000))).status).toBe(400);
  });

  it.each(['a eq', 'a eq 1 and', 'eq 1', 'a == 1', 'tolower(a) eq 1', 'a eq 1)', 'a add 1 eq 2', ''])(
    'refuses %j',
    (broken) => {
      expect(refusalOf(() => parseFilter(broken)).status).toBe(400);
    },
  );
});

const { expand } = fc.letrec<{ expand: ExpandItem; deeper: ExpandItem[] }>((tie) => ({
  deeper: fc.oneof(
    { maxDepth: 2 },
    fc.constant<ExpandItem[]>([]),
    fc.array(tie('expand'), { minLength: 1, maxLength: 2 }),
  ),
  expand: fc.record({
    name,
    reference: fc.constant<boolean>(false),
    select: fc.option(fc.array(name, { minLength: 1, maxLength: 3 })),
    filter: fc.option(expression),
    orderBy: fc.array(
      fc.record({
        operand: path.map((value): Operand => ({ kind: 'path', path: value })),
        descending: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
    top: fc.option(fc.integer({ min: 1, max: 5000 })),
    expand: tie('deeper'),
  }),
}));

describe('$expand and $apply (webapi.md §8)', () => {
  it('read → print → read is stable for $expand', () => {
    fc.assert(
      fc.property(fc.array(expand, { minLength: 1, maxLength: 2 }), (items) => {
        expect(parseExpand(new Scanner(printExpand(items)))).toEqual(items);
      }),
    );
  });

  it.each([
    'groupby((a,b))',
    'groupby((a),aggregate($count as n))',
    'aggregate(x with sum as s,x with average as m,x with countdistinct as d)',
    "filter(name eq 'x)')/groupby((primarycontactid/fullname))",
  ])('reads %s', (source) => {
    expect(printApply(parseApply(new Scanner(source)))).toBe(source);
  });

  it('refuses an option that $expand does not have', () => {
    expect(refusalOf(() => parseExpand(new Scanner('a($levels=2)'))).status).toBe(400);
  });
});

describe('query options (webapi.md §8)', () => {
  it('decodes once, with + for a space', () => {
    expect(parseOptions('$filter=a+eq+%27x%2By%27').filter).toEqual(parseFilter("a eq 'x+y'"));
  });

  it.each([
    '$skip=1',
    '$search=x',
    '$format=json',
    '$compute=x',
    '$levels=1',
    '$nosuch=1',
    'nosuch=1',
    '$Select=a',
  ])('refuses %s', (option) => {
    expect(refusalOf(() => parseOptions(option)).status).toBe(400);
  });

  it.each(['0', '-1', 'x', '1.5', ''])('refuses $top=%s', (top) => {
    expect(refusalOf(() => parseOptions(`$top=${top}`)).status).toBe(400);
  });

  it('refuses an option given twice, a broken escape and a null character', () => {
    for (const query of ['$top=1&$top=2', '$select=%zz', '$filter=a eq %27%00%27'])
      expect(refusalOf(() => parseOptions(query)).status).toBe(400);
  });

  it('accepts and drops tag; an alias without a value is null', () => {
    const options = parseOptions('tag=anything&@p1=');
    expect(options.aliases.get('p1')).toEqual({ kind: 'literal', literal: { type: 'null' } });
  });
});

describe('paths (webapi.md §1)', () => {
  it('keeps a slash inside quotes', () => {
    expect(parsePath("accounts(accountnumber='A%2F17')/name")).toMatchObject([
      {
        name: 'accounts',
        args: { kind: 'named', values: [['accountnumber', { literal: { value: 'A/17' } }]] },
      },
      { name: 'name', args: null },
    ]);
  });

  it('is not upset by anything at all', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (path, query) => {
        const url = `/api/data/v9.2/${path}?${query}`;
        try {
          parse({ method: 'GET', url, origin: 'http://x', headers: {}, body: null });
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads 32,000 characters of anything in little time', () => {
    const before = process.cpuUsage();
    for (const piece of ['(', "'", '[', '"', 'a/', 'a eq 1 or ', '%25', 'a,', '@', '{'])
      for (const option of ['$filter', '$expand', '$select', '$orderby', '$apply', '@p'])
        try {
          parseOptions(`${option}=${piece.repeat(32_000 / piece.length)}`);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(5000);
  });
});

describe('headers and body (webapi.md §2, §6, §18)', () => {
  const read = (headers: Record<string, string>) =>
    parse({ method: 'GET', url: '/api/data/v9.1/contacts', origin: 'http://x', headers, body: null });

  it('takes If-None-Match: null for nothing (trap 1)', () => {
    expect(read({ 'if-none-match': 'null' }).ifNoneMatch).toBeNull();
    expect(read({ 'if-none-match': 'W/"12"' }).ifNoneMatch).toBe('12');
    expect(read({ 'if-match': '*' }).ifMatch).toBe('*');
  });

  it('keeps the version asked for', () => {
    expect(read({}).root).toBe('http://x/api/data/v9.1');
  });

  it('reads several preferences, quotes protecting commas', () => {
    const preferences = parsePrefer(
      'return=representation, odata.include-annotations="OData.Community.*,x",odata.maxpagesize=9000, respond-async',
    );
    expect(preferences).toMatchObject({ representation: true, maxPageSize: 5000 });
    expect(wantsAnnotation(preferences.annotations, 'OData.Community.Display.V1.FormattedValue')).toBe(true);
    expect(wantsAnnotation(preferences.annotations, 'Microsoft.Dynamics.CRM.lookuplogicalname')).toBe(false);
    expect(wantsAnnotation(parsePrefer('odata.include-annotations="*"').annotations, 'anything')).toBe(true);
  });

  it.each([
    ['a list', '[1]'],
    ['half an object', '{'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['200 levels', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`],
    ['a null character', '{"a":"\\u0000"}'],
  ])('refuses %s as a body', (_, body) => {
    expect(refusalOf(() => parseBody(body)).status).toBe(400);
  });

  it('takes no body for an empty object', () => {
    expect(parseBody(null)).toEqual({});
    expect(parseBody(' ')).toEqual({});
  });
});
