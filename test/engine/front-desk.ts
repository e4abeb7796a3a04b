/** A small front desk for tests of the engine: one number with a bot, one without, two queues, some agents. */
import { randomUUID } from 'node:crypto';
import { base as bases } from '../../src/conversation/choices.ts';
import type { CallEffect, Engine, Limits } from '../../src/conversation/index.ts';
import { createEngine } from '../../src/conversation/index.ts';
import { countryOf } from '../../src/server/numbers.ts';
import type { Store } from '../../src/store/index.ts';
import * as t from '../../src/tables/dataverse/index.ts';
import { presences, type Row, type Table, tables, type Values } from '../../src/tables/index.ts';
import { wirechief_offer } from '../../src/tables/wirechief/wirechief_offer.ts';

export const number = { bot: '+4570000001', direct: '+4570000104', caller: '+4520000001' } as const;

/** The ids of the rows, and what the engine asked of the voice layer. */
export interface FrontDesk {
  readonly store: Store;
  readonly engine: Engine;
  readonly effects: CallEffect[];
  readonly lines: string[];
  readonly ids: {
    readonly workstream: string;
    readonly direct: string;
    readonly front: string;
    readonly legal: string;
    readonly bot: string;
    readonly contact: string;
    readonly ruleSet: string;
    readonly agents: readonly string[];
  };
}

const cause = { actor: '00000000-0000-4000-8000-000000000003', cause: 'test world' };

const rule = (id: string, name: string, queue: string): string =>
  `<rule id="${id}" name="${name}"><logical operator="AND"><condition operator="==">
   <lhs type="attribute">liveworkitemcontext.va_Department</lhs><rhs type="staticvalue">${name}</rhs></condition></logical>
   <action><setattribute><lhs type="attribute">assign_to.queue</lhs><rhs type="staticvalue">{${queue}}</rhs></setattribute></action></rule>`;

export interface Wishes {
  readonly agents?: number;
  readonly capacity?: number;
  readonly workstream?: Values<typeof t.msdyn_liveworkstream>;
  readonly queue?: Values<typeof t.queue>;
  readonly limits?: Partial<Limits>;
}

/** Writes the world and makes an engine on it. Nobody is signed in. */
export async function openFrontDesk(store: Store, wishes: Wishes = {}): Promise<FrontDesk> {
  const ids = await store.transact(cause, async (transaction) => {
    const make = <T extends Table>(table: T, values: Values<T>): Promise<string> =>
      transaction.create(table, values);
    for (const [name, base] of Object.entries(bases))
      await make(t.msdyn_presence, {
        msdyn_presenceid: presences[name as keyof typeof bases],
        msdyn_name: name,
        msdyn_basepresencestatus: base,
        msdyn_canuserset: true,
      });
    await make(t.msdyn_presence, {
      msdyn_presenceid: presences.inactive,
      msdyn_name: 'Inactive',
      msdyn_basepresencestatus: 192360003,
      msdyn_canuserset: false,
    });
    const user = (name: string, more: Values<typeof t.systemuser> = {}): Promise<string> =>
      make(t.systemuser, { fullname: name, domainname: name, ...more });
    const bot = await user('Front-desk IVR');
    const agents: string[] = [];
    for (let n = 1; n <= (wishes.agents ?? 2); n += 1)
      agents.push(await user(`Agent ${n}`, { msdyn_capacity: wishes.capacity ?? 100 }));
    const queue = (name: string): Promise<string> =>
      make(t.queue, {
        name,
        msdyn_queuetype: 192350002,
        msdyn_assignmentstrategy: 192350003,
        ...wishes.queue,
      });
    const front = await queue('Front-desk Call center Queue');
    const legal = await queue('Legal Call center Queue');
    for (const agent of agents)
      for (const id of [front, legal]) await transaction.associate('queuemembership_association', id, agent);
    const workstream = (name: string, more: Values<typeof t.msdyn_liveworkstream>): Promise<string> =>
      make(t.msdyn_liveworkstream, {
        msdyn_name: name,
        msdyn_streamsource: 192440000,
        msdyn_capacityformat: 192350000,
        msdyn_capacityrequired: 30,
        msdyn_workdistributionmode: 192350000,
        msdyn_allowedpresences: [192360000],
        msdyn_defaultqueue: front,
        ...more,
        ...wishes.workstream,
      });
    const main = await workstream('Front-desk workstream', { msdyn_bot_user: bot, msdyn_bot_queue: front });
    const direct = await workstream('Direct workstream', {});
    for (const [phone, stream] of [
      [number.bot, main],
      [number.direct, direct],
    ] as const) {
      const id = await make(t.msdyn_ocphonenumber, {
        msdyn_name: phone,
        msdyn_phonenumber: phone,
        msdyn_phoneinboundenabled: true,
      });
      await make(t.msdyn_ocvoicechannelsetting, { msdyn_phonenumberid: id, msdyn_liveworkstreamid: stream });
    }
    for (const [name, type] of [
      ['va_Scope', 192350000],
      ['va_Department', 192350000],
      ['va_Orders', 192350001],
    ] as const)
      await make(t.msdyn_ocliveworkstreamcontextvariable, {
        msdyn_name: name,
        msdyn_datatype: type,
        msdyn_isdisplayable: true,
        msdyn_liveworkstreamid: main,
      });
    const ruleSet = await make(t.msdyn_decisionruleset, {
      msdyn_name: 'Front-desk rules',
      msdyn_rulesettype: 192350000,
      msdyn_rulesetdefinition: `<decision hit-policy="all" version="1"><rules>${rule(randomUUID(), 'Legal', legal)}</rules></decision>`,
    });
    const configuration = await make(t.msdyn_routingconfiguration, {
      msdyn_liveworkstreamid: main,
      msdyn_isactiveconfiguration: true,
    });
    await make(t.msdyn_routingconfigurationstep, {
      msdyn_routingconfigurationid: configuration,
      msdyn_rulesetid: ruleSet,
      msdyn_type: 192350002,
      msdyn_steporder: 1,
    });
    const contact = await make(t.contact, { fullname: 'Kim Berg', mobilephone: number.caller });
    return { workstream: main, direct, front, legal, bot, contact, ruleSet, agents };
  });
  const effects: CallEffect[] = [];
  const lines: string[] = [];
  const engine = createEngine({
    store,
    log: (line) => lines.push(line),
    countryOf,
    ...(wishes.limits ? { limits: wishes.limits } : {}),
  });
  engine.attach({
    perform: async (effect) => {
      effects.push(effect);
    },
  });
  return { store, engine, effects, lines, ids };
}

