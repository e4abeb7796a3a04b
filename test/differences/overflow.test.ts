/** Numbers are those of docs/differences.md. */
import { describe, expect, it } from 'vitest';
import { mostMoves } from '../../src/conversation/decide/waited.ts';
import { messageOf, trigger } from '../../src/conversation/messages.ts';
import { columnValue } from '../../src/conversation/set-value.ts';
import {
  averageWait,
  classify,
  evaluateOverflow,
  type Hours,
  hoursAt,
  readRuleSet,
} from '../../src/routing/index.ts';

const place = { stage: 'prequeue', channel: 'voice', moved: false } as const;

describe('routing and overflow differ from the product', () => {
  it('55 a closed queue without a rule about hours assigns anyway', () => {
    const facts = new Map([['queue_prequeue.iswithinoperatinghour', [false]]]);
    expect(evaluateOverflow(null, facts, new Map(), place).applied?.config.action).toBe('queueAnyway');
  });

  it('56 overflow moves work five times at most', () => {
    expect(mostMoves).toBe(5);
  });

  it('57 the newest wait weighs two twenty-firsts in the average', () => {
    const at = Date.parse('2026-01-01T12:00:00Z');
    const waits = Array.from({ length: 21 }, (_, n) => ({
      answeredOn: new Date(at - (22 - n) * 1000),
      seconds: n === 20 ? 210 : 0,
    }));
    expect(averageWait(waits, new Date(at))).toBeCloseTo(20, 9);
  });

  it('58 slugs of place and wait, and texts where no row is', () => {
    const slugs = { variables: new Map<string, string>(), named: { Position: '3' } };
    expect(messageOf(new Map(), trigger.position, slugs)).toBe('You are number 3 in line.');
  });

  it('59 a window may run past midnight, and a calendar that cannot be read is open', () => {
    const broken: Hours = { rules: [], holidays: [], faults: ['no time zone'] };
    expect(hoursAt(broken, new Date()).open).toBe(true);
    const windows = [{ offset: 1320, duration: 240, open: true }];
    const night: Hours = {
      rules: [{ pattern: 'FREQ=WEEKLY;BYDAY=MO', zone: 'UTC', from: null, until: null, windows }],
      holidays: [],
      faults: [],
    };
    expect(hoursAt(night, new Date('2026-01-06T01:59:00Z')).open).toBe(true);
  });

  it('60 skills and profiles of classification are read by the last segment of each path', () => {
    const id = '00000000-0000-4000-8000-000000000001';
    const read = readRuleSet(
      `<decision><rules><rule id="${id}" name="r"><action><upsertrecords><target>x</target><records><record>
       <setattribute><lhs type="attribute">any.capacityprofileid</lhs><rhs type="staticvalue">${id}</rhs></setattribute>
       </record></records></upsertrecords></action></rule></rules></decision>`,
      null,
    );
    expect(classify([{ id, name: null, read }], new Map(), () => ({ fault: '' })).profiles).toEqual([id]);
  });

  it('61 the priority score has no column', () => {
    expect(columnValue('msdyn_priorityscore', '700')).toContain('has no column');
  });
});
