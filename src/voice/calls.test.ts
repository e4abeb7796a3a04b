import { beforeEach, describe, expect, it } from 'vitest';
import { PaperLeg, rest, withAgent } from '../../test/calls/paper.ts';
import { paperDesk } from '../../test/calls/paper-desk.ts';
import { Refusal } from '../tables/index.ts';

const bot = { type: 'StartBot', conversation: 'c1', call: 'call-1', bot: 'bot' } as const;
const first = { conversation: 'c1', call: 'call-1' } as const;
let on: ReturnType<typeof paperDesk>;
beforeEach(() => {
  on = paperDesk();
});

describe('a call arrives (style of the walk, row 1)', () => {
  it('rings at once and tells the engine who calls whom', async () => {
    const leg = await on.arrive();
    expect(leg.notes).toEqual(['ring']);
    expect(on.engine.events).toEqual([
      {
        type: 'CallArrived',
        conversation: 'c1',
        call: 'call-1',
        from: '+4570123456',
        to: '+4570000001',
        provider: 'sip',
      },
    ]);
  });

  it.each([
    [new Refusal('recordNotFound', 'number', '+45'), 404],
    [new Refusal('conflict', 'no'), 486],
    [new Refusal('unavailable', 'full'), 503],
    [new Refusal('invalidArgument', 'what'), 480],
    [new Error('a bug'), 500],
  ])('is refused in SIP when the engine says %s', async (error, status) => {
    on.engine.onRun = () => {
      throw error;
    };
    const leg = await on.arrive();
    expect(leg.notes.at(-1)).toMatch(new RegExp(` ${status}$`));
    expect(on.calls.size).toBe(0);
    // After trouble the rows may be there all the same.
    const isSaid = error instanceof Refusal && error.key !== 'unavailable';
    expect(on.engine.types).toEqual(isSaid ? ['CallArrived'] : ['CallArrived', 'CallEnded']);
    expect(on.lines.join()).toContain(error.message);
  });

  it.each([
    ['unknownNumber', 'end This number is not in use 404'],
    ['notSupported', 'end This number takes no calls now 480'],
    ['botEnded', 'end The bot ended the call'],
    [undefined, 'end The call has ended'],
  ] as const)('is refused in SIP, unanswered, when the engine releases it: %s', async (cause, end) => {
    const leg = await on.arrive();
    // The words are for the log, whatever they begin with.
    const release = { type: 'Release', conversation: 'c1', call: 'call-1', reason: '404 words' } as const;
    await on.calls.perform({ ...release, ...(cause ? { cause } : {}) });
    await on.calls.perform(release);
    expect(leg.notes).toEqual(['ring', end]);
    expect(on.calls.size).toBe(0);
    expect(on.engine.types).toEqual(['CallArrived']);
  });

  it('is no conversation when it cannot be carried', async () => {
    const leg = new PaperLeg('call-1', '+4570000001');
    leg.unfit = { status: 488, phrase: 'Not Acceptable Here' };
    on.calls.take(leg);
    await rest();
    expect(on.engine.types).toEqual([]);
    expect(leg.notes.at(-1)).toBe('end Not Acceptable Here 488');
  });

  it('tells the end after the arrival, however quick the caller gives up', async () => {
    let letGo = (): void => {};
    on.engine.onRun = (event) =>
      event.type === 'CallArrived' ? new Promise<void>((resolve) => (letGo = resolve)) : undefined;
    const leg = await on.arrive();
    leg.onEnded('customer', 'cancelled');
    await rest();
    expect(on.engine.types).toEqual(['CallArrived']);
    letGo();
    await rest();
    expect(on.engine.types).toEqual(['CallArrived', 'CallEnded']);
  });

  it('with a call id that is live already is refused and harms nothing', async () => {
    const first = await on.arrive();
    const second = await on.arrive();
    expect(second.notes).toEqual(['end This call is here already 482']);
    expect(first.notes).toEqual(['ring']);
    expect(on.calls.size).toBe(1);
  });

  it('while the server stops is refused 503', async () => {
    on.calls.close();
    expect((await on.arrive()).notes).toEqual(['end The server was stopped 503']);
  });
});

describe('test numbers (mission row B2)', () => {
  it.each([
    ['+4570000100', ['echo m-call-1 true']],
    ['+4570000101', ['play m-call-1 tone 1000 loop']],
  ])('%s answers by itself, without the engine', async (to, notes) => {
    const leg = await on.arrive(to);
    expect(leg.notes).toEqual(['ring', 'answer']);
    expect(on.media.take()).toEqual(notes);
    expect(on.engine.events).toEqual([]);
    leg.onEnded('customer', 'BYE');
    expect(on.calls.size).toBe(0);
  });

  it('rings and is never answered', async () => {
    const leg = await on.arrive('+4570000102');
    on.clock.pass(60_000);
    expect(leg.notes).toEqual(['ring']);
    on.clock.pass(240_000);
    expect(leg.notes.at(-1)).toBe('end No answer 480');
    expect(on.calls.size).toBe(0);
  });

  it('is busy', async () => {
    expect((await on.arrive('+4570000103')).notes).toEqual(['end The line is busy 486']);
    expect(on.calls.size).toBe(0);
  });
});

describe('faults', () => {
  it('of the media engine end the call and are logged', async () => {
    const { caller } = await on.talk();
    on.media.setRoom = async () => {
      throw new Error('the pipe is broken');
    };
    await expect(on.calls.perform(withAgent(first, 'ann', true))).rejects.toThrow('the pipe is broken');
    await rest();
    expect(caller.notes.at(-1)).toBe('end A fault on our side ended the call 500');
    expect(on.engine.events.at(-1)).toMatchObject({ type: 'CallEnded', by: 'failure' });
    expect(on.lines.join()).toContain('the pipe is broken');
  });

  it('an effect for a call that is gone is dropped', async () => {
    await on.calls.perform(withAgent({ conversation: 'c9', call: 'x' }, 'ann', true));
    await on.calls.perform({ type: 'RingAgent', conversation: 'c9', agent: 'nobody' });
    expect(on.media.take()).toEqual([]);
  });

  it('an answer that the caller does not wait for is no fault', async () => {
    const leg = new PaperLeg('call-1', '+4570000001');
    let fail = (_: Error): void => {};
    leg.listening = new Promise((_, reject) => (fail = reject));
    on.calls.take(leg);
    await rest();
    const started = on.calls.perform(bot);
    await rest();
    leg.onEnded('customer', 'BYE');
    fail(new Error('the call is over'));
    await started;
    await rest();
    expect(on.engine.types).toEqual(['CallArrived', 'CallEnded']);
    expect(on.lines.join()).not.toContain('fails');
  });

  it('the stop of the server ends every call and tells the engine', async () => {
    const { caller } = await on.talk();
    on.calls.close();
    await rest();
    expect(caller.notes.at(-1)).toBe('end The server was stopped 503');
    expect(on.engine.events.at(-1)).toMatchObject({ type: 'CallEnded', by: 'failure' });
  });
});
