import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, signIn } from '../../test/engine/front-desk.ts';
import { Refusal } from '../tables/index.ts';
import type { ConversationEvent } from './events.ts';
import { createEngine } from './run.ts';

const at = deskOfTests();

/** What must hold at every moment, read from the rows in one statement. */
async function violations(): Promise<Record<string, unknown>[]> {
  return at.store.query({
    text: `select 'two pending offers' as what, "wirechief_conversationid" as id from "dataverse"."wirechief_offer"
        where "statuscode" = 1 group by 2 having count(*) > 1
      union all select 'over capacity', u."systemuserid" from "dataverse"."systemuser" u
        join "dataverse"."msdyn_sessionparticipant" p on p."msdyn_agentid" = u."systemuserid" and p."msdyn_iscapacityblocking"
        group by u."systemuserid", u."msdyn_capacity" having count(*) * 30 > u."msdyn_capacity"
      union all select 'two live calls', "msdyn_activeagentid" from "dataverse"."msdyn_ocliveworkitem"
        where "statecode" = 0 and "statuscode" = 2 group by 2 having count(*) > 1
      union all select 'offer without active conversation', o."wirechief_offerid" from "dataverse"."wirechief_offer" o
        join "dataverse"."msdyn_ocliveworkitem" c on c."activityid" = o."wirechief_conversationid"
        where o."statuscode" = 1 and (c."statuscode" <> 2 or c."msdyn_activeagentid" <> o."wirechief_agentid")
      union all select 'two open sessions', "msdyn_liveworkitemid" from "dataverse"."msdyn_ocsession"
        where "statecode" = 0 group by 2 having count(*) > 1
      union all select 'capacity held by a closed conversation', p."msdyn_sessionparticipantid"
        from "dataverse"."msdyn_sessionparticipant" p
        join "dataverse"."msdyn_ocsession" s on s."activityid" = p."msdyn_omnichannelsession" and s."statecode" <> 0
        where p."msdyn_iscapacityblocking"
      union all select 'mirror out of step', c."activityid" from "dataverse"."msdyn_ocliveworkitem" c
        left join "dataverse"."msdyn_liveconversation" l on l."msdyn_liveconversationid" = c."activityid"
        where l."statuscode" is distinct from c."statuscode"
          or l."msdyn_activeagentid" is distinct from c."msdyn_activeagentid"
          or l."msdyn_cdsqueueid" is distinct from c."msdyn_cdsqueueid"`,
    values: [],
  });
}

/** After everything is quiet: the published figures are those of the rows, and nobody fits work that waits. */
async function drift(): Promise<Record<string, unknown>[]> {
  return at.store.query({
    text: `select 'published capacity' as what, t."msdyn_agentid" as id from "dataverse"."msdyn_agentstatus" t
        join "dataverse"."systemuser" u on u."systemuserid" = t."msdyn_agentid"
        where t."msdyn_availableunitscapacity" <> u."msdyn_capacity" - 30 * (select count(*)
          from "dataverse"."msdyn_sessionparticipant" p
          where p."msdyn_agentid" = u."systemuserid" and p."msdyn_iscapacityblocking")
      union all select 'waits although somebody is free', c."activityid" from "dataverse"."msdyn_ocliveworkitem" c
        where c."statecode" = 0 and c."statuscode" = 1 and c."msdyn_queueitemid" is not null and exists (
          select from "dataverse"."msdyn_agentstatus" t where t."msdyn_isagentloggedin"
            and t."msdyn_currentpresenceid" = 'f523f628-c07a-e811-8162-000d3aa11f50'
            and t."msdyn_availableunitscapacity" >= 30
            and not exists (select from "dataverse"."msdyn_ocliveworkitem" d where d."statuscode" = 2
              and d."statecode" = 0 and d."msdyn_activeagentid" = t."msdyn_agentid")
            and (select count(*) from "dataverse"."wirechief_offer" o where o."statuscode" in (3, 4)
              and o."wirechief_agentid" = t."msdyn_agentid" and o."wirechief_conversationid" = c."activityid") < 3)`,
    values: [],
  });
}

type Step = { readonly kind: string; readonly call: number; readonly agent: number };
const kinds = [
  ...['arrive', 'arrive', 'transfer', 'transfer', 'accept', 'accept', 'accept', 'media', 'hold', 'unhold'],
  ...['reject', 'expire', 'end', 'end', 'close', 'close', 'hangup', 'lost', 'gone', 'back', 'away', 'free'],
] as const;
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  call: fc.nat({ max: 5 }),
  agent: fc.nat({ max: 2 }),
});

