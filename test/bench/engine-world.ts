/** A large contact centre for the benchmark: one queue, person and conversation made by the engine, and their copies. */
import { randomUUID } from 'node:crypto';
import { base as bases } from '../../src/conversation/choices.ts';
import { createEngine } from '../../src/conversation/index.ts';
import type { Store, Transaction } from '../../src/store/index.ts';
import * as t from '../../src/tables/dataverse/index.ts';
import { presences, type Table, type Values } from '../../src/tables/index.ts';
import { copy, copyInSql, copyOf, type Made, rowsMade } from './engine-copies.ts';

/** How large. A person is in two queues next to each other, and has four of the five skills of each. */
export interface WorldSize {
  readonly queues: number;
  readonly skills: number;
  readonly agents: number;
}

/** The world, with the rows of the conversation that all others are copies of. */
export interface World {
  readonly size: WorldSize;
  readonly conversation: readonly Made[];
  readonly queue: string;
  readonly skill: string;
  readonly user: string;
}

const cause = { actor: '00000000-0000-4000-8000-000000000003', cause: 'benchmark world' };
/** A persistent chat. */
const channel = 192340000;
/** A person has room for one piece of work: so many people, so many assignments. */
const units = 20;
const skillsOfQueue = 5;

/** Builds queues, skills and people, who are idle. Nothing waits yet. */
export async function buildWorld(store: Store, size: WorldSize): Promise<World> {
  const made = await store.transact(cause, makeOriginals);
  const engine = createEngine({ store, log: (line) => console.error(line) });
  const conversation = await rowsMade(store, async () => {
    const id = randomUUID();
    await engine.run({
      type: 'ConversationArrived',
      conversation: id,
      workstream: made.workstream,
      channel,
      customer: { table: 'contact', id: made.contact },
      name: 'Kim Berg',
      context: {},
      record: null,
    });
    await engine.idle();
    await store.transact(cause, (transaction) =>
      transaction.create(t.msdyn_ocliveworkitemcharacteristic, {
        msdyn_ocliveworkitemid: id,
        msdyn_characteristic: made.skill,
      }),
    );
  });
  const user = await store.transact(cause, (transaction) =>
    transaction.create(t.systemuser, { fullname: 'Agent', msdyn_capacity: units }),
  );
  const person = await rowsMade(store, () => engine.run({ type: 'AgentConnected', agent: user }));
  await engine.idle();
  await store.query({
    text: `update "dataverse"."msdyn_ocliveworkitem" set "statecode" = 1, "statuscode" = 4`,
    values: [],
  });
  const { queue, skill } = made;
  await copy(store, [{ table: 'queue', id: queue }], size.queues, {
    columns: { queue: { name: `'Queue ' || n` } },
  });
  await copy(store, [{ table: 'characteristic', id: skill }], size.skills, {
    columns: { characteristic: { name: `'Skill ' || n` } },
  });
  await copyPeople(store, size, made, [{ table: 'systemuser', id: user }, ...person]);
  await store.query({
    text: `update "dataverse"."msdyn_agentstatus" set "msdyn_isagentloggedin" = false where "msdyn_agentid" = $1`,
    values: [user],
  });
  return { size, conversation, queue, skill, user };
}

/** Lets `count` more conversations wait, copies `first` and following, by turns in all queues. */
export async function addWaiting(store: Store, world: World, count: number, first = 1): Promise<void> {
  const { queue, skill, size } = world;
  const place = `n % ${size.queues}`;
  const skillPlace = `(${place} * ${skillsOfQueue} + n / ${size.queues} % ${skillsOfQueue}) % ${size.skills}`;
  const later = `r."enteredon" + n * interval '1 millisecond'`;
  await copy(
    store,
    world.conversation,
    count,
    {
      pointing: new Map([
        [queue, copyInSql(`'${queue}'`, `1 + ${place}`)],
        [skill, copyInSql(`'${skill}'`, `1 + ${skillPlace}`)],
      ]),
      columns: {
        queueitem: { enteredon: later },
        msdyn_ocliveworkitem: { statecode: '0', statuscode: '1' },
      },
    },
    first,
  );
  await store.query({ text: 'analyze', values: [] });
}

