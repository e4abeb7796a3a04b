import { describe, expect, it } from 'vitest';
import { faultOfRuleSet } from './check-rule-set.ts';
import { type ClassificationSet, classify } from './classify.ts';
import { type QueueVerdict, readRuleSet, routeToQueue } from './route.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
let made = 0;
const when = (path: string, value: string, operator = '=='): string =>
  `<condition operator="${operator}"><lhs type="attribute">${path}</lhs><rhs type="staticvalue">${value}</rhs></condition>`;
const put = (path: string, value: string): string =>
  `<setattribute><lhs type="attribute">${path}</lhs><rhs type="staticvalue">${value}</rhs></setattribute>`;
const records = (target: string, ...list: string[]): string =>
  `<upsertrecords><target>${target}</target><records>${list.map((one) => `<record>${one}</record>`).join('')}</records></upsertrecords>`;
const rule = (name: string, conditions: string, ...outputs: string[]): string =>
  `<rule id="${id(++made)}" name="${name}">${conditions}<action>${outputs.join('')}</action></rule>`;
const xml = (policy: string, ...rules: string[]): string =>
  `<decision hit-policy="${policy}" version="1"><rules>${rules.join('')}</rules></decision>`;
const read = (policy: string, ...rules: string[]) => readRuleSet(xml(policy, ...rules), null);
const set = (n: number, ...rules: string[]): ClassificationSet => ({
  id: id(n),
  name: `Set ${n}`,
  read: read('first', ...rules),
});
const tier = 'liveworkitemcontext.Tier';
const score = 'msdyn_ocliveworkitem.msdyn_priorityscore';
const facts = (values: { readonly [path: string]: string | number }) =>
  new Map(Object.entries(values).map(([path, value]) => [path, [value]]));
const convert = (path: string, value: string) =>
  path.endsWith('nothing')
    ? { fault: `${path} is no column` }
    : { fact: path === score ? Number(value) : value };

describe('classification (behaviour.md §4.1)', () => {
  it('in a set the first match wins, and the next set sees what it set', () => {
    const result = classify(
      [
        set(1, rule('gold', when(tier, 'gold'), put(score, '900')), rule('any', '', put(score, '100'))),
        set(2, rule('urgent', when(score, '500', '>'), put('liveworkitemcontext.Urgent', 'yes'))),
      ],
      facts({ [tier]: 'Gold', [score]: 0 }),
      convert,
    );
    expect([...result.columns]).toEqual([['msdyn_priorityscore', '900']]);
    expect([...result.variables]).toEqual([['Urgent', 'yes']]);
    expect(result.facts.get(score)).toEqual([900]);
    expect(result.sets.map(({ rules }) => rules.map(({ status }) => status))).toEqual([
      ['Applied', 'Not processed'],
      ['Applied'],
    ]);
  });

  it('rules.md §4.5: skills with a rating and capacity profiles, by the last segment of each path', () => {
    const skill = records(
      'msdyn_ocliveworkitemcharacteristic',
      `${put('a.b.characteristicid', id(70))}${put('x.ratingvalueid', `{${id(71)}}`)}`,
    );
    const result = classify(
      [set(1, rule('it', '', skill, records('p', put('p.capacityprofile', id(72)))))],
      new Map(),
      convert,
    );
    expect(result.skills).toEqual([{ characteristic: id(70), rating: id(71) }]);
    expect(result.profiles).toEqual([id(72)]);
  });

  it('at most five outputs, ten sets, 100 rules; what cannot be set or read is noted', () => {
    const six = [1, 2, 3, 4, 5, 6].map((n) => put(`liveworkitemcontext.V${n}`, 'x'));
    const result = classify(
      [set(1, rule('six', '', ...six)), set(2, rule('bad', '', put('msdyn_ocliveworkitem.nothing', '1')))],
      new Map(),
      convert,
    );
    expect([...result.variables.keys()]).toEqual(['V1', 'V2', 'V3', 'V4', 'V5']);
    expect(result.sets.flatMap(({ notes }) => notes)).toEqual([
      'only five outputs of a rule are set',
      'msdyn_ocliveworkitem.nothing is no column',
    ]);
    const many = classify(
      Array.from({ length: 11 }, (_, n) => set(n + 1, rule('r', '', put(`liveworkitemcontext.S${n}`, 'x')))),
      new Map(),
      convert,
    );
    expect([many.variables.size, many.sets[10]?.notes.length]).toEqual([10, 1]);
    const broken = classify(
      [
        { id: id(1), name: null, read: readRuleSet('<decision', null) },
        set(2, rule('r', '', put(tier, 'x'))),
      ],
      new Map(),
      convert,
    );
    expect([broken.sets[0]?.notes[0], broken.variables.get('Tier')]).toEqual([
      expect.stringContaining('cannot be read'),
      'x',
    ]);
    const hundred = [
      ...Array.from({ length: 100 }, () => rule('no', when(tier, 'never'))),
      rule('last', '', put(tier, 'x')),
    ];
    expect(classify([set(1, ...hundred)], facts({ [tier]: '' }), convert).variables.size).toBe(0);
  });
});

