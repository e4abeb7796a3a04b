import { beforeEach, describe, expect, it } from 'vitest';
import { PaperLeg, rest, withAgent } from '../../test/calls/paper.ts';
import { paperDesk, shown } from '../../test/calls/paper-desk.ts';
import type { CallEffect } from '../conversation/index.ts';

const first = { conversation: 'c1', call: 'call-1' } as const;
const talking = withAgent(first, 'ann');
const held = withAgent(first, 'ann', true);
const nobody: CallEffect = {
  type: 'Arrange',
  ...first,
  room: { caller: { held: false }, parties: [], alone: 'wait', recording: null },
};
let on: ReturnType<typeof paperDesk>;
beforeEach(() => {
  on = paperDesk();
});

describe('an agent on the call (voice.md §4, table of situations)', () => {
  it('is joined both ways, and talk begins', async () => {
    const ann = await on.signIn('ann');
    await on.arrive();
    await on.calls.perform({ type: 'RingAgent', conversation: 'c1', agent: 'ann' });
    expect(shown(ann.sent)).toMatchObject({ state: 'ringing', conversation: 'c1' });
    on.media.take();
    await on.calls.perform(talking);
    await rest();
    const gains = { 'm-call-1': { [ann.leg]: 1 }, [ann.leg]: { 'm-call-1': 1 } };
    expect(on.media.take()).toEqual([`room c1 ${JSON.stringify(gains)}`]);
    expect(shown(ann.sent)).toMatchObject({ state: 'connected', conversation: 'c1' });
    expect(on.engine.types).toEqual(['AgentConnected', 'CallArrived', 'MediaConnected']);
  });

  it('is joined once, however often it is said', async () => {
    await on.talk();
    await on.calls.perform(talking);
    await rest();
    expect(on.media.take()).toEqual([]);
    expect(on.engine.types.filter((type) => type === 'MediaConnected')).toHaveLength(1);
  });

  it('begins to talk only when the caller is heard', async () => {
    await on.signIn('ann');
    const leg = new PaperLeg('call-1', '+4570000001');
    leg.heard = false;
    on.calls.take(leg);
    await rest();
    await on.calls.perform(talking);
    await rest();
    expect(on.engine.types).not.toContain('MediaConnected');
    leg.heard = true;
    leg.onHeard();
    await rest();
    expect(on.engine.types.at(-1)).toBe('MediaConnected');
  });

  it('holds: the caller hears music and not the agent, the agent nothing; and back', async () => {
    const { leg, sent } = await on.talk();
    await on.calls.perform(held);
    await on.calls.perform(held);
    const silence = { 'm-call-1': {}, [leg]: {} };
    expect(on.media.take()).toEqual([
      'play m-call-1 music-hold hold loop',
      `room c1 ${JSON.stringify(silence)}`,
    ]);
    expect(shown(sent)).toMatchObject({ state: 'held' });
    await on.calls.perform(talking);
    await on.calls.perform(talking);
    const back = { 'm-call-1': { [leg]: 1 }, [leg]: { 'm-call-1': 1 } };
    expect(on.media.take()).toEqual(['stopPlay m-call-1 music', `room c1 ${JSON.stringify(back)}`]);
    expect(shown(sent)).toMatchObject({ state: 'connected' });
    await rest();
    expect(on.engine.types.filter((type) => type === 'MediaConnected')).toHaveLength(1);
  });

  it('presses keys that the caller’s side hears, but not on hold', async () => {
    await on.talk();
    expect(on.calls.keyFromAgent('ann', '5')).toBe(true);
    expect(on.media.take()).toEqual(['digit m-call-1 5']);
    await on.calls.perform(held);
    on.media.take();
    expect(on.calls.keyFromAgent('ann', '5')).toBe(false);
    expect(on.calls.keyFromAgent('ben', '5')).toBe(false);
    expect(on.media.take()).toEqual([]);
  });

  it('is detached: the caller hears wait music, the page is told', async () => {
    const { sent } = await on.talk();
    await on.calls.perform(nobody);
    await on.calls.perform(nobody);
    expect(on.media.take()).toEqual(['play m-call-1 music-wait wait loop', 'room c1 {}']);
    expect(shown(sent)).toMatchObject({ state: 'ended' });
  });

  it('with two calls talks in one; the other hears music until the first is over', async () => {
    const { leg } = await on.talk();
    await on.arrive('+4570000001', 'call-2');
    await on.calls.perform(withAgent({ conversation: 'c2', call: 'call-2' }, 'ann'));
    await rest();
    const gains = { 'm-call-2': { [leg]: 1 }, [leg]: { 'm-call-2': 1 } };
    expect(on.media.take()).toEqual(
      expect.arrayContaining([
        'room c1 {}',
        'play m-call-1 music-hold hold loop',
        `room c2 ${JSON.stringify(gains)}`,
      ]),
    );
    await on.calls.perform({ type: 'Release', conversation: 'c2', call: 'call-2', reason: 'over' });
    await rest();
    const back = { 'm-call-1': { [leg]: 1 }, [leg]: { 'm-call-1': 1 } };
    expect(on.media.take()).toEqual([
      'room c2 {}',
      'stopPlay m-call-1 music',
      `room c1 ${JSON.stringify(back)}`,
    ]);
  });

  it('is freed when the call is released', async () => {
    const { sent, caller } = await on.talk();
    const release: CallEffect = {
      type: 'Release',
      conversation: 'c1',
      call: 'call-1',
      reason: 'ended by the agent',
      cause: 'agentEnded',
    };
    await on.calls.perform(release);
    await on.calls.perform(release);
    expect(caller.notes.at(-1)).toBe('end The agent ended the call');
    expect(on.media.take()).toEqual(['room c1 {}']);
    expect(shown(sent)).toMatchObject({ state: 'ended', reason: 'You ended the call' });
    expect(on.engine.types).not.toContain('CallEnded');
    expect(on.calls.size).toBe(0);
  });

  it('is freed when the caller hangs up, and the engine is told', async () => {
    const { sent, caller } = await on.talk();
    caller.onEnded('customer', 'BYE');
    caller.onEnded('customer', 'BYE');
    await rest();
    expect(shown(sent)).toMatchObject({ state: 'ended', reason: 'The caller hung up' });
    expect(caller.notes.at(-1)).toBe('end You hung up');
    expect(on.engine.events.filter(({ type }) => type === 'CallEnded')).toEqual([
      { type: 'CallEnded', conversation: 'c1', by: 'customer', reason: 'BYE' },
    ]);
  });

  it.each([
    ['lost', 'RTP timed out', 'The line was lost', 'The line to the caller was lost'],
    ['failure', 'boom', 'A fault on our side ended the call 500', 'A fault on our side ended the call'],
  ] as const)('is told in words when the call ends by %s', async (by, reason, toCaller, toAgent) => {
    const { sent, caller } = await on.talk();
    caller.onEnded(by, reason);
    await rest();
    expect(caller.notes.at(-1)).toBe(`end ${toCaller}`);
    expect(shown(sent)).toMatchObject({ state: 'ended', reason: toAgent });
    expect(on.engine.events.at(-1)).toMatchObject({ type: 'CallEnded', by, reason });
  });

  it('goes on showing the live call while another one is offered and withdrawn', async () => {
    const { sent } = await on.talk();
    await on.arrive('+4570000001', 'call-2');
    await on.calls.perform({ type: 'RingAgent', conversation: 'c2', agent: 'ann' });
    expect(shown(sent)).toMatchObject({ state: 'connected', conversation: 'c1' });
    expect(on.calls.keyFromAgent('ann', '5')).toBe(true);
    await on.calls.perform({ type: 'StopRinging', conversation: 'c2', agent: 'ann' });
    expect(shown(sent)).toMatchObject({ state: 'connected', conversation: 'c1' });
    await on.calls.perform(held);
    await on.calls.perform({ type: 'RingAgent', conversation: 'c2', agent: 'ann' });
    expect(shown(sent)).toMatchObject({ state: 'held', conversation: 'c1' });
  });

  it('rings no longer when the offer is withdrawn', async () => {
    const ann = await on.signIn('ann');
    await on.calls.perform({ type: 'RingAgent', conversation: 'c1', agent: 'ann' });
    await on.calls.perform({ type: 'StopRinging', conversation: 'c2', agent: 'ann' });
    expect(shown(ann.sent)?.state).toBe('ringing');
    await on.calls.perform({ type: 'StopRinging', conversation: 'c1', agent: 'ann' });
    expect(shown(ann.sent)?.state).toBe('idle');
  });
});

