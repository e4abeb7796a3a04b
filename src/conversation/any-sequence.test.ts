import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openTestStore } from '../../test/database/database.ts';
import { type FrontDesk, openFrontDesk } from '../../test/engine/front-desk.ts';
import { closeRows, type Deed, deedOf, type Step, sequences } from '../../test/engine/sequence.ts';
import { broken } from '../../test/simulate/invariants.ts';
import { SimulatedClock } from '../store/index.ts';
import { msdyn_liveconversation, msdyn_ocliveworkitem } from '../tables/dataverse/index.ts';
import { Refusal } from '../tables/index.ts';
import { mirror } from './mirror.ts';
import type { RoomPlan } from './room.ts';

/** One sequence on a desk of its own. `wrong`: what was seen that must never be; empty when
 *  all is well. */
class Play {
  readonly wrong: string[] = [];
  /** What was done and not refused. */
  readonly account: string[] = [];
  readonly #desk: FrontDesk;
  readonly #clock: SimulatedClock;
  readonly #conversations: string[] = [];
  readonly #closed = new Set<string>();
  readonly #plans = new Map<string, RoomPlan>();

  constructor(desk: FrontDesk, clock: SimulatedClock) {
    this.#desk = desk;
    this.#clock = clock;
  }

  async step(step: Step): Promise<void> {
    const deed = await deedOf(this.#desk, this.#conversations, step);
    if (deed === null) return;
    await this.#do(deed);
    await this.#desk.engine.idle();
    const found = [
      ...(await broken(this.#desk.store, this.#closed)).filter((what) => !ordinary.test(what)),
      ...(await this.#unlikeItsParts()),
      ...(await this.#unlikeItsRow(deed)),
      ...(await this.#unlikeItsPlan()),
      ...this.#desk.lines.splice(0).filter((line) => / failed: (?!broken)/.test(line)),
    ];
    const { type } = deed;
    this.wrong.push(...found.map((what) => `after ${type}: ${what}`));
  }

  async #do(deed: Deed): Promise<void> {
    try {
      if (deed.type === 'pass') await this.#pass(deed.seconds);
      else if (deed.type === 'closeRows') await closeRows(this.#desk, deed.conversation);
      else await this.#desk.engine.run(deed);
      this.account.push(brief(deed));
    } catch (error) {
      if (!(error instanceof Refusal))
        this.wrong.push(
          `${brief(deed)} is no refusal: ${error instanceof Error ? error.stack : String(error)}`,
        );
    }
  }

  async #pass(seconds: number): Promise<void> {
    await this.#clock.advanceTo(new Date(this.#clock.now().getTime() + seconds * 1_000));
  }

  /** The ongoing conversation is the conversation, column by column (mission.md S3.3). */
  async #unlikeItsRow(deed: Deed): Promise<readonly string[]> {
    const touched = 'conversation' in deed ? [deed.conversation] : this.#conversations;
    const wrong: string[] = [];
    for (const id of touched) {
      const row = await this.#desk.store.row(msdyn_ocliveworkitem, id);
      if (!row) continue;
      const live = await this.#desk.store.row(msdyn_liveconversation, id);
      for (const [name, value] of Object.entries(mirror(row)))
        if (JSON.stringify(live?.[name as keyof typeof live] ?? null) !== JSON.stringify(value ?? null))
          wrong.push(`${id}: the ongoing conversation has another ${name}`);
    }
    return wrong;
  }

  /** The conversation's sums are those of its stays in queues, and its handle time is made of them (behaviour.md §2.4). */
  async #unlikeItsParts(): Promise<readonly string[]> {
    const rows = await this.#desk.store.query({ text: unlikeParts, values: [], name: 'unlike_parts' });
    return rows.map((row) => `the sums do not add up: ${JSON.stringify(row)}`);
  }

  /** Who is in the last plan of a call is who its rows say is in it (behaviour.md §3.9). */
  async #unlikeItsPlan(): Promise<readonly string[]> {
    for (const effect of this.#desk.effects.splice(0))
      if (effect.type === 'Arrange') this.#plans.set(effect.conversation, effect.room);
      else if (effect.type === 'Release' || effect.type === 'PlayWaiting' || effect.type === 'LetGo')
        this.#plans.delete(effect.conversation);
    const rows = await this.#desk.store.query({ text: inCall, values: [], name: 'in_call' });
    return rows.flatMap(({ id, people, held, away }) => {
      const plan = this.#plans.get(String(id));
      if (plan === undefined) return [`${String(id)}: a call in conversation has no room`];
      const planned = plan.parties.map((party) => party.id).sort();
      const there = (Array.isArray(people) ? people.map(String) : []).sort();
      return [
        ...(`${planned}` === `${there}`
          ? []
          : [`${String(id)}: ${planned} are in the room, in the rows ${there}`]),
        ...(plan.caller.held === held || away === true
          ? []
          : [`${String(id)}: the caller is held: ${plan.caller.held}`]),
      ];
    });
  }
}

/** Invariants of the simulation that are for calls handed out by the engine alone: here people take work by hand, beyond
 *  their capacity, have several chats at once, and active chat is handled time too. */
const ordinary =
  /^(an agent is above capacity|work waits beside somebody|talk, hold and wrap-up|an offer is open that nobody can take)/;

const unlikeParts = `select c."activityid" as id, c.talk, c.held, c.wrapup, c.chat, c.handle, n.* from (
    select "activityid", coalesce("msdyn_conversationtalktimeinseconds", 0) as talk,
      coalesce("msdyn_conversationholdtimeinseconds", 0) as held,
      coalesce("msdyn_conversationactivewrapuptimeinseconds", 0) as wrapup,
      coalesce("msdyn_conversationactivechattimeinseconds", 0) as chat,
      coalesce("msdyn_conversationhandletimeinseconds", 0) as handle
    from "dataverse"."msdyn_ocliveworkitem") c
  cross join lateral (select coalesce(sum("msdyn_talktime"), 0) as stay_talk,
      coalesce(sum("msdyn_holdtime"), 0) as stay_held, coalesce(sum("msdyn_activewrapuptime"), 0) as stay_wrapup,
      coalesce(sum("msdyn_activechattime"), 0) as stay_chat, coalesce(sum("msdyn_handletime"), 0) as stay_handle
    from "dataverse"."msdyn_queueextension" where "msdyn_conversationid" = c."activityid") n
  where c.handle <> c.talk + c.held + c.wrapup + c.chat
    or (c.talk, c.held, c.wrapup, c.chat, c.handle) is distinct from
      (n.stay_talk, n.stay_held, n.stay_wrapup, n.stay_chat, n.stay_handle)`;

const inCall = `select c."activityid" as id, p."msdyn_startholdtime" is not null as held,
    s."msdyn_nextpresenceid" is not null as away,
    array(select q.person from (
      select p."msdyn_agentid"::text as person where s."msdyn_nextpresenceid" is null
      union all select coalesce(y."wirechief_agentid", y."wirechief_callpartyid")::text
        from "dataverse"."wirechief_callparty" y
        where y."wirechief_conversationid" = c."activityid" and y."statecode" = 0 and y."statuscode" = 2) q
      where q.person is not null) as people
  from "dataverse"."msdyn_ocliveworkitem" c
  join "dataverse"."msdyn_sessionparticipant" p on p."msdyn_sessionparticipantid" = c."msdyn_activesessionparticipantid"
  left join "dataverse"."msdyn_agentstatus" s on s."msdyn_agentid" = c."msdyn_activeagentid"
  where c."statuscode" = 2 and c."msdyn_statuschangereason" = 192350003 and 192440000 = any (c."msdyn_channel")
    and p."msdyn_joinedon" is not null and p."msdyn_lefton" is null`;

it('whatever happens in whatever order, the rows agree with each other (behaviour.md §1, §2, §3.9, §4.8)', {
  timeout: 300_000,
}, async () => {
  const runs = {
    seed: Number(process.env.WIRECHIEF_SEQUENCE_SEED ?? 1),
    numRuns: Number(process.env.WIRECHIEF_SEQUENCES ?? 25),
  };
  const until = Date.now() + 35_000 * (runs.numRuns / 25);
  const failed: string[] = [];
  let [played, done] = [0, 0];
  for (const steps of fc.sample(sequences, runs)) {
    const { wrong, account } = await play(steps);
    played += 1;
    done += account.length;
    if (wrong.length > 0) failed.push([...account.slice(-25), ...wrong].join('\n  '));
    if (Date.now() > until || failed.length > 2) break;
  }
  expect(failed).toEqual([]);
  // On a busy machine there are fewer; of those that were played, most steps mean something.
  expect(done).toBeGreaterThan(played * 10);
});

async function play(steps: readonly Step[]): Promise<Pick<Play, 'wrong' | 'account'>> {
  const settle = async (): Promise<void> => desk?.engine.idle();
  const clock = new SimulatedClock({ at: new Date('2026-01-05T08:00:00Z'), settle });
  const test = await openTestStore(clock);
  let desk: FrontDesk | undefined;
  try {
    desk = await openFrontDesk(test.store, { agents: 3, capacity: 60 });
    test.store.startTimers();
    for (const agent of desk.ids.agents.slice(0, 2)) await desk.engine.run({ type: 'AgentConnected', agent });
    const played = new Play(desk, clock);
    for (const step of steps) {
      await played.step(step);
      if (played.wrong.length > 0) break;
    }
    await desk.engine.idle();
    played.wrong.push(...test.faults.map(String));
    return played;
  } finally {
    await test.close();
  }
}

/** A deed in one line, ids by their beginnings. */
const brief = (deed: Deed): string =>
  Object.values(deed)
    .map((value) => String(value).slice(0, 24))
    .join(' ');
