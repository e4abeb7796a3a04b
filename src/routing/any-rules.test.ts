/** Rules come from imports and from hands: whatever stands in a definition, no stage of routing throws. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { put, rule, when, xml } from '../../test/engine/rules-xml.ts';
import { selectStep } from './assign-rules.ts';
import { faultOfRuleSet } from './check-rule-set.ts';
import { classify } from './classify.ts';
import type { Fact, Facts } from './evaluate.ts';
import { actionIdsOf, evaluateOverflow, nextLapse } from './overflow.ts';
import { rankOf, sortPathsOf } from './prioritise.ts';
import { ownOverflowSets, queuesOf, readRuleSet, routeToQueue } from './route.ts';

const id = '6e000000-0000-4000-8000-000000000001';
const paths = [
  'liveworkitemcontext.Tier',
  'msdyn_ocliveworkitem.subject',
  'queue_inqueue.lapsedwaittime',
  'queue_prequeue.currentqueuesize',
  'nowhere.at.all',
  '',
];
const text = fc.oneof(
  fc.constantFrom('', '1', '-1', 'NaN', 'true', id, `{${id}}`, '2026-01-01'),
  fc.string(),
);
/** Written as XML: quotes, brackets and control characters stay what they are, now and then. */
const written = text.map((one) => one.replaceAll('<', '&lt;').replaceAll('&', '&amp;'));
const path = fc.constantFrom(...paths);
const operator = fc.constantFrom('==', '!=', '>', '>=', 'in', 'null', 'not-null', 'contains', 'rhymes', '');
const condition = fc
  .tuple(path, operator, fc.oneof(written, text), fc.constantFrom('', ' unit="minutes"', ' unit="moons"'))
  .map(([at, by, value, unit]) => when(at, by.replace('<', '&lt;'), value, unit));
const output = fc.oneof(
  fc
    .tuple(fc.oneof(path, fc.constantFrom('assign_to.queue', 'overflowaction.x')), text)
    .map((one) => put(...one)),
  path.map((at) => `<orderby type="attribute" descending="true">${at}</orderby>`),
  fc
    .constantFrom('percentage', 'characteristicid', 'ratingvalueid', 'x')
    .chain((name) =>
      text.map(
        (value) =>
          `<upsertrecords><target>t</target><records><record>${put(`a.${name}`, value)}</record></records></upsertrecords>`,
      ),
    ),
  fc.constant('<unheard of="it"/>'),
);
const wellMade = fc
  .array(
    fc
      .tuple(fc.array(condition, { maxLength: 3 }), fc.array(output, { maxLength: 3 }))
      .map(([conditions, outputs]) => rule(conditions.join(''), ...outputs)),
    { maxLength: 4 },
  )
  .map((rules) => xml(...rules));
/** A definition with a piece taken out somewhere. */
const cut = fc
  .tuple(wellMade, fc.nat(), fc.nat(40))
  .map(
    ([whole, from, length]) =>
      whole.slice(0, from % whole.length) + whole.slice((from % whole.length) + length),
  );
const definition = fc.oneof(wellMade, cut, fc.string());

const values: fc.Arbitrary<readonly Fact[]> = fc.array(
  fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.date({ noInvalidDate: true })),
  { maxLength: 2 },
);
const facts: fc.Arbitrary<Facts> = fc
  .array(fc.tuple(path, values), { maxLength: 5 })
  .map((known) => new Map(known));

it('no definition and no facts make a stage throw; what cannot be read is refused on write', () => {
  fc.assert(
    fc.property(definition, facts, fc.double({ min: 0, max: 0.999, noNaN: true }), (given, known, draw) => {
      const read = readRuleSet(given, null);
      const fault = faultOfRuleSet(given, (table, columns) =>
        columns[0] === 'subject' ? null : `${table} has no column '${columns[0]}'`,
      );
      const route = routeToQueue(read, known, draw, (queue) => (queue === id ? null : open));
      expect(route.queue === null).toBe(route.fallbackReason !== null);
      if ('fault' in read) expect(fault).not.toBeNull();
      const convert = (): { readonly fault: string } => ({ fault: 'no' });
      expect(classify([{ id, name: null, read }], known, convert).sets).toHaveLength(1);
      const { turn, trace } = rankOf(read, known);
      expect(turn.every((number) => !Number.isNaN(number))).toBe(true);
      expect(trace.bucket).toBeLessThanOrEqual(trace.buckets);
      for (const stage of ['prequeue', 'inqueue'] as const)
        evaluateOverflow(read, known, new Map(), { stage, channel: 'voice', moved: false });
      selectStep(read, [{ id, name: null, isDefault: true, read }], known);
      const lapse = nextLapse(read, 0);
      expect(lapse === null || lapse > 0).toBe(true);
      for (const named of [queuesOf, ownOverflowSets, actionIdsOf, sortPathsOf]) named(read);
    }),
    { seed: 31, numRuns: 3_000 },
  );
});

const open = { overflow: { applied: null, rules: [], notes: [] }, open: true, opensOn: null };
