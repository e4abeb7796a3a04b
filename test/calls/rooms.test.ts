import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Person, untilHeard } from './hearing.ts';
import { until } from './line.ts';
import { openStage, type Stage, seat } from './people.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const told = (type: string, agent: string): number =>
  stage.line.engine.events.filter((event) => event.type === type && 'agent' in event && event.agent === agent)
    .length;

/** The caller, ann and ben, all with sound; nobody is joined yet. */
async function three() {
  const [ann, ben] = [await stage.agent('ann'), await stage.agent('ben')];
  return { ann, ben, caller: await stage.caller() };
}

describe('calls of several (behaviour.md §3.9), who hears whom by pitch', () => {
  it('consults in private, then all three, then hands over', async () => {
    const people = await three();
    const [ann, ben] = [seat('ann', 'primary'), seat('ben', 'consult')];
    await stage.arrange({ parties: [ann] });
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: [] });
    await stage.arrange({ caller: { held: true }, parties: [ann, ben] });
    await untilHeard(people, { caller: ['music'], ann: ['ben'], ben: ['ann'] });
    expect(people.ann.page.call?.state).toBe('held');
    expect(people.ben.page.call?.state).toBe('connected');
    await stage.arrange({ parties: [ann, ben] });
    await untilHeard(people, { caller: ['ann', 'ben'], ann: ['ben', 'caller'], ben: ['ann', 'caller'] });
    await stage.arrange({ parties: [ann, { ...ben, held: true }] });
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: ['music'] });
    await stage.arrange({ parties: [seat('ben', 'primary'), seat('ann', 'consult')] });
    await untilHeard(people, { caller: ['ann', 'ben'], ann: ['ben', 'caller'], ben: ['ann', 'caller'] });
    await stage.arrange({ parties: [seat('ben', 'primary')] });
    await untilHeard(people, { caller: ['ben'], ann: [], ben: ['caller'] });
    expect(people.ann.page.call?.state).toBe('ended');
    expect(told('MediaConnected', 'ann')).toBe(1);
    expect(told('MediaConnected', 'ben')).toBe(1);
  });

  it('transfers: on hold until the other has accepted, then with them', async () => {
    const people = await three();
    await stage.arrange({ parties: [seat('ann', 'primary')] });
    await untilHeard(people, { caller: ['ann'], ann: ['caller'] });
    await stage.arrange({ caller: { held: true }, parties: [seat('ann', 'primary')] });
    await untilHeard(people, { caller: ['music'], ann: [], ben: [] });
    await stage.arrange({ parties: [seat('ben', 'primary')] });
    await untilHeard(people, { caller: ['ben'], ann: [], ben: ['caller'] });
  });

  it('monitors, whispers and barges in', async () => {
    const [ann, sue] = [await stage.agent('ann'), await stage.agent('sue')];
    const people: Record<string, Person> = { ann, sue, caller: await stage.caller() };
    const primary = seat('ann', 'primary');
    await stage.arrange({ parties: [primary, seat('sue', 'monitor')] });
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], sue: ['ann', 'caller'] });
    await stage.arrange({ parties: [primary, seat('sue', 'whisper')] });
    await untilHeard(people, { caller: ['ann'], ann: ['caller', 'sue'], sue: ['ann', 'caller'] });
    await stage.arrange({ parties: [primary, seat('sue', 'barge')] });
    await untilHeard(people, { caller: ['ann', 'sue'], ann: ['caller', 'sue'], sue: ['ann', 'caller'] });
    await stage.arrange({ caller: { held: true }, parties: [primary, seat('sue', 'monitor')] });
    await untilHeard(people, { caller: ['music'], ann: [], sue: ['ann'] });
    await stage.arrange({ parties: [primary] });
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], sue: [] });
  });

  it('said again changes nothing: no sound is lost', async () => {
    const people = await three();
    const plan = { parties: [seat('ann', 'primary'), seat('ben', 'consult', true)] };
    await stage.arrange(plan);
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: ['music'] });
    people.caller.ear.forget();
    const since = performance.now();
    for (let time = 0; time < 20; time++) await stage.arrange(plan);
    await until(() => performance.now() - since > 600);
    // Every packet of that time is Ann's pitch and nothing else: 30 packets, none of them torn.
    expect(people.caller.ear.share(people.ann.hertz, 500)).toBeGreaterThan(0.95);
    expect(told('MediaConnected', 'ann')).toBe(1);
  });

  it('an agent whose sound comes later joins when it is up', async () => {
    const caller = await stage.caller();
    await stage.arrange({ parties: [seat('ann', 'primary')], alone: 'hold' });
    await untilHeard({ caller }, { caller: ['music'] });
    expect(told('MediaConnected', 'ann')).toBe(0);
    const ann = await stage.agent('ann');
    await untilHeard({ caller, ann }, { caller: ['ann'], ann: ['caller'] });
    expect(told('MediaConnected', 'ann')).toBe(1);
  });

  it('the primary’s page is reloaded in a consultation: all others on hold until it is back (§1.8)', async () => {
    const people = await three();
    const plan = {
      caller: { held: true },
      parties: [seat('ann', 'primary'), seat('ben', 'consult')],
    };
    await stage.arrange({ parties: [seat('ann', 'primary')] });
    await stage.arrange(plan);
    await untilHeard(people, { caller: ['music'], ann: ['ben'], ben: ['ann'] });
    await people.ann.page.vanish();
    await untilHeard(people, { caller: ['music'], ben: ['music'] });
    expect(people.ben.page.call?.state).toBe('held');
    const back = { ...people, ann: await stage.agent('ann') };
    await untilHeard(back, { caller: ['music'], ann: ['ben'], ben: ['ann'] });
    expect(back.ann.page.call?.state).toBe('held');
    expect(people.ben.page.call?.state).toBe('connected');
  });

  it('with a second call the first goes to music, and is back when the second is over', async () => {
    const [ann, first] = [await stage.agent('ann'), await stage.caller()];
    const one = stage.line.arrived();
    await stage.arrange({ parties: [seat('ann', 'primary')], alone: 'hold' });
    await untilHeard({ ann, first }, { first: ['ann'], ann: ['first'] });
    const second = await stage.caller({ hertz: 1250 });
    await stage.arrange({ parties: [seat('ann', 'primary')] });
    const both = { ann, first, second: { ...second, hertz: 1250 } };
    await untilHeard(both, { first: ['music'], second: ['ann'], ann: ['second'] });
    expect(ann.page.call?.conversation).not.toBe(one.conversation);
    await second.phone.hangUp();
    await untilHeard(both, { first: ['ann'], ann: ['first'] });
    expect(ann.page.call).toMatchObject({ state: 'connected', conversation: one.conversation });
  });

  it('mutes one of three, and keys reach the caller', async () => {
    const people = await three();
    await stage.arrange({ parties: [seat('ann', 'primary'), seat('ben', 'consult')] });
    await untilHeard(people, { caller: ['ann', 'ben'] });
    people.ben.page.say({ type: 'mute', muted: true });
    await untilHeard(people, { caller: ['ann'], ann: ['caller'], ben: ['ann', 'caller'] });
    people.ann.page.say({ type: 'key', digit: '7' });
    await until(() => people.caller.phone.sound.keysHeard.includes('7'));
    await stage.act('SendKey', { party: null, key: '9' });
    await until(() => people.caller.phone.sound.keysHeard.includes('9'));
  });
});
