import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, begin, type IvrAction, type IvrInput, type IvrState } from './advance.ts';
import { type Flow, type Step, telephoneKeys } from './flow.ts';
import { parseFlow } from './parse-flow.ts';

const frontDesk = readFileSync(new URL('../../../test/calls/front-desk.yaml', import.meta.url), 'utf8');
const desk = parseFlow('front-desk.yaml', frontDesk);
const welcome = 'Welcome to the front desk.';
const prompt = 'For Legal, press 1. For Sales, press 2. For Support, press 3.';
const played: IvrInput = { type: 'played' };
const timeout: IvrInput = { type: 'timeout' };
const key = (name: string): IvrInput => ({ type: 'key', key: name });

/** Actions of each turn, from the start through the inputs. */
function walk(flow: Flow, ...inputs: IvrInput[]): { turns: (readonly IvrAction[])[]; state: IvrState } {
  let turn = begin(flow);
  const turns = [turn.actions];
  for (const input of inputs) {
    turn = advance(flow, turn.state, input);
    turns.push(turn.actions);
  }
  return { turns, state: turn.state };
}
const flowOf = (steps: Record<string, Step>, start = 'a'): Flow => ({
  file: 'test.yaml',
  name: 'Test',
  language: 'en',
  voice: null,
  start,
  steps: new Map(Object.entries(steps)),
  warnings: [],
});

describe('the front desk (mission row S0.2: the bot asks, a key sets the variable and routes)', () => {
  it('says, asks, waits, and hands the variable over with the transfer', () => {
    const { turns, state } = walk(desk, played, played, key('1'));
    expect(turns).toEqual([
      [{ type: 'say', text: welcome }],
      [{ type: 'say', text: prompt }],
      [{ type: 'listen', seconds: 8 }],
      [{ type: 'transfer', variables: { va_Department: 'Legal' } }],
    ]);
    expect(state.phase).toBe('over');
  });

  it('lets a key interrupt the question (voice.md §4, barge-in)', () => {
    expect(walk(desk, played, key('2')).turns.at(-1)).toEqual([
      { type: 'hush' },
      { type: 'transfer', variables: { va_Department: 'Sales' } },
    ]);
  });

  it('carries a key typed during the welcome on to the question', () => {
    expect(walk(desk, key('3')).turns.at(-1)).toEqual([
      { type: 'hush' },
      { type: 'transfer', variables: { va_Department: 'Support' } },
    ]);
  });

  it('skips the welcome for a key that means nothing, without costing an attempt', () => {
    const { turns, state } = walk(desk, key('9'));
    expect(turns.at(-1)).toEqual([{ type: 'say', text: prompt }]);
    expect(state.attempt).toBe(0);
  });

  it('asks three times, then goes on at otherwise', () => {
    const { turns } = walk(desk, played, played, timeout, played, key('9'), played, timeout);
    expect(turns.slice(3)).toEqual([
      [{ type: 'say', text: prompt }],
      [{ type: 'listen', seconds: 8 }],
      [{ type: 'say', text: prompt }],
      [{ type: 'listen', seconds: 8 }],
      [{ type: 'transfer', variables: {} }],
    ]);
  });

  it('ignores what comes after the end and what does not fit the phase', () => {
    expect(walk(desk, played, played, key('1'), key('1'), played, timeout).turns.slice(4)).toEqual([
      [],
      [],
      [],
    ]);
    expect(walk(desk, timeout).turns.at(-1)).toEqual([]);
  });
});

describe('collect', () => {
  const flow = flowOf({
    a: {
      kind: 'collect',
      prompt: 'Number?',
      max: 4,
      terminator: '#',
      timeoutSeconds: 5,
      attempts: 2,
      into: 'va_Scope',
      next: 'b',
      otherwise: 'c',
    },
    b: { kind: 'say', text: 'Thanks', next: 'c' },
    c: { kind: 'hangup' },
  });
  const taken = (digits: string): readonly IvrAction[] => [
    { type: 'set', variables: { va_Scope: digits } },
    { type: 'say', text: 'Thanks' },
  ];

  it('ends at the terminator, at max keys, and when the caller stops typing', () => {
    expect(walk(flow, played, key('1'), key('2'), key('#')).turns.at(-1)).toEqual(taken('12'));
    expect(walk(flow, played, ...[...'1234'].map(key)).turns.at(-1)).toEqual(taken('1234'));
    expect(walk(flow, played, key('7'), timeout).turns.at(-1)).toEqual(taken('7'));
  });

  it('is interrupted by the first key and gives time for each next one', () => {
    expect(walk(flow, key('1')).turns.at(-1)).toEqual([{ type: 'hush' }, { type: 'listen', seconds: 5 }]);
    expect(walk(flow, key('1'), key('2')).turns.at(-1)).toEqual([{ type: 'listen', seconds: 5 }]);
  });

  it('takes an empty entry for an attempt', () => {
    expect(walk(flow, played, key('#')).turns.at(-1)).toEqual([{ type: 'say', text: 'Number?' }]);
    expect(walk(flow, played, timeout, played, timeout).turns.at(-1)).toEqual([{ type: 'hangup' }]);
  });
});

