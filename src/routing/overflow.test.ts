import { describe, expect, it } from 'vitest';
import { averageWait, type Wait, waitsNeeded } from './average-wait.ts';
import {
  type ActionConfig,
  allowed,
  type ChannelKind,
  evaluateOverflow,
  nextLapse,
  type OverflowAction,
  type OverflowStage,
  overflowActions,
} from './overflow.ts';
import { readRuleSet } from './route.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const numbers = new Map([...overflowActions.values()].map((action, n) => [action, n + 1]));
const actions = new Map<string, ActionConfig>(
  [...numbers].map(([action, n]) => [id(n), { action, data: action === 'queue' ? id(99) : null }]),
);

const condition = {
  hours: 'iswithinoperatinghour',
  size: 'currentqueuesize',
  wait: 'estimatedwaittimeinminutes',
};
const comparison = (path: string, operator: string, value: string, unit = ''): string =>
  `<condition operator="not-null"><lhs type="attribute">${path}</lhs></condition>
   <condition operator="${operator}"><lhs type="attribute">${path}</lhs><rhs type="staticvalue"${unit}>${value}</rhs></condition>`;
let made = 0;
const rule = (name: string, conditions: string, action: OverflowAction): string =>
  `<rule id="${id(++made + 1000)}" name="${name}"><action><setattribute>
   <lhs type="attribute">overflowaction.msdyn_overflowactionconfig.msdyn_overflowactionconfigid</lhs>
   <rhs type="staticvalue">{${id(numbers.get(action) ?? 0).toUpperCase()}}</rhs></setattribute></action>${conditions}</rule>`;
const closed = comparison(`queue_prequeue.${condition.hours}`, '==', 'false');
const full = comparison(`queue_prequeue.${condition.size}`, '>=', '5');
const slow = comparison(`queue_prequeue.${condition.wait}`, '>', '10');
const waited = comparison('queue_inqueue.lapsedwaittime', '>=', '2', ' unit="minutes"');
const set = (...rules: string[]) =>
  readRuleSet(`<decision hit-policy="all" version="1"><rules>${rules.join('')}</rules></decision>`, null);
const figures = (open: boolean, size: number, minutes: number | null, lapsed = 0) =>
  new Map<string, readonly (string | number | boolean)[]>([
    [`queue_prequeue.${condition.hours}`, [open]],
    [`queue_prequeue.${condition.size}`, [size]],
    [`queue_prequeue.${condition.wait}`, minutes === null ? [] : [minutes]],
    ['queue_inqueue.lapsedwaittime', [lapsed]],
  ]);
const judge = (
  rules: ReturnType<typeof set> | null,
  facts: ReturnType<typeof figures>,
  place: Partial<Parameters<typeof evaluateOverflow>[3]> = {},
) => evaluateOverflow(rules, facts, actions, { stage: 'prequeue', channel: 'voice', moved: false, ...place });
const applied = (overflow: ReturnType<typeof judge>) =>
  overflow.applied && [overflow.applied.condition, overflow.applied.config.action];

describe('overflow conditions (behaviour.md §3.5)', () => {
  it('each is true at its own figure only', () => {
    const rules = set(
      rule('closed', closed, 'voicemail'),
      rule('full', full, 'end'),
      rule('slow', slow, 'queue'),
    );
    expect(applied(judge(rules, figures(true, 4, 10)))).toBeNull();
    expect(applied(judge(rules, figures(false, 4, 10)))).toEqual(['outOfHours', 'voicemail']);
    expect(applied(judge(rules, figures(true, 5, 10)))).toEqual(['queueSize', 'end']);
    expect(applied(judge(rules, figures(true, 4, 11)))).toEqual(['estimatedWait', 'queue']);
  });

  it('§3.4: a wait that is not known yet is never longer than a limit', () => {
    expect(applied(judge(set(rule('slow', slow, 'end')), figures(true, 0, null)))).toBeNull();
  });

  it('several true: the operating-hours action first, then list order', () => {
    const rules = set(
      rule('full', full, 'end'),
      rule('slow', slow, 'queue'),
      rule('closed', closed, 'voicemail'),
    );
    const all = judge(rules, figures(false, 9, 60));
    expect(applied(all)).toEqual(['outOfHours', 'voicemail']);
    expect(all.rules.map(({ status }) => status)).toEqual(['Matched', 'Matched', 'Applied']);
    expect(applied(judge(rules, figures(true, 9, 60)))).toEqual(['queueSize', 'end']);
  });

  it('hours without a rule about them: out of hours, assign anyway', () => {
    expect(applied(judge(null, figures(false, 0, null)))).toEqual(['outOfHours', 'queueAnyway']);
    expect(applied(judge(null, figures(true, 0, null)))).toBeNull();
  });
});

