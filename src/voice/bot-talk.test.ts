import { beforeEach, describe, expect, it } from 'vitest';
import { PaperSpeech, rest } from '../../test/calls/paper.ts';
import { paperDesk } from '../../test/calls/paper-desk.ts';
import { Refusal } from '../tables/index.ts';

const bot = { type: 'StartBot', conversation: 'c1', call: 'call-1', bot: 'bot' } as const;
const prompt = 'For Legal, press 1. For Sales, press 2. For Support, press 3.';
let on: ReturnType<typeof paperDesk>;
beforeEach(() => {
  on = paperDesk();
});

describe('the bot (mission row S0.2)', () => {
  it('answers, speaks, and hands over with the variable of the key', async () => {
    const leg = await on.arrive();
    await on.calls.perform(bot);
    await rest();
    expect(leg.notes).toEqual(['ring', 'answer']);
    expect(on.media.take()).toEqual(['play m-call-1 say-1 Welcome to the front desk..wav']);
    leg.onPlayed('say-1');
    await rest();
    expect(on.media.take()).toEqual([`play m-call-1 say-2 ${prompt}.wav`]);
    leg.onKey('1', 'rtp');
    leg.onKey('1', 'info');
    await rest();
    expect(on.engine.events.slice(1)).toEqual([
      { type: 'BotTransferred', conversation: 'c1', variables: { va_Department: 'Legal' } },
    ]);
    expect(on.media.take()).toEqual(['stopPlay m-call-1 prompt', 'play m-call-1 music-wait wait loop']);
    await on.calls.perform({ type: 'PlayWaiting', conversation: 'c1', call: 'call-1' });
    expect(on.media.take()).toEqual([]);
  });

  it('says what it was saying once more when the media engine died (voice.md §5)', async () => {
    const leg = await on.arrive();
    await on.calls.perform(bot);
    await rest();
    expect(on.media.take()).toEqual(['play m-call-1 say-1 Welcome to the front desk..wav']);
    leg.onRestarted();
    await rest();
    expect(on.media.take()).toEqual(['play m-call-1 say-1 Welcome to the front desk..wav']);
    leg.onPlayed('say-1');
    await rest();
    on.media.take();
    leg.onPlayed('say-2');
    leg.onRestarted();
    await rest();
    expect(on.media.take()).toEqual([]);
  });

  it('waits until the greeting is said (behaviour.md §3.1)', async () => {
    const leg = await on.arrive();
    const greeting = {
      type: 'Say',
      conversation: 'c1',
      call: 'call-1',
      id: 'greeting',
      text: 'Good day.',
    } as const;
    await on.calls.perform(greeting);
    await on.calls.perform(bot);
    await rest();
    expect(leg.notes).toEqual(['ring', 'answer']);
    expect(on.media.take()).toEqual(['play m-call-1 announcement-greeting Good day..wav']);
    leg.onPlayed('announcement-greeting');
    await rest();
    expect(on.media.take()).toEqual([
      'stopPlay m-call-1 prompt',
      'play m-call-1 say-1 Welcome to the front desk..wav',
    ]);
  });

  it('whose caller was taken further during the greeting says nothing', async () => {
    const leg = await on.arrive();
    const call = { conversation: 'c1', call: 'call-1' } as const;
    await on.calls.perform({ type: 'Say', ...call, id: 'greeting', text: 'Good day.' });
    await on.calls.perform(bot);
    await on.calls.perform({ type: 'PlayWaiting', ...call });
    await rest();
    on.media.take();
    leg.onPlayed('announcement-greeting');
    await rest();
    expect(on.media.take()).toEqual(['stopPlay m-call-1 prompt']);
  });

  it('is started once, however often it is said', async () => {
    await on.arrive();
    await on.calls.perform(bot);
    await on.calls.perform(bot);
    await rest();
    expect(on.media.take()).toHaveLength(1);
  });

  it('plays a prompt that is not ready as soon as it is, and says so', async () => {
    let ready = (): void => {};
    const speech = new PaperSpeech();
    speech.gate = new Promise((resolve) => {
      ready = resolve;
    });
    on = paperDesk(speech);
    await on.arrive();
    await on.calls.perform(bot);
    await rest();
    expect(on.media.take()).toEqual([]);
    expect(on.lines.join()).toContain('still being spoken');
    ready();
    await rest();
    expect(on.media.take()).toEqual(['play m-call-1 say-1 Welcome to the front desk..wav']);
  });

  it('without a voice has failed: the engine says what follows (behaviour.md §3.6)', async () => {
    const speech = new PaperSpeech();
    speech.fail = true;
    on = paperDesk(speech);
    await rest();
    await on.arrive();
    await on.calls.perform(bot);
    await rest();
    expect(on.engine.events.slice(1)).toEqual([
      {
        type: 'BotFailed',
        conversation: 'c1',
        reason: 'front-desk.yaml: cannot speak "Welcome to the front desk."',
      },
    ]);
    expect(on.media.take()).toEqual(['play m-call-1 music-wait wait loop']);
  });

  it('without a flow has failed too', async () => {
    await on.arrive();
    await on.calls.perform({ ...bot, bot: 'another' });
    await rest();
    expect(on.engine.events.slice(1)).toEqual([
      { type: 'BotFailed', conversation: 'c1', reason: 'bot another has no flow that can run' },
    ]);
    expect(on.media.take()).toEqual(['play m-call-1 music-wait wait loop']);
  });

  it('hands over as soon as the database is no longer busy', async () => {
    let refusals = 0;
    on.engine.onRun = (event) => {
      if (event.type === 'BotTransferred' && ++refusals <= 2) throw new Refusal('unavailable', 'Busy.');
    };
    const leg = await on.arrive();
    await on.calls.perform(bot);
    leg.onKey('2', 'rtp');
    for (let turn = 0; turn < 2; turn++) {
      await rest();
      on.clock.pass(500);
    }
    await rest();
    expect(on.engine.types).toEqual(['CallArrived', 'BotTransferred', 'BotTransferred', 'BotTransferred']);
    expect(leg.notes.at(-1)).toBe('answer');
  });

  it('whose hand-over the database never takes does not leave the caller with music for ever', async () => {
    on.engine.onRun = (event) => {
      if (event.type === 'BotTransferred') throw new Refusal('unavailable', 'Busy.');
    };
    const leg = await on.arrive();
    await on.calls.perform(bot);
    leg.onKey('2', 'rtp');
    for (let turn = 0; turn < 10; turn++) {
      await rest();
      on.clock.pass(15_000);
    }
    await rest();
    expect(leg.notes.at(-1)).toContain('end A fault on our side ended the call');
    expect(on.engine.types.at(-1)).toBe('CallEnded');
  });

  it('whose call was taken further meanwhile leaves it to whoever did', async () => {
    on.engine.onRun = (event) => {
      if (event.type === 'BotTransferred') throw new Refusal('conflict', 'The conversation is closed.');
    };
    const leg = await on.arrive();
    await on.calls.perform(bot);
    leg.onKey('2', 'rtp');
    await rest();
    expect(leg.notes.at(-1)).toBe('answer');
  });

  it('whose engine fails at the hand-over does not leave the caller with music for ever', async () => {
    on.engine.onRun = (event) => {
      if (event.type === 'BotTransferred') throw new Error('a bug');
    };
    const leg = await on.arrive();
    await on.calls.perform(bot);
    leg.onKey('2', 'rtp');
    await rest();
    expect(leg.notes.at(-1)).toBe('end A fault on our side ended the call 500');
    expect(on.engine.types.at(-1)).toBe('CallEnded');
    expect(on.calls.size).toBe(0);
  });

  it('is silent once the call is over', async () => {
    const leg = await on.arrive();
    await on.calls.perform(bot);
    await rest();
    on.media.take();
    leg.onEnded('customer', 'BYE');
    leg.onPlayed('say-1');
    leg.onKey('1', 'rtp');
    on.clock.pass(60_000);
    await rest();
    expect(on.media.take()).toEqual(['stopPlay m-call-1 prompt']);
    expect(on.engine.types).toEqual(['CallArrived', 'CallEnded']);
  });
});
