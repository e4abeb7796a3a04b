import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPhone, type Phone, type PhoneOptions } from '../phone/phone.ts';
import { type Line, numbers, openLine, until } from './line.ts';

let line: Line;
let caller: Phone;
beforeAll(async () => {
  line = await openLine();
});
afterEach(async () => {
  if (caller.state === 'talking') await caller.hangUp();
  await caller.close();
  await until(() => line.voice.legs() === 0);
  line.engine.events.length = 0;
});
afterAll(() => line.close());

async function dial(number: string, options: PhoneOptions = {}): Promise<void> {
  caller = await createPhone(options);
  await caller.dial(`sip:${number}@${line.host}:${line.port}`, { from: '+4570123456' });
}
/** Voice or music is there, and it is neither the caller's own pitch nor the agent's. */
const hearsSound = (): boolean => {
  const { ear } = caller.sound;
  return ear.level(400) > 0.01 && ear.share(1000, 400) < 0.2 && ear.share(440, 400) < 0.2;
};

describe('the IVR on a telephone (mission row S0.2, voice.md §4)', () => {
  it('is heard, and tells the engine who called whom', async () => {
    await dial(numbers.frontDesk);
    await until(hearsSound);
    expect(line.engine.events).toHaveLength(1);
    expect(line.arrived()).toMatchObject({
      call: caller.callId,
      from: '+4570123456',
      to: numbers.frontDesk,
      provider: 'sip',
    });
  });

  it('answers within 100 ms of the INVITE', async () => {
    const times: number[] = [];
    for (let call = 0; call < 5; call++) {
      const begun = performance.now();
      await dial(numbers.frontDesk);
      times.push(performance.now() - begun);
      if (call < 4) {
        await caller.hangUp();
        await caller.close();
      }
    }
    times.sort((a, b) => a - b);
    expect(times[2]).toBeLessThan(100);
  });

  it.each([
    ['rfc4733', 'PCMU'],
    ['rfc4733', 'PCMA'],
    ['info', 'PCMU'],
    ['both', 'PCMU'],
  ] as const)('takes key 1 by %s from a %s caller once, and music follows', async (method, codec) => {
    await dial(numbers.frontDesk, { codec });
    await until(hearsSound);
    await caller.sendKeys('1', method);
    await until(() => line.engine.types.includes('BotTransferred'));
    expect(line.engine.events.at(-1)).toMatchObject({ variables: { va_Department: 'Legal' } });
    caller.sound.ear.forget();
    await until(hearsSound);
    expect(line.engine.types).toEqual(['CallArrived', 'BotTransferred']);
  });

  it('is interrupted by the key: what was being said is not said on', async () => {
    await dial(numbers.frontDesk, { hertz: null });
    await until(hearsSound);
    const pressed = performance.now();
    await caller.sendKeys('2', 'info');
    await until(() => line.engine.types.includes('BotTransferred'));
    // The prompts take seven seconds together; nobody waited for their end.
    expect(performance.now() - pressed).toBeLessThan(1000);
  });

  it.each(['rfc4733', 'info', 'both'] as const)(
    'collects digits by %s, each once, and dismisses the caller when it has said thanks',
    async (method) => {
      await dial(numbers.scope);
      await until(hearsSound);
      for (const key of '4411#') await caller.sendKeys(key, method);
      await caller.waitForState('ended');
      expect(line.engine.events.slice(1)).toMatchObject([
        { type: 'VariableSet', name: 'va_Scope', value: '4411' },
        { type: 'BotEnded' },
      ]);
    },
  );

  it('hears of a caller who hangs up in the middle', async () => {
    await dial(numbers.frontDesk);
    await until(hearsSound);
    await caller.hangUp();
    await until(() => line.engine.types.includes('CallEnded'));
    expect(line.engine.events.at(-1)).toMatchObject({ by: 'customer', reason: 'The caller hung up' });
  });

  it('lets a caller of a number without a bot wait with music', async () => {
    await dial(numbers.straight);
    await until(hearsSound);
    await line.act('Release', 'Nobody is here');
    await caller.waitForState('ended');
    expect(caller.endedBy).toBe('BYE');
    expect(line.engine.types).toEqual(['CallArrived']);
  });
});
