import { describe, expect, it } from 'vitest';
import { autoClose } from '../../test/engine/auto-close.ts';
import { channelOf, clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf, signIn, statusOf, type Wishes } from '../../test/engine/front-desk.ts';
import * as t from '../tables/dataverse/index.ts';

const at = clockedDesk();

const close = (conversation: string): Promise<void> =>
  at.run({ type: 'SessionClosed', conversation, agent: at.agent() });

const segmentsOf = (conversation: string) =>
  at.store.rows(
    t.msdyn_queueextension,
    { msdyn_conversationid: conversation },
    { orderBy: [['createdon', 'asc']] },
  );

describe('transitions by channel (behaviour.md §1.2)', () => {
  it.each(['liveChat', 'messaging', 'record'] as const)('(none) → Open → Active: %s', async (kind) => {
    await at.open({ agents: 1 });
    const conversation = await at.isTalked(kind);
    const { row, live, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 2,
      msdyn_statuschangereason: 192350003,
      msdyn_channel: [channelOf[kind]],
    });
    expect(live).toMatchObject({ statecode: 1, statuscode: 2, msdyn_channel: [channelOf[kind]] });
    expect(sessions).toMatchObject([{ msdyn_channel: channelOf[kind] }]);
    expect(await segmentsOf(conversation)).toMatchObject([
      { msdyn_creationreason: 'DirectQueueEntry', msdyn_endtime: null },
    ]);
    expect(at.effects()).toEqual([]);
  });

  it.each([
    [
      'Open → Closed',
      () => at.came('liveChat'),
      { statuscode: 4, msdyn_statuschangereason: 192350012, msdyn_isabandoned: true },
    ],
    [
      'Active → Wrap-up',
      () => at.isTalked('liveChat'),
      { statuscode: 5, msdyn_statuschangereason: 192350006, msdyn_isabandoned: false },
    ],
  ] as const)('the customer leaves a live chat: %s', async (_, prepare, expected) => {
    await at.open({ agents: 1 });
    const conversation = await prepare();
    await at.run({ type: 'CustomerLeft', conversation, by: 'customer' });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject(expected);
    expect(sessions.at(-1)?.msdyn_closurereason).toBe(192350022);
  });

  it('messaging: X is Waiting, the customer comes back to Open, the agent takes it up, inactivity closes it', async () => {
    await at.open({ agents: 1, workstream: { msdyn_autocloseafterinactivity: 0 } });
    const conversation = await at.isTalked('messaging');
    await close(conversation);
    const waiting = await rowsOf(at.desk, conversation);
    expect(waiting.row).toMatchObject({
      statecode: 0,
      statuscode: 3,
      msdyn_statuschangereason: 192350004,
      msdyn_activeagentid: null,
    });
    expect(waiting.live).toMatchObject({ statecode: 2, statuscode: 3 });
    expect(waiting.sessions.at(-1)?.msdyn_closurereason).toBe(192350063);
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: 100 });
    await at.run({ type: 'AgentReopened', conversation, agent: at.agent() });
    const reopened = await rowsOf(at.desk, conversation);
    expect(reopened.row).toMatchObject({ statuscode: 2, msdyn_statuschangereason: 192350003 });
    expect(reopened.participants.at(-1)?.msdyn_assignreason).toBe('AgentConversationRejoin');
    await close(conversation);
    await at.run({ type: 'CustomerMessaged', conversation });
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 2,
      msdyn_statuschangereason: 192350002,
    });
    await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
    await close(conversation);
    await at.run({ type: 'LifecycleTimer', conversation, timer: 'waiting' });
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350009,
    });
    const segments = await segmentsOf(conversation);
    expect(segments).toHaveLength(3);
    expect(segments.every(({ msdyn_endtime }) => msdyn_endtime !== null)).toBe(true);
  });

  it('record: no End, X only when it is resolved, and then Closed', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.isTalked('record');
    await expect(at.run({ type: 'AgentEnded', conversation, agent: at.agent() })).rejects.toThrow(
      'The conversation is in conversation with an agent.',
    );
    await expect(close(conversation)).rejects.toMatchObject({ key: 'conflict' });
    await at.run({ type: 'RecordEnded', conversation, by: 'resolved' });
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: 100 });
    await close(conversation);
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350008,
    });
  });
});

