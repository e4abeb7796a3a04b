import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RtpPhone, until } from '../../../test/media/rtp-phone.ts';
import { writeWav } from '../speech/wav.ts';
import { startMedia } from './engine.ts';
import type { MediaEngine, MediaEvent } from './media.ts';
import { pitchesOf } from './music.ts';
import { pitchShare, sine } from './tone.ts';

const rtpPorts = [31_000 + (process.pid % 50) * 100, 31_099 + (process.pid % 50) * 100] as const;
const log: string[] = [];
const config = { host: '127.0.0.1', advertise: '127.0.0.1', rtpPorts, log: (line: string) => log.push(line) };
const folder = mkdtempSync(join(tmpdir(), 'wirechief-engine-'));
let engine: MediaEngine;
let events: MediaEvent[] = [];
let phones: RtpPhone[] = [];
let legs: string[] = [];

/** Adds a phone as a leg of the engine, humming its pitch; resolves with it and the engine's port. */
async function joins(leg: string, hertz: number | null, codec: 'PCMU' | 'PCMA' = 'PCMU') {
  const phone = await RtpPhone.open(codec);
  phones.push(phone);
  const { port } = await engine.openRtp(leg);
  legs.push(leg);
  await engine.setRtpRemote(leg, phone.remote());
  phone.talk(port, hertz);
  return { phone, port };
}

const talk = (one: string, other: string) =>
  engine.setRoom('room', { [one]: { [other]: 1 }, [other]: { [one]: 1 } });
const eventsOf = (type: MediaEvent['type'], leg: string) =>
  events.filter((event) => event.type === type && 'leg' in event && event.leg === leg);

