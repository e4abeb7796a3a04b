import { describe, expect, it } from 'vitest';
import { autoClose } from '../../test/engine/auto-close.ts';
import { busyStore } from '../../test/engine/busy-store.ts';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, rowsOf } from '../../test/engine/front-desk.ts';
import type { Cause, Store, Timer } from '../store/index.ts';
import { createEngine } from './run.ts';

const at = deskOfTests();

/** A second engine on the desk, whose store is busy the first two times that `isMeant` holds, and what it did. */
function engineOfBusyStore(isMeant: (cause: Cause) => boolean) {
  const pauses: number[] = [];
  const lines: string[] = [];
  let left = 2;
  let fire: (timer: Timer) => Promise<void> = async () => {};
  const store: Store = {
    ...busyStore(at.store, (cause) => isMeant(cause) && left-- > 0),
    onTimer: (_, handler) => {
      fire = handler;
    },
  };
  const engine = createEngine({
    store,
    log: (line) => lines.push(line),
    wait: async (pauseMs) => void pauses.push(pauseMs),
  });
  return { engine, pauses, lines, fire: (timer: Timer) => fire(timer) };
}

describe('while the database is busy, the engine loses nothing', () => {
  it('a timer is not done, and fires again; one that was overtaken is done', async () => {
    await at.open({ agents: 1 });
    await autoClose(at.store, 192440000, { 4: 0 });
    const conversation = await at.wrapUp();
    await at.store.query({
      text: `update "dataverse"."msdyn_ocliveworkitem" set "msdyn_wrapupinitiatedon" = now() - interval '2 days'`,
      values: [],
    });
    const { fire } = engineOfBusyStore(() => true);
    const payload = { type: 'LifecycleTimer', conversation, timer: 'wrapup' };
    const timer: Timer = { key: 'k', kind: 'conversation', due: new Date(), payload };
    await expect(fire(timer)).rejects.toMatchObject({ key: 'unavailable' });
    await expect(fire(timer)).rejects.toMatchObject({ key: 'unavailable' });
    await fire(timer);
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(4);
    await fire({ ...timer, payload: { ...payload, conversation: at.agent() } });
  });

  it('an agent who is lost is lost to each conversation', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.offered();
    const { engine, pauses, lines } = engineOfBusyStore((cause) => cause.conversation === conversation);
    await engine.run({ type: 'AgentLost', agent: at.agent() });
    await engine.idle();
    expect(pauses).toEqual([250, 500]);
    expect((await rowsOf(at.desk, conversation)).offers.filter((offer) => offer.statuscode === 1)).toEqual(
      [],
    );
    expect(lines).toEqual([]);
  });

  it('work that waits is looked for again', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.transferred();
    const { engine, pauses } = engineOfBusyStore((cause) => cause.conversation === conversation);
    await engine.run({ type: 'AgentConnected', agent: at.agent() });
    await engine.idle();
    expect(pauses).toEqual([250, 500]);
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(2);
  });

  it('a call without a bot reaches its queue', async () => {
    await at.open({ agents: 1 });
    let steps = 0;
    const { engine } = engineOfBusyStore(() => ++steps > 1);
    const conversation = await call({ ...at.desk, engine }, number.direct);
    expect((await rowsOf(at.desk, conversation)).sessions).toHaveLength(1);
  });

  it('a call whose voice failed is ended', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.offered();
    const { engine, pauses } = engineOfBusyStore(({ cause }) => cause === 'CallEnded');
    engine.attach({
      perform: async ({ type }) => {
        if (type === 'Arrange') throw new Error('no room');
      },
    });
    await engine.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
    await engine.idle();
    expect(pauses).toEqual([250, 500]);
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(5);
  });
});
