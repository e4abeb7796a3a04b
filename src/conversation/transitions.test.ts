/** Every row of the table of behaviour.md §1.2 in each of its columns: what becomes of a conversation of each kind. */
import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf } from '../../test/engine/front-desk.ts';
import { isFull, overflows } from '../../test/engine/overflow-rules.ts';
import { deeds, linesOf, prove, type Transition } from '../../test/engine/transition.ts';
import type { Kind } from './channels.ts';

const at = clockedDesk();
const acts = deeds(at);
const day = 24 * 60 * 60;

const all = <S extends string>(state: S) => ({
  voice: state,
  liveChat: state,
  messaging: state,
  record: state,
});

/** A conversation with the bot, whose queue is full and then ends what comes. */
const beforeFullQueue = async (kind: Kind): Promise<string> => {
  await at.handOver(await at.withBot('voice'));
  await overflows(at.store, at.desk.ids.legal, isFull, 'end');
  return at.withBot(kind);
};

const fromOpen: readonly Omit<Transition, 'from'>[] = [
  {
    to: 'active',
    trigger: 'push: the engine assigns',
    leads: all('active'),
    reason: 2,
    bring: at.came,
    act: acts.signIn,
  },
  {
    to: 'active',
    trigger: 'pick: a representative takes it from the open list',
    leads: all('active'),
    reason: 2,
    bring: acts.isThere,
    act: acts.pick,
    wishes: { workstream: { msdyn_workdistributionmode: 192350001 } },
  },
  {
    to: 'active',
    trigger: 'a supervisor assigns it',
    leads: all('active'),
    reason: 17,
    bring: acts.isThere,
    act: acts.assign,
  },
  {
    to: 'closed',
    trigger: 'the customer leaves',
    leads: { voice: 'closed', liveChat: 'closed', messaging: 'open', record: 'open' },
    reason: 12,
    bring: at.came,
    act: acts.customerLeaves,
    more: { msdyn_isabandoned: true },
  },
  {
    to: 'closed',
    trigger: 'the customer is lost and does not come back',
    leads: { voice: 'closed', liveChat: 'closed', messaging: 'open', record: 'open' },
    reason: 12,
    bring: at.came,
    act: acts.customerIsLost,
    more: { msdyn_isabandoned: true },
  },
  {
    to: 'closed',
    trigger: 'the queue has no members at all',
    leads: { ...all('closed'), record: 'open' },
    reason: 10,
    bring: at.withBot,
    act: at.handOver,
    wishes: { agents: 0 },
  },
  {
    to: 'closed',
    trigger: 'the limit of the state',
    leads: { ...all('closed'), record: 'open' },
    reason: 10,
    bring: at.came,
    act: () => at.pass(30 * day),
    more: { msdyn_isabandoned: true },
  },
  {
    to: 'closed',
    trigger: 'overflow, action end',
    leads: { ...all('closed'), record: 'open' },
    reason: 11,
    bring: beforeFullQueue,
    act: at.handOver,
    more: { msdyn_isabandoned: true },
  },
  {
    to: 'closed',
    trigger: 'a supervisor forces it',
    leads: { ...all('closed'), record: 'open' },
    reason: 15,
    bring: at.came,
    act: acts.forceClose,
    more: { msdyn_isabandoned: true },
  },
  {
    to: 'closed',
    trigger: 'the record is deleted',
    leads: { ...all('open'), record: 'closed' },
    reason: 10,
    bring: at.came,
    act: acts.endRecord('deleted'),
  },
];

