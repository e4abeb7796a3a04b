/** A line of a table of transitions: how it is brought about on the desk, and what must be in the rows afterwards. */
import { expect } from 'vitest';
import type { Kind } from '../../src/conversation/channels.ts';
import { presences, Refusal } from '../../src/tables/index.ts';
import type { ClockedDesk } from './clocked-desk.ts';
import { rowsOf, signIn, statusOf } from './front-desk.ts';

/** statuscode of a conversation; statecode and statuscode of its ongoing conversation; what is left of the 100 units of
 *  who has or had it, where work takes 30 (behaviour.md §1.1). */
const states = {
  open: { statuscode: 1, live: { statecode: 0, statuscode: 1 }, units: 100 },
  active: { statuscode: 2, live: { statecode: 1, statuscode: 2 }, units: 70 },
  waiting: { statuscode: 3, live: { statecode: 2, statuscode: 3 }, units: 100 },
  closed: { statuscode: 4, live: { statecode: 3, statuscode: 4 }, units: 100 },
  wrapUp: { statuscode: 5, live: { statecode: 4, statuscode: 5 }, units: 70 },
} as const;
/** A state by its name. */
export type State = keyof typeof states;

/** One row: how a conversation is brought to `from`, what happens then, and where that leads by kind. A kind that is not
 *  named cannot get there, or the row says nothing about it; one that stays in `from` is refused, or nothing happens.
 *  `reason`: the last two digits of msdyn_statuschangereason in `to`. `more`: columns that are not as they are made. */
export interface Transition {
  readonly from: State;
  readonly to: State;
  readonly trigger: string;
  readonly leads: { readonly [K in Kind]?: State };
  readonly reason: number;
  readonly bring: (kind: Kind) => Promise<string>;
  readonly act: (conversation: string, kind: Kind) => Promise<unknown>;
  readonly wishes?: Parameters<ClockedDesk['open']>[0];
  readonly more?: { readonly [column: string]: unknown };
}

/** A row in one of its columns, as `it.each` takes it. */
export type Line = readonly [arrow: string, trigger: string, kind: Kind, ends: State, row: Transition];

/** The lines of rows. */
export const linesOf = (rows: readonly Transition[]): readonly Line[] =>
  rows.flatMap((row) =>
    Object.entries(row.leads).map(
      ([kind, ends]): Line => [`${row.from} → ${row.to}`, row.trigger, kind as Kind, ends, row],
    ),
  );

/** Brings the line about and looks at the rows. */
export async function prove(at: ClockedDesk, [, , kind, ends, row]: Line): Promise<void> {
  const { from } = row;
  await at.open({ agents: 2, ...row.wishes });
  const conversation = await row.bring(kind);
  const before = await rowsOf(at.desk, conversation);
  expect(before.row.statuscode).toBe(states[from].statuscode);
  await at.pass(10);
  const actedOn = at.now();
  await row.act(conversation, kind).catch(expectConflict);
  const after = await rowsOf(at.desk, conversation);
  expect(after.row).toMatchObject({
    statuscode: states[ends].statuscode,
    statecode: ends === 'closed' ? 1 : 0,
  });
  expect(after.live).toMatchObject(states[ends].live);
  const status = at.agent() === '' ? null : await statusOf(at.desk, at.agent());
  if (status) expect(status.msdyn_availableunitscapacity).toBe(states[ends].units);
  if (ends === from) {
    expect(after.row.msdyn_statuschangereason).toBe(before.row.msdyn_statuschangereason);
    expect(after.row.msdyn_activeagentid).toBe(before.row.msdyn_activeagentid);
  }
  if (ends !== row.to) return;
  const on = after.row.msdyn_statusupdatedon;
  expect(on?.getTime()).toBeGreaterThanOrEqual(actedOn.getTime());
  if (at.now().getTime() === actedOn.getTime()) expect(on).toEqual(actedOn);
  const expected = {
    msdyn_statuschangereason: 192350000 + row.reason,
    msdyn_modifiedon: on,
    msdyn_closedon: ends === 'closed' ? on : null,
    msdyn_wrapupinitiatedon: ends === 'wrapUp' ? on : before.row.msdyn_wrapupinitiatedon,
    msdyn_isabandoned: false,
    msdyn_transfercount: 0,
    msdyn_overflowtransfercount: 0,
    msdyn_escalationcount: 0,
    ...(ends === 'active' ? { msdyn_activeagentid: at.agent(), msdyn_activeagentassignedon: on } : {}),
    ...(ends === 'open' || ends === 'waiting' ? { msdyn_activeagentid: null } : {}),
    ...row.more,
  };
  expect(after.row).toMatchObject(expected);
  const mirrored = { msdyn_statusupdatedon: on, msdyn_closedon: ends === 'closed' ? on : null };
  expect(after.live).toMatchObject(mirrored);
}

