/** Filters and orders as PostgreSQL carries them out, against a naive evaluation of the same tree in memory. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, root, type TestWebApi } from '../../test/compat/harness.ts';
import type { ComparisonOperator, Expression, Literal, Operand } from './parse/ast.ts';
import { printFilter } from './parse/print.ts';

let web: TestWebApi;

interface Person {
  readonly contactid: string;
  readonly lastname: string | null;
  readonly jobtitle: string | null;
  readonly numberofchildren: number | null;
  readonly creditlimit: number | null;
  readonly donotphone: boolean | null;
  readonly anniversary: string | null;
  readonly lastusedincampaign: string | null;
  readonly gendercode: number | null;
  readonly _preferredsystemuserid_value: string | null;
}

type Cell = string | number | boolean | null;

const words = [null, '', 'a', 'B', 'ab', 'AB', 'a%b', 'a_b', 'x[1]', "o'c", 'Ærø', 'ærø'] as const;
const numbers = [null, 0, 1, 2, 5] as const;
const credits = [null, 0, 1.5, 100, 100.25] as const;
const instants = [null, '2026-01-05T10:00:00Z', '2026-01-05T10:00:01Z', '2025-12-31T23:59:59Z'] as const;
const days = [null, '2026-01-05', '2026-01-06'] as const;
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

const people: Person[] = Array.from({ length: 60 }, (_, index) => ({
  contactid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  lastname: pick(words, index),
  jobtitle: pick(words, index * 7 + 3),
  numberofchildren: pick(numbers, index * 3),
  creditlimit: pick(credits, index * 2 + 1),
  donotphone: pick([null, true, false], index),
  anniversary: pick(days, index),
  lastusedincampaign: pick(instants, index * 5),
  gendercode: pick([null, 1, 2], index * 2),
  _preferredsystemuserid_value: index % 4 === 0 ? '00000000-0000-4000-8000-000000000004' : null,
}));

beforeAll(async () => {
  web = await openTestWebApi();
  for (const { _preferredsystemuserid_value: user, ...columns } of people) {
    const bind = user ? { 'preferredsystemuserid@odata.bind': `systemusers(${user})` } : {};
    const answer = await web.call('POST', 'contacts', { body: { ...columns, ...bind } });
    expect(answer.text).toBe('');
  }
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

type Truth = boolean | null;

const not = (value: Truth): Truth => (value === null ? null : !value);
const and = (values: readonly Truth[]): Truth =>
  values.includes(false) ? false : values.includes(null) ? null : true;

/** The value in the form in which it compares: text without case, instants as text of one length. */
const folded = (value: Cell): Cell => (typeof value === 'string' ? value.toLowerCase() : value);

function cellOf(literal: Literal): Cell {
  switch (literal.type) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
    case 'guid':
      return literal.value;
    case 'number':
      return Number(literal.text);
    case 'date':
    case 'dateTime':
      return literal.text;
    default:
      throw new Error(literal.type);
  }
}

function valueOfOperand(operand: Operand, person: Person): Cell {
  if (operand.kind === 'literal') return cellOf(operand.literal);
  if (operand.kind !== 'path') throw new Error(operand.kind);
  return person[operand.path[0] as keyof Person];
}

function compare(operator: ComparisonOperator, left: Cell, right: Cell, literalNull: boolean): Truth {
  if (literalNull && operator === 'eq') return left === null;
  if (literalNull && operator === 'ne') return left !== null;
  const [a, b] = [folded(left), folded(right)];
  if (a === null) return null;
  if (literalNull) return false;
  if (b === null) return null;
  const order = a === b ? 0 : a < b ? -1 : 1;
  return { eq: order === 0, ne: order !== 0, gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 }[
    operator
  ];
}

