/** What waits and who could take it, kept in memory beside the rows: the matcher, and what of it is out of date. It only
 *  says what is worth trying; whether somebody gets it is decided from the rows, under lock.
 *  Source: behaviour.md §4.4. */
import { type Candidate, Planner } from '../routing/index.ts';
import { type Guid, Refusal } from '../tables/index.ts';
import type { Knowledge, Match } from './assign-many.ts';
import { isBusy } from './busy.ts';
import { status } from './choices.ts';
import { Crowd, toPlanned, withWork } from './crowd.ts';
import type { Limits } from './limits.ts';
import { type ReadItem, readAgentsOf, readWaiting, readWaitingIds } from './read/matching.ts';
import { dayOf, type Person, readPeople, type TimedReader } from './read/people.ts';
import { Shared } from './read/shared.ts';
import { RestsOn } from './rests-on.ts';

/** A row that was written, as the change log tells of it or as a decision wrote it. */
export interface Written {
  readonly table: string;
  readonly id: Guid;
  readonly transaction?: Guid;
  readonly before?: { readonly [column: string]: unknown } | null;
  readonly after: { readonly [column: string]: unknown } | null;
}

/** Tables whose rows concern one conversation, with the column that says which; their own id where there is none. */
const ofConversation: ReadonlyMap<string, string | null> = new Map([
  ['msdyn_ocliveworkitem', null],
  ['msdyn_ocliveworkitemcharacteristic', 'msdyn_ocliveworkitemid'],
  ['msdyn_ocliveworkitemcapacityprofile', 'msdyn_ocliveworkitemid'],
  ['msdyn_ocliveworkitemcontextitem', 'msdyn_ocliveworkitemid'],
  ['msdyn_ocphonecallengagementctx', 'msdyn_liveworkitemid'],
  ['wirechief_offer', 'wirechief_conversationid'],
]);

/** The same of rows that only a decision looks at: they matter as long as the conversation waits. */
const besideConversation: ReadonlyMap<string, string | null> = new Map([
  ['msdyn_ocsession', 'msdyn_liveworkitemid'],
  ['msdyn_queueextension', 'msdyn_conversationid'],
  ['msdyn_unifiedroutingrun', 'msdyn_liveworkitem'],
  ['msdyn_unifiedroutingdiagnostic', 'msdyn_ocliveworkitemid'],
  ['wirechief_callcontrol', null],
  ['wirechief_callparty', 'wirechief_conversationid'],
]);

/** The same of people. A status row has the id of its person (see people.ts). */
const ofPerson: ReadonlyMap<string, string | null> = new Map([
  ['systemuser', null],
  ['msdyn_agentstatus', null],
  ['msdyn_agentchannelstate', null],
  ['msdyn_ocliveworkitem', 'msdyn_activeagentid'],
  ['wirechief_offer', 'wirechief_agentid'],
]);

/** Tables that say how work is handed out: when one changes, everything is read anew. */
const settings: ReadonlySet<string> = new Set([
  ...['queue', 'queuemembership', 'msdyn_liveworkstream', 'msdyn_presence', 'msdyn_omnichannelconfiguration'],
  ...['bookableresource', 'bookableresourcecharacteristic', 'ratingvalue', 'ratingmodel', 'characteristic'],
  ...[
    'msdyn_capacityprofile',
    'msdyn_bookableresourcecapacityprofile',
    'msdyn_liveworkstreamcapacityprofile',
  ],
  ...['msdyn_preferredagent', 'msdyn_assignmentconfiguration', 'msdyn_assignmentconfigurationstep'],
  ...['msdyn_notificationtemplate', 'msdyn_ocautomatedactionrule', 'msdyn_ocautomatedactionrulesmapping'],
  ...['msdyn_occhannelconfiguration', 'msdyn_occhannelstateconfiguration', 'msdyn_ocvoicechannelsetting'],
  'msdyn_decisionruleset',
]);

/** How many conversations may change in vain before their people are asked for: it only bounds the memory. */
const mostUnasked = 250;
/** How many conversations are read by one statement: it bounds what of them is in memory twice. */
const readTogether = 500;
/** How many transactions of our own are remembered until the change log tells of them. */
const mostOwn = 2_000;

/** Work and the person that the matcher found for it. `alone`: it has to be decided by itself, because what it asks for
 *  is not known here as a whole. */
export interface Found extends Match {
  readonly alone: boolean;
}

/** The latest instant there is: whoever is given work this moment comes last among those who take turns. */
const justNow = new Date(8_640_000_000_000_000);