/** Signs a person in. */
export const signIn = (desk: FrontDesk, agent: string): Promise<void> =>
  desk.engine.run({ type: 'AgentConnected', agent });

/** A call to a number; gives the conversation's id. */
export async function call(
  desk: FrontDesk,
  to: string,
  from: string | null = number.caller,
): Promise<string> {
  const conversation: string = randomUUID();
  await desk.engine.run({
    type: 'CallArrived',
    conversation,
    call: `call-${conversation}`,
    from,
    to,
    provider: 'test',
  });
  return conversation;
}

/** The newest rows of one conversation. */
export async function rowsOf(desk: FrontDesk, conversation: string) {
  const { store } = desk;
  const row = await store.row(t.msdyn_ocliveworkitem, conversation);
  if (!row) throw new Error('there is no conversation');
  const live = await store.row(t.msdyn_liveconversation, conversation);
  const sessions = await store.rows(
    t.msdyn_ocsession,
    { msdyn_liveworkitemid: conversation },
    {
      orderBy: [
        ['msdyn_sessioncreatedon', 'asc'],
        ['activityid', 'asc'],
      ],
    },
  );
  const participants: Row<typeof t.msdyn_sessionparticipant>[] = [];
  for (const session of sessions)
    participants.push(
      ...(await store.rows(t.msdyn_sessionparticipant, { msdyn_omnichannelsession: session.activityid })),
    );
  const offers = await store.rows(
    wirechief_offer,
    { wirechief_conversationid: conversation },
    {
      orderBy: [
        ['createdon', 'asc'],
        ['wirechief_offerid', 'asc'],
      ],
    },
  );
  return { row, live, sessions, participants, offers };
}

/** A person's status row. */
export async function statusOf(
  desk: FrontDesk,
  agent: string,
): Promise<Row<typeof t.msdyn_agentstatus> | null> {
  return (await desk.store.rows(t.msdyn_agentstatus, { msdyn_agentid: agent }))[0] ?? null;
}

/** How many rows a table has. */
export async function count(desk: FrontDesk, table: string): Promise<number> {
  if (!tables.has(table)) throw new Error(`there is no table ${table}`);
  const [row] = await desk.store.query({
    text: `select count(*)::int4 as n from "dataverse"."${table}"`,
    values: [],
  });
  return Number(row?.n);
}