/** Signs the first `count` people in and all others out. An engine that is made afterwards sees it. */
export async function signInFirst(store: Store, { user }: World, count: number): Promise<void> {
  const people = Array.from({ length: count }, (_, n) => copyOf(user, n + 1));
  await store.query({
    text: `update "dataverse"."msdyn_agentstatus" set "msdyn_isagentloggedin" = ("msdyn_agentid" = any($1::uuid[]))`,
    values: [people],
  });
}

type Originals = Awaited<ReturnType<typeof makeOriginals>>;

async function makeOriginals(transaction: Transaction) {
  const make = <T extends Table>(table: T, values: Values<T>): Promise<string> =>
    transaction.create(table, values);
  for (const [name, base] of Object.entries(bases))
    await make(t.msdyn_presence, {
      msdyn_presenceid: presences[name as keyof typeof bases],
      msdyn_name: name,
      msdyn_basepresencestatus: base,
    });
  const queue = await make(t.queue, {
    name: 'Queue',
    msdyn_queuetype: 192350000,
    msdyn_assignmentstrategy: 192350003,
  });
  // With nobody in it a queue keeps no conversation; whoever is in it here never signs in.
  const absent = await make(t.systemuser, { fullname: 'Absent' });
  const membership = await rowsOfMembership(transaction, queue, absent);
  const workstream = await make(t.msdyn_liveworkstream, {
    msdyn_name: 'Messages',
    msdyn_streamsource: channel,
    msdyn_capacityformat: 192350000,
    msdyn_capacityrequired: units,
    msdyn_workdistributionmode: 192350000,
    msdyn_allowedpresences: [bases.available, bases.busy],
    msdyn_matchinglogic: 192350000,
    msdyn_defaultqueue: queue,
  });
  const contact = await make(t.contact, { fullname: 'Kim Berg', mobilephone: '+4520000001' });
  const skill = await make(t.characteristic, { name: 'Skill', characteristictype: 1 });
  const resource = await make(t.bookableresource, { name: 'Agent', resourcetype: 3, userid: absent });
  const ability = await make(t.bookableresourcecharacteristic, { resource, characteristic: skill });
  return { queue, absent, membership, workstream, contact, skill, resource, ability };
}

async function rowsOfMembership(transaction: Transaction, queue: string, user: string): Promise<string> {
  await transaction.associate('queuemembership_association', queue, user);
  const [row] = await transaction.query({
    text: 'select "queuemembershipid" as id from "dataverse"."queuemembership"',
    values: [],
  });
  return String(row?.id);
}

/** People with their resources, queues and skills. */
async function copyPeople(
  store: Store,
  size: WorldSize,
  made: Originals,
  person: readonly Made[],
): Promise<void> {
  const { queue, absent, skill, resource } = made;
  const user = person[0]?.id ?? '';
  await copy(store, person, size.agents, { columns: { systemuser: { fullname: `'Agent ' || n` } } });
  await copy(store, [{ table: 'bookableresource', id: resource }], size.agents, {
    pointing: new Map([[absent, copyInSql(`'${user}'`)]]),
  });
  const ofQueue = (agent: string, which: string): string => `(${agent} + ${which}) % ${size.queues}`;
  // Copy n of the membership: person n / 2, in the first of their queues and then the other.
  await copy(store, [{ table: 'queuemembership', id: made.membership }], size.agents * 2, {
    pointing: new Map([
      [absent, copyInSql(`'${user}'`, '1 + (n - 1) / 2')],
      [queue, copyInSql(`'${queue}'`, `1 + ${ofQueue('(n - 1) / 2', '(n - 1) % 2')}`)],
    ]),
  });
  const each = 2 * (skillsOfQueue - 1);
  const agent = `(n - 1) / ${each}`;
  const number = `(n - 1) % ${each}`;
  const other = `${number} / ${skillsOfQueue - 1}`;
  const place = `(${ofQueue(agent, other)}) * ${skillsOfQueue} + ${number} % ${skillsOfQueue - 1} + ${other}`;
  await copy(store, [{ table: 'bookableresourcecharacteristic', id: made.ability }], size.agents * each, {
    pointing: new Map([
      [resource, copyInSql(`'${resource}'`, `1 + ${agent}`)],
      [skill, copyInSql(`'${skill}'`, `1 + (${place}) % ${size.skills}`)],
    ]),
  });
}