function expectConflict(error: unknown): void {
  expect(error).toBeInstanceOf(Refusal);
  expect(error).toMatchObject({ key: 'conflict' });
}

/** What people and customers do to a conversation, each by its name, and how agent 1 comes to have one that stays in its
 *  queue when they lose it. */
export function deeds(at: ClockedDesk) {
  const first = () => ({ agent: at.agent() });
  const goAway = (): Promise<void> =>
    at.run({ type: 'PresenceSet', agent: at.agent(), presence: presences.away, by: at.agent() });
  const takesNoMore = async (conversation: Promise<string>): Promise<string> => {
    const id = await conversation;
    await goAway();
    return id;
  };
  return {
    takesNoMore,
    ringsOnce: (kind: Kind) => takesNoMore(at.rings(kind)),
    isTheirLast: (kind: Kind) => takesNoMore(at.isTalked(kind)),
    /** Agent 1 is there, but away: they can take work, and are given none. */
    isThere: async (kind: Kind) => {
      await signIn(at.desk, at.agent());
      await goAway();
      return at.came(kind);
    },
    end: (conversation: string) => at.run({ type: 'AgentEnded', conversation, ...first() }),
    closeTab: (conversation: string) => at.run({ type: 'SessionClosed', conversation, ...first() }),
    release: (conversation: string) => at.run({ type: 'AgentReleased', conversation, ...first() }),
    reject: (conversation: string) => at.run({ type: 'AgentRejected', conversation, ...first() }),
    assign: (conversation: string) => at.run({ type: 'WorkAssigned', conversation, ...first() }),
    pick: (conversation: string) => at.run({ type: 'WorkPicked', conversation, ...first() }),
    reopen: (conversation: string) => at.run({ type: 'AgentReopened', conversation, ...first() }),
    comeBack: (conversation: string) => at.run({ type: 'CustomerMessaged', conversation }),
    toLegal: (conversation: string) =>
      at.run({ type: 'QueueTransferRequested', conversation, ...first(), queue: at.desk.ids.legal }),
    forceClose: (conversation: string) =>
      at.run({ type: 'ForceCloseRequested', conversation, agent: at.agent(1) }),
    endRecord: (by: 'resolved' | 'inactivated' | 'deleted') => (conversation: string) =>
      at.run({ type: 'RecordEnded', conversation, by }),
    signIn: async () => {
      await signIn(at.desk, at.agent());
      await at.desk.engine.idle();
    },
    loseAgent: async () => {
      await at.run({ type: 'AgentLost', agent: at.agent() });
      await at.pass(150);
    },
    customerLeaves: (conversation: string, kind: Kind) =>
      kind === 'voice'
        ? at.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'hung up' })
        : at.run({ type: 'CustomerLeft', conversation, by: 'customer' }),
    customerIsLost: async (conversation: string, kind: Kind) => {
      if (kind === 'voice') await at.run({ type: 'CallEnded', conversation, by: 'lost', reason: 'lost' });
      else await at.run({ type: 'CustomerLeft', conversation, by: 'lost' });
      await at.pass(180);
    },
  } as const;
}
