import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPhone } from '../phone/phone.ts';
import { untilHeard } from './hearing.ts';
import { numbers, openLine, until } from './line.ts';
import { expertNumber, openStage, outside, type Stage, seat } from './people.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const ourNumber = '+4570000001';
const events = (type: string) => stage.line.engine.events.filter((event) => event.type === type);
const callExpert = (party = 'p1', caller: string | null = ourNumber) =>
  stage.act('CallParty', { party, number: expertNumber, caller });

/** Ann talks to the caller; the expert's telephone is there. */
async function talk(ring: 'answer' | 'ring' | 'busy' = 'answer') {
  const people = {
    ann: await stage.agent('ann'),
    caller: await stage.caller(),
    expert: await stage.expert({ ring }),
  };
  await stage.arrange({ parties: [seat('ann', 'primary')], alone: 'hold' });
  await untilHeard(people, { caller: ['ann'], ann: ['caller'] });
  return people;
}

describe('somebody outside, by SIP (behaviour.md §3.9)', () => {
  it('is consulted in private, joins all, and stays with the caller: a bridged transfer', async () => {
    const people = await talk();
    const [ann, expert] = [seat('ann', 'primary'), outside('p1', 'consult')];
    await stage.arrange({ caller: { held: true }, parties: [ann] });
    await callExpert();
    await until(() => events('PartyAnswered').length === 1);
    expect(people.expert.phone.far).toContain(`sip:${ourNumber}@`);
    // Not in the room until an Arrange says so.
    await untilHeard(people, { caller: ['music'], ann: [], expert: [] });
    await stage.arrange({ caller: { held: true }, parties: [ann, expert] });
    await untilHeard(people, { caller: ['music'], ann: ['expert'], expert: ['ann'] });
    people.ann.page.say({ type: 'key', digit: '4' });
    await until(() => people.expert.phone.sound.keysHeard.includes('4'));
    expect(people.caller.phone.sound.keysHeard).toEqual([]);
    await stage.arrange({ parties: [ann, expert] });
    await untilHeard(people, {
      caller: ['ann', 'expert'],
      ann: ['caller', 'expert'],
      expert: ['ann', 'caller'],
    });
    await stage.arrange({ parties: [ann, { ...expert, held: true }] });
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], expert: ['music'] });
    await stage.arrange({ parties: [outside('p1', 'primary')] });
    await untilHeard(people, { caller: ['expert'], ann: [], expert: ['caller'] });
    await people.expert.phone.hangUp();
    await until(() => events('PartyLeft').length === 1);
    await untilHeard(people, { caller: ['music'] });
    expect(events('CallEnded')).toEqual([]);
  });

  it('is called once, however often it is said, and dropped for good', async () => {
    const people = await talk();
    await callExpert();
    await callExpert();
    await until(() => events('PartyAnswered').length === 1);
    await stage.act('SendKey', { party: 'p1', key: '5' });
    await until(() => people.expert.phone.sound.keysHeard.join('') === '5');
    await stage.act('DropParty', { party: 'p1' });
    await stage.act('DropParty', { party: 'p1' });
    await until(() => people.expert.phone.state === 'ended');
    await callExpert();
    await untilHeard(people, { caller: ['ann'], ann: ['caller'] });
    expect(people.expert.phone.state).toBe('ended');
    expect(events('PartyLeft')).toEqual([]);
  });

  it('is busy, declines, is not reachable: told by its status', async () => {
    const people = await talk('busy');
    await callExpert();
    await until(() => events('PartyRefused').length === 1);
    expect(events('PartyRefused')).toMatchObject([{ party: 'p1', status: 486 }]);
    await stage.expert({ ring: 'ring' }).then(async ({ phone }) => {
      await callExpert('p2');
      await until(() => phone.state === 'ringing');
      phone.refuse(603, 'Decline');
    });
    await until(() => events('PartyRefused').length === 2);
    expect(events('PartyRefused')[1]).toMatchObject({ party: 'p2', status: 603 });
    await stage.act('CallParty', { party: 'p3', number: '+4570990099', caller: null });
    await until(() => events('PartyRefused').length === 3);
    expect(events('PartyRefused')[2]).toMatchObject({ party: 'p3', status: 0 });
    await untilHeard(people, { caller: ['ann'], ann: ['caller'] });
  });

  it('rings no longer when it is dropped, or when the caller hangs up', async () => {
    const people = await talk('ring');
    await callExpert();
    await until(() => people.expert.phone.state === 'ringing');
    await stage.act('DropParty', { party: 'p1' });
    await until(() => people.expert.phone.state === 'ended');
    const { phone } = await stage.expert({ ring: 'ring' });
    await callExpert('p2', null);
    await until(() => phone.state === 'ringing');
    expect(phone.far).toContain('anonymous@anonymous.invalid');
    await people.caller.phone.hangUp();
    await until(() => phone.state === 'ended');
    expect(events('PartyRefused')).toEqual([]);
  });

  it('is left with the caller when the conversation lets go, keys and all, until one hangs up', async () => {
    const people = await talk();
    await callExpert();
    await until(() => events('PartyAnswered').length === 1);
    await stage.act('LetGo', { party: 'p1' });
    await untilHeard(people, { caller: ['expert'], ann: [], expert: ['caller'] });
    expect(people.ann.page.call).toMatchObject({ state: 'ended', reason: 'The call was transferred' });
    await people.caller.phone.sendKeys('12');
    await until(() => people.expert.phone.sound.keysHeard.join('') === '12');
    await people.expert.phone.hangUp();
    await until(() => people.caller.phone.state === 'ended');
    expect(events('CallEnded')).toEqual([]);
    expect(events('PartyLeft')).toEqual([]);
  });

  it('let go while it rings: music until it answers; nobody there ends the caller’s leg too', async () => {
    const people = await talk('ring');
    await callExpert();
    await until(() => people.expert.phone.state === 'ringing');
    await stage.act('LetGo', { party: 'p1' });
    await untilHeard(people, { caller: ['music'], ann: [] });
    await people.expert.phone.answer();
    await untilHeard(people, { caller: ['expert'], expert: ['caller'] });
    await people.caller.phone.hangUp();
    await until(() => people.expert.phone.state === 'ended');
  });
});

