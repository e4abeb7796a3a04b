import { beforeEach, describe, expect, it } from 'vitest';
import { PaperClock, PaperEngine, rest } from '../../test/calls/paper.ts';
import { Refusal } from '../tables/index.ts';
import { createTeller, type Teller } from './tell.ts';

const ended = { type: 'CallEnded', conversation: 'c1', by: 'customer', reason: 'BYE' } as const;
let engine: PaperEngine;
let clock: PaperClock;
let lines: string[];
let teller: Teller;
let refusals: number;
beforeEach(() => {
  engine = new PaperEngine();
  clock = new PaperClock();
  lines = [];
  teller = createTeller(engine, (line) => lines.push(line), clock.schedule);
  engine.onRun = (event) => {
    if ('conversation' in event && event.conversation === 'c1' && refusals-- > 0)
      throw new Refusal('unavailable', 'The database is busy: try again.');
  };
});

describe('while the database is busy', () => {
  it('an event is told again, and the next of its conversation waits; others do not', async () => {
    refusals = 2;
    const told = teller.tell({ type: 'VariableSet', conversation: 'c1', name: 'a', value: '1' });
    const next = teller.tell(ended);
    await teller.tell({ ...ended, conversation: 'c2' });
    expect(engine.types).toEqual(['VariableSet', 'CallEnded']);
    clock.pass(250);
    await rest();
    clock.pass(500);
    expect(await told).toBeNull();
    expect(await next).toBeNull();
    expect(engine.types).toEqual(['VariableSet', 'CallEnded', 'VariableSet', 'VariableSet', 'CallEnded']);
    expect(lines).toEqual([]);
  });

  it('an event is given up after half a minute, and the log says so', async () => {
    refusals = Number.POSITIVE_INFINITY;
    const told = teller.tell(ended);
    for (let turn = 0; turn < 10; turn++) {
      await rest();
      clock.pass(15_000);
    }
    expect(await told).toMatchObject({ key: 'unavailable' });
    expect(lines).toEqual([expect.stringContaining('refused CallEnded of c1')]);
  });

  it('a new call is refused at once', async () => {
    refusals = 1;
    const arrived = {
      type: 'CallArrived',
      conversation: 'c1',
      call: '1',
      from: null,
      to: '1',
      provider: 'sip',
    };
    expect(await teller.tell({ ...arrived, type: 'CallArrived' })).toMatchObject({ key: 'unavailable' });
    expect(engine.events).toHaveLength(1);
  });

  it('closing waits for no pause', async () => {
    refusals = 2;
    const told = teller.tell(ended);
    await rest();
    await teller.settled();
    expect(await told).toBeNull();
  });
});
