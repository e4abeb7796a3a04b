import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { rowsOf } from '../../test/engine/front-desk.ts';
import { lastPlan, partiesOf } from '../../test/engine/room-desk.ts';
import { Refusal } from '../tables/index.ts';
import type { ConversationEvent } from './index.ts';
import { hears, type Presence } from './room.ts';

const at = deskOfTests();
const numbers = ['+4533330001', '+4533330002'] as const;

/** What may happen to the call: a kind, who does it, to whom. */
const step = fc.record({
  kind: fc.integer({ min: 0, max: 17 }),
  who: fc.integer({ min: 0, max: 3 }),
  whom: fc.integer({ min: 0, max: 3 }),
});

async function eventOf(
  conversation: string,
  { kind, who, whom }: { readonly kind: number; readonly who: number; readonly whom: number },
): Promise<ConversationEvent> {
  const { row } = await rowsOf(at.desk, conversation);
  // Mostly those of whom something can be expected: the primary asks, who is invited answers.
  const agent = who < 3 ? (row.msdyn_activeagentid ?? at.agent(who)) : at.agent(whom);
  const open = (await partiesOf(at.desk, conversation)).filter((one) => one.statecode === 0);
  const party = open[whom % Math.max(1, open.length)]?.wirechief_callpartyid ?? conversation;
  const outside = open.find((one) => one.wirechief_agentid === null)?.wirechief_callpartyid ?? conversation;
  const number = numbers[whom % 2] ?? numbers[0];
  const guests = open.flatMap(({ wirechief_agentid: one }) => (one === null ? [] : [one]));
  const guest = guests[who % Math.max(1, guests.length)] ?? at.agent(whom);
  const asked = { conversation, agent };
  const events: readonly ConversationEvent[] = [
    { type: 'AgentTransferRequested', ...asked, to: at.agent(whom) },
    { type: 'ConsultRequested', ...asked, to: at.agent(whom), number: null },
    { type: 'ConsultRequested', ...asked, to: null, number },
    { type: 'ExternalTransferRequested', ...asked, number, bridged: true },
    { type: 'AgentAccepted', conversation, agent: guest },
    { type: 'AgentAccepted', conversation, agent: guest },
    { type: 'AgentRejected', conversation, agent: guest },
    { type: 'PartyAnswered', conversation, party: outside },
    { type: 'PartyRefused', conversation, party: outside, status: 486, reason: 'Busy' },
    { type: 'PartyLeft', conversation, party: outside },
    { type: 'PartyHoldRequested', ...asked, party, held: whom % 2 === 0 },
    { type: 'PromoteRequested', ...asked, party },
    { type: 'MergeRequested', ...asked },
    { type: 'LeaveRequested', conversation, agent: guest },
    {
      type: 'SupervisionRequested',
      conversation,
      agent: at.agent(whom),
      part: (['monitor', 'whisper', 'barge'] as const)[whom % 3] ?? 'monitor',
    },
    { type: 'HoldRequested', ...asked },
    { type: 'AgentLost', agent: whom % 2 === 0 ? guest : agent },
    { type: 'AgentConnected', agent: whom % 2 === 0 ? guest : agent },
  ];
  return events[kind] ?? { type: 'MediaConnected', ...asked };
}

async function check(conversation: string): Promise<void> {
  const { row, participants } = await rowsOf(at.desk, conversation);
  const parties = await partiesOf(at.desk, conversation);
  for (const party of parties) expect([1, 2].includes(party.statuscode ?? 0)).toBe(party.statecode === 0);
  const primary = participants.find(
    (one) => one.msdyn_sessionparticipantid === row.msdyn_activesessionparticipantid,
  );
  const talking = row.statuscode === 2 && primary?.msdyn_joinedon != null;
  if (!talking) {
    if (row.statuscode !== 2) expect(parties.filter((one) => one.statecode === 0)).toEqual([]);
    return;
  }
  const plan = lastPlan(at.desk, conversation);
  const inPlan = plan?.parties ?? [];
  expect(inPlan.filter(({ part }) => part === 'primary').length).toBeLessThanOrEqual(1);
  expect(new Set(inPlan.map(({ id }) => id)).size).toBe(inPlan.length);
  const there = parties.filter((one) => one.statuscode === 2);
  const ids = there.map((one): string => one.wirechief_agentid ?? one.wirechief_callpartyid ?? '');
  for (const id of ids) expect(inPlan.map((one) => one.id)).toContain(id);
  for (const one of inPlan) expect([...ids, row.msdyn_activeagentid]).toContain(one.id);
  const customer: Presence = { id: 'customer', part: 'customer', held: plan?.caller.held === true };
  for (const one of inPlan) {
    if (one.part === 'monitor' || one.part === 'whisper') expect(hears(customer, one)).toBe(false);
    if (customer.held) expect(hears(customer, one)).toBe(false);
  }
  expect(customer.held).toBe(primary?.msdyn_startholdtime != null);
}

describe('whatever is asked of a call (behaviour.md §3.9)', () => {
  it('one primary or nobody, no monitor and no private consult is heard, every party left or in the plan', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 18 }), async (steps) => {
        await at.clear();
        await at.open({ agents: 4, capacity: 1000 });
        await at.signAllIn();
        const conversation = await at.transferred();
        const agent = (await rowsOf(at.desk, conversation)).row.msdyn_activeagentid ?? '';
        await at.run({ type: 'AgentAccepted', conversation, agent });
        await at.run({ type: 'MediaConnected', conversation, agent });
        for (const one of steps) {
          try {
            await at.run(await eventOf(conversation, one));
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
          await check(conversation);
        }
      }),
      { seed: 20261121, numRuns: 20 },
    );
  }, 240_000);
});