describe('a page goes and comes (voice.md §5; page reloaded in a call)', () => {
  it('leaves the caller with music until the agent is back in the same call', async () => {
    const first = await on.talk();
    first.page.sound.close();
    on.agents.leave('ann', first.page);
    await rest();
    expect(on.media.take()).toEqual([
      `close ${first.leg}`,
      'play m-call-1 music-hold hold loop',
      'room c1 {}',
    ]);
    expect(on.engine.types.at(-1)).toBe('AgentLost');
    const second = await on.signIn('ann');
    await rest();
    expect(shown(second.sent)).toMatchObject({ state: 'connected', conversation: 'c1' });
    const gains = { 'm-call-1': { [second.leg]: 1 }, [second.leg]: { 'm-call-1': 1 } };
    expect(on.media.take()).toContain(`room c1 ${JSON.stringify(gains)}`);
    expect(on.engine.types.slice(-2)).toEqual(['AgentConnected', 'MediaConnected']);
  });

  it('comes back to a call on hold, on hold', async () => {
    const first = await on.talk();
    await on.calls.perform(held);
    on.agents.leave('ann', first.page);
    await rest();
    on.media.take();
    const second = await on.signIn('ann');
    await rest();
    expect(shown(second.sent)).toMatchObject({ state: 'held' });
    expect(on.media.take().filter((note) => note.includes(':1'))).toEqual([]);
    expect(on.engine.types.filter((type) => type === 'MediaConnected')).toHaveLength(1);
    await on.calls.perform(talking);
    await rest();
    expect(on.engine.types.at(-1)).toBe('MediaConnected');
  });

  it('detached by the engine while away, comes back to the same call as it was', async () => {
    const first = await on.talk();
    await on.calls.perform(held);
    on.agents.leave('ann', first.page);
    await on.calls.perform(nobody);
    expect(on.media.take()).toContain('room c1 {}');
    const second = await on.signIn('ann');
    await on.calls.perform(held);
    await rest();
    expect(shown(second.sent)).toMatchObject({ state: 'held', conversation: 'c1' });
    expect(on.media.take().filter((note) => note.includes(':1'))).toEqual([]);
  });

  it('given up by the engine while away, comes back to nothing', async () => {
    const first = await on.talk();
    on.agents.leave('ann', first.page);
    await on.calls.perform(nobody);
    await on.calls.perform({ type: 'PlayWaiting', conversation: 'c1', call: 'call-1' });
    on.media.take();
    const second = await on.signIn('ann');
    expect(shown(second.sent)).toEqual({ state: 'idle' });
    expect(on.media.take().filter((note) => note.startsWith('room'))).toEqual([]);
  });

  it('hands the phone over to a second page without a gap', async () => {
    const first = await on.talk();
    const second = await on.signIn('ann');
    await rest();
    expect(first.sent.at(-1)).toEqual({ type: 'replaced' });
    expect(on.engine.types).not.toContain('AgentLost');
    expect(shown(second.sent)).toMatchObject({ state: 'connected' });
    const gains = { 'm-call-1': { [second.leg]: 1 }, [second.leg]: { 'm-call-1': 1 } };
    expect(on.media.take()).toContain(`room c1 ${JSON.stringify(gains)}`);
  });

  it('keeps a muted agent muted, and unmutes for the next call', async () => {
    const first = await on.talk();
    expect(on.agents.mute('ann', true)).toBe(true);
    expect(shown(first.sent)).toMatchObject({ state: 'connected', muted: true });
    const second = await on.signIn('ann');
    await rest();
    expect(on.media.take()).toContain(`muted ${second.leg} true`);
    expect(shown(second.sent)).toMatchObject({ muted: true });
    await on.calls.perform({ type: 'Release', conversation: 'c1', call: 'call-1', reason: 'over' });
    expect(on.media.take()).toContain(`muted ${second.leg} false`);
    expect(on.agents.mute('ann', true)).toBe(false);
  });

  it('gets a new offer when its sound is lost', async () => {
    const ann = await on.talk();
    on.media.onEvent({ type: 'lost', leg: ann.leg, reason: 'ICE failed' });
    await rest();
    expect(ann.sent.slice(-2).map(({ type }) => type)).toEqual(['lost', 'offer']);
    expect(on.engine.types.at(-1)).toBe('AgentLost');
    on.media.onEvent({ type: 'up', leg: ann.page.sound.leg });
    await rest();
    expect(on.engine.types.slice(-2)).toEqual(['AgentConnected', 'MediaConnected']);
  });

  it('connected by the engine before it has sound, is joined when it has', async () => {
    await on.arrive();
    await on.calls.perform(talking);
    await rest();
    expect(on.engine.types).not.toContain('MediaConnected');
    await on.signIn('ann');
    await rest();
    expect(on.engine.types.at(-1)).toBe('MediaConnected');
  });
});
