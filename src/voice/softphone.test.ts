import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { withAgent } from '../../test/calls/paper.ts';
import { paperDesk } from '../../test/calls/paper-desk.ts';
import type { SoftphoneEvent, SoftphoneRequest } from '../tables/softphone.ts';
import { Softphones } from './softphone.ts';
import { createTeller } from './tell.ts';

const limits = {
  ...{ helloMs: 1000, beatMs: 500, messageBytes: 4096, burst: 10, perSecond: 5 },
  ...{ pages: 6, strangers: 4, strangersOfAddress: 3, callers: 2, callerIdleMs: 400 },
};

let on: ReturnType<typeof paperDesk>;
let server: Server;
let phones: Softphones;
let open: Page[];

beforeEach(async () => {
  on = paperDesk();
  open = [];
  let ids = 0;
  phones = new Softphones(
    on.desk,
    on.clock.schedule,
    {
      agents: on.agents,
      calls: on.calls,
      tell: createTeller(on.engine, () => {}, on.clock.schedule).tell,
      authenticate: async (token) => (token.startsWith('token-') ? token.slice(6) : null),
      callersWithoutSignIn: true,
      newId: () => `web-${++ids}`,
      now: on.clock.now,
      log: () => {},
    },
    limits,
  );
  server = createServer();
  server.on('upgrade', (request, socket, head) => phones.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  phones.close();
  for (const page of open) page.socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

interface Page {
  readonly socket: WebSocket;
  readonly heard: SoftphoneEvent[];
  closed: number | null;
  say(request: SoftphoneRequest | string): void;
  /** Resolves with the first event heard that fits, now or later. */
  hears(type: SoftphoneEvent['type'], count?: number): Promise<SoftphoneEvent>;
  ends(): Promise<number>;
}

async function connect(): Promise<Page> {
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/softphone`);
  const heard: SoftphoneEvent[] = [];
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  const page: Page = {
    socket,
    heard,
    closed: null,
    say: (request) => socket.send(typeof request === 'string' ? request : JSON.stringify(request)),
    hears: (type, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          const fitting = heard.filter((event) => event.type === type);
          const event = fitting[count - 1];
          if (event !== undefined) resolve(event);
        };
        socket.on('message', look);
        look();
      }),
    ends: () => closed,
  };
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  open.push(page);
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
  });
  return page;
}
async function agentPage(name = 'ann'): Promise<{ page: Page; leg: string }> {
  const page = await connect();
  page.say({ type: 'hello', role: 'agent', token: `token-${name}` });
  const offer = await page.hears('offer');
  const leg = offer.type === 'offer' ? offer.sdp.replace('offer of ', '') : '';
  page.say({ type: 'answer', sdp: 'good' });
  on.media.onEvent({ type: 'up', leg });
  await page.hears('ready');
  return { page, leg };
}
async function callerPage(): Promise<{ page: Page; leg: string }> {
  const page = await connect();
  page.say({ type: 'hello', role: 'caller' });
  const offer = await page.hears('offer');
  const leg = offer.type === 'offer' ? offer.sdp.replace('offer of ', '') : '';
  on.media.onEvent({ type: 'up', leg });
  await page.hears('ready');
  return { page, leg };
}
/** Polls until it holds. */
const until = (holds: () => boolean) => expect.poll(holds, { timeout: 5000, interval: 5 }).toBe(true);

describe('an agent’s page', () => {
  it('is welcomed, offered a connection, and reported when its sound is up', async () => {
    const { page } = await agentPage();
    expect(page.heard.map(({ type }) => type)).toEqual(['welcome', 'call', 'offer', 'ready']);
    expect(page.heard[0]).toEqual({ type: 'welcome', serverNow: on.clock.now().toISOString() });
    expect(on.engine.events).toEqual([{ type: 'AgentConnected', agent: 'ann' }]);
    expect(phones.size).toBe(1);
  });

  it('is refused without a good token', async () => {
    const page = await connect();
    page.say({ type: 'hello', role: 'agent', token: 'stolen' });
    expect(await page.hears('refused')).toMatchObject({ request: 'hello' });
    expect(await page.ends()).toBe(1008);
    expect(on.engine.events).toEqual([]);
  });

  it('that closes is reported lost and its sound is ended', async () => {
    const { page, leg } = await agentPage();
    page.socket.close();
    await until(() => on.engine.types.at(-1) === 'AgentLost');
    expect(on.media.take()).toContain(`close ${leg}`);
  });

  it('that answers no ping is dead and reported lost', async () => {
    const { page } = await agentPage();
    page.socket.pause();
    on.clock.pass(limits.beatMs);
    on.clock.pass(limits.beatMs);
    await until(() => on.engine.types.at(-1) === 'AgentLost');
  });

  it('that answers pings lives on', async () => {
    const { page } = await agentPage();
    for (let beat = 1; beat <= 5; beat++) {
      const pinged = new Promise((resolve) => page.socket.once('ping', resolve));
      on.clock.pass(limits.beatMs);
      await pinged;
      // The pong is on its way; a request answered after it shows that it arrived.
      page.say({ type: 'mute', muted: true });
      await page.hears('refused', beat);
    }
    expect(on.engine.types).toEqual(['AgentConnected']);
  });

  it('is replaced by the agent’s second page once that has sound', async () => {
    const first = await agentPage();
    await agentPage();
    await first.page.hears('replaced');
    expect(await first.page.ends()).toBe(1000);
    expect(on.engine.types).toEqual(['AgentConnected', 'AgentConnected']);
  });

  it('is told of what it cannot do', async () => {
    const { page } = await agentPage();
    for (const request of [
      { type: 'mute', muted: true },
      { type: 'key', digit: '1' },
      { type: 'hangup' },
      { type: 'dial', number: '+4570000001' },
      { type: 'hello', role: 'caller' },
    ] as const)
      page.say(request);
    await page.hears('refused', 5);
    const refused = page.heard.flatMap((event) => (event.type === 'refused' ? [event.request] : []));
    expect(refused).toEqual(['mute', 'key', 'hangup', 'dial', 'hello']);
    page.say({ type: 'answer', sdp: 'bad' });
    expect(await page.hears('refused', 6)).toMatchObject({ request: 'answer' });
  });

  it('mutes, presses keys and ends its call', async () => {
    const { page, leg } = await agentPage();
    await on.arrive();
    await on.calls.perform(withAgent({ conversation: 'c1', call: 'call-1' }, 'ann'));
    on.media.take();
    page.say({ type: 'mute', muted: true });
    page.say({ type: 'key', digit: '7' });
    page.say({ type: 'hangup' });
    await until(() => on.engine.types.includes('AgentEnded'));
    expect(on.media.take()).toEqual([`muted ${leg} true`, 'digit m-call-1 7']);
    expect(on.engine.events.at(-1)).toEqual({ type: 'AgentEnded', conversation: 'c1', agent: 'ann' });
    // In the change log the agent ended it, as with CCaaS_EndCall.
    expect(on.engine.actors.at(-1)).toBe('ann');
    expect(on.engine.actors.slice(0, -1).every((actor) => actor === undefined)).toBe(true);
  });
});

describe('a caller’s page (product.md: /demo)', () => {
  it('dials, is answered, presses a key and hangs up', async () => {
    const { page, leg } = await callerPage();
    page.say({ type: 'dial', number: '+45 70 00 00 01', from: '+4570123456' });
    await until(() => on.engine.types.includes('CallArrived'));
    const arrived = on.engine.events[0];
    expect(arrived).toEqual({
      type: 'CallArrived',
      conversation: 'c1',
      call: 'web-1',
      from: '+4570123456',
      to: '+4570000001',
      provider: 'web',
    });
    await on.calls.perform({ type: 'StartBot', conversation: 'c1', call: 'web-1', bot: 'bot' });
    await until(() => on.media.notes.some((note) => note.startsWith(`play ${leg} say-1`)));
    page.say({ type: 'key', digit: '3' });
    await until(() => on.engine.types.includes('BotTransferred'));
    page.say({ type: 'hangup' });
    await until(() => on.engine.types.includes('CallEnded'));
    const states = page.heard.flatMap((event) => (event.type === 'call' ? [event.call.state] : []));
    expect(states).toEqual(['idle', 'ringing', 'connected', 'ended']);
    expect(page.heard.at(-1)).toMatchObject({ call: { conversation: 'c1' } });
    expect(on.calls.size).toBe(0);
  });

  it('that closes has hung up', async () => {
    const { page } = await callerPage();
    page.say({ type: 'dial', number: '+4570000001' });
    await until(() => on.engine.types.includes('CallArrived'));
    page.socket.terminate();
    await until(() => on.engine.types.includes('CallEnded'));
    expect(on.engine.events.at(-1)).toMatchObject({ by: 'customer' });
  });

  it('reaches the test numbers', async () => {
    const { page, leg } = await callerPage();
    page.say({ type: 'dial', number: '+4570000103' });
    await until(() => page.heard.some((event) => event.type === 'call' && event.call.state === 'ended'));
    page.say({ type: 'dial', number: '+4570000100' });
    await until(() => on.media.notes.includes(`echo ${leg} true`));
    page.say({ type: 'dial', number: '+4570000100' });
    expect(await page.hears('refused')).toMatchObject({ request: 'dial' });
  });

  it('cannot dial before its microphone is there, or as a number that is none', async () => {
    const page = await connect();
    page.say({ type: 'dial', number: '+4570000001' });
    expect(await page.hears('refused')).toMatchObject({ message: 'Say hello first.' });
    page.say({ type: 'hello', role: 'caller' });
    await page.hears('offer');
    page.say({ type: 'dial', number: '+4570000001' });
    expect(await page.hears('refused', 2)).toMatchObject({ message: expect.stringContaining('microphone') });
    const up = await callerPage();
    up.page.say({ type: 'dial', number: '+4570000001', from: '12' });
    expect(await up.page.hears('refused')).toMatchObject({ message: expect.stringContaining('country') });
  });
});

describe('bad pages (bad input)', () => {
  it('that say nothing sensible are told so and stay', async () => {
    const { page } = await agentPage();
    page.say('{');
    page.say('{"type":"sing"}');
    await page.hears('refused', 2);
    expect(page.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('that say too much at once, or too often, or not in text, are closed', async () => {
    const big = await connect();
    big.say('x'.repeat(limits.messageBytes + 1));
    expect(await big.ends()).toBe(1009);
    const often = await connect();
    for (let count = 0; count <= limits.burst; count++) often.say('{}');
    expect(await often.ends()).toBe(1008);
    const binary = await connect();
    binary.socket.send(Buffer.from([1]));
    expect(await binary.ends()).toBe(1008);
  });

  it('that do not say hello in time are closed', async () => {
    const page = await connect();
    on.clock.pass(limits.helloMs);
    expect(await page.ends()).toBe(1008);
  });

  it('that are strangers keep nobody out: the one that was silent longest goes', async () => {
    const silent = await connect();
    for (let count = 1; count < limits.strangersOfAddress; count++) await connect();
    const { page } = await agentPage();
    expect(await silent.ends()).toBe(1013);
    expect(page.socket.readyState).toBe(WebSocket.OPEN);
    expect(open.filter(({ socket }) => socket.readyState === WebSocket.OPEN)).toHaveLength(
      limits.strangersOfAddress,
    );
  });

  it('that are callers have few places, and leave the others to agents', async () => {
    await callerPage();
    await callerPage();
    const third = await connect();
    third.say({ type: 'hello', role: 'caller' });
    expect(await third.hears('refused')).toMatchObject({
      message: expect.stringContaining('Too many callers'),
    });
    expect(await third.ends()).toBe(1013);
    await agentPage();
  });

  it('that are callers without a call are closed after a while; those in a call stay', async () => {
    const idle = await callerPage();
    const busy = await callerPage();
    busy.page.say({ type: 'dial', number: '+4570000001' });
    await until(() => on.engine.types.includes('CallArrived'));
    on.clock.pass(limits.callerIdleMs);
    expect(await idle.page.ends()).toBe(1000);
    on.clock.pass(limits.callerIdleMs);
    expect(busy.page.socket.readyState).toBe(WebSocket.OPEN);
    busy.page.say({ type: 'hangup' });
    await until(() => on.calls.size === 0);
    on.clock.pass(limits.callerIdleMs);
    on.clock.pass(limits.callerIdleMs);
    expect(await busy.page.ends()).toBe(1000);
  });

  it('that are too many are not let in', async () => {
    for (let count = 0; count < limits.pages; count++) await agentPage(`agent-${count}`);
    await expect(connect()).rejects.toThrow('503');
  });
});