/** The waiting work of one engine. */
export class WaitingWork implements Knowledge {
  readonly #limits: Limits;
  #planner = new Planner();
  readonly #crowd = new Crowd();
  /** Transactions that are told here by whoever made them. */
  readonly #own = new Set<Guid>();
  readonly #items = new Map<Guid, ReadItem>();
  readonly #shared = new Shared();
  /** Conversations that are being read. */
  #reading: ReadonlySet<Guid> = new Set();
  /** Those that no longer waited while they were being read. */
  readonly #left = new Set<Guid>();
  /** The items whose turn rests on other rows than their own. */
  readonly #rests = new RestsOn();
  readonly #staleItems = new Set<Guid>();
  readonly #stalePeople = new Set<Guid<'systemuser'>>();
  /** Conversations that changed while nothing waited: whoever works on them is out of date too. */
  readonly #unasked = new Set<Guid>();
  #allStale = true;
  #day: Date | null = null;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Rows were written: what they concern is read anew before it is used again. */
  note(written: Written): void {
    if (this.#allStale || (written.transaction !== undefined && this.#own.has(written.transaction))) return;
    if (settings.has(written.table)) this.#allStale = true;
    if (this.#isElsewhere(written)) {
      // Whoever works on it is out of date.
      this.#forget(written.id);
      this.#left.add(written.id);
      this.#staleItems.delete(written.id);
      this.#unasked.add(written.id);
    } else for (const id of concerned(written, ofConversation)) this.#staleItems.add(id);
    for (const id of concerned(written, besideConversation))
      if (this.#items.has(id)) this.#staleItems.add(id);
    for (const id of this.#rests.on(written.id)) this.#staleItems.add(id);
    for (const id of concerned(written, ofPerson)) this.#stalePeople.add(id);
  }

  /** Whether a change of a conversation says that it does not wait, or leaves one that does not as it is. */
  #isElsewhere({ table, id, after }: Written): boolean {
    if (table !== 'msdyn_ocliveworkitem') return false;
    const code = after?.statuscode;
    if (typeof code === 'number') return code !== status.open;
    const mayWait = ['statecode', 'msdyn_queueitemid', 'msdyn_cdsqueueid', 'msdyn_liveworkstreamid'];
    return (
      after !== null &&
      !this.#items.has(id) &&
      !this.#staleItems.has(id) &&
      !this.#reading.has(id) &&
      !mayWait.some((column) => column in after || `_${column}_value` in after)
    );
  }

  /** Does work whose transaction, named by `knows`, is told here by `note` or `gave` after its commit: what the change log
   *  tells of it is passed over. When it is not sure whether there was a commit, that is heard, and what the work is about
   *  is read anew. */
  async knowing<R>(
    about: readonly Guid[],
    work: (knows: (transaction: Guid) => void) => Promise<R>,
  ): Promise<R> {
    const named: Guid[] = [];
    try {
      return await work((transaction) => {
        named.push(transaction);
        this.#knows(transaction);
      });
    } catch (error) {
      if (isBusy(error) || !(error instanceof Refusal)) this.#isUnsure(named, about);
      throw error;
    }
  }

  #knows(transaction: Guid): void {
    this.#own.add(transaction);
    const [oldest] = this.#own;
    if (this.#own.size > mostOwn && oldest !== undefined) this.#own.delete(oldest);
  }

  #isUnsure(transactions: readonly Guid[], about: readonly string[]): void {
    for (const transaction of transactions) this.#own.delete(transaction);
    for (const id of about) {
      this.#staleItems.add(id);
      this.#stalePeople.add(id);
    }
  }

  /** Reads what is out of date. */
  async refresh(reader: TimedReader): Promise<void> {
    const day = dayOf(reader.now);
    // Profiles that are reset at the end of the day are free again, without a row that says so.
    if (this.#allStale || this.#day?.getTime() !== day.getTime()) return this.#reload(reader, day);
    const items = [...this.#staleItems];
    this.#staleItems.clear();
    try {
      await this.#readItems(reader, items);
      for (const id of items) this.#unasked.add(id);
      // Nobody need be known as long as nothing waits.
      if (this.#planner.waiting > 0 || this.#unasked.size > mostUnasked) await this.#refreshPeople(reader);
    } catch (error) {
      this.#allStale = true;
      throw error;
    }
  }

  async #refreshPeople(reader: TimedReader): Promise<void> {
    const items = [...this.#unasked];
    const people = new Set(this.#stalePeople);
    this.#unasked.clear();
    this.#stalePeople.clear();
    if (items.length > 0) for (const agent of await readAgentsOf(reader, items)) people.add(agent);
    if (people.size === 0) return;
    const read = await readPeople(reader, [...people]);
    for (const id of people) {
      this.#planner.removeAgent(id);
      if (!read.some(({ agent }) => agent === id)) this.#crowd.remove(id);
    }
    for (const person of read) this.#seat(person);
  }

  /** The next conversation worth trying, and who could take it; null when nothing fits. */
  next(): Found | null {
    for (let found = this.#planner.next(); found !== null; found = this.#planner.next()) {
      const read = this.#items.get(found.item);
      const person = this.#crowd.person(found.agent);
      if (!read || !person) continue;
      const { demand, queue, alone } = read.item;
      const load = { ...demand, units: demand.requiredUnits };
      this.#gave(withWork(person, load, queue, justNow));
      const isStale = this.#allStale || this.#stalePeople.has(found.agent);
      return { ...found, alone, known: isStale ? null : person };
    }
    return null;
  }

  /** What is known of a piece of work; null when that is out of date. */
  turn(item: Match['item']): Pick<ReadItem, 'turn' | 'version'> | null {
    return this.#allStale || this.#staleItems.has(item) ? null : (this.#items.get(item) ?? null);
  }

  /** The members of a queue as they are known here, with what is meant for them, but for one. */
  others(queue: Guid<'queue'>, agent: Match['agent']): readonly Candidate[] {
    return this.#crowd.others(queue, agent);
  }

  /** This got to the person that was meant for it, who stands like this now. */
  gave(item: Guid, person: Person): void {
    this.#forget(item);
    // More may be meant for them since, which is found out when it is tried.
    this.#gave(person);
  }

  /** Whoever has more than before is able to take no more than before: nothing has to be looked at again. */
  #gave(person: Person): void {
    this.#crowd.put(person);
    this.#planner.book(toPlanned(person));
  }

  /** Somebody else got it, or nobody did: the person that was meant for it is read anew. */
  mistaken(agent: Guid<'systemuser'>): void {
    this.#stalePeople.add(agent);
  }

  /** Nobody got these after all. They are tried again when something changes. */
  putBack(ids: readonly Guid[]): void {
    for (const id of ids) {
      const item = this.#items.get(id);
      if (item) this.#planner.putItem(item.item, false);
    }
  }

  async #reload(reader: TimedReader, day: Date): Promise<void> {
    this.#allStale = false;
    this.#staleItems.clear();
    this.#stalePeople.clear();
    this.#unasked.clear();
    try {
      const ids = await readWaitingIds(reader);
      const people = await readPeople(reader, null);
      this.#planner = new Planner();
      this.#crowd.clear();
      this.#items.clear();
      this.#rests.clear();
      this.#shared.clear();
      await this.#readItems(reader, ids);
      for (const person of people) this.#seat(person);
      this.#day = day;
    } catch (error) {
      this.#allStale = true;
      throw error;
    }
  }

  /** Reads these; those that do not wait are forgotten. */
  async #readItems(reader: TimedReader, ids: readonly Guid[]): Promise<void> {
    for (let from = 0; from < ids.length; from += readTogether) {
      const asked = ids.slice(from, from + readTogether);
      this.#reading = new Set(asked);
      this.#left.clear();
      const read = await readWaiting(reader, asked, this.#limits, this.#shared);
      const waiting = new Map(read.map((one) => [one.item.id, one]));
      for (const id of asked) {
        const one = waiting.get(id);
        if (one && !this.#left.has(id)) this.#put(one);
        else this.#forget(id);
      }
    }
    this.#reading = new Set();
  }

  #forget(id: Guid): void {
    this.#items.delete(id);
    this.#rests.remove(id);
    this.#planner.removeItem(id);
  }

  #seat(person: Person): void {
    this.#crowd.put(person);
    this.#planner.putAgent(toPlanned(person));
  }

  #put(read: ReadItem): void {
    const { item, rests } = read;
    this.#rests.put(item.id, rests);
    this.#items.set(item.id, read);
    this.#planner.putItem(item);
  }
}

function* concerned(
  { table, id, before, after }: Written,
  columns: ReadonlyMap<string, string | null>,
): Generator<string> {
  const column = columns.get(table);
  if (column === null) yield id;
  else if (column !== undefined)
    for (const values of [before, after]) {
      // A decision says a lookup by its column; the change log as it stands on the wire.
      const value = values?.[column] ?? values?.[`_${column}_value`];
      if (typeof value === 'string') yield value;
    }
}
