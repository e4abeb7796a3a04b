/** The site of a simulation: a contact centre made from a seed, as rows like any other configuration. */
import { base as bases } from '../../src/conversation/choices.ts';
import type { Store } from '../../src/store/index.ts';
import * as t from '../../src/tables/dataverse/index.ts';
import { presences, type Table, type Values } from '../../src/tables/index.ts';
import type { Random } from '../fuzz/random.ts';

/** What the people of a simulation need to know of it. */
export interface Site {
  readonly agents: readonly string[];
  readonly bot: string;
  readonly queues: readonly string[];
  /** Numbers that are answered by a bot, and by people at once. */
  readonly numbers: { readonly bot: string; readonly direct: string };
  /** Departments that the rules send somewhere. */
  readonly departments: readonly string[];
}

const cause = { actor: '00000000-0000-4000-8000-000000000003', cause: 'simulated site' };
const numbers = { bot: '+4570000001', direct: '+4570000002' } as const;
const departments = ['Legal', 'Sales', 'Service'] as const;
const strategies = [192350000, 192350001, 192350003] as const;

const rule = (id: string, name: string, queue: string): string =>
  `<rule id="${id}" name="${name}"><logical operator="AND"><condition operator="==">
   <lhs type="attribute">liveworkitemcontext.va_Department</lhs><rhs type="staticvalue">${name}</rhs></condition></logical>
   <action><setattribute><lhs type="attribute">assign_to.queue</lhs><rhs type="staticvalue">{${queue}}</rhs></setattribute></action></rule>`;

/** Writes the rows. Every id comes from `newId`, so that the same seed makes the same site. */
export async function makeSite(store: Store, random: Random, newId: () => string): Promise<Site> {
  return store.transact(cause, async (transaction) => {
    const make = async <T extends Table>(table: T, values: Values<T>): Promise<string> =>
      transaction.create(table, { [table.primaryId]: newId(), ...values });
    for (const [name, base] of Object.entries(bases))
      await make(t.msdyn_presence, {
        msdyn_presenceid: presences[name as keyof typeof bases],
        msdyn_name: name,
        msdyn_basepresencestatus: base,
        msdyn_canuserset: true,
      });
    const bot = await make(t.systemuser, { fullname: 'Front-desk IVR', domainname: 'ivr' });
    const agents: string[] = [];
    for (let n = 1; n <= 2 + random.below(4); n += 1)
      agents.push(
        await make(t.systemuser, {
          fullname: `Agent ${n}`,
          domainname: `agent${n}`,
          msdyn_capacity: random.pick([30, 60, 100]),
        }),
      );
    const queues: string[] = [];
    for (const name of ['Front desk', ...departments]) {
      const queue = await make(t.queue, {
        name,
        msdyn_queuetype: 192350002,
        msdyn_assignmentstrategy: random.pick(strategies),
        msdyn_priority: 1 + random.below(3),
      });
      queues.push(queue);
      for (const agent of agents)
        if (random.next() < 0.7 || agent === agents[0])
          await transaction.associate('queuemembership_association', queue, agent);
    }
    const [front = '', ...others] = queues;
    const streams = {
      bot: await workstream(make, random, front, { msdyn_bot_user: bot, msdyn_bot_queue: front }),
      direct: await workstream(make, random, front, {}),
    };
    for (const [kind, stream] of Object.entries(streams)) {
      const phone = numbers[kind as keyof typeof numbers];
      const id = await make(t.msdyn_ocphonenumber, {
        msdyn_name: phone,
        msdyn_phonenumber: phone,
        msdyn_phoneinboundenabled: true,
      });
      await make(t.msdyn_ocvoicechannelsetting, {
        msdyn_phonenumberid: id,
        msdyn_liveworkstreamid: stream,
      });
    }
    await make(t.msdyn_ocliveworkstreamcontextvariable, {
      msdyn_name: 'va_Department',
      msdyn_datatype: 192350000,
      msdyn_liveworkstreamid: streams.bot,
    });
    const rules = departments.map((name, i) => rule(newId(), name, others[i] ?? front));
    const ruleSet = await make(t.msdyn_decisionruleset, {
      msdyn_name: 'Departments',
      msdyn_rulesettype: 192350000,
      msdyn_rulesetdefinition: `<decision hit-policy="all" version="1"><rules>${rules.join('')}</rules></decision>`,
    });
    const configuration = await make(t.msdyn_routingconfiguration, {
      msdyn_liveworkstreamid: streams.bot,
      msdyn_isactiveconfiguration: true,
    });
    await make(t.msdyn_routingconfigurationstep, {
      msdyn_routingconfigurationid: configuration,
      msdyn_rulesetid: ruleSet,
      msdyn_type: 192350002,
      msdyn_steporder: 1,
    });
    return { agents, bot, queues, numbers, departments };
  });
}

function workstream(
  make: <T extends Table>(table: T, values: Values<T>) => Promise<string>,
  random: Random,
  queue: string,
  more: Values<typeof t.msdyn_liveworkstream>,
): Promise<string> {
  return make(t.msdyn_liveworkstream, {
    msdyn_name: 'Workstream',
    msdyn_streamsource: 192440000,
    msdyn_capacityformat: 192350000,
    msdyn_capacityrequired: 30,
    msdyn_workdistributionmode: 192350000,
    msdyn_allowedpresences: [bases.available, ...(random.next() < 0.5 ? [bases.busy] : [])],
    msdyn_defaultqueue: queue,
    msdyn_blockcapacityforwrapupinseconds: random.pick([null, null, 0, 60]),
    ...more,
  });
}
