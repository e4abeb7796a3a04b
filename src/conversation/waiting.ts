/** What waits and who could take it, kept in memory beside the rows: the matcher, and what of it is out of date. It only
 *  says what is worth trying; whether somebody gets it is decided from the rows, under lock.
 *  Source: behaviour.md §4.4. */
import { Planner, type WaitingItem } from '../routing/index.ts';
import type { Guid } from '../tables/index.ts';
import type { Limits } from './limits.ts';
import { type ReadItem, readAgentsOf, readPlanned, readWaiting } from './read/matching.ts';
import { dayOf, type TimedReader } from './read/people.ts';
import { RestsOn } from './rests-on.ts';

/** A row that was written, as the change log tells of it or as a decision wrote it. */
export interface Written {
  readonly table: string;
  readonly id: Guid;
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
  'msdyn_decisionruleset',
]);

/** How many conversations may change in vain before their people are asked for: it only bounds the memory. */
const mostUnasked = 250;

/** The waiting work of one engine. */
export class WaitingWork {
  readonly #limits: Limits;
  #planner = new Planner();
  readonly #items = new Map<Guid, WaitingItem>();
  /** The items whose turn rests on other rows than their own. */
  readonly #rests = new RestsOn();
  readonly #staleItems = new Set<Guid>();
  readonly #stalePeople = new Set<Guid>();
  /** Conversations that changed while nothing waited: whoever works on them is out of date too. */
  readonly #unasked = new Set<Guid>();
  #allStale = true;
  #day: Date | null = null;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Rows were written: what they concern is read anew before it is used again. */
  note(written: Written): void {
    if (this.#allStale) return;
    if (settings.has(written.table)) this.#allStale = true;
    for (const id of concerned(written, ofConversation)) this.#staleItems.add(id);
    for (const id of this.#rests.on(written.id)) this.#staleItems.add(id);
    for (const id of concerned(written, ofPerson)) this.#stalePeople.add(id);
  }

  /** Reads what is out of date. */
  async refresh(reader: TimedReader): Promise<void> {
    const day = dayOf(reader.now);
    // Profiles that are reset at the end of the day are free again, without a row that says so.
    if (this.#allStale || this.#day?.getTime() !== day.getTime()) return this.#reload(reader, day);
    const items = [...this.#staleItems];
    this.#staleItems.clear();
    try {
      if (items.length > 0) this.#replaceItems(items, await readWaiting(reader, items, this.#limits));
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
    const read = await readPlanned(reader, [...people]);
    for (const id of people) this.#planner.removeAgent(id);
    for (const person of read) this.#planner.putAgent(person);
  }

  /** The next conversation worth trying, and who could take it; null when nothing fits. */
  next(): { readonly item: Guid<'msdyn_ocliveworkitem'>; readonly agent: Guid<'systemuser'> } | null {
    return this.#planner.next();
  }

  /** Somebody else got it, or nobody did: the person that was meant for it is read anew. */
  mistaken(agent: Guid): void {
    this.#stalePeople.add(agent);
  }

  /** Nobody got these after all. They are tried again when something changes. */
  putBack(ids: readonly Guid[]): void {
    for (const id of ids) {
      const item = this.#items.get(id);
      if (item) this.#planner.putItem(item, false);
    }
  }

  async #reload(reader: TimedReader, day: Date): Promise<void> {
    this.#allStale = false;
    this.#staleItems.clear();
    this.#stalePeople.clear();
    this.#unasked.clear();
    try {
      const items = await readWaiting(reader, null, this.#limits);
      const people = await readPlanned(reader, null);
      this.#planner = new Planner();
      this.#items.clear();
      this.#rests.clear();
      for (const item of items) this.#put(item);
      for (const person of people) this.#planner.putAgent(person);
      this.#day = day;
    } catch (error) {
      this.#allStale = true;
      throw error;
    }
  }

  #replaceItems(ids: readonly Guid[], read: readonly ReadItem[]): void {
    const waiting = new Set(read.map(({ item }) => item.id));
    for (const id of ids)
      if (!waiting.has(id)) {
        this.#items.delete(id);
        this.#rests.remove(id);
        this.#planner.removeItem(id);
      }
    for (const item of read) this.#put(item);
  }

  #put({ item, rests }: ReadItem): void {
    this.#rests.put(item.id, rests);
    this.#items.set(item.id, item);
    this.#planner.putItem(item);
  }
}

function* concerned(
  { table, id, before, after }: Written,
  columns: ReadonlyMap<string, string | null>,
): Generator<Guid> {
  const column = columns.get(table);
  if (column === null) yield id;
  else if (column !== undefined)
    for (const values of [before, after]) {
      // A decision says a lookup by its column; the change log as it stands on the wire.
      const value = values?.[column] ?? values?.[`_${column}_value`];
      if (typeof value === 'string') yield value;
    }
}
