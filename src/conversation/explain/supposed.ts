/** A conversation that is only supposed, read with the engine's own readers: its workstream, who the caller is, what the
 *  rules say, and the queue as it would see it. Nothing is written. Source: mission row B3; behaviour.md §3.1, §4. */
import { msdyn_liveworkstream } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import { kindOf } from '../channels.ts';
import { channel } from '../choices.ts';
import { faultOf } from '../decide/variables.ts';
import type { Limits } from '../limits.ts';
import { readArrival } from '../read/arrival.ts';
import { readBoard } from '../read/board.ts';
import { loadJoin, loadSelection, toLoad } from '../read/load.ts';
import type { TimedReader } from '../read/people.ts';
import { readRouting, readVariables } from '../read/routing.ts';
import { numberOrNull, pick, type RowReader, select, text } from '../read/rows.ts';
import { readNamedSkills, toWants, wantsJoin, wantsSelection } from '../read/wants.ts';
import type { RoomFacts } from '../room-facts.ts';
import {
  type Board,
  type Conversation,
  columns,
  type Identified,
  type Load,
  type Routing,
  type Situation,
  type WorkstreamFacts,
} from '../situation.ts';

/** What is asked: a number that is called, or a workstream; who calls (null: withheld); context variables as they would
 *  be when a human is asked for; when; how a number becomes E.164. */
export interface Supposition {
  readonly number: string | null;
  readonly workstream: Guid<'msdyn_liveworkstream'> | null;
  readonly caller: string | null;
  readonly variables: ReadonlyMap<string, string>;
  readonly at: Date;
  readonly e164: (number: string) => string | null;
}

/** Where it would come in. `closed`: what the caller is told when the channel is closed, null when it is open. */
export interface SupposedArrival {
  readonly workstream: WorkstreamFacts;
  readonly channel: number | null;
  readonly bot: string | null;
  readonly identified: Identified;
  readonly closed: string | null;
}

/** What would come of it. `board` null: there is no such queue, or no agent would be looked for. */
export interface Supposed {
  readonly arrival: SupposedArrival;
  readonly situation: Omit<Situation, 'agent'>;
  readonly routing: Routing;
  readonly board: Board | null;
}

/** The id of nothing: no row of the conversation is there. Its percentage draw is 0: the first share of a split. */
const nothing = '00000000-0000-0000-0000-000000000000';

/** Reads where it would come in. A workstream with a number is called by that number; one without has no caller to find.
 *  Refuses invalidArgument: the number leads nowhere; recordNotFound: no such workstream. */
export async function supposeArrival(reader: RowReader, asked: Supposition): Promise<SupposedArrival> {
  const { number, workstream } = asked;
  if (number !== null) {
    const found = await callTo(reader, number, asked);
    if (found === null)
      throw new Refusal('invalidArgument', `The number ${number} leads to no active workstream.`);
    return found;
  }
  const [record] = await reader.query({
    text: `select ${select('w', columns.workstream)}, w."msdyn_streamsource" as channel, b."fullname" as bot,
        (select n."msdyn_phonenumber" from "dataverse"."msdyn_ocvoicechannelsetting" v
          join "dataverse"."msdyn_ocphonenumber" n on n."msdyn_ocphonenumberid" = v."msdyn_phonenumberid"
          where v."msdyn_liveworkstreamid" = w."msdyn_liveworkstreamid" and v."statecode" = 0 and n."statecode" = 0
          order by v."msdyn_ocvoicechannelsettingid" limit 1) as number
      from "dataverse"."msdyn_liveworkstream" w
      left join "dataverse"."systemuser" b on b."systemuserid" = w."msdyn_bot_user"
      where w."msdyn_liveworkstreamid" = $1 and w."statecode" = 0`,
    values: [workstream],
    name: 'why_workstream',
  });
  const found = record ? pick(record, 'w', msdyn_liveworkstream, columns.workstream) : null;
  if (!record || !found) throw new Refusal('recordNotFound', 'msdyn_liveworkstream', workstream ?? nothing);
  const own = text(record.number);
  const called = own === null ? null : await callTo(reader, own, asked);
  if (called?.workstream.msdyn_liveworkstreamid === workstream) return called;
  return {
    workstream: found,
    channel: numberOrNull(record.channel),
    bot: text(record.bot),
    identified: nobody,
    closed: null,
  };
}

const nobody: Identified = {
  customer: null,
  name: null,
  incident: null,
  provisional: null,
  history: [],
  trace: null,
};

async function callTo(
  reader: RowReader,
  to: string,
  { caller, at, e164 }: Supposition,
): Promise<SupposedArrival | null> {
  const event = { type: 'CallArrived', conversation: nothing, call: '', provider: '' } as const;
  const found = await readArrival(reader, { ...event, from: caller, to }, at, e164, true);
  return (
    found && { ...found, channel: channel.voiceCall, bot: found.bot && (found.bot.name ?? found.bot.id) }
  );
}

