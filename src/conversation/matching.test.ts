import { expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, signIn } from '../../test/engine/front-desk.ts';
import { change, make, offeredTo } from '../../test/engine/world.ts';
import * as t from '../tables/dataverse/index.ts';

const at = deskOfTests();

it('who is free again after a call is matched with what waits, in wrap-up too (behaviour.md §4.4)', async () => {
  await at.open({ agents: 1, workstream: { msdyn_allowedpresences: [192360000, 192360001] } });
  const first = await at.talking();
  const second = await at.transferred();
  expect(await offeredTo(at.desk, second)).toBeNull();
  await at.run({ type: 'AgentEnded', conversation: first, agent: at.agent() });
  expect(await offeredTo(at.desk, second)).toBe(at.agent());
});

it('what was changed past the engine counts at the next event (behaviour.md §4.4)', async () => {
  await at.open({ agents: 2, capacity: 10 });
  await signIn(at.desk, at.agent(0));
  const conversation = await at.transferred();
  expect(await offeredTo(at.desk, conversation)).toBeNull();
  await change(at.store, t.systemuser, at.agent(0), { msdyn_capacity: 100 });
  // The change log is told in order: a later change that was heard says that this one was.
  const heard = new Promise<void>((resolve) => {
    const stop = at.store.subscribe((changes) => {
      if (!changes.some(({ table }) => table === 'contact')) return;
      stop();
      resolve();
    });
  });
  await make(at.store, t.contact, { lastname: 'Last' });
  await heard;
  await at.run({ type: 'WorkAvailable' });
  expect(await offeredTo(at.desk, conversation)).toBe(at.agent(0));
});

it('an item that nobody fits does not hold up one behind it, whoever signs in (behaviour.md §4.4)', async () => {
  await at.open({ agents: 1, workstream: { msdyn_matchinglogic: 192350000 } });
  const skill = await make(at.store, t.characteristic, { name: 'Rare', characteristictype: 1 });
  const rare = await at.transferred();
  await make(at.store, t.msdyn_ocliveworkitemcharacteristic, {
    msdyn_ocliveworkitemid: rare,
    msdyn_characteristic: skill,
  });
  const plain = await at.transferred();
  await signIn(at.desk, at.agent());
  await at.desk.engine.idle();
  expect(await offeredTo(at.desk, rare)).toBeNull();
  expect(await offeredTo(at.desk, plain)).toBe(at.agent());
});

it('plain queues come before one that orders its own work, the smaller number before both (behaviour.md §4.3)', async () => {
  const ordersItsWork = async (queue: string): Promise<void> => {
    const configuration = await make(at.store, t.msdyn_assignmentconfiguration, {
      msdyn_name: 'Order',
      msdyn_queueid: queue,
      msdyn_isactiveconfiguration: true,
    });
    await make(at.store, t.msdyn_assignmentconfigurationstep, {
      msdyn_name: 'Order',
      msdyn_assignmentconfigurationid: configuration,
      msdyn_type: 192350000,
    });
  };
  for (const [priority, first] of [
    [null, 'plain'],
    [1, 'custom'],
  ] as const) {
    await at.open({ agents: 1 });
    await ordersItsWork(at.desk.ids.legal);
    await change(at.store, t.queue, at.desk.ids.legal, { msdyn_priority: priority });
    const work = { custom: await at.transferred(), plain: await call(at.desk, number.direct) };
    await signIn(at.desk, at.agent());
    await at.desk.engine.idle();
    expect(await offeredTo(at.desk, work[first])).toBe(at.agent());
    await at.clear();
  }
});