const fromActive: readonly Omit<Transition, 'from'>[] = [
  {
    to: 'open',
    trigger: 'the representative releases it',
    leads: all('open'),
    reason: 1,
    bring: acts.isTheirLast,
    act: acts.release,
  },
  {
    to: 'open',
    trigger: 'the representative transfers it to a queue',
    leads: { voice: 'open' },
    reason: 1,
    bring: acts.isTheirLast,
    act: acts.toLegal,
    more: { msdyn_transfercount: 1 },
  },
  {
    to: 'open',
    trigger: 'the representative is disconnected past the grace period',
    leads: all('open'),
    reason: 1,
    bring: acts.isTheirLast,
    act: acts.loseAgent,
  },
  {
    to: 'open',
    trigger: 'the representative rejects the offer',
    leads: { voice: 'open', liveChat: 'open', messaging: 'open' },
    reason: 1,
    bring: acts.ringsOnce,
    act: acts.reject,
  },
  {
    to: 'open',
    trigger: 'the offer times out',
    leads: { voice: 'open', liveChat: 'open', messaging: 'open' },
    reason: 1,
    bring: acts.ringsOnce,
    act: () => at.pass(120),
  },
  {
    to: 'open',
    trigger: 'the session is closed with X, without End',
    leads: { voice: 'open', liveChat: 'open', messaging: 'waiting', record: 'active' },
    reason: 1,
    bring: acts.isTheirLast,
    act: acts.closeTab,
  },
  {
    to: 'waiting',
    trigger: 'the session is closed with X, without End',
    leads: { voice: 'open', liveChat: 'open', messaging: 'waiting', record: 'active' },
    reason: 4,
    bring: acts.isTheirLast,
    act: acts.closeTab,
  },
  {
    to: 'wrapUp',
    trigger: 'the representative presses End',
    leads: { ...all('wrapUp'), record: 'active' },
    reason: 5,
    bring: at.isTalked,
    act: acts.end,
  },
  {
    to: 'wrapUp',
    trigger: 'the customer ends it',
    leads: { voice: 'wrapUp', liveChat: 'wrapUp', messaging: 'active', record: 'active' },
    reason: 6,
    bring: at.isTalked,
    act: acts.customerLeaves,
  },
  {
    to: 'wrapUp',
    trigger: 'the customer is disconnected and does not come back',
    leads: { voice: 'wrapUp', liveChat: 'wrapUp', messaging: 'active', record: 'active' },
    reason: 6,
    bring: at.isTalked,
    act: acts.customerIsLost,
  },
  {
    to: 'wrapUp',
    trigger: 'two hours',
    leads: { ...all('active'), voice: 'wrapUp' },
    reason: 5,
    bring: at.isTalked,
    act: () => at.pass(2 * 60 * 60),
  },
  {
    to: 'closed',
    trigger: 'the customer leaves before acceptance',
    leads: { voice: 'closed', liveChat: 'closed', messaging: 'active', record: 'active' },
    reason: 12,
    bring: at.rings,
    act: acts.customerLeaves,
    more: { msdyn_isabandoned: true },
  },
  ...(['resolved', 'inactivated'] as const).map((by) => ({
    to: 'closed' as const,
    trigger: `the record is ${by}, and the session closed`,
    leads: { record: 'closed' as const },
    reason: 8,
    bring: at.isTalked,
    act: async (conversation: string) => {
      await acts.endRecord(by)(conversation);
      await acts.closeTab(conversation);
    },
  })),
  {
    to: 'closed',
    trigger: 'the record is deleted',
    leads: { ...all('active'), record: 'closed' },
    reason: 10,
    bring: at.isTalked,
    act: acts.endRecord('deleted'),
  },
  {
    to: 'closed',
    trigger: 'a supervisor forces it',
    leads: { ...all('closed'), record: 'active' },
    reason: 15,
    bring: at.isTalked,
    act: acts.forceClose,
  },
];

const fromWrapUp: readonly Omit<Transition, 'from'>[] = [
  {
    to: 'closed',
    trigger: 'the representative closes the session',
    leads: { voice: 'closed', liveChat: 'closed', messaging: 'closed' },
    reason: 8,
    bring: at.isWrappedUp,
    act: acts.closeTab,
  },
  {
    to: 'closed',
    trigger: 'the limit of the state',
    leads: { voice: 'closed', liveChat: 'closed', messaging: 'closed' },
    reason: 10,
    bring: at.isWrappedUp,
    act: () => at.pass(day),
  },
  {
    to: 'closed',
    trigger: 'a supervisor forces it',
    leads: { voice: 'closed', liveChat: 'closed', messaging: 'closed' },
    reason: 15,
    bring: at.isWrappedUp,
    act: acts.forceClose,
  },
];

const waitsAlone = (): Promise<string> => acts.takesNoMore(at.waits());
const fromWaiting: readonly Omit<Transition, 'from'>[] = [
  {
    to: 'open',
    trigger: 'the customer comes back inside the time-out',
    leads: { messaging: 'open' },
    reason: 1,
    bring: waitsAlone,
    act: acts.comeBack,
  },
  {
    to: 'active',
    trigger: 'the representative reopens it',
    leads: { messaging: 'active' },
    reason: 3,
    bring: waitsAlone,
    act: acts.reopen,
  },
  {
    to: 'closed',
    trigger: 'no activity from either side',
    leads: { messaging: 'closed' },
    reason: 9,
    bring: waitsAlone,
    act: () => at.pass(5 * 60),
    wishes: { workstream: { msdyn_autocloseafterinactivity: 5 } },
  },
  {
    to: 'closed',
    trigger: 'a supervisor forces it',
    leads: { messaging: 'closed' },
    reason: 15,
    bring: waitsAlone,
    act: acts.forceClose,
  },
];

describe('transitions (behaviour.md §1.2)', () => {
  it.each(Object.keys(all('open')) as Kind[])(
    '(none), the customer contacts us: %s is open',
    async (kind) => {
      await at.open({ agents: 2 });
      const conversation = await at.came(kind);
      const { row, live } = await rowsOf(at.desk, conversation);
      const now = at.now();
      const columns = {
        statuscode: 1,
        msdyn_createdon: now,
        msdyn_initiatedon: now,
        msdyn_statusupdatedon: now,
        msdyn_startedon: null,
        msdyn_closedon: null,
      };
      expect(row).toMatchObject({ statecode: 0, msdyn_statuschangereason: 192350001, ...columns });
      expect(live).toMatchObject({ statecode: 0, ...columns });
    },
  );

  it.each(
    linesOf([
      ...fromOpen.map((row) => ({ from: 'open', ...row }) as const),
      ...fromActive.map((row) => ({ from: 'active', ...row }) as const),
      ...fromWrapUp.map((row) => ({ from: 'wrapUp', ...row }) as const),
      ...fromWaiting.map((row) => ({ from: 'waiting', ...row }) as const),
    ]),
  )('%s, %s: %s is then %s', (...line) => prove(at, line));
});
