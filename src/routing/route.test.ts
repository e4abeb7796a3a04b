import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from './evaluate.ts';
import { readRuleSet, routeToQueue } from './route.ts';
import { pathsOf } from './rules.ts';

const legal = '0b0e7b2a-0000-4000-8000-0000000000a1';
const sales = '0b0e7b2a-0000-4000-8000-0000000000a2';
const id = (n: number): string => `b6d7c0de-0001-4000-8000-${String(n).padStart(12, '0')}`;

const condition = (operator: string, right = '<rhs type="staticvalue">Legal</rhs>'): string =>
  `<condition operator="${operator.replace('<', '&lt;')}"><lhs type="attribute">liveworkitemcontext.va_Department</lhs>${right}</condition>`;
const toQueue = (queue: string): string =>
  `<action><setattribute><lhs type="attribute">assign_to.queue</lhs><rhs type="staticvalue">{${queue.toUpperCase()}}</rhs></setattribute></action>`;
const rule = (n: number, body: string): string => `<rule id="${id(n)}" name="rule ${n}">${body}</rule>`;
const set = (rules: string, policy = ' hit-policy="all"'): string =>
  `<decision${policy} version="1"><rules>${rules}</rules></decision>`;
const facts = (...values: Fact[]) => new Map([['liveworkitemcontext.va_Department', values]]);

const route = (definition: string, values = facts('legal'), disabled: string | null = null, draw = 0) =>
  routeToQueue(readRuleSet(definition, disabled), values, draw);

describe('one condition (rules.md §4.3)', () => {
  const right = (value: string, more = ''): string => `<rhs type="staticvalue"${more}>${value}</rhs>`;
  const list = '<rhs type="multistaticvalues"><value>Sales</value><value>Legal</value></rhs>';
  it.each<[string, string, Fact[], boolean]>([
    ['==', right('Legal'), [' legal '], true],
    ['=', right('Legal'), ['legal'], true],
    ['equals', right('Legal'), ['sales'], false],
    ['==', right('Legal'), [], false],
    ['!=', right('Legal'), ['sales'], true],
    ['<>', right('Legal'), ['legal'], false],
    ['!=', right('Legal'), [], false],
    ['==', right(`{${legal.toUpperCase()}}`), [legal], true],
    ['==', right('10.0'), [10], true],
    ['==', right('true'), [true], true],
    ['==', right('2026-08-01T00:00:00Z'), [new Date('2026-08-01T00:00:00.000Z')], true],
    ['>', right('9'), ['10'], true],
    ['>=', right('10'), [10], true],
    ['<', right('9'), ['10'], false],
    ['<=', right('9'), ['word'], false],
    ['>', right('2026-08-01T00:00:00Z'), [new Date('2026-08-02T00:00:00Z')], true],
    ['>=', right('2', ' unit="minutes"'), [119], false],
    ['>=', right('2', ' unit="minutes"'), [120], true],
    ['not-null', '', ['x'], true],
    ['notnull', '', [], false],
    ['null', '', [], true],
    ['contains', right('EGA'), ['legal'], true],
    ['not-contains', right('EGA'), ['sales'], true],
    ['begins-with', right('le'), ['Legal'], true],
    ['beginswith', right('al'), ['Legal'], false],
    ['ends-with', right('AL'), ['Legal'], true],
    ['in', list, ['legal'], true],
    ['in', list, ['support'], false],
    ['==', right('Legal'), ['sales', 'legal'], true],
  ])('%s %s of %j is %s', (operator, rhs, values, holds) => {
    const { queue, evaluation } = route(
      set(rule(1, condition(operator, rhs) + toQueue(legal))),
      facts(...values),
    );
    expect(evaluation.rules[0]?.notes).toEqual([]);
    expect(queue).toBe(holds ? legal : null);
  });

  it('an unknown operator, unit, path or element makes its rule not hold, even beside a true OR, and says so', () => {
    const cases: [string, string][] = [
      [condition('sounds-like'), 'operator sounds-like is not known'],
      [condition('>', '<rhs type="staticvalue" unit="moons">1</rhs>'), 'unit moons is not known'],
      [
        '<condition operator="null"><lhs type="attribute">weather.today</lhs></condition>',
        'nothing is known under',
      ],
      ['<perhaps/>', '<perhaps> is not known'],
      ['<logical operator="XOR"/>', 'logical operator XOR'],
    ];
    for (const [body, note] of cases) {
      const result = route(
        set(rule(1, `<logical operator="OR">${condition('==')}${body}</logical>${toQueue(legal)}`)),
      );
      expect(result.queue).toBeNull();
      expect(result.evaluation.rules[0]?.notes.join()).toContain(note);
    }
  });
});

