import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { SoftphoneCall } from '../../src/tables/softphone.ts';
import { type Line, numbers, openLine, until } from './line.ts';
import { TestPage } from './page.ts';

let line: Line;
let pages: TestPage[] = [];
beforeAll(async () => {
  line = await openLine();
});
afterEach(async () => {
  await Promise.all(pages.map((page) => page.close()));
  pages = [];
  await until(() => line.voice.legs() === 0);
  line.engine.events.length = 0;
});
afterAll(() => line.close());

async function page(
  role: 'agent' | 'caller',
  hertz: number,
  codec: 'PCMU' | 'PCMA' = 'PCMU',
): Promise<TestPage> {
  const hello = role === 'agent' ? { role, token: 'token-ann' } : { role };
  const opened = await TestPage.open(line.origin, { type: 'hello', ...hello }, { hertz, codec });
  pages.push(opened);
  await until(() => opened.ready);
  return opened;
}

it('a page hears itself at the echo number (product.md, numbers of the world)', async () => {
  const caller = await page('caller', 700);
  caller.say({ type: 'dial', number: numbers.echo });
  await until(() => caller.ear.share(700, 500) > 0.9);
  expect(caller.call?.state).toBe('connected');
  caller.say({ type: 'hangup' });
  await until(() => caller.call?.state === 'ended');
  caller.ear.forget();
  await until(() => caller.ear.share(700, 300) < 0.1);
  expect(line.engine.events).toEqual([]);
});

it.each(['PCMU', 'PCMA'] as const)(
  'a demo caller talks to the IVR and to an agent in %s (a /demo caller)',
  async (codec) => {
    const agent = await page('agent', 440);
    const caller = await page('caller', 1000, codec);
    caller.say({ type: 'dial', number: numbers.frontDesk, from: '+4570123456' });
    await until(() => caller.ear.level(300) > 0.02);
    expect(line.arrived()).toMatchObject({ from: '+4570123456', to: numbers.frontDesk, provider: 'web' });
    caller.say({ type: 'key', digit: '1' });
    await until(() => line.engine.types.includes('BotTransferred'));
    expect(line.engine.events.at(-1)).toMatchObject({ variables: { va_Department: 'Legal' } });
    await line.join('ann');
    await until(() => caller.ear.share(440, 500) > 0.9 && agent.ear.share(1000, 500) > 0.9);
    expect(line.engine.types.filter((type) => type === 'MediaConnected')).toHaveLength(1);
    await line.join('ann', true);
    caller.ear.forget();
    agent.ear.forget();
    await until(() => caller.ear.level(500) > 0.01 && caller.ear.share(440, 500) < 0.1);
    expect(agent.ear.share(1000, 300)).toBeLessThan(0.1);
    await line.join('ann');
    await until(() => caller.ear.share(440, 500) > 0.9);
    caller.say({ type: 'hangup' });
    await until(() => agent.call?.state === 'ended');
    expect(agent.call?.reason).toBe('The caller hung up');
    expect(caller.call?.reason).toBe('You hung up');
    expect(line.engine.events.at(-1)).toMatchObject({ type: 'CallEnded', by: 'customer' });
  },
);

it('a page is told in words why its call ended (tables/softphone.ts, reason)', async () => {
  const caller = await page('caller', 1000);
  const endOf = async (number: string, release?: string): Promise<string | undefined> => {
    const before = caller.events.length;
    const is = (state: SoftphoneCall['state']) =>
      until(() => caller.events.length > before && caller.call?.state === state);
    caller.say({ type: 'dial', number });
    if (release !== undefined) {
      await is('connected');
      await line.act('Release', release);
    }
    await is('ended');
    return caller.call?.reason;
  };
  expect(await endOf('+4579999999')).toBe('This number is not in use');
  expect(await endOf(numbers.busy)).toBe('The line is busy');
  expect(await endOf(numbers.straight, 'agentEnded')).toBe('The agent ended the call');
  expect(await endOf(numbers.straight, 'the words of the engine')).toBe('The call has ended');
});
