import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisionOf } from './why.ts';

const row = (type: number, input: unknown, evaluation: unknown, output: unknown) => ({
  msdyn_unifiedroutingdiagnosticid: 'd1',
  createdon: '2026-01-05T10:00:00Z',
  msdyn_diagnosticdatatype: type,
  msdyn_inputdata: JSON.stringify(input),
  msdyn_evaluation: JSON.stringify(evaluation),
  msdyn_outputdata: JSON.stringify(output),
});

describe('decisionOf (mission B3)', () => {
  it('reads a route-to-queue decision', () => {
    const rule = { id: 'r1', name: 'Legal', order: 1, status: 'Applied', comparisons: [], notes: [] };
    const decision = decisionOf(
      row(
        3,
        { variables: { va_Department: 'Legal' } },
        { rules: [rule], notes: [] },
        { queue: 'q', queueName: 'Legal', rule: 'r1' },
      ),
    );
    expect(decision).toMatchObject({ kind: 'queue', rules: [rule], variables: { va_Department: 'Legal' } });
  });

  it('never throws and never shows what has another shape, whatever the row holds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(3, 4, 9),
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        (type, a, b, c) => {
          const decision = decisionOf(row(type, a, b, c));
          if (decision?.kind === 'queue')
            for (const { notes } of decision.rules) expect(Array.isArray(notes)).toBe(true);
          if (decision?.kind === 'agent') {
            for (const { agent } of decision.candidates) expect(typeof agent).toBe('string');
          }
        },
      ),
    );
    expect(decisionOf({ ...row(3, {}, {}, {}), msdyn_evaluation: 'no JSON' })).toBeNull();
  });
});
