import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { put, when } from '../../test/engine/rules-xml.ts';
import type { Fact } from './evaluate.ts';
import { type QueuePlace, rankOf, turnOfQueue } from './prioritise.ts';
import { readRuleSet } from './route.ts';

/** Compares number by number, as the matcher does. */
const byTurn = (one: readonly number[], other: readonly number[]): number => {
  const at = one.findIndex((number, n) => number !== other[n]);
  return at < 0 ? 0 : Math.sign((one[at] ?? 0) - (other[at] ?? 0));
};

const places: fc.Arbitrary<QueuePlace> = fc.record({
  name: fc.oneof(fc.constantFrom('', 'a', 'A', 'ab', 'b', 'Ære'), fc.string({ maxLength: 4 })),
  priority: fc.constantFrom(null, 0, 1, 2),
  custom: fc.boolean(),
});

/** behaviour.md §4.3 in words: the smaller number, an empty one last; plain before custom; custom ones by name. */
function compareQueues(one: QueuePlace, other: QueuePlace): number {
  const [first, second] = [one, other].map(({ priority }) => priority ?? Number.POSITIVE_INFINITY);
  if (first !== second) return Number(first) < Number(second) ? -1 : 1;
  if (one.custom !== other.custom) return one.custom ? 1 : -1;
  const [name, named] = [one.name.toLowerCase(), other.name.toLowerCase()];
  return !one.custom || name === named ? 0 : name < named ? -1 : 1;
}

describe('across queues (behaviour.md §4.3)', () => {
  it('smaller number first, plain before custom, custom by name', () => {
    fc.assert(
      fc.property(places, places, (one, other) => {
        expect(byTurn(turnOfQueue(one), turnOfQueue(other))).toBe(compareQueues(one, other));
      }),
      { seed: 7, numRuns: 2_000 },
    );
  });
});

const tier = 'liveworkitemcontext.Tier';
const score = 'msdyn_ocliveworkitem.msdyn_priorityscore';
const by = (path: string, descending = false): string =>
  `<orderby type="attribute" descending="${descending}">${path}</orderby>`;
const named = (name: string, conditions: string, output = ''): string =>
  `<rule id="${name}" name="${name}">${conditions}<action>${output}</action></rule>`;
const read = (...rules: string[]) =>
  readRuleSet(`<decision version="1"><rules>${rules.join('')}</rules></decision>`, null);
const facts = (values: { readonly [path: string]: Fact | null }) =>
  new Map(Object.entries(values).map(([path, value]) => [path, value === null ? [] : [value]]));

describe('inside a queue with a prioritisation rule set (behaviour.md §4.3; rules.md §4.2, §6)', () => {
  const rules = read(
    named('gold', when(tier, '==', 'gold'), by(score, true)),
    named('silver', when(tier, '==', 'silver'), by(tier) + put('any.thing', 'ignored')),
  );
  const turn = (values: Parameters<typeof facts>[0]): readonly number[] => rankOf(rules, facts(values)).turn;

  it('buckets in rule order, each with its sort, the rest last and without one', () => {
    const low = turn({ [tier]: 'gold', [score]: 5 });
    const high = turn({ [tier]: 'Gold', [score]: 9 });
    const none = turn({ [tier]: 'gold', [score]: null });
    const silver = turn({ [tier]: 'silver', [score]: 99 });
    const rest = turn({ [tier]: 'tin', [score]: 999 });
    const sorted = [rest, none, silver, low, high].sort(byTurn);
    expect(sorted).toEqual([high, low, none, silver, rest]);
    expect(turn({ [tier]: 'lead', [score]: 1 })).toEqual(rest);
  });

  it('the first rule that holds takes the work; the trace names bucket and rule', () => {
    const both = read(named('one', when(score, '>', '1')), named('two', when(score, '>', '0')));
    const { trace } = rankOf(both, facts({ [score]: 2 }));
    expect(trace).toMatchObject({ bucket: 1, buckets: 3, rule: 'one' });
    expect(trace.rules.map(({ status }) => status)).toEqual(['Applied', 'Not processed']);
    expect(trace.rules[0]?.comparisons).toMatchObject([{ path: score, actual: ['2'], result: true }]);
    expect(rankOf(both, facts({ [score]: 0 })).trace).toMatchObject({ bucket: 3, rule: null });
  });

  it('what cannot be read orders nothing and says so; a rule switched off is passed over', () => {
    const broken = rankOf(readRuleSet('<decision', null), facts({}));
    expect(broken).toMatchObject({ turn: [0], trace: { bucket: 1, buckets: 1, rule: null } });
    expect(broken.trace.notes.join()).toContain('cannot be read');
    const id = 'b6d7c0de-0001-4000-8000-000000000001';
    const off = readRuleSet(
      `<decision version="1"><rules><rule id="${id}" name="r"/></rules></decision>`,
      `["${id}"]`,
    );
    expect(rankOf(off, facts({})).trace).toMatchObject({ bucket: 2, rule: null });
    const unknown = rankOf(read(named('r', when('no.such', '==', '1'))), facts({}));
    expect(unknown.trace).toMatchObject({
      bucket: 2,
      rules: [{ notes: ['nothing is known under no.such'] }],
    });
  });

  const values: fc.Arbitrary<Fact | null> = fc.oneof(
    fc.constant(null),
    fc.constant(Number.NaN),
    fc.integer({ min: -3, max: 3 }),
    fc.string({ maxLength: 3 }),
    fc.constantFrom('a', 'ab', 'A', 'b'),
  );
  it('a sort is one order of all values, and its reverse when descending', () => {
    const sort = (descending: boolean, value: Fact | null): readonly number[] =>
      rankOf(read(named('r', '', by(score, descending))), facts({ [score]: value })).turn;
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const up = (one: Fact | null, other: Fact | null): number =>
          byTurn(sort(false, one), sort(false, other));
        expect(up(a, b)).toBe(0 - up(b, a));
        expect(byTurn(sort(true, a), sort(true, b))).toBe(0 - up(a, b));
        if (up(a, b) <= 0 && up(b, c) <= 0) expect(up(a, c)).toBeLessThanOrEqual(0);
        if (typeof a === 'number' && typeof b === 'number' && !Number.isNaN(a + b))
          expect(up(a, b)).toBe(Math.sign(a - b));
        if (typeof a === 'string' && typeof b === 'string') {
          const [one, other] = [a.toLowerCase(), b.toLowerCase()];
          expect(up(a, b)).toBe(one === other ? 0 : one < other ? -1 : 1);
        }
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });
});
