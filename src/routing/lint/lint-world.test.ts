import { describe, expect, it } from 'vitest';
import { lintWorld } from './lint-world.ts';
import type { LintRow } from './rows.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [workstream, front, legal, agent, configuration, ruleSet, overflow, action, skill, resource, bot] =
  Array.from({ length: 11 }, (_, n) => id(n + 1));

interface WrittenRule {
  /** Conditions; always, when left out. */
  readonly when?: string;
  readonly so: string;
}
const condition = (path: string, value: string): string =>
  `<condition operator="=="><lhs type="attribute">${path}</lhs><rhs type="staticvalue">${value}</rhs></condition>`;
const department = (value: string): string => condition('liveworkitemcontext.va_Department', value);
const set = (path: string, value: string | undefined): string =>
  `<setattribute><lhs type="attribute">${path}</lhs><rhs type="staticvalue">${value}</rhs></setattribute>`;
const toQueue = (queue: string | undefined): string => set('assign_to.queue', `{${queue}}`);
const definition = (policy: 'first' | 'all', ...rules: readonly WrittenRule[]): string =>
  `<decision hit-policy="${policy}" version="1"><rules>${rules
    .map(
      ({ when = '', so }, n) =>
        `<rule id="${id(900 + n)}" name="rule ${n + 1}"><logical operator="AND">${when}</logical><action>${so}</action></rule>`,
    )
    .join('')}</rules></decision>`;

type World = Record<string, LintRow[]>;

/** Nothing is wrong with it. */
const sound = (): World => ({
  systemuser: [{ systemuserid: agent, msdyn_capacity: 100 }],
  queue: [front, legal].map((queueid, n) => ({
    queueid,
    name: n === 0 ? 'Front' : 'Legal',
    msdyn_queuetype: 192350002,
    msdyn_isomnichannelqueue: true,
    statecode: 0,
  })),
  queuemembership: [front, legal].map((queueid) => ({ queueid, systemuserid: agent })),
  msdyn_liveworkstream: [
    {
      msdyn_liveworkstreamid: workstream,
      msdyn_name: 'Calls',
      msdyn_streamsource: 192440000,
      msdyn_capacityformat: 192350000,
      msdyn_capacityrequired: 30,
      msdyn_defaultqueue: front,
      msdyn_bot_user: bot,
      statecode: 0,
    },
  ],
  msdyn_ocliveworkstreamcontextvariable: [
    {
      msdyn_ocliveworkstreamcontextvariableid: id(20),
      msdyn_name: 'va_Department',
      msdyn_liveworkstreamid: workstream,
    },
  ],
  msdyn_routingconfiguration: [
    {
      msdyn_routingconfigurationid: configuration,
      msdyn_liveworkstreamid: workstream,
      msdyn_isactiveconfiguration: true,
    },
  ],
  msdyn_routingconfigurationstep: [
    {
      msdyn_routingconfigurationstepid: id(21),
      msdyn_routingconfigurationid: configuration,
      msdyn_rulesetid: ruleSet,
      msdyn_type: 192350002,
    },
  ],
  msdyn_decisionruleset: [
    {
      msdyn_decisionrulesetid: ruleSet,
      msdyn_name: 'Route',
      msdyn_rulesettype: 192350000,
      msdyn_rulesetdefinition: definition('all', { when: department('Legal'), so: toQueue(legal) }),
    },
  ],
  msdyn_ocphonenumber: [
    { msdyn_ocphonenumberid: id(22), msdyn_phonenumber: '+4570000001', msdyn_phoneinboundenabled: true },
  ],
  msdyn_ocvoicechannelsetting: [
    {
      msdyn_ocvoicechannelsettingid: id(23),
      msdyn_phonenumberid: id(22),
      msdyn_liveworkstreamid: workstream,
    },
  ],
});

const told = new Map([[bot ?? '', new Set(['va_Department'])]]);
const lint = (world: World, flows: ReadonlyMap<string, ReadonlySet<string>> = told) =>
  lintWorld({ rows: new Map(Object.entries(world)), flows });