describe('what each channel may do (behaviour.md §3.5, the table)', () => {
  const every = [...overflowActions.values()];
  const table: readonly [OverflowStage, ChannelKind, string, readonly OverflowAction[]][] = [
    [
      'prequeue',
      'voice',
      closed,
      ['queueAnyway', 'end', 'phone', 'callback', 'voicemail', 'queue', 'remain'],
    ],
    ['prequeue', 'voice', full, ['queueAnyway', 'end', 'phone', 'callback', 'voicemail', 'queue', 'remain']],
    ['prequeue', 'voice', slow, ['queueAnyway', 'end', 'phone', 'callback', 'voicemail', 'queue', 'remain']],
    ['prequeue', 'messaging', closed, ['queueAnyway', 'end', 'queue', 'remain']],
    ['prequeue', 'messaging', full, ['queueAnyway', 'end', 'queue', 'remain']],
    ['prequeue', 'messaging', slow, []],
    ['prequeue', 'record', closed, ['queueAnyway', 'queue', 'remain']],
    ['prequeue', 'record', full, []],
    ['inqueue', 'voice', waited, ['phone', 'callback', 'voicemail', 'queue', 'remain']],
    ['inqueue', 'messaging', waited, ['end', 'queue', 'remain']],
    ['inqueue', 'record', waited, ['queue', 'remain']],
  ];
  it.each(table)('%s of %s', (stage, channel, conditions, expected) => {
    const facts = figures(true, 9, 60, 600).set(`queue_prequeue.${condition.hours}`, [conditions !== closed]);
    const done = every.filter((action) => {
      const verdict = judge(set(rule('it', conditions, action)), facts, { stage, channel });
      if (verdict.applied?.rule !== 'it')
        expect(verdict.rules[0]?.notes.join()).toMatch(/is no .* (condition|action)/);
      return verdict.applied?.rule === 'it';
    });
    expect(done).toEqual(expected);
    expect(allowed[stage][channel].actions).toContain('remain');
  });

  it('a call that came by transfer or overflow goes to another queue or a number only', () => {
    const done = every.filter(
      (action) =>
        judge(set(rule('it', waited, action)), figures(true, 0, null, 120), { stage: 'inqueue', moved: true })
          .applied,
    );
    expect(done).toEqual(['phone', 'queue', 'remain']);
  });
});

describe('waiting longer than', () => {
  it('the limits are looked at one after the other', () => {
    const late = comparison('queue_inqueue.lapsedwaittime', '>', '300', ' unit="seconds"');
    const rules = set(rule('late', late, 'voicemail'), rule('waited', waited, 'queue'));
    expect([nextLapse(rules, 0), nextLapse(rules, 120), nextLapse(rules, 301), nextLapse(null, 0)]).toEqual([
      120,
      301,
      null,
      null,
    ]);
    expect(applied(judge(rules, figures(true, 0, null, 119), { stage: 'inqueue' }))).toBeNull();
    expect(applied(judge(rules, figures(true, 0, null, 120), { stage: 'inqueue' }))).toEqual([
      'lapsedWait',
      'queue',
    ]);
  });

  it('a set that cannot be read, or names no action that is there, overflows nothing and says why', () => {
    expect(judge(readRuleSet('<decision>', null), figures(true, 9, 9)).notes.join()).toContain(
      'cannot be read',
    );
    const nowhere = judge(
      set(rule('full', full, 'end').replace(id(numbers.get('end') ?? 0), id(77))),
      figures(true, 9, 9),
    );
    expect([nowhere.applied, nowhere.rules[0]?.notes]).toEqual([
      null,
      ['the rule names no overflow action that is there'],
    ]);
  });
});

describe('average wait (behaviour.md §3.4)', () => {
  const noon = Date.parse('2026-03-02T12:00:00Z');
  const waits = (count: number, seconds: number, before = 60_000): Wait[] =>
    Array.from({ length: count }, (_, n) => ({ answeredOn: new Date(noon - before - n * 60_000), seconds }));

  it('needs 20 connected conversations, and is theirs when all are alike', () => {
    expect(averageWait(waits(waitsNeeded - 1, 90), new Date(noon))).toBeNull();
    expect(averageWait(waits(waitsNeeded, 90), new Date(noon))).toBe(90);
  });

  it('weighs newer ones more', () => {
    const mixed = [...waits(20, 60, 3_600_000), ...waits(20, 300)];
    expect(averageWait(mixed, new Date(noon))).toBeGreaterThan(250);
  });

  it('is recomputed every ten minutes: what comes in between counts later', () => {
    const sudden = [...waits(20, 60), { answeredOn: new Date(noon + 60_000), seconds: 6000 }];
    expect(averageWait(sudden, new Date(noon + 9 * 60_000))).toBe(60);
    expect(averageWait(sudden, new Date(noon + 10 * 60_000))).toBeGreaterThan(60);
  });

  it('begins anew after seven idle days', () => {
    const week = 7 * 24 * 3_600_000;
    expect(averageWait(waits(40, 90, week), new Date(noon))).not.toBeNull();
    expect(averageWait(waits(40, 90, week + 600_000), new Date(noon))).toBeNull();
    expect(averageWait([...waits(40, 90, week + 3_600_000), ...waits(19, 30)], new Date(noon))).toBeNull();
  });
});
