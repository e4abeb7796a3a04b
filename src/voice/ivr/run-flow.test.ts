import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFlow } from './parse-flow.ts';
import { type IvrPorts, runFlow } from './run-flow.ts';

/** A call on paper: notes what it is told, says when asked, and has a clock that is moved by hand. */
function paperCall() {
  const notes: string[] = [];
  let timer: { due: number; fire: () => void } | null = null;
  let now = 0;
  const said: (() => void)[] = [];
  const ports: IvrPorts = {
    say: (text, done) => {
      notes.push(`say ${text.slice(0, 7)}`);
      said.push(done);
    },
    hush: () => notes.push('hush'),
    set: (variables) => notes.push(`set ${JSON.stringify(variables)}`),
    transfer: (variables) => notes.push(`transfer ${JSON.stringify(variables)}`),
    hangup: () => notes.push('hangup'),
    schedule: (ms, fire) => {
      const mine = { due: now + ms, fire };
      timer = mine;
      return () => {
        if (timer === mine) timer = null;
      };
    },
  };
  const pass = (ms: number): void => {
    now += ms;
    if (timer !== null && timer.due <= now) {
      const { fire } = timer;
      timer = null;
      fire();
    }
  };
  return { notes, ports, said, pass };
}
const frontDesk = readFileSync(new URL('../../../test/calls/front-desk.yaml', import.meta.url), 'utf8');
const desk = parseFlow('front-desk.yaml', frontDesk);

describe('runFlow', () => {
  it('waits the menu out by its timer', () => {
    const call = paperCall();
    runFlow(desk, call.ports);
    call.said[0]?.();
    call.said[1]?.();
    call.pass(7_999);
    expect(call.notes).toEqual(['say Welcome', 'say For Leg']);
    call.pass(1);
    expect(call.notes.at(-1)).toBe('say For Leg');
    expect(call.notes).toHaveLength(3);
  });

  it('does not take the end of an interrupted utterance for the end of the next', () => {
    const call = paperCall();
    const run = runFlow(desk, call.ports);
    run.key('9');
    call.said[0]?.();
    call.pass(60_000);
    expect(call.notes).toEqual(['say Welcome', 'say For Leg']);
  });

  it('calls the timer off when a key comes', () => {
    const call = paperCall();
    const run = runFlow(desk, call.ports);
    call.said[0]?.();
    call.said[1]?.();
    run.key('1');
    call.pass(60_000);
    expect(call.notes.slice(2)).toEqual(['transfer {"va_Department":"Legal"}']);
  });

  it('is silent once stopped', () => {
    const call = paperCall();
    const run = runFlow(desk, call.ports);
    call.said[0]?.();
    call.said[1]?.();
    run.stop();
    run.key('1');
    call.pass(60_000);
    expect(call.notes).toHaveLength(2);
  });
});
