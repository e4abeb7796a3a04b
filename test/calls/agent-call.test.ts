import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPhone, type Phone, type PhoneOptions } from '../phone/phone.ts';
import { type Line, numbers, openLine, until } from './line.ts';
import { TestPage } from './page.ts';

const callerHertz = 1000;
const agentHertz = 440;

let line: Line;
let caller: Phone;
let agent: TestPage;
beforeAll(async () => {
  line = await openLine();
});
afterEach(async () => {
  if (caller.state === 'talking') await caller.hangUp();
  await caller.close();
  await agent.close();
  await until(() => line.voice.legs() === 0);
  line.engine.events.length = 0;
});
afterAll(() => line.close());

async function signIn(): Promise<TestPage> {
  const hello = { type: 'hello', role: 'agent', token: 'token-ann' } as const;
  const page = await TestPage.open(line.origin, hello, { hertz: agentHertz });
  await until(() => page.ready);
  return page;
}
/** Agent and caller talk to each other. */
async function talk(options: PhoneOptions = {}): Promise<void> {
  agent = await signIn();
  caller = await createPhone({ hertz: callerHertz, ...options });
  await caller.dial(`sip:${numbers.straight}@${line.host}:${line.port}`, { from: '+4570123456' });
  await line.join('ann');
  await until(bothHear);
}
const bothHear = (): boolean =>
  caller.share(agentHertz, 400) > 0.9 && agent.ear.share(callerHertz, 400) > 0.9;
const hearsMusic = (): boolean => {
  const { ear } = caller.sound;
  return ear.level(400) > 0.01 && ear.share(agentHertz, 400) < 0.2 && ear.share(callerHertz, 400) < 0.2;
};
const told = (type: string): number => line.engine.types.filter((one) => one === type).length;
function forget(): void {
  caller.sound.ear.forget();
  agent.ear.forget();
}

describe('agent and caller (pitches both ways, hold, hang-up)', () => {
  it.each(['PCMU', 'PCMA'] as const)('hear each other, with a %s caller', async (codec) => {
    await talk({ codec });
    expect(line.engine.types).toEqual(['AgentConnected', 'CallArrived', 'MediaConnected']);
    expect(agent.call).toMatchObject({ state: 'connected', conversation: line.arrived().conversation });
    expect(agent.ear.share(agentHertz, 400)).toBeLessThan(0.05);
    expect(caller.share(callerHertz, 400)).toBeLessThan(0.05);
  });

  it('hear each other within 300 ms of Accept', async () => {
    agent = await signIn();
    caller = await createPhone({ hertz: callerHertz });
    await caller.dial(`sip:${numbers.straight}@${line.host}:${line.port}`, { from: '+4570123456' });
    await until(hearsMusic);
    const accepted = performance.now();
    await line.join('ann');
    await until(() => agent.ear.share(callerHertz, 60) > 0.5 && caller.share(agentHertz, 60) > 0.5);
    expect(performance.now() - accepted).toBeLessThan(300);
  });

  it('on hold the caller hears music and not the agent, the agent nothing; and back', async () => {
    await talk();
    await line.join('ann', true);
    forget();
    await until(hearsMusic);
    expect(caller.share(agentHertz, 400)).toBeLessThan(0.05);
    expect(agent.ear.share(callerHertz, 300)).toBeLessThan(0.05);
    expect(agent.call?.state).toBe('held');
    await line.join('ann');
    await until(bothHear);
    expect(agent.call?.state).toBe('connected');
    expect(told('MediaConnected')).toBe(1);
  });

  it('mute silences the agent only', async () => {
    await talk();
    agent.say({ type: 'mute', muted: true });
    await until(() => agent.call?.muted === true);
    forget();
    await until(() => agent.ear.share(callerHertz, 300) > 0.9);
    expect(caller.share(agentHertz, 300)).toBeLessThan(0.05);
    agent.say({ type: 'mute', muted: false });
    await until(bothHear);
  });

  it('a key of the agent reaches the caller’s side', async () => {
    await talk();
    agent.say({ type: 'key', digit: '5' });
    await until(() => caller.sound.keysHeard.includes('5'));
  });

  it('the caller hangs up', async () => {
    await talk();
    await caller.hangUp();
    await until(() => agent.call?.state === 'ended');
    expect(line.engine.events.at(-1)).toMatchObject({ type: 'CallEnded', by: 'customer' });
  });

  it('the engine ends the call', async () => {
    await talk();
    await line.act('Release', 'agentEnded');
    await caller.waitForState('ended');
    expect(agent.call).toMatchObject({ state: 'ended', reason: 'You ended the call' });
    expect(told('CallEnded')).toBe(0);
  });

  it('the caller holds: no sound is asked for or missed, and the call goes on', async () => {
    await talk();
    await caller.hold();
    expect(caller.farDirection).toBe('recvonly');
    forget();
    await until(() => agent.ear.share(callerHertz, 300) < 0.05);
    await caller.resume();
    await until(bothHear);
    expect(told('CallEnded')).toBe(0);
  });
});

describe('the agent’s page goes and comes (voice.md §5; page reloaded in a call)', () => {
  it('is reloaded in a call: music meanwhile, then the same call', async () => {
    await talk();
    await agent.close();
    forget();
    await until(hearsMusic);
    expect(line.engine.types.at(-1)).toBe('AgentLost');
    agent = await signIn();
    await until(bothHear);
    expect(agent.call).toMatchObject({ state: 'connected', conversation: line.arrived().conversation });
    expect(line.engine.types.slice(-2)).toEqual(['AgentConnected', 'MediaConnected']);
  });

  it('is opened a second time: the call moves over', async () => {
    await talk();
    const first = agent;
    agent = await signIn();
    await first.closed;
    expect(first.events.at(-1)?.event).toEqual({ type: 'replaced' });
    await until(bothHear);
    expect(told('AgentLost')).toBe(0);
    await first.close();
  });
});

describe('the media engine dies', () => {
  it('a call by SIP goes on: the page gets a new offer, and both hear each other again', async () => {
    await talk();
    const { processId } = line;
    expect(processId()).toBeGreaterThan(0);
    process.kill(processId(), 'SIGKILL');
    await until(() => agent.ready && told('AgentConnected') === 2);
    await until(bothHear);
    expect(told('AgentLost')).toBe(1);
    expect(told('CallEnded')).toBe(0);
  });
});
