import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { count, rowsOf, statusOf } from '../../test/engine/front-desk.ts';
import { presences } from '../tables/index.ts';

const at = deskOfTests();
const free = { msdyn_availableunitscapacity: 100, msdyn_assignedconversationcount: 0 };

describe('offers (behaviour.md §3.1 rows 10 to 11b, §4.8, §4.9)', () => {
  it.each([
    ['rejected', 192350001, 192350008, 'AgentReject', 3],
    ['not answered', 192350002, 192350009, 'AgentTimeout', 4],
  ] as const)(
    '%s: session closed, a new one offered to the next',
    async (how, closed, created, left, status) => {
      await at.open({ agents: 2 });
      await at.signAllIn();
      const conversation = await at.transferred();
      const first = (await rowsOf(at.desk, conversation)).row.msdyn_activeagentid as string;
      const other = at.desk.ids.agents.find((one) => one !== first) as string;
      const [pending] = (await rowsOf(at.desk, conversation)).offers;
      at.effects();
      await at.run(
        how === 'rejected'
          ? { type: 'AgentRejected', conversation, agent: first }
          : { type: 'OfferExpired', conversation, offer: pending?.wirechief_offerid ?? '' },
      );
      expect(at.effects()).toEqual(['StopRinging', 'RingAgent']);
      const { row, sessions, participants, offers } = await rowsOf(at.desk, conversation);
      expect(sessions.slice(1)).toMatchObject([
        { msdyn_closurereason: closed, statecode: 1 },
        { msdyn_closurereason: null, msdyn_sessioncreationreason: created, statecode: 0 },
      ]);
      expect(participants.slice(1)).toMatchObject([
        {
          msdyn_agentid: first,
          msdyn_joinedon: null,
          msdyn_leftonreason: left,
          msdyn_iscapacityblocking: false,
        },
        { msdyn_agentid: other, msdyn_lefton: null },
      ]);
      expect(offers.map(({ statuscode }) => statuscode)).toEqual([status, 1]);
      expect(row).toMatchObject({ statuscode: 2, msdyn_activeagentid: other, msdyn_transfercount: 0 });
      expect(await statusOf(at.desk, first)).toMatchObject({
        ...free,
        msdyn_currentpresenceid: presences.available,
      });
      expect(await count(at.desk, 'queueitem')).toBe(1);
    },
  );

  it('the only one there is asked up to three times, then no more', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.offered();
    for (let declines = 1; declines <= 3; declines += 1)
      await at.run({ type: 'AgentRejected', conversation, agent: at.agent() });
    const { row, offers } = await rowsOf(at.desk, conversation);
    expect(offers.map(({ statuscode }) => statuscode)).toEqual([3, 3, 3]);
    expect(row).toMatchObject({ statuscode: 1, msdyn_activeagentid: null });
    await expect(at.run({ type: 'AgentRejected', conversation, agent: at.agent() })).rejects.toThrow(
      'waiting in its queue',
    );
  });

  it('is accepted only by the one it was made to, and only in time', async () => {
    await at.open({ agents: 2, limits: { offerSeconds: -1 } });
    await at.signAllIn();
    const conversation = await at.transferred();
    const { row } = await rowsOf(at.desk, conversation);
    const first = row.msdyn_activeagentid as string;
    const other = at.desk.ids.agents.find((one) => one !== first) as string;
    await expect(at.run({ type: 'AgentAccepted', conversation, agent: other })).rejects.toThrow(
      /offered to Agent \d/,
    );
    await expect(at.run({ type: 'AgentAccepted', conversation, agent: first })).rejects.toThrow('ran out');
  });

  it('an expiry that comes late means nothing', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.talking();
    const [offer] = (await rowsOf(at.desk, conversation)).offers;
    await at.run({ type: 'OfferExpired', conversation, offer: offer?.wirechief_offerid ?? '' });
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(2);
  });

  it('a timer of the database expires it', async () => {
    await at.open({ agents: 1, limits: { offerSeconds: 0.2, declines: 1 } });
    const conversation = await at.offered();
    at.store.startTimers();
    await expect
      .poll(async () => (await rowsOf(at.desk, conversation)).row.statuscode, { timeout: 5000 })
      .toBe(1);
    expect((await rowsOf(at.desk, conversation)).offers).toMatchObject([{ statuscode: 4 }]);
  });
});
