import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../tables/index.ts';
import { parseFlow, promptsOf } from './parse-flow.ts';

const frontDesk = readFileSync(new URL('../../../test/calls/front-desk.yaml', import.meta.url), 'utf8');
/** What parseFlow says to a file made of this head and these steps. */
function complaint(text: string): string {
  try {
    parseFlow('desk.yaml', text);
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return error instanceof Error ? error.message : '';
  }
  return 'no complaint';
}
const withSteps = (steps: string): string => `name: Desk\nlanguage: en\nstart: a\nsteps:\n${steps}`;

describe('parseFlow (voice.md §3.4; bad input: a broken IVR file)', () => {
  it('reads the front desk', () => {
    const flow = parseFlow('front-desk.yaml', frontDesk);
    expect(flow.name).toBe('Front desk');
    expect(flow.warnings).toEqual([]);
    expect(flow.steps.get('menu')).toMatchObject({
      kind: 'menu',
      keys: { 1: 'legal', 2: 'sales', 3: 'support' },
    });
    expect(flow.steps.get('legal')).toEqual({
      kind: 'set',
      variables: { va_Department: 'Legal' },
      next: 'transfer',
    });
    expect(promptsOf(flow)[0]).toBe('Welcome to the front desk.');
    expect(promptsOf(flow)).toHaveLength(2);
  });

  it('reads a collect step with its defaults', () => {
    const flow = parseFlow(
      'desk.yaml',
      withSteps(
        '  a: { collect: { prompt: Number, into: va_Scope, max: 4 }, next: b }\n  b: { hangup: true }\n',
      ),
    );
    expect(flow.steps.get('a')).toEqual({
      kind: 'collect',
      prompt: 'Number',
      max: 4,
      terminator: null,
      timeoutSeconds: 8,
      attempts: 1,
      into: 'va_Scope',
      next: 'b',
      otherwise: 'b',
    });
  });

  it('keeps zeros of a bare value', () => {
    const flow = parseFlow(
      'desk.yaml',
      withSteps('  a: { set: { va_Scope: 007 }, next: b }\n  b: { hangup: true }\n'),
    );
    expect(flow.steps.get('a')).toMatchObject({ variables: { va_Scope: '007' } });
  });

  it.each([
    [
      '  a: { say: Hello, next: nowhere }\n',
      'desk.yaml line 5: step "a": goes on at "nowhere", which is no step; steps are: a',
    ],
    [
      '  a: { say: Hello }\n',
      'desk.yaml line 5: step "a": say needs next: the name of the step that follows',
    ],
    ['  a: { transfer: true, next: a }\n', 'desk.yaml line 5: step "a": transfer takes no next; remove it'],
    [
      '  a: { transfer: yes please }\n',
      'desk.yaml line 5: step "a": transfer takes the value true, but it is "yes please"',
    ],
    [
      '  a: { sing: Hello }\n',
      'desk.yaml line 5: step "a": "sing" does not belong in a step; allowed: say, menu, collect, set, transfer, hangup, next (and 1 more)',
    ],
    [
      '  a: { say: Hello, hangup: true, next: a }\n',
      'exactly one of say, menu, collect, set, transfer, hangup; it says say and hangup',
    ],
    [
      '  a:\n    menu:\n      prompt: Press\n      keys: { x: a }\n      otherwise: a\n',
      'desk.yaml line 8: step "a": "x" is not a telephone key; use one of 0 1 2',
    ],
    [
      '  a: { menu: { prompt: P, keys: { "1": a }, attempts: 99, otherwise: a } }\n',
      'attempts must be a whole number from 1 to 10, but it is "99"',
    ],
    [
      '  a: { menu: { prompt: P, keys: { "1": a } } }\n',
      'step "a": otherwise must be a text of 1 to 100 characters, but it is missing',
    ],
    [
      '  a: { set: { x: 1 }, next: b }\n  b: { set: { y: 2 }, next: a }\n',
      'runs in a ring of set steps that never ends',
    ],
    ['  a: [1]\n', 'step "a": a step must be a mapping (name: value), but it is empty or a list'],
    [
      '  a: &x { hangup: true }\n  b: *x\n',
      'step "b": a step must be a mapping (name: value), but it is an alias, which flow files do not use',
    ],
    [
      '  a: { hangup: true }\n  a: { transfer: true }\n',
      'desk.yaml line 6: not YAML: Map keys must be unique',
    ],
    ['  a: { hangup: true\n', 'not YAML'],
  ])('complains of %j', (steps, words) => {
    expect(complaint(withSteps(steps))).toContain(words);
  });

  it.each([
    ['', 'desk.yaml line 1: a flow must be a mapping'],
    ['name: Desk\nstart: a\n', 'steps is missing'],
    [
      'name: Desk\nstart: b\nsteps:\n  a: { hangup: true }\n',
      'desk.yaml line 2: start names no step; steps are: a',
    ],
    [
      'name: Desk\nsteps:\n  a: { hangup: true }\n',
      'start must be a text of 1 to 100 characters, but it is missing',
    ],
    [
      'title: Desk\nname: D\nstart: a\nsteps:\n  a: { hangup: true }\n',
      '"title" does not belong in a flow; allowed: name',
    ],
    [`name: ${'x'.repeat(300_000)}`, 'at most'],
  ])('complains of the file %.40j', (text, words) => {
    expect(complaint(text)).toContain(words);
  });

  it('is one line, whatever is wrong', () => {
    expect(complaint(withSteps('  a: { hangup: "x\n\ny" }\n'))).not.toContain('\n');
    expect(complaint('a: {\n b: [\n')).not.toContain('\n');
  });

  it('warns of steps never reached and of steps without a way out', () => {
    const flow = parseFlow(
      'desk.yaml',
      withSteps('  a: { say: Hello, next: b }\n  b: { say: Again, next: a }\n  lost: { hangup: true }\n'),
    );
    expect(flow.warnings).toEqual([
      'desk.yaml: step "a" has no way to a transfer or hangup',
      'desk.yaml: step "b" has no way to a transfer or hangup',
      'desk.yaml: step "lost" is never reached from "a"',
    ]);
  });
});