describe('rules in order (rules.md §4.2, behaviour.md §4.2)', () => {
  const both =
    rule(1, condition('==') + toQueue(legal)) +
    rule(2, toQueue(sales)) +
    rule(3, condition('!=') + toQueue(sales));

  it('under "all" looks at every rule and applies the first that holds', () => {
    const result = route(set(both));
    expect(result).toMatchObject({ queue: legal, rule: 'rule 1', fallbackReason: null });
    expect(result.evaluation.rules.map(({ status }) => status)).toEqual(['Applied', 'Matched', 'Processed']);
  });

  it('under "first" does not look at the rules after it', () => {
    const result = route(set(both, ' hit-policy="first"'));
    expect(result.evaluation.rules.map(({ status }) => status)).toEqual([
      'Applied',
      'Not processed',
      'Not processed',
    ]);
  });

  it('reads a missing hit policy as "all" and actions before bare conditions', () => {
    expect(route(set(rule(1, toQueue(sales) + condition('!=')) + rule(2, toQueue(legal)), '')).queue).toBe(
      legal,
    );
  });

  it.each([`["{${id(1).toUpperCase()}}"]`, `${id(1)},${id(9)}`, id(1)])(
    'skips a rule that is switched off: %s',
    (off) => {
      const result = route(set(both), facts('legal'), off);
      expect(result.queue).toBe(sales);
      expect(result.evaluation.rules[0]).toMatchObject({
        status: 'Not processed',
        notes: ['the rule is switched off'],
      });
    },
  );

  it('falls back with a reason: no rules, no match, unreadable, not a rule set', () => {
    expect(routeToQueue(null, facts(), 0).fallbackReason).toContain('no active route-to-queue rules');
    expect(route(set('')).fallbackReason).toBe('the rule set has no rules');
    expect(route('<decision><rules>').fallbackReason).toContain('is not closed');
    expect(route('<contract version="1"/>').fallbackReason).toContain('<decision> expected');
    expect(route('').fallbackReason).toContain('no definition');
    expect(route('<!DOCTYPE x><decision/>').fallbackReason).toContain('document types');
  });

  it('splits by percentage, at most one queue, evenly over the draw', () => {
    const record = (queue: string, share: number): string =>
      `<record><setattribute><lhs>queuedetails.queueid</lhs><rhs>${queue}</rhs></setattribute><setattribute><lhs>queuedetails.percentage</lhs><rhs>${share}</rhs></setattribute></record>`;
    const split = set(
      rule(
        1,
        `<action><upsertrecords><target>percentagebaseddistribution</target><records>${record(legal, 30)}${record(sales, 70)}</records></upsertrecords></action>`,
      ),
    );
    const queues = Array.from({ length: 100 }, (_, draw) => route(split, facts(), null, draw / 100).queue);
    expect(queues.filter((queue) => queue === legal)).toHaveLength(30);
    expect(queues.filter((queue) => queue === sales)).toHaveLength(70);
  });

  it('names what it keeps but does not act upon', () => {
    const more = toQueue(legal).replace(
      '</action>',
      '<setattribute><lhs>overflow.x</lhs><rhs>true</rhs></setattribute></action>',
    );
    expect(route(set(rule(1, more))).evaluation.rules[0]?.notes).toEqual([
      'overflow.x is kept but not acted upon',
    ]);
  });

  it('lists the paths it will look at', () => {
    const read = readRuleSet(
      set(both + rule(4, condition('==', '<rhs type="attribute">msdyn_ocliveworkitem.subject</rhs>'))),
      null,
    );
    expect('ruleSet' in read && pathsOf(read.ruleSet)).toEqual([
      'liveworkitemcontext.va_Department',
      'msdyn_ocliveworkitem.subject',
    ]);
  });
});

describe('any set of rules', () => {
  const operators = fc.constantFrom('==', '!=', 'contains', 'null', 'not-null', 'nonsense');
  const tree: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      operators.map((operator) => condition(operator)),
      fc
        .tuple(fc.constantFrom('AND', 'OR'), fc.array(tie('tree'), { maxLength: 3 }))
        .map(([operator, parts]) => `<logical operator="${operator}">${parts.join('')}</logical>`),
    ),
  })).tree;
  const rules = fc.array(fc.tuple(tree, fc.constantFrom(legal, sales)), { maxLength: 6 });

  it('applies at most one rule, the first that holds, and the same under both policies', () => {
    fc.assert(
      fc.property(rules, fc.constantFrom('legal', 'sales', 'x'), (bodies, value) => {
        const text = bodies.map(([body, queue], index) => rule(index, body + toQueue(queue))).join('');
        const all = route(set(text), facts(value));
        const first = route(set(text, ' hit-policy="first"'), facts(value));
        const statuses = all.evaluation.rules.map(({ status }) => status);
        expect(statuses.filter((status) => status === 'Applied')).toHaveLength(all.queue === null ? 0 : 1);
        if (statuses.includes('Matched'))
          expect(statuses.indexOf('Applied')).toBeLessThan(statuses.indexOf('Matched'));
        expect(first.queue).toBe(all.queue);
      }),
    );
  });
});