/** SQL Server's LIKE, one character at a time. */
function like(text: string, pattern: string): boolean {
  if (pattern === '') return text === '';
  const close = pattern.startsWith('[') ? pattern.indexOf(']', 2) : -1;
  if (pattern.startsWith('%'))
    return Array.from({ length: text.length + 1 }, (_, from) => text.slice(from)).some((rest) =>
      like(rest, pattern.slice(1)),
    );
  if (text === '') return false;
  if (close > 0)
    return inSet(text.charAt(0), pattern.slice(1, close)) && like(text.slice(1), pattern.slice(close + 1));
  const same = pattern.startsWith('_') || pattern.charAt(0) === text.charAt(0);
  return same && like(text.slice(1), pattern.slice(1));
}

function inSet(character: string, set: string): boolean {
  if (set.length > 1 && set.startsWith('^')) return !inSet(character, set.slice(1));
  const range = /^(.)-(.)$/.exec(set);
  if (range) return character >= (range[1] ?? '') && character <= (range[2] ?? '');
  return set.includes(character);
}

function truth(expression: Expression, person: Person): Truth {
  switch (expression.kind) {
    case 'and':
      return and(expression.operands.map((operand) => truth(operand, person)));
    case 'or':
      return not(and(expression.operands.map((operand) => not(truth(operand, person)))));
    case 'not':
      return not(truth(expression.operand, person));
    case 'compare': {
      const literalNull = expression.right.kind === 'literal' && expression.right.literal.type === 'null';
      const [left, right] = [expression.left, expression.right].map((side) => valueOfOperand(side, person));
      return compare(expression.operator, left ?? null, right ?? null, literalNull);
    }
    case 'text': {
      const subject = valueOfOperand(expression.subject, person);
      if (subject === null) return null;
      const value = String(valueOfOperand(expression.value, person));
      const pattern = { contains: `%${value}%`, startswith: `${value}%`, endswith: `%${value}` }[
        expression.name
      ];
      return like(String(subject).toLowerCase(), pattern.toLowerCase());
    }
    default:
      throw new Error(expression.kind);
  }
}

const column = (name: keyof Person): Operand => ({ kind: 'path', path: [name] });
const constant = (literal: Literal): Operand => ({ kind: 'literal', literal });
const operators = fc.constantFrom<ComparisonOperator>('eq', 'ne', 'gt', 'ge', 'lt', 'le');
const equality = fc.constantFrom<ComparisonOperator>('eq', 'ne');
const literalOf = (values: readonly Cell[], make: (value: Cell) => Literal): fc.Arbitrary<Literal> =>
  fc.constantFrom(...values).map((value) => (value === null ? { type: 'null' } : make(value)));

const string = literalOf([...words, 'c', 'Ab'], (value) => ({ type: 'string', value: String(value) }));
const number = literalOf([...numbers, ...credits, -1, 1e12], (value) => ({
  type: 'number',
  text: String(value),
}));
const comparison = fc
  .oneof(
    fc.tuple(fc.constantFrom<keyof Person>('lastname', 'jobtitle'), operators, string),
    fc.tuple(
      fc.constantFrom<keyof Person>('numberofchildren', 'creditlimit', 'gendercode'),
      operators,
      number,
    ),
    fc.tuple(
      fc.constant<keyof Person>('lastusedincampaign'),
      operators,
      literalOf(instants, (value) => ({ type: 'dateTime', text: String(value) })),
    ),
    fc.tuple(
      fc.constant<keyof Person>('anniversary'),
      operators,
      literalOf(days, (value) => ({ type: 'date', text: String(value) })),
    ),
    fc.tuple(
      fc.constant<keyof Person>('donotphone'),
      equality,
      literalOf([null, true, false], (value) => ({ type: 'boolean', value: value === true })),
    ),
    fc.tuple(
      fc.constant<keyof Person>('_preferredsystemuserid_value'),
      equality,
      literalOf([null, '00000000-0000-4000-8000-000000000004'], (value) => ({
        type: 'guid',
        value: String(value),
      })),
    ),
  )
  .map(
    ([name, operator, literal]): Expression => ({
      kind: 'compare',
      operator,
      left: column(name),
      right: constant(literal),
    }),
  );