beforeAll(async () => {
  engine = await startMedia({ ...config, lostAfterMs: 600 });
}, 20_000);
beforeEach(() => {
  events = [];
  engine.onEvent = (event) => events.push(event);
});
afterEach(async () => {
  await Promise.all(legs.map((leg) => engine.closeLeg(leg)));
  await Promise.all(phones.map((phone) => phone.close()));
  legs = [];
  phones = [];
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

describe('RTP through the media process (voice.md §3.3, §4)', () => {
  it.each([
    ['PCMU', 'PCMU'],
    ['PCMA', 'PCMU'],
    ['PCMA', 'PCMA'],
  ] as const)('joins a %s and a %s phone: each hears the other, not itself', async (first, second) => {
    const { phone: caller } = await joins('caller', 440, first);
    const { phone: agent } = await joins('agent', 1000, second);
    await talk('caller', 'agent');
    await until('both hear each other', () => caller.share(1000) > 0.9 && agent.share(440) > 0.9);
    expect(caller.share(440)).toBeLessThan(0.01);
    expect(agent.share(1000)).toBeLessThan(0.01);
    expect(eventsOf('up', 'caller')).toHaveLength(1);
  });

  it('keeps muted legs and people outside the room unheard', async () => {
    const { phone: caller } = await joins('caller', 440);
    const { phone: agent } = await joins('agent', 1000);
    await joins('stranger', 1500);
    await talk('caller', 'agent');
    await until('the agent is heard', () => caller.share(1000) > 0.9);
    await engine.setMuted('agent', true);
    await until('the agent is not heard', () => caller.level() < 20);
    // Muted is not deaf. A busy machine may stall for a moment, so the pitch is waited for.
    await until('the caller is still heard', () => agent.share(440) > 0.9);
    await engine.setMuted('agent', false);
    await until('the agent is heard again', () => caller.share(1000) > 0.9);
    expect(caller.share(1500) + agent.share(1500)).toBeLessThan(0.05);
  });

  it('plays music over the room, and the two tunes are told apart', async () => {
    const { phone: caller } = await joins('caller', 440);
    await joins('agent', 1000);
    await talk('caller', 'agent');
    for (const name of ['hold', 'wait'] as const) {
      await engine.play('caller', 'music', { kind: 'music', name }, { loop: true });
      caller.forget();
      await until('two seconds were heard', () => caller.heard.length >= 16_000);
      const heard = caller.heard.slice(-12_000);
      const energyOf = (tune: 'wait' | 'hold') =>
        pitchesOf(tune).reduce((sum, hertz) => sum + pitchShare(heard, hertz), 0);
      expect(energyOf(name)).toBeGreaterThan(10 * energyOf(name === 'wait' ? 'hold' : 'wait'));
      expect(caller.share(1000)).toBeLessThan(0.01);
      expect(caller.share(440)).toBeLessThan(0.01);
    }
    await engine.stopPlay('caller');
    await until('the agent is back', () => caller.share(1000) > 0.9);
    expect(eventsOf('played', 'caller')).toHaveLength(0);
  });

  it('plays a file once and says so; a later play replaces it without a word', async () => {
    const { phone } = await joins('caller', null);
    const path = join(folder, 'prompt.wav');
    writeFileSync(path, writeWav({ rate: 8000, samples: sine(700, 8000) }));
    await engine.play('caller', 'replaced', { kind: 'file', path }, { loop: true });
    await engine.play('caller', 'tone', { kind: 'tone', hertz: 900 }, { loop: true });
    await until('the tone is heard', () => phone.share(900) > 0.9);
    await engine.play('caller', 'prompt', { kind: 'file', path }, { loop: false });
    await until('the prompt is heard', () => phone.share(700) > 0.9);
    await until('the prompt is over', () => eventsOf('played', 'caller').length > 0);
    expect(eventsOf('played', 'caller')).toEqual([{ type: 'played', leg: 'caller', play: 'prompt' }]);
    await expect(
      engine.play('caller', 'none', { kind: 'file', path: join(folder, 'none.wav') }, { loop: false }),
    ).rejects.toMatchObject({ name: 'Refusal', key: 'invalidArgument' });
  });

  it('sends the echo number its own voice', async () => {
    const { phone } = await joins('caller', 600);
    await engine.setEcho('caller', true);
    await until('the echo is heard', () => phone.share(600) > 0.9);
    await engine.setEcho('caller', false);
    await until('the echo is over', () => phone.level() < 20);
  });

  it('hears keys once, keeps them out of the room, and sends keys', async () => {
    const { phone: caller } = await joins('caller', null);
    const { phone: agent } = await joins('agent', null);
    await talk('caller', 'agent');
    for (const key of '1#1') caller.press(key);
    await until('three keys', () => eventsOf('digit', 'caller').length >= 3);
    expect(events.filter(({ type }) => type === 'digit')).toEqual(
      ['1', '#', '1'].map((digit) => ({ type: 'digit', leg: 'caller', digit })),
    );
    expect(agent.level()).toBeLessThan(20);
    expect(agent.keys).toEqual([]);
    for (const digit of '42') await engine.sendDigit('agent', digit);
    await until('the keys arrive', () => agent.keys.length >= 2);
    expect(agent.keys).toEqual(['4', '2']);
    await expect(engine.sendDigit('agent', 'x')).rejects.toThrow(/key x/);
  });

  it('does not hear a stranger, however insistent', async () => {
    const { phone: caller, port } = await joins('caller', 440);
    const { phone: agent } = await joins('agent', 1000);
    await talk('caller', 'agent');
    await until('the caller is heard', () => agent.share(440) > 0.9);
    const stranger = await RtpPhone.open('PCMU', '127.0.0.2');
    phones.push(stranger);
    stranger.talk(port, 1500);
    for (const key of '99') stranger.press(key);
    agent.forget();
    await until('a second more was heard', () => agent.heard.length > 8000);
    expect(agent.share(1500, 800)).toBeLessThan(0.01);
    await until('the caller goes on being heard', () => agent.share(440, 800) > 0.9);
    expect(stranger.packetsHeard).toBe(0);
    expect(eventsOf('digit', 'caller')).toEqual([]);
    expect(caller.packetsHeard).toBeGreaterThan(0);
  });

  it('finds a phone behind a NAT by what it sends', async () => {
    const phone = await RtpPhone.open();
    phones.push(phone);
    const { port } = await engine.openRtp('caller');
    legs.push('caller');
    await engine.setRtpRemote('caller', { ...phone.remote(), address: '127.9.9.9', port: 9 });
    phone.talk(port, 600);
    await engine.setEcho('caller', true);
    await until('the echo is heard', () => phone.share(600) > 0.9);
  });

  it('reports a leg lost after the silence configured, not while the peer holds', async () => {
    const { phone, port } = await joins('caller', 440);
    await until('the leg is up', () => eventsOf('up', 'caller').length === 1);
    await engine.setRtpRemote('caller', phone.remote('sendonly'));
    phone.hush();
    phone.forget();
    await until('a second of our sound came', () => phone.heard.length > 8000);
    expect(eventsOf('lost', 'caller')).toEqual([]);
    await engine.setRtpRemote('caller', phone.remote('sendrecv'));
    await until('the leg is lost', () => eventsOf('lost', 'caller').length > 0);
    phone.talk(port, 440);
    await engine.setEcho('caller', true);
    await until('it is heard again', () => phone.share(440) > 0.9);
    expect(eventsOf('lost', 'caller')).toHaveLength(1);
  });

  it('sends nothing to a peer that only sends, and sends RTCP', async () => {
    const { phone } = await joins('caller', 440);
    await until('it hears us', () => phone.packetsHeard > 5);
    await engine.setRtpRemote('caller', phone.remote('recvonly'));
    phone.forget();
    await until('an RTCP report came', () => phone.reportsHeard > 0, 12_000);
    expect(phone.packetsHeard).toBeLessThan(5);
    const [stats] = await engine.stats();
    expect(stats).toMatchObject({ leg: 'caller', lost: 0 });
    expect(stats?.packetsIn).toBeGreaterThan(20);
    expect(stats?.jitterMs).toBeLessThan(20);
  });

  it('refuses a leg of the same name, and a port when the range is used up', async () => {
    await joins('caller', null);
    await expect(engine.openRtp('caller')).rejects.toMatchObject({ key: 'conflict' });
    const small = await startMedia({ ...config, rtpPorts: [rtpPorts[0] + 90, rtpPorts[0] + 93] });
    await small.openRtp('one');
    await small.openRtp('two');
    await expect(small.openRtp('three')).rejects.toMatchObject({ key: 'unavailable' });
    await small.closeLeg('one');
    await expect(small.openRtp('three')).resolves.toMatchObject({ port: rtpPorts[0] + 90 });
    await small.close();
  });

  it('does nothing for legs that are not there', async () => {
    await engine.setMuted('nobody', true);
    await engine.closeLeg('nobody');
    await engine.play('nobody', 'x', { kind: 'tone', hertz: 440 }, { loop: false });
    await engine.setRoom('empty', {});
    expect(await engine.stats()).toEqual([]);
  });
});

describe('the process (voice.md §5 "Media process dies")', () => {
  it('is started again when killed, and says so', async () => {
    const own = await startMedia(config);
    const seen: MediaEvent[] = [];
    own.onEvent = (event) => seen.push(event);
    await own.openRtp('caller');
    const before = own.processId;
    process.kill(before ?? 0, 'SIGKILL');
    await until('it says so', () => seen.length > 0);
    expect(seen).toEqual([{ type: 'restarted' }]);
    const { port } = await own.openRtp('caller');
    expect(port).toBeGreaterThanOrEqual(rtpPorts[0]);
    expect(own.processId).not.toBe(before);
    await own.close();
    await expect(own.openRtp('late')).rejects.toMatchObject({ key: 'unavailable' });
  }, 20_000);

  it('ends when closed', async () => {
    const own = await startMedia(config);
    const pid = own.processId ?? 0;
    await own.close();
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});