const rulesFound = (world: World, flows?: ReadonlyMap<string, ReadonlySet<string>>): string[] =>
  lint(world, flows).map(({ rule }) => rule);

/** The sound world with other values in the first row of a table (or the one at `place`). */
function changed(table: string, values: LintRow, place = 0): World {
  const world = sound();
  return {
    ...world,
    [table]: (world[table] ?? []).map((row, n) => (n === place ? { ...row, ...values } : row)),
  };
}
const ruled = (...rules: readonly WrittenRule[]): World =>
  changed('msdyn_decisionruleset', { msdyn_rulesetdefinition: definition('all', ...rules) });
const ruledFirst = (...rules: readonly WrittenRule[]): World =>
  changed('msdyn_decisionruleset', { msdyn_rulesetdefinition: definition('first', ...rules) });

describe('the lint of a world', () => {
  it('finds nothing in a sound one, and in an empty one', () => {
    expect(lint(sound())).toEqual([]);
    expect(lint({})).toEqual([]);
  });

  it('names rule, severity, table, row, and what would be right', () => {
    expect(lint(changed('msdyn_liveworkstream', { msdyn_defaultqueue: null }))).toEqual([
      {
        rule: 'missingFallbackQueue',
        severity: 'error',
        table: 'msdyn_liveworkstream',
        id: workstream,
        message:
          'The workstream "Calls" has no fallback queue: work that no rule takes is lost. Set msdyn_defaultqueue to an active queue.',
      },
    ]);
  });

  it('puts the worst first', () => {
    const world = { ...changed('msdyn_liveworkstream', { msdyn_defaultqueue: id(99) }), queuemembership: [] };
    expect(lint(world).map(({ severity }) => severity)).toEqual(['error', 'warning', 'warning']);
  });

  it.each([
    ['queueWithoutMembers', { ...sound(), queuemembership: [{ queueid: front, systemuserid: agent }] }],
    ['missingFallbackQueue', changed('msdyn_liveworkstream', { msdyn_defaultqueue: id(99) })],
    ['noActiveRouting', changed('msdyn_routingconfiguration', { msdyn_isactiveconfiguration: false })],
    ['numberWithoutWorkstream', { ...sound(), msdyn_ocvoicechannelsetting: [] }],
    ['capacityAboveEveryone', changed('msdyn_liveworkstream', { msdyn_capacityrequired: 101 })],
    ['queueTypeMismatch', changed('queue', { msdyn_queuetype: 192350000 }, 1)],
    ['unusableRuleSet', changed('msdyn_decisionruleset', { msdyn_rulesetdefinition: '<decision' })],
    ['unusableRuleSet', changed('msdyn_decisionruleset', { msdyn_rulesetdefinition: null })],
    [
      'unusableRuleSet',
      ruled({ when: condition('msdyn_ocliveworkitem.msdyn_nowhere', 'x'), so: toQueue(legal) }),
    ],
    ['missingRow', ruled({ when: department('Legal'), so: toQueue(id(99)) })],
    [
      'undeclaredVariable',
      ruled({ when: condition('liveworkitemcontext.va_Other', 'x'), so: toQueue(legal) }),
    ],
  ])('%s', (rule, world) => {
    expect(rulesFound(world)).toEqual([rule]);
  });

  it('a workstream that was given no routing at all is a hint only', () => {
    const world = { ...sound(), msdyn_routingconfiguration: [], msdyn_routingconfigurationstep: [] };
    expect(lint(world)).toMatchObject([{ rule: 'noActiveRouting', severity: 'hint' }]);
  });

  it('an inactive row is as good as none', () => {
    expect(rulesFound(changed('queue', { statecode: 1 }, 1))).toEqual(['missingRow']);
    expect(rulesFound(changed('msdyn_ocphonenumber', { statecode: 1 }))).toEqual([]);
    expect(rulesFound(changed('systemuser', { isdisabled: true }))).toEqual([]);
  });

  it('follows columns through lookups, two deep', () => {
    const through = (path: string): World =>
      ruled({ when: condition(`msdyn_ocliveworkitem.${path}`, 'x'), so: toQueue(legal) });
    expect(rulesFound(through('subject'))).toEqual([]);
    expect(rulesFound(through('msdyn_cdsqueueid_msdyn_ocliveworkitem.name'))).toEqual([]);
    expect(rulesFound(through('msdyn_cdsqueueid_msdyn_ocliveworkitem.nowhere'))).toEqual(['unusableRuleSet']);
    expect(rulesFound(through('subject.name'))).toEqual(['unusableRuleSet']);
  });

  describe('a shadowed rule', () => {
    const any: WrittenRule = { so: toQueue(front) };
    const legalOnly: WrittenRule = { when: department('Legal'), so: toQueue(legal) };
    const both: WrittenRule = {
      when: department('Legal') + condition('msdyn_ocliveworkitem.subject', 'x'),
      so: any.so,
    };
    it.each([
      ['behind one without conditions', any, legalOnly],
      ['behind one with the same condition', legalOnly, { ...legalOnly, so: any.so }],
      ['behind one with fewer conditions', legalOnly, both],
      [
        'behind one that lets more through',
        {
          when: `<logical operator="OR">${department('Sales')}${department('Legal')}</logical>`,
          so: any.so,
        },
        legalOnly,
      ],
    ])('%s', (_, earlier, later) => {
      expect(rulesFound(ruledFirst(earlier, later))).toEqual(['shadowedRule']);
      expect(rulesFound(ruled(earlier, later))).toEqual(['shadowedRule']);
      expect(rulesFound(ruledFirst(later, earlier)).includes('shadowedRule')).toBe(
        earlier.when !== undefined && earlier.when === later.when,
      );
    });

    it('not where the earlier one is switched off, and under "all" not where its queue may overflow', () => {
      const world = ruled(any, legalOnly);
      const off = (world.msdyn_decisionruleset ?? []).map((row) => ({
        ...row,
        msdyn_disabledrules: id(900),
      }));
      expect(rulesFound({ ...world, msdyn_decisionruleset: off })).toEqual([]);
      const queues = (world.queue ?? []).map((row) => ({ ...row, msdyn_operatinghourid: id(60) }));
      expect(rulesFound({ ...world, queue: queues })).toEqual([]);
      expect(rulesFound({ ...ruledFirst(any, legalOnly), queue: queues })).toEqual(['shadowedRule']);
    });

    const compared = (operator: string, value: string): string =>
      `<condition operator="${operator.replace('<', '&lt;')}"><lhs type="attribute">liveworkitemcontext.va_Department</lhs><rhs type="staticvalue">${value}</rhs></condition>`;
    it.each([
      ['>=', '5', '>=', '10', true],
      ['>', '5', '>=', '5', false],
      ['>=', '5', '>', '5', true],
      ['<', '5', '<=', '4', true],
      ['<', '5', '>', '1', false],
      ['contains', 'ega', '==', 'Legal', true],
      ['!=', 'Sales', '==', 'Legal', true],
      ['!=', 'Legal', '==', 'Legal', false],
      ['not-null', '', 'contains', 'x', true],
      ['>=', '5', '>=', 'soon', false],
    ])('%s %s before %s %s: %s', (one, value, other, given, isShadowed) => {
      const world = ruledFirst(
        { when: compared(one, value), so: any.so },
        { when: compared(other, given), so: legalOnly.so },
      );
      expect(rulesFound(world)).toEqual(isShadowed ? ['shadowedRule'] : []);
    });

    it('among classification rules whatever the hit policy: the first that holds is the last (behaviour.md §4.1)', () => {
      const rules = [
        { so: set('liveworkitemcontext.va_Department', 'Legal') },
        { when: department('Legal'), so: set('liveworkitemcontext.va_Department', 'Sales') },
      ];
      const asClassification = (world: World): World => ({
        ...world,
        msdyn_routingconfigurationstep: (world.msdyn_routingconfigurationstep ?? []).map((row) => ({
          ...row,
          msdyn_type: 192350000,
        })),
      });
      expect(rulesFound(asClassification(ruled(...rules)))).toEqual(['shadowedRule']);
      expect(rulesFound(asClassification(ruledFirst(...rules)))).toEqual(['shadowedRule']);
    });
  });

  it('a missing fallback queue is a warning where the default queue of the type stands in (behaviour.md §3.3)', () => {
    const world = changed('msdyn_liveworkstream', { msdyn_defaultqueue: null });
    const queues = (world.queue ?? []).map((row) => ({ ...row, msdyn_isdefaultqueue: true }));
    const [found] = lint({ ...world, queue: queues });
    expect(found).toMatchObject({ rule: 'missingFallbackQueue', severity: 'warning' });
    expect(found?.message).toContain('goes to the queue "Front"');
    const others = queues.map((row) => ({ ...row, msdyn_queuetype: 192350001 }));
    expect(lint({ ...world, queue: others })).toContainEqual(
      expect.objectContaining({ rule: 'missingFallbackQueue', severity: 'error' }),
    );
  });

  it('rules of assignment that nothing looks at, and a custom method without any', () => {
    const configured = (strategy: number, ...types: number[]): World => ({
      ...changed('queue', { msdyn_assignmentstrategy: strategy }),
      msdyn_assignmentconfiguration: [
        { msdyn_assignmentconfigurationid: id(70), msdyn_queueid: front, msdyn_isactiveconfiguration: true },
      ],
      msdyn_assignmentconfigurationstep: types.map((type, n) => ({
        msdyn_assignmentconfigurationstepid: id(71 + n),
        msdyn_assignmentconfigurationid: id(70),
        msdyn_type: type,
      })),
    });
    const custom = 192350002;
    expect(rulesFound(configured(custom, 192350000, 192350002))).toEqual([]);
    expect(lint(configured(custom, 192350000))).toMatchObject([
      { rule: 'assignmentRulesUnused', severity: 'error' },
    ]);
    expect(lint(configured(192350003, 192350000))).toMatchObject([
      { rule: 'assignmentRulesUnused', severity: 'hint' },
    ]);
    expect(rulesFound(configured(192350003))).toEqual([]);
  });

  it('a variable that neither flow nor rule sets; nothing where the bot is another’s', () => {
    expect(rulesFound(sound(), new Map([[bot ?? '', new Set<string>()]]))).toEqual(['variableNeverSet']);
    expect(rulesFound(sound(), new Map())).toEqual([]);
  });

  it('a loop of overflows, once', () => {
    const world = sound();
    const rules = definition('first', { so: set('overflowaction.id', action) });
    const back = { ...world.msdyn_decisionruleset?.[0], msdyn_rulesetdefinition: rules };
    const transfers = (target: string | undefined, n: number): LintRow => ({
      msdyn_overflowactionconfigid: n === 0 ? action : id(51),
      msdyn_overflowactiontype: 192350005,
      msdyn_overflowactiondata: target,
    });
    const looped: World = {
      ...world,
      queue: (world.queue ?? []).map((row, n) => ({
        ...row,
        msdyn_prequeueoverflowrulesetid: n === 0 ? overflow : id(50),
      })),
      msdyn_decisionruleset: [
        ...(world.msdyn_decisionruleset ?? []),
        { ...back, msdyn_decisionrulesetid: overflow },
        {
          ...back,
          msdyn_decisionrulesetid: id(50),
          msdyn_rulesetdefinition: rules.replace(action ?? '', id(51)),
        },
      ],
      msdyn_overflowactionconfig: [transfers(legal, 0), transfers(front, 1)],
    };
    expect(lint(looped)).toMatchObject([{ rule: 'overflowLoop', id: front }]);
    expect(lint(looped)[0]?.message).toContain('"Front" → "Legal" → "Front"');
    const straight = [transfers(legal, 0), { ...transfers(front, 1), msdyn_overflowactiontype: 192350004 }];
    expect(lint({ ...looped, msdyn_overflowactionconfig: straight })).toEqual([]);
    expect(rulesFound({ ...looped, msdyn_overflowactionconfig: [] })).toEqual(['missingRow', 'missingRow']);
  });

  it('an overflow rule that its channel does not do, or that acts too late for it (behaviour.md §3.5)', () => {
    const waited = (minutes: number): string =>
      `<condition operator=">="><lhs type="attribute">queue_inqueue.lapsedwaittime</lhs><rhs type="staticvalue" unit="minutes">${minutes}</rhs></condition>`;
    const acts = set('overflowaction.msdyn_overflowactionconfig.msdyn_overflowactionconfigid', action);
    const overflowing = (minutes: number, kind: number): World => ({
      ...sound(),
      queue: (sound().queue ?? []).map((row) => ({ ...row, msdyn_inqueueoverflowrulesetid: overflow })),
      msdyn_decisionruleset: [
        ...(sound().msdyn_decisionruleset ?? []),
        {
          msdyn_decisionrulesetid: overflow,
          msdyn_rulesetdefinition: definition('all', { when: waited(minutes), so: acts }),
        },
      ],
      msdyn_overflowactionconfig: [{ msdyn_overflowactionconfigid: action, msdyn_overflowactiontype: kind }],
    });
    const voicemail = 192350004;
    expect(rulesFound(overflowing(5, voicemail))).toEqual([]);
    const end = lint(overflowing(5, 192350001));
    expect(end.map(({ rule }) => rule)).toEqual(['overflowOfOtherChannel', 'overflowOfOtherChannel']);
    expect(end[0]?.message).toContain('end is no inqueue action of voice');
    const late = lint(overflowing(120, voicemail));
    expect(late[0]?.message).toContain('a wait of 7200 seconds is none of voice, which has 60 to 3600');
  });

  it('a skill that rules ask for and nobody has', () => {
    const records = `<upsertrecords><target>msdyn_ocliveworkitem</target><records><record><setattribute><lhs type="attribute">characteristicid</lhs><rhs type="staticvalue">${skill}</rhs></setattribute></record></records></upsertrecords>`;
    const world: World = {
      ...ruled({ when: department('Legal'), so: records }),
      msdyn_routingconfigurationstep: (sound().msdyn_routingconfigurationstep ?? []).map((row) => ({
        ...row,
        msdyn_type: 192350001,
      })),
      characteristic: [{ characteristicid: skill, name: 'Danish' }],
    };
    expect(rulesFound(world)).toEqual(['skillNobodyHas']);
    const held: World = {
      ...world,
      bookableresource: [{ bookableresourceid: resource, userid: agent }],
      bookableresourcecharacteristic: [
        { bookableresourcecharacteristicid: id(40), resource, characteristic: skill },
      ],
    };
    expect(rulesFound(held)).toEqual([]);
    expect(rulesFound({ ...world, characteristic: [] })).toEqual(['missingRow']);
  });

  it('operating hours without a calendar, rules or a time zone', () => {
    const hours = { msdyn_operatinghourid: id(60), msdyn_name: 'Office', msdyn_calendarid: id(61) };
    const calendar = { calendarid: id(61) };
    const rule = { calendarruleid: id(62), calendarid: id(61), timezonecode: 92 };
    const world = { ...sound(), msdyn_operatinghour: [hours], calendar: [calendar], calendarrule: [rule] };
    expect(rulesFound(world)).toEqual([]);
    expect(rulesFound({ ...world, calendar: [] })).toEqual(['unusableHours']);
    expect(rulesFound({ ...world, msdyn_operatinghour: [{ ...hours, msdyn_calendarid: null }] })).toEqual([
      'unusableHours',
    ]);
    expect(rulesFound({ ...world, calendarrule: [] })).toEqual(['unusableHours']);
    for (const timezonecode of [null, 9999])
      expect(rulesFound({ ...world, calendarrule: [{ ...rule, timezonecode }] })).toEqual(['unusableHours']);
  });
});