/** Reads the rest. Refuses invalidArgument for a context variable that the workstream does not have or that cannot hold
 *  its value. `queueOf`: which queue's board is to be read, from what routing says. */
export async function suppose(
  reader: TimedReader,
  arrival: SupposedArrival,
  asked: Supposition,
  limits: Limits,
  queueOf: (routing: Routing) => Guid<'queue'> | null,
): Promise<Supposed> {
  const before = situationOf(arrival, asked.caller, noLoad);
  const variables = await readVariables(reader, before);
  for (const [name, value] of asked.variables) {
    const variable = variables.find(({ msdyn_name }) => msdyn_name === name);
    const fault = faultOf(variable, name, value);
    if (fault !== null) throw new Refusal('invalidArgument', fault);
  }
  const { customer } = arrival.identified;
  const row = {
    ...before.conversation,
    msdyn_liveworkstreamid: arrival.workstream.msdyn_liveworkstreamid,
    msdyn_customer: customer,
  };
  const { at, variables: values } = asked;
  const routing = await readRouting(reader, before, { row: async () => row, values, variables, at });
  const load = await readSupposedLoad(reader, arrival, routing);
  const situation = { ...before, load };
  const board = await readBoard(reader, queueOf(routing), situation, limits, values, null);
  const wants = board && (await readSupposedWants(reader, arrival.identified, routing, board));
  return { arrival, situation, routing, board: board && wants && { ...board, wants } };
}

function situationOf(arrival: SupposedArrival, from: string | null, load: Load): Omit<Situation, 'agent'> {
  const { workstream, identified } = arrival;
  // Every column is there and empty: the row of a conversation that has not begun.
  const empty = Object.fromEntries(columns.conversation.map((name) => [name, null])) as Record<
    keyof Conversation,
    null
  >;
  const conversation: Conversation = {
    ...empty,
    activityid: nothing,
    regardingobjectid: identified.customer,
  };
  return {
    kind: kindOf(arrival.channel === null ? null : [arrival.channel], workstream.msdyn_conversationmode),
    conversation,
    workstream,
    load,
    call: '',
    from,
    session: null,
    segment: null,
    closesAfter: {},
    timeoutRules: [],
    participant: null,
    offer: null,
    routingRun: null,
    holdEvent: null,
    room: emptyRoom,
  };
}

const noLoad: Load = { units: 0, telephone: false, node: null, profiles: [], unkept: [] };

const emptyRoom: RoomFacts = {
  parties: [],
  control: null,
  voice: null,
  dialled: null,
  context: null,
  primaryLost: false,
  transferHold: false,
  transcriptionEvent: null,
};

/** What it would take of a person: by the workstream, and the profiles that classification adds. */
async function readSupposedLoad(
  reader: RowReader,
  { workstream, channel: by }: SupposedArrival,
  { classification }: Routing,
): Promise<Load> {
  const [record] = await reader.query({
    text: `select ${loadSelection}
      from (select null::uuid as "activityid", null::uuid as "wirechief_node", $1::uuid as "msdyn_liveworkstreamid",
        $2::int4[] as "msdyn_channel") c
      join "dataverse"."msdyn_liveworkstream" w on w."msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid"
      ${loadJoin}`,
    values: [workstream.msdyn_liveworkstreamid, by === null ? null : [by]],
    name: 'why_load',
  });
  const load = toLoad(workstream, record ?? {});
  const added = classification?.profiles.filter((id) => !load.profiles.some((one) => one.id === id)) ?? [];
  if (added.length === 0) return load;
  const named = await reader.query({
    text: `select "msdyn_capacityprofileid" as id, "msdyn_name" as name from "dataverse"."msdyn_capacityprofile"
      where "msdyn_capacityprofileid" = any($1::uuid[]) and "statecode" = 0 order by "msdyn_name"`,
    values: [added],
    name: 'why_profiles',
  });
  const profiles = named.map(({ id, name }) => ({ id: text(id) ?? '', name: text(name) }));
  return { ...load, profiles: [...load.profiles, ...profiles] };
}

/** What it would ask for: the skills that classification sets, and whom the customer prefers. */
async function readSupposedWants(
  reader: RowReader,
  { customer }: Identified,
  { classification }: Routing,
  { wants }: Board,
): Promise<Board['wants']> {
  const [record] = await reader.query({
    text: `select ${wantsSelection} from (select null::uuid as "activityid", $1::text as "msdyn_customer@table",
      $2::uuid as "msdyn_customer") c ${wantsJoin}`,
    values: [customer?.table ?? null, customer?.id ?? null],
    name: 'why_wants',
  });
  const skills = await readNamedSkills(reader, classification?.skills ?? []);
  return { ...(record ? toWants(record) : wants), rules: wants.rules, skills };
}