it('a test number of ours may be the party: from the echo the caller’s own voice comes back', async () => {
  const line = await openLine({}, { flows: new Map() });
  const caller = await createPhone({ hertz: 1000 });
  try {
    await caller.dial(`sip:${numbers.straight}@${line.host}:${line.port}`, { from: '+4570123456' });
    const { conversation, call } = line.arrived();
    const party = {
      type: 'CallParty',
      conversation,
      party: 'p1',
      number: numbers.echo,
      caller: null,
    } as const;
    await line.voice.perform(party);
    const parties = [outside('p1', 'primary')];
    const room = { caller: { held: false }, parties, alone: 'hold', recording: null } as const;
    await line.voice.perform({ type: 'Arrange', conversation, call, room });
    await until(() => caller.share(1000, 400) > 0.9);
  } finally {
    await caller.hangUp();
    await caller.close();
    await line.close();
  }
});

describe('the customer, called by us (behaviour.md §3.4 direct callback, §3.10)', () => {
  const customer = { conversation: 'callback-1', call: 'leg-1' } as const;
  const call = (number = expertNumber, ids: { conversation: string; call: string } = customer) =>
    stage.line.voice.perform({ type: 'CallCustomer', ...ids, number, from: ourNumber, agent: null });

  it('answers, and talks to the agent', async () => {
    const [ann, expert] = [await stage.agent('ann'), await stage.expert({ ring: 'ring' })];
    await call();
    await call();
    await until(() => expert.phone.state === 'ringing');
    expect(expert.phone.far).toContain(`sip:${ourNumber}@`);
    const room = {
      caller: { held: false },
      parties: [seat('ann', 'primary')],
      alone: 'wait',
      recording: null,
    } as const;
    const arranged = stage.line.voice.perform({ type: 'Arrange', ...customer, room });
    await expert.phone.answer();
    await arranged;
    await untilHeard({ ann, expert }, { ann: ['expert'], expert: ['ann'] });
    expect(events('CustomerAnswered')).toEqual([
      { type: 'CustomerAnswered', conversation: customer.conversation },
    ]);
    expect(events('MediaConnected')).toHaveLength(1);
    await expert.phone.hangUp();
    await until(() => events('CallEnded').length === 1);
    expect(events('CallEnded')[0]).toMatchObject({ conversation: customer.conversation, by: 'customer' });
    await until(() => ann.page.call?.state === 'ended');
  });

  it('is busy, or cannot be called at all', async () => {
    await stage.expert({ ring: 'busy' });
    await call(expertNumber, { conversation: 'callback-2', call: 'leg-2' });
    await until(() => events('CallEnded').length === 1);
    expect(events('CallEnded')[0]).toMatchObject({ by: 'customer', reason: '486 Busy Here' });
    await call('+4570990099', { conversation: 'callback-3', call: 'leg-3' });
    await until(() => events('CallEnded').length === 2);
    expect(events('CallEnded')[1]).toMatchObject({ by: 'failure' });
  });

  it('is called no longer when the engine releases the call', async () => {
    const { phone } = await stage.expert({ ring: 'ring' });
    const ids = { conversation: 'callback-4', call: 'leg-4' };
    await call(expertNumber, ids);
    await until(() => phone.state === 'ringing');
    await stage.line.voice.perform({ type: 'Release', ...ids, reason: 'given up' });
    await until(() => phone.state === 'ended');
    expect(events('CallEnded')).toEqual([]);
  });
});