describe('route to queue among queues that overflow (behaviour.md §3.5, §4.2)', () => {
  const queue = (n: number): string => put('assign_to.queue', `{${id(n)}}`);
  const rules = (policy = 'all') =>
    read(policy, rule('a', '', queue(501)), rule('b', '', queue(502)), rule('c', '', queue(503)));
  const verdict = (full: boolean, open = true, opensOn: string | null = null): QueueVerdict => ({
    overflow: {
      applied: full
        ? { rule: 'r', condition: open ? 'queueSize' : 'outOfHours', config: { action: 'end', data: null } }
        : null,
      rules: [],
      notes: [],
    },
    open,
    opensOn: opensOn === null ? null : new Date(opensOn),
  });
  const go = (verdicts: readonly QueueVerdict[], policy = 'all') => {
    const looked = new Map(verdicts.map((one, n) => [id(501 + n), one]));
    const route = routeToQueue(rules(policy), new Map(), 0, (name) => looked.get(name) ?? verdict(false));
    return [route.rule, route.overflow?.applied?.config.action ?? null];
  };

  it.each([
    ['the first that does not overflow', [verdict(true), verdict(false), verdict(false)], ['b', null]],
    [
      'all overflow: an open one, and its action runs',
      [verdict(true, false), verdict(true), verdict(true)],
      ['b', 'end'],
    ],
    [
      'none open: the one that opens soonest',
      [verdict(true, false), verdict(true, false, '2026-01-03'), verdict(true, false, '2026-01-02')],
      ['c', 'end'],
    ],
  ])('%s', (_, verdicts, expected) => {
    expect(go(verdicts)).toEqual(expected);
  });

  it('"first" stops at the first match, and its overflow runs', () => {
    expect(go([verdict(true), verdict(false)], 'first')).toEqual(['a', 'end']);
  });

  it('the rule’s own overflow set is the one that is asked for; a split is drawn before', () => {
    const asked: unknown[] = [];
    const own = put('prequeue_overflow_ruleset.msdyn_decisionruleset.msdyn_decisionrulesetid', id(9));
    const split = records(
      'percentagebaseddistribution',
      `${put('queuedetails.queueid', id(601))}${put('queuedetails.percentage', '30')}`,
      `${put('queuedetails.queueid', id(602))}${put('queuedetails.percentage', '70')}`,
    );
    routeToQueue(
      read('all', rule('own', '', queue(501), own), rule('split', '', split)),
      new Map(),
      0.31,
      (...one) => {
        asked.push(one);
        return verdict(false);
      },
    );
    expect(asked).toEqual([
      [id(501), id(9)],
      [id(602), null],
    ]);
  });
});

describe('a definition is checked on write (rules.md §4)', () => {
  const find = (table: string, path: readonly string[]): string | null =>
    path[0] === 'subject' ? null : `${table} has no column '${path[0]}'`;
  const share = (percentage: string): string =>
    `${put('queuedetails.queueid', id(1))}${put('queuedetails.percentage', percentage)}`;
  it.each([
    ['no XML', '<decision', /expected|close/],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><decision><rules/></decision>', /document types/],
    [
      'an unknown operator',
      xml('all', rule('r', when(tier, 'x', 'sounds-like'))),
      /rule 1 'r': operator 'sounds-like' is not known/,
    ],
    [
      'a missing column',
      xml('all', rule('r', when('msdyn_ocliveworkitem.nope', 'x'))),
      /msdyn_ocliveworkitem has no column 'nope'/,
    ],
    [
      'wrong percentages',
      xml('all', rule('r', '', records('p', share('50'), share('40')))),
      /sum to 90, not to 100/,
    ],
    [
      'six queues',
      xml('all', rule('r', '', records('p', ...Array.from({ length: 6 }, () => share('10'))))),
      /6 queues/,
    ],
    ['a rule without an id', '<decision version="1"><rules><rule name="x"/></rules></decision>', /has no id/],
    ['an unknown hit policy', xml('some'), /hit policy some/],
    [
      'an unknown unit',
      xml('all', rule('r', when(tier, '1').replace('"staticvalue"', '"staticvalue" unit="moons"'))),
      /unit 'moons'/,
    ],
    ...(
      [
        ['no item', 'queue_prequeue.currentqueuesize', '0', '1 to 100 work items'],
        ['101 items', 'queue_prequeue.currentqueuesize', '101', '1 to 100 work items'],
        ['an average wait of 61 minutes', 'queue_prequeue.estimatedwaittimeinminutes', '61', '60 minutes'],
        ['a wait of 59 seconds', 'queue_inqueue.lapsedwaittime', '59', '1 minute to 2 days'],
        ['a wait of no number', 'queue_inqueue.lapsedwaittime', 'long', '1 minute to 2 days'],
      ] as const
    ).map(([name, path, value, words]): [string, string, RegExp] => [
      `${name} (behaviour.md §3.5)`,
      xml('all', rule('r', when(path, value, '>='))),
      new RegExp(`cannot be compared with '${value}': it takes .*${words}`),
    ]),
    ['three lookups', xml('all', rule('r', when('msdyn_ocliveworkitem.a.b.c.d', 'x'))), /further than two/],
  ])('%s is refused by name', (_, definition, message) => {
    expect(faultOfRuleSet(definition, find)).toMatch(message);
  });
  it('what the designers write is taken', () => {
    expect(
      faultOfRuleSet(
        xml('all', rule('r', when('msdyn_ocliveworkitem.subject', 'x'), put('assign_to.queue', id(1)))),
        find,
      ),
    ).toBeNull();
    expect(
      faultOfRuleSet(
        xml('first', rule('r', when(tier, 'a', 'begins-with'), records('p', share('60'), share('40')))),
        find,
      ),
    ).toBeNull();
    expect(faultOfRuleSet('<decision version="1"><rules/></decision>', find)).toBeNull();
    for (const [path, value] of [
      ['queue_prequeue.currentqueuesize', '100'],
      ['queue_prequeue.estimatedwaittimeinminutes', '0.5'],
      ['queue_inqueue.lapsedwaittime', '172800'],
    ] as const)
      expect(faultOfRuleSet(xml('all', rule('r', when(path, value, '>='))), find)).toBeNull();
  });
});
