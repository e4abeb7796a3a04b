import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { rowsOf, statusOf } from '../../test/engine/front-desk.ts';
import { change as changeRow, make as makeRow, offeredTo as offerOf } from '../../test/engine/world.ts';
import * as t from '../tables/dataverse/index.ts';
import { presences, type Table, type Values } from '../tables/index.ts';
import { msdyn_omnichannelconfiguration } from '../tables/platform/index.ts';

const at = deskOfTests();

const make = <T extends Table>(table: T, values: Values<T>): Promise<string> =>
  makeRow(at.store, table, values);
const change = <T extends Table>(table: T, id: string, values: Values<T>): Promise<void> =>
  changeRow(at.store, table, id, values);
const offeredTo = (conversation: string): Promise<string | null> => offerOf(at.desk, conversation);

describe('missed and rejected offers (behaviour.md §4.7)', () => {
  const settings = (values: Values<typeof msdyn_omnichannelconfiguration>): Promise<string> =>
    make(msdyn_omnichannelconfiguration, values);
  const presenceOf = async (): Promise<string | null> =>
    (await statusOf(at.desk, at.agent()))?.msdyn_currentpresenceid ?? null;
  const expire = async (conversation: string): Promise<void> => {
    const { offers } = await rowsOf(at.desk, conversation);
    await at.run({ type: 'OfferExpired', conversation, offer: offers[0]?.wirechief_offerid ?? '' });
  };

  it('rejected: Do not disturb until it is changed, where the setting is on', async () => {
    await at.open({ agents: 1 });
    await settings({ msdyn_enable_agent_reject_notifications: true });
    const conversation = await at.offered();
    await at.run({ type: 'AgentRejected', conversation, agent: at.agent() });
    expect(await presenceOf()).toBe(presences.doNotDisturb);
    expect(await offeredTo(conversation)).toBeNull();
    await at.run({ type: 'PresenceSet', agent: at.agent(), presence: presences.available, by: at.agent() });
    expect(await offeredTo(conversation)).toBe(at.agent());
  });

  it('missed: Inactive, where the setting is on', async () => {
    await at.open({ agents: 1 });
    await settings({ msdyn_enable_missed_notifications: true });
    const conversation = await at.offered();
    await expire(conversation);
    expect(await presenceOf()).toBe(presences.inactive);
    expect((await statusOf(at.desk, at.agent()))?.msdyn_presencemodifiedby).toBe('SYSTEM');
    expect(await offeredTo(conversation)).toBeNull();
  });

  it('missed: nobody is Inactive for work that is offered to who is away', async () => {
    await at.open({ agents: 1, workstream: { msdyn_allowedpresences: [192360000, 192360003] } });
    await settings({ msdyn_enable_missed_notifications: true });
    const conversation = await at.offered();
    await expire(conversation);
    expect(await presenceOf()).not.toBe(presences.inactive);
    expect((await rowsOf(at.desk, conversation)).offers).toMatchObject([
      { statuscode: 4 },
      { statuscode: 1 },
    ]);
  });

  it('a setting may name another presence; without settings the presence stays', async () => {
    await at.open({ agents: 1 });
    const row = await settings({
      msdyn_enable_agent_reject_notifications: true,
      msdyn_dnd_presence_lookup: presences.away,
    });
    const conversation = await at.offered();
    await at.run({ type: 'AgentRejected', conversation, agent: at.agent() });
    expect(await presenceOf()).toBe(presences.away);
    await change(msdyn_omnichannelconfiguration, row, { msdyn_enable_agent_reject_notifications: false });
    await at.run({ type: 'PresenceSet', agent: at.agent(), presence: presences.available, by: at.agent() });
    await at.run({ type: 'AgentRejected', conversation, agent: at.agent() });
    expect(await offeredTo(conversation)).toBe(at.agent());
  });
});

describe('by hand (behaviour.md §3.9, §4.8)', () => {
  it('a supervisor gives waiting work to a person, whatever their presence and capacity', async () => {
    await at.open({ capacity: 10 });
    const conversation = await at.offered();
    expect(await offeredTo(conversation)).toBeNull();
    await at.run({ type: 'PresenceSet', agent: at.agent(), presence: presences.away, by: at.agent() });
    await at.run({ type: 'WorkAssigned', conversation, agent: at.agent() });
    const { row, sessions, participants, offers } = await rowsOf(at.desk, conversation);
    expect(offers.find(({ statuscode }) => statuscode === 1)?.wirechief_agentid).toBe(at.agent());
    expect(row).toMatchObject({ statuscode: 2, msdyn_statuschangereason: 192350017 });
    expect(sessions.at(-1)?.msdyn_sessioncreationreason).toBe(192350026);
    expect(participants.at(-1)?.msdyn_assignreason).toBe('SupervisorAssign');
    expect((await statusOf(at.desk, at.agent()))?.msdyn_availableunitscapacity).toBe(-20);
    await expect(at.run({ type: 'WorkAssigned', conversation, agent: at.agent() })).rejects.toThrow(
      'offered',
    );
  });

  it('or to another queue, where it is assigned anew', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.transferred();
    await at.run({ type: 'WorkMoved', conversation, queue: at.desk.ids.front });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 1, msdyn_cdsqueueid: at.desk.ids.front });
    expect(sessions.at(-2)?.msdyn_closurereason).toBe(192350011);
    expect(sessions.at(-1)).toMatchObject({
      msdyn_sessioncreationreason: 192350027,
      msdyn_cdsqueueid: at.desk.ids.front,
    });
  });

  it('nobody is given work who is not there, and only work that waits', async () => {
    await at.open();
    const conversation = await at.transferred();
    await expect(at.run({ type: 'WorkAssigned', conversation, agent: at.agent() })).rejects.toThrow(
      'not signed in',
    );
  });

  it('a member of the queue picks from a pick workstream, beyond their capacity too', async () => {
    await at.open({ capacity: 10, workstream: { msdyn_workdistributionmode: 192350001 } });
    const conversation = await at.offered();
    await at.run({ type: 'WorkPicked', conversation, agent: at.agent() });
    expect(await offeredTo(conversation)).toBe(at.agent());
    const { participants, row } = await rowsOf(at.desk, conversation);
    expect(participants.at(-1)?.msdyn_assignreason).toBe('AgentPick');
    expect(row.msdyn_statuschangereason).toBe(192350002);
    await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
  });

  it('a push workstream is not picked from, unless it says so', async () => {
    await at.open({ agents: 1, capacity: 10 });
    const conversation = await at.offered();
    const pick = { type: 'WorkPicked', conversation, agent: at.agent() } as const;
    await expect(at.run(pick)).rejects.toThrow('cannot be picked');
    await change(t.msdyn_liveworkstream, at.desk.ids.workstream, {
      msdyn_enableselectingfrompushbasedworkstreams: true,
    });
    await at.run(pick);
    expect(await offeredTo(conversation)).toBe(at.agent());
  });
});