describe('several at once (behaviour.md §4.8)', () => {
  const withBusy: Wishes = { agents: 1, workstream: { msdyn_allowedpresences: [192360000, 192360001] } };
  const has = async (conversations: readonly string[]): Promise<readonly boolean[]> => {
    const rows = await Promise.all(conversations.map((id) => rowsOf(at.desk, id)));
    return rows.map(({ row }) => row.msdyn_activeagentid === at.agent());
  };

  it('an agent with capacity has several chats, one of them beside a call, and never two calls', async () => {
    await at.open(withBusy);
    await signIn(at.desk, at.agent());
    const first = await at.isTalked('liveChat');
    const calls = [await at.transferred(), await at.transferred()];
    const second = await at.came('liveChat');
    expect(await has([first, ...calls, second])).toEqual([true, true, false, true]);
    expect(await statusOf(at.desk, at.agent())).toMatchObject({
      msdyn_availableunitscapacity: 10,
      msdyn_assignedconversationcount: 3,
    });
  });

  it('chats that wait are offered together to whoever comes', async () => {
    await at.open(withBusy);
    const chats: string[] = [];
    for (const kind of ['liveChat', 'liveChat', 'messaging', 'liveChat'] as const) {
      chats.push(await at.came(kind));
      await at.pass(1);
    }
    await signIn(at.desk, at.agent());
    await at.desk.engine.idle();
    expect(await has(chats)).toEqual([true, true, true, false]);
  });
});

describe('limits by rows (behaviour.md §1.3)', () => {
  it('a live chat closes 20 minutes after it came when nobody takes it; a row changes that, null is never', async () => {
    await at.open({ agents: 1 });
    const timer = async (): Promise<number | null> => {
      const conversation = await at.came('liveChat');
      const { row } = await rowsOf(at.desk, conversation);
      const [set] = await at.store.query({
        text: 'select due from wirechief.timer where key = $1',
        values: [`lifecycle:${conversation}`],
      });
      return set ? Math.round((Number(set.due) - Number(row.modifiedon)) / 60_000) : null;
    };
    expect(await timer()).toBe(20);
    await autoClose(at.store, 192360000, { 0: 5, 1: null });
    expect(await timer()).toBe(5);
    await at.store.query({
      text: 'update "dataverse"."msdyn_occhannelstateconfiguration" set "msdyn_autocloseliveworkitemafter" = null',
      values: [],
    });
    expect(await timer()).toBeNull();
  });
});

describe('disposition codes (behaviour.md §1.5)', () => {
  it('are asked for before the session closes', async () => {
    await at.open({
      agents: 1,
      workstream: {
        msdyn_requiredispositioncodeforworkstreamconversations: true,
        msdyn_useglobalsettingsforrequiringdispositioncode: false,
      },
    });
    const conversation = await at.wrapUp();
    await expect(close(conversation)).rejects.toThrow(
      'The session cannot be closed without a disposition code',
    );
    const give = () =>
      at.store.transact({ actor: at.agent(), cause: 'test' }, (transaction) =>
        transaction.create(t.msdyn_conversationdispositioncodemap, {
          msdyn_ocliveworkitemid: conversation,
          msdyn_dispositioncodevalue: 'Resolved',
        }),
      );
    for (let n = 0; n < 3; n += 1) await give();
    await expect(close(conversation)).rejects.toThrow(
      '3 disposition codes were given; a conversation takes 2 of one agent.',
    );
    const [one] = await at.store.rows(t.msdyn_conversationdispositioncodemap, {
      msdyn_ocliveworkitemid: conversation,
    });
    await at.store.transact({ actor: at.agent(), cause: 'test' }, (transaction) =>
      transaction.delete(
        t.msdyn_conversationdispositioncodemap,
        one?.msdyn_conversationdispositioncodemapid ?? '',
      ),
    );
    await close(conversation);
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(4);
  });
});