describe('any flow', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const name = fc.constantFrom(...names);
  const keyName = fc.constantFrom(...telephoneKeys);
  const menu = fc.record({
    kind: fc.constant('menu' as const),
    prompt: fc.constantFrom('P', 'Q'),
    keys: fc.dictionary(keyName, name, { noNullPrototype: true }),
    timeoutSeconds: fc.integer({ min: 1, max: 60 }),
    attempts: fc.integer({ min: 1, max: 3 }),
    otherwise: name,
  });
  const collect = fc.record({
    kind: fc.constant('collect' as const),
    prompt: fc.constant('N'),
    max: fc.integer({ min: 1, max: 3 }),
    terminator: fc.option(keyName),
    timeoutSeconds: fc.integer({ min: 1, max: 60 }),
    attempts: fc.integer({ min: 1, max: 3 }),
    into: fc.constantFrom('va_X', 'va_Y'),
    next: name,
    otherwise: name,
  });
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('say' as const), text: fc.constant('S'), next: name }),
    menu,
    collect,
    fc.record({
      kind: fc.constant('set' as const),
      variables: fc.dictionary(fc.constantFrom('va_X', 'va_Z'), fc.string({ minLength: 1 }), {
        noNullPrototype: true,
      }),
      // Sets lead on only to what is not a set, as parseFlow makes sure of rings.
      next: fc.constant('e'),
    }),
    fc.constant({ kind: 'transfer' as const }),
  );
  const flow = fc
    .record({
      a: step,
      b: step,
      c: step,
      d: step,
      e: fc.oneof(menu, collect, fc.constant({ kind: 'hangup' as const })),
    })
    .map((steps) => flowOf(steps));
  const input: fc.Arbitrary<IvrInput> = fc.oneof(
    fc.constant(played),
    fc.constant(timeout),
    keyName.map((name) => key(name)),
  );

  it('waits or is over after every input, and never does anything once over', () => {
    fc.assert(
      fc.property(flow, fc.array(input, { maxLength: 40 }), (flow, inputs) => {
        let turn = begin(flow);
        for (const next of [null, ...inputs]) {
          const before = turn.state;
          if (next !== null) turn = advance(flow, before, next);
          const kinds = turn.actions.map(({ type }) => type);
          const ends = kinds.filter((kind) => kind === 'transfer' || kind === 'hangup').length;
          if (next !== null && before.phase === 'over') expect(turn.actions).toEqual([]);
          else expect(ends).toBe(turn.state.phase === 'over' ? 1 : 0);
          // Whatever waits, waits for something that will come: the end of an utterance or a timer.
          const voice = kinds.filter((kind) => kind === 'say' || kind === 'listen' || kind === 'hush').at(-1);
          if (turn.state.phase === 'saying') expect(['say', undefined]).toContain(voice);
          if (turn.state.phase === 'listening') expect(['listen', undefined]).toContain(voice);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('comes to its end when the caller only waits and no step leads back', () => {
    fc.assert(
      fc.property(fc.array(menu, { minLength: 1, maxLength: 6 }), (menus) => {
        const steps: Record<string, Step> = { end: { kind: 'transfer' } };
        menus.forEach((menu, index) => {
          const next = index + 1 < menus.length ? `m${index + 1}` : 'end';
          steps[`m${index}`] = { ...menu, keys: {}, otherwise: next };
        });
        const flow = flowOf(steps, 'm0');
        let state = begin(flow).state;
        for (let turns = 0; state.phase !== 'over'; turns++) {
          expect(turns).toBeLessThan(100);
          state = advance(flow, state, state.phase === 'saying' ? played : timeout).state;
        }
        expect(state.step).toBe('end');
      }),
    );
  });

  it('keeps no variable back at the end, and tells none that the flow does not name', () => {
    fc.assert(
      fc.property(flow, fc.array(input, { maxLength: 40 }), (flow, inputs) => {
        let turn = begin(flow);
        const told: string[] = [];
        for (const next of [null, ...inputs]) {
          if (next !== null) turn = advance(flow, turn.state, next);
          for (const action of turn.actions)
            if ('variables' in action) told.push(...Object.keys(action.variables));
          if (turn.state.phase === 'over') expect(turn.state.pending).toEqual({});
        }
        const possible = new Set(['va_X', 'va_Y', 'va_Z']);
        expect(told.every((name) => possible.has(name))).toBe(true);
      }),
    );
  });
});
