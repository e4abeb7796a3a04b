import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KeepingReady } from '../../src/conversation/index.ts';
import { pitches, untilHeard } from './hearing.ts';
import { until } from './line.ts';
import { kept, openStage, type Stage, seat } from './people.ts';
import { toneTranscriber } from './tone-transcriber.ts';
import { channelsOf, everyPitch, pitchesIn, secondsOf, secret } from './wav.ts';

let stage: Stage;
/** When the engine was last told that agent and caller talk. */
let connectedAt = 0;
beforeAll(async () => {
  stage = await openStage({ transcriber: toneTranscriber(...everyPitch) });
  const { engine } = stage.line;
  const { onRun } = engine;
  engine.onRun = (event) => {
    if (event.type === 'MediaConnected') connectedAt = performance.now();
    return onRun(event);
  };
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const events = () => stage.line.engine.events;
const filesNow = (): string[] => readdirSync(join(stage.line.folder, 'speech', 'kept'));
const passed = (ms: number): Promise<void> => {
  const since = performance.now();
  return until(() => performance.now() - since >= ms);
};

async function ready(): Promise<KeepingReady> {
  await until(() => events().some(({ type }) => type === 'KeepingReady'));
  const event = events().find((one) => one.type === 'KeepingReady');
  if (event?.type !== 'KeepingReady') throw new Error('nothing is ready');
  return event;
}

async function talk() {
  const people = { ann: await stage.agent('ann'), caller: await stage.caller() };
  await stage.arrange({ parties: [seat('ann', 'primary')], recording: kept('r1') });
  await until(() => events().some(({ type }) => type === 'MediaConnected'));
  return { ...people, since: connectedAt };
}

describe('a recording (behaviour.md §3.8)', () => {
  // A machine that stands still for a moment is no fault of the recording: tried again.
  it('is a stereo WAV as long as the talk, the customer left, the agent right; and what each said', {
    retry: 2,
  }, async () => {
    const { since } = await talk();
    await passed(300);
    expect(filesNow().length).toBeGreaterThan(0);
    for (const file of filesNow())
      expect(statSync(join(stage.line.folder, 'speech', 'kept', file)).mode & 0o777).toBe(0o600);
    await passed(2000);
    const talked = (performance.now() - since) / 1000;
    await stage.act('Release', { reason: 'over' });
    const { keeping, kind, audio, seconds, lines } = await ready();
    expect({ keeping, kind }).toEqual({ keeping: 'r1', kind: 'recording' });
    const [left, right] = channelsOf(audio, 2);
    expect(Math.abs(secondsOf(left) - talked)).toBeLessThan(0.1);
    expect(seconds).toBeCloseTo(secondsOf(left), 2);
    expect(pitchesIn(left)).toEqual([pitches.caller]);
    expect(pitchesIn(right)).toEqual([pitches.ann]);
    expect(new Set(lines.map(({ speaker, text }) => `${speaker} ${text}`))).toEqual(
      new Set([`null hum ${pitches.caller}`, `ann hum ${pitches.ann}`]),
    );
    await until(() => filesNow().length === 0);
  });

  it('holds nothing of a pause: no sample, no word, no key', { retry: 2 }, async () => {
    const { ann, caller, since } = await talk();
    await passed(1000);
    const paused = performance.now();
    await stage.arrange({ parties: [seat('ann', 'primary')], recording: kept('r1', true) });
    const before = { events: events().length, lines: stage.line.log.length };
    caller.phone.sound.hertz = secret.caller;
    ann.page.hertz = secret.ann;
    await until(() => ann.ear.share(secret.caller, 400) > 0.9 && caller.ear.share(secret.ann, 400) > 0.9);
    await caller.phone.sendKeys('4929', 'both');
    await until(() => ann.ear.share(secret.caller, 200) > 0.9);
    expect(events().length).toBe(before.events);
    expect(stage.line.log.length).toBe(before.lines);
    caller.phone.sound.hertz = pitches.caller;
    ann.page.hertz = pitches.ann;
    // At once, while the last of it is still in the jitter buffer.
    const pausedFor = performance.now() - paused;
    await stage.arrange({ parties: [seat('ann', 'primary')], recording: kept('r1') });
    await passed(1000);
    const talked = (performance.now() - since - pausedFor) / 1000;
    await stage.act('Release', { reason: 'over' });
    const { audio, lines } = await ready();
    const [left, right] = channelsOf(audio, 2);
    expect(Math.abs(secondsOf(left) - talked)).toBeLessThan(0.1);
    expect(pitchesIn(left)).toEqual([pitches.caller]);
    expect(pitchesIn(right)).toEqual([pitches.ann]);
    const texts = lines.map(({ text }) => text);
    expect(texts.filter((text) => text !== 'hum 1000' && text !== 'hum 440')).toEqual([]);
    expect(texts.filter((text) => text === 'hum 1000').length).toBeGreaterThan(1);
  });

  it('pauses on hold: neither the music nor a consultation is in it; a whisper never is', async () => {
    const { ann, caller } = await talk();
    const [ben, sue] = [await stage.agent('ben'), await stage.agent('sue')];
    const people = { ann, caller, ben, sue };
    const primary = seat('ann', 'primary');
    await stage.arrange({
      caller: { held: true },
      parties: [primary, seat('ben', 'consult')],
      recording: kept('r1', true),
    });
    await untilHeard(people, { caller: ['music'], ann: ['ben'], ben: ['ann'] });
    await stage.arrange({ parties: [primary, seat('sue', 'whisper')], recording: kept('r1') });
    await untilHeard(people, { caller: ['ann'], ann: ['caller', 'sue'] });
    await stage.arrange({ parties: [primary, seat('sue', 'barge')], recording: kept('r1') });
    await untilHeard(people, { caller: ['ann', 'sue'], ann: ['caller', 'sue'] });
    await stage.arrange({ parties: [primary] });
    const { audio, lines } = await ready();
    const [left, right] = channelsOf(audio, 2);
    expect(pitchesIn(left)).toEqual([pitches.caller]);
    expect(pitchesIn(right)).toEqual([pitches.ann, pitches.sue]);
    expect(new Set(lines.map(({ speaker }) => speaker))).toEqual(new Set([null, 'ann', 'sue']));
    // Sue's pitch is there only since she joined: the last part.
    const whispered = right?.subarray(0, (right.length ?? 0) / 3);
    expect(pitchesIn(whispered)).not.toContain(pitches.sue);
  });

  it('that is begun again with the same id is not; the next one is', async () => {
    await talk();
    await stage.arrange({ parties: [seat('ann', 'primary')] });
    await ready();
    await stage.arrange({ parties: [seat('ann', 'primary')], recording: kept('r1') });
    await stage.arrange({ parties: [seat('ann', 'primary')], recording: kept('r2') });
    await passed(300);
    await stage.act('Release', { reason: 'over' });
    await until(() => events().filter(({ type }) => type === 'KeepingReady').length === 2);
    const ids = events().flatMap((event) => (event.type === 'KeepingReady' ? [event.keeping] : []));
    expect(ids).toEqual(['r1', 'r2']);
  });

  it('of a media process that dies keeps what was written', async () => {
    await talk();
    await passed(2000);
    process.kill(stage.line.processId(), 'SIGKILL');
    const { audio, seconds } = await ready();
    expect(seconds).toBeGreaterThan(1);
    const [left, right] = channelsOf(audio, 2);
    expect(pitchesIn(left)).toEqual([pitches.caller]);
    expect(pitchesIn(right)).toEqual([pitches.ann]);
  });
});

describe('a message (behaviour.md §3.4 voicemail)', () => {
  const prompt = 'Please leave a message after the tone.';
  const take = (mostMs = 300_000) => stage.act('TakeMessage', { id: 'm1', prompt, mostMs });
  const hearsBeep = (ear: { share(hertz: number, ms: number): number }) => ear.share(850, 200) > 0.8;

  it('is what the caller says after the tone, until #', async () => {
    const { phone, ear } = await stage.caller();
    await take();
    await take();
    await until(() => hearsBeep(ear));
    await until(() => !hearsBeep(ear));
    await passed(1500);
    await phone.sendKeys('#');
    const { kind, keeping, audio, seconds, lines } = await ready();
    expect({ kind, keeping }).toEqual({ kind: 'message', keeping: 'm1' });
    const [said] = channelsOf(audio, 1);
    expect(seconds).toBeGreaterThan(1.3);
    expect(seconds).toBeLessThan(2.5);
    expect(pitchesIn(said)).toEqual([pitches.caller]);
    expect(lines[0]).toMatchObject({ speaker: null, text: `hum ${pitches.caller}` });
    expect(phone.state).toBe('talking');
  });

  it('ends at the limit, and with the call', async () => {
    const { ear } = await stage.caller();
    await take(700);
    await until(() => hearsBeep(ear));
    const { seconds } = await ready();
    expect(Math.abs(seconds - 0.7)).toBeLessThan(0.2);
    await stage.clear();
    const second = await stage.caller();
    await stage.act('TakeMessage', { id: 'm2', prompt, mostMs: 60_000 });
    await until(() => hearsBeep(second.ear));
    await until(() => !hearsBeep(second.ear));
    await passed(500);
    await second.phone.hangUp();
    expect((await ready()).seconds).toBeGreaterThan(0.4);
  });

  it('of a caller who leaves before the tone has no sound', async () => {
    const { phone } = await stage.caller();
    await take();
    await phone.hangUp();
    expect(await ready()).toMatchObject({ keeping: 'm1', audio: null, seconds: 0, lines: [] });
  });
});

describe('what is said to a caller (behaviour.md §3.4)', () => {
  const prompts = () => events().filter(({ type }) => type === 'PromptEnded');

  it('goes over the music, once, and the music goes on', async () => {
    const caller = await stage.caller();
    await untilHeard({ caller }, { caller: ['music'] });
    const text = 'You are next in line.';
    await stage.act('Say', { id: 'next', text });
    await stage.act('Say', { id: 'next', text });
    await until(() => prompts().length === 1);
    expect(prompts()).toMatchObject([{ prompt: 'next', key: null }]);
    caller.ear.forget();
    await untilHeard({ caller }, { caller: ['music'] });
    expect(prompts()).toHaveLength(1);
  });

  it('asks for a key: only those asked for count, during or after it', async () => {
    const { phone } = await stage.caller();
    await stage.act('Say', { id: 'callback', text: 'Press 1.', keys: ['1'], waitMs: 20_000 });
    await phone.sendKeys('5');
    await phone.sendKeys('1');
    await until(() => prompts().length === 1);
    expect(prompts()).toMatchObject([{ prompt: 'callback', key: '1' }]);
    await stage.act('Say', { id: 'again', text: 'Press 1.', keys: ['1'], waitMs: 200 });
    await until(() => prompts().length === 2);
    expect(prompts()[1]).toMatchObject({ prompt: 'again', key: null });
  });

  it('ends when an agent comes', async () => {
    const [ann, caller] = [await stage.agent('ann'), await stage.caller()];
    await stage.act('Say', {
      id: 'long',
      text: 'One two three four five six seven eight nine ten. '.repeat(4),
    });
    await untilHeard({ ann, caller }, { caller: ['music'] });
    await stage.arrange({ parties: [seat('ann', 'primary')] });
    await untilHeard({ ann, caller }, { caller: ['ann'], ann: ['caller'] });
    expect(prompts()).toMatchObject([{ prompt: 'long', key: null }]);
  });
});