const fields = fc
  .tuple(
    operators,
    fc.constantFrom<readonly [keyof Person, keyof Person]>(
      ['lastname', 'jobtitle'],
      ['numberofchildren', 'creditlimit'],
    ),
  )
  .map(
    ([operator, [left, right]]): Expression => ({
      kind: 'compare',
      operator,
      left: column(left),
      right: column(right),
    }),
  );
const search = fc
  .tuple(
    fc.constantFrom('contains' as const, 'startswith' as const, 'endswith' as const),
    fc.constantFrom<keyof Person>('lastname', 'jobtitle'),
    fc.constantFrom('a', 'B', '_', '%', 'a%b', '[%]', 'A[_]B', '[a-b]', '[^a]', '[1]', '[', '', "'", 'ÆR'),
  )
  .map(
    ([name, subject, value]): Expression => ({
      kind: 'text',
      name,
      subject: column(subject),
      value: constant({ type: 'string', value }),
    }),
  );
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(comparison, fields, search),
    fc.record({ kind: fc.constant('not' as const), operand: tie('expression') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

/** PostgreSQL orders text by its collation; in memory only equality of text is known, so order comparisons of text are
 *  left to the collation's own test. */
function comparesTextOrder(tree: Expression): boolean {
  if (tree.kind === 'and' || tree.kind === 'or') return tree.operands.some(comparesTextOrder);
  if (tree.kind === 'not') return comparesTextOrder(tree.operand);
  if (tree.kind !== 'compare' || tree.operator === 'eq' || tree.operator === 'ne') return false;
  return tree.left.kind === 'path' && /lastname|jobtitle/.test(tree.left.path.join());
}

describe('filters agree with a naive evaluation (webapi.md §8, trap 15)', () => {
  it('for random trees, with empty values and case', async () => {
    await fc.assert(
      fc.asyncProperty(expression, async (tree) => {
        fc.pre(!comparesTextOrder(tree));
        const expected = people
          .filter((person) => truth(tree, person) === true)
          .map(({ contactid }) => contactid);
        const filter = encodeURIComponent(printFilter(tree));
        const answer = await web.call('GET', `contacts?$select=contactid&$filter=${filter}`);
        expect(answer.status).toBe(200);
        const rows: { contactid: string }[] = answer.json.value;
        expect(rows.map(({ contactid }) => contactid)).toEqual(expected);
      }),
      { numRuns: 250 },
    );
  });
});

describe('pages (webapi.md §8, Paging)', () => {
  const order = fc.uniqueArray(
    fc.constantFrom(
      'lastname',
      'jobtitle',
      'numberofchildren',
      'creditlimit',
      'lastusedincampaign',
      'anniversary',
      'gendercode',
      '_preferredsystemuserid_value',
      'contactid',
      'preferredsystemuserid/fullname',
    ),
    { maxLength: 3 },
  );

  it('neither repeat nor lose a row, in the order of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        order,
        fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 7, max: 40 }),
        async (names, descending, size) => {
          const clauses = names.map((name, index) => (descending[index] ? `${name} desc` : name));
          const query = `contacts?$select=contactid${clauses.length > 0 ? `&$orderby=${clauses.join(',')}` : ''}`;
          const whole = await web.call('GET', query);
          const found: unknown[] = [];
          let next: string | undefined = query;
          while (next !== undefined) {
            const page = await web.call('GET', next, { headers: { prefer: `odata.maxpagesize=${size}` } });
            expect(page.status).toBe(200);
            found.push(...page.json.value);
            next = page.json['@odata.nextLink']?.slice(root.length + 1);
          }
          expect(found).toEqual(whole.json.value);
          expect(found).toHaveLength(people.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('puts empty values lowest, as SQL Server does (data-and-http.md §2)', async () => {
    for (const [direction, at] of [
      ['asc', 0],
      ['desc', people.length - 1],
    ] as const) {
      const answer = await web.call('GET', `contacts?$select=gendercode&$orderby=gendercode ${direction}`);
      expect(answer.json.value[at].gendercode).toBeNull();
    }
  });
});