describe('whatever happens at once (behaviour.md §4.4, §4.8)', () => {
  it('never two offers for one conversation, never over capacity, never a call for two, from two servers', async () => {
    const script = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 4, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(script, async (rounds) => {
        await at.open({
          agents: 3,
          capacity: 60,
          workstream: { msdyn_allowedpresences: [192360000, 192360001] },
        });
        const { engine } = at.desk;
        const faults: string[] = [];
        const other = createEngine({ store: at.store, log: (line) => faults.push(line) });
        for (const one of at.desk.ids.agents) await signIn(at.desk, one);
        const calls = Array.from({ length: 6 }, () => randomUUID());
        for (const [n, round] of rounds.entries()) {
          const events = await Promise.all(round.map((one) => eventOf(one, calls)));
          await Promise.all(
            events.flat().map((event, place) =>
              ((n + place) % 2 === 0 ? engine : other).run(event).catch((error: unknown) => {
                if (!(error instanceof Refusal)) throw error;
              }),
            ),
          );
          expect(await violations()).toEqual([]);
        }
        await engine.idle();
        await other.idle();
        await engine.idle();
        expect(await violations()).toEqual([]);
        expect(await drift()).toEqual([]);
        expect([...faults, ...at.desk.lines]).toEqual([]);
        await engine.run({ type: 'ServerStarted' });
        await engine.idle();
        await at.clear();
      }),
      { numRuns: 20, endOnFailure: true },
    );
  }, 240_000);

  it('one agent and ten calls at the same moment: one offer', async () => {
    await at.open({ agents: 1 });
    await signIn(at.desk, at.agent());
    const conversations = Array.from({ length: 10 }, () => randomUUID());
    await Promise.all(
      conversations.map((conversation) =>
        at.desk.engine.run({
          type: 'CallArrived',
          conversation,
          call: conversation,
          from: null,
          to: number.direct,
          provider: 'test',
        }),
      ),
    );
    await at.desk.engine.idle();
    expect(await violations()).toEqual([]);
    expect(at.effects().filter((type) => type === 'RingAgent')).toHaveLength(1);
  });

  it('who becomes free while a call is on its way into the queue is asked for it', async () => {
    await at.open({ agents: 1 });
    const { engine } = at.desk;
    const conversation = await call(at.desk, number.bot);
    await engine.idle();
    let letGo = (): void => {};
    const released = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    // Whoever points to a queue has to wait for this one: after it read who is free, before its commit.
    const holding = at.store.transact({ actor: at.agent(), cause: 'test' }, async (transaction) => {
      await transaction.query({ text: 'select from "dataverse"."queue" for update', values: [] });
      await released;
    });
    const transferred = engine.run({
      type: 'BotTransferred',
      conversation,
      variables: { va_Department: 'Legal' },
    });
    const waiting = { text: 'select count(*)::int4 as n from pg_locks where not granted', values: [] };
    await expect.poll(async () => (await at.store.query(waiting))[0]?.n).toBeGreaterThan(0);
    await signIn(at.desk, at.agent());
    await engine.run({ type: 'WorkAvailable' });
    expect(at.effects()).not.toContain('RingAgent');
    letGo();
    await Promise.all([holding, transferred]);
    await engine.idle();
    expect(await drift()).toEqual([]);
    expect(at.effects()).toContain('RingAgent');
  });
});

async function eventOf(
  { kind, call, agent: n }: Step,
  calls: readonly string[],
): Promise<ConversationEvent[]> {
  const conversation = calls[call] ?? '';
  const agent = at.agent(n);
  const presence = { by: agent, agent, type: 'PresenceSet' } as const;
  switch (kind) {
    case 'arrive':
      return [
        {
          type: 'CallArrived',
          conversation,
          call: conversation,
          from: null,
          to: call % 2 ? number.direct : number.bot,
          provider: 'test',
        },
      ];
    case 'transfer':
      return [{ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } }];
    case 'accept':
      return [{ type: 'AgentAccepted', conversation, agent }];
    case 'media':
      return [{ type: 'MediaConnected', conversation, agent }];
    case 'hold':
      return [{ type: 'HoldRequested', conversation, agent }];
    case 'unhold':
      return [{ type: 'UnholdRequested', conversation, agent }];
    case 'reject':
      return [{ type: 'AgentRejected', conversation, agent }];
    case 'expire': {
      const rows = await at.store.query({
        text: 'select "wirechief_offerid" as id from "dataverse"."wirechief_offer" where "wirechief_conversationid" = $1 and "statuscode" = 1',
        values: [conversation],
      });
      return rows.map(({ id }) => ({ type: 'OfferExpired', conversation, offer: String(id) }));
    }
    case 'end':
      return [{ type: 'AgentEnded', conversation, agent }];
    case 'close':
      return [{ type: 'SessionClosed', conversation, agent }];
    case 'hangup':
      return [{ type: 'CallEnded', conversation, by: 'customer', reason: 'BYE' }];
    case 'lost':
      return [{ type: 'AgentLost', agent }];
    case 'gone':
      return [{ type: 'AgentGone', agent }];
    case 'back':
      return [{ type: 'AgentConnected', agent }];
    case 'away':
      return [{ ...presence, presence: '3dacae76-c07a-e811-8162-000d3aa11f50' }];
    default:
      return [{ ...presence, presence: 'f523f628-c07a-e811-8162-000d3aa11f50' }];
  }
}
