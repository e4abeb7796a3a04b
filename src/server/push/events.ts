/** From an entry of the change log to an event of the push stream (ui.md §8; shapes in tables/push.ts). */
import type { Change, Store } from '../../store/index.ts';
import { msdyn_agentstatus } from '../../tables/dataverse/index.ts';
import type { OfferData, PushEvent } from '../../tables/push.ts';
import { wirechief_offer } from '../../tables/wirechief/wirechief_offer.ts';

/** An event with what the filter needs to know beside it. `text`: as it goes out, made once for all pages; without an
 *  `event:` line, so that every reader gets it as a message. `agent`: whose offer or presence it is. */
export interface AddressedEvent {
  readonly event: PushEvent;
  readonly text: string;
  readonly agent: string | null;
}

/** Makes events of changes, in order. Offers and agent states are read once to learn whose they are, because an entry
 *  of the log holds the changed columns only. */
export interface EventMaker {
  make(change: Change, serverNow: Date): Promise<AddressedEvent>;
}

const rowTypes = { create: 'row.created', update: 'row.changed', delete: 'row.deleted' } as const;
const outcomes: Record<number, OfferData['outcome']> = {
  2: 'accepted',
  3: 'rejected',
  4: 'expired',
  5: 'withdrawn',
};
const maxRemembered = 5000;

type Offer = Omit<OfferData, 'serverNow' | 'outcome'>;

/** The maker of events over a store. */
export function createEventMaker(store: Pick<Store, 'row'>): EventMaker {
  const offers = new Map<string, Offer>();
  const agents = new Map<string, string>();
  const remember = <T>(map: Map<string, T>, id: string, value: T): T => {
    if (map.size >= maxRemembered) map.clear();
    map.set(id, value);
    return value;
  };

  const offerOf = async (change: Change): Promise<Offer | null> => {
    const known = offers.get(change.id);
    if (known !== undefined) return known;
    const whole = change.operation === 'create' ? change.after : change.before;
    if (change.operation !== 'update' && whole !== null) {
      return remember(offers, change.id, offerFromWire(change.id, whole));
    }
    const row = await store.row(wirechief_offer, change.id);
    if (row === null) return null;
    return remember(offers, change.id, {
      offer: change.id,
      conversation: row.wirechief_conversationid ?? '',
      agent: row.wirechief_agentid ?? '',
      session: row.wirechief_sessionid ?? '',
      expiresAt: row.wirechief_expireson?.toISOString() ?? '',
    });
  };

  const agentOf = async (change: Change): Promise<string | null> => {
    const known = agents.get(change.id);
    if (known !== undefined) return known;
    const whole = change.operation === 'delete' ? change.before : change.after;
    const named = whole?._msdyn_agentid_value;
    if (typeof named === 'string') return remember(agents, change.id, named);
    const row = await store.row(msdyn_agentstatus, change.id);
    return row?.msdyn_agentid == null ? null : remember(agents, change.id, row.msdyn_agentid);
  };

  return {
    make: async (change, serverNow) => {
      if (change.table === 'wirechief_offer') {
        const event = offerEvent(change, await offerOf(change), serverNow);
        if (event !== null) return event;
      }
      const agent = change.table === 'msdyn_agentstatus' ? await agentOf(change) : null;
      const data = change.operation === 'delete' ? {} : (change.after ?? {});
      return addressed(agent, envelope(change, rowTypes[change.operation], data));
    },
  };
}

/** offer.new on create; offer.ended when the status leaves Pending or the row goes. Other changes are row changes. */
function offerEvent(change: Change, offer: Offer | null, serverNow: Date): AddressedEvent | null {
  if (offer === null) return null;
  const make = (type: 'offer.new' | 'offer.ended', outcome?: OfferData['outcome']): AddressedEvent => {
    const data: OfferData = {
      ...offer,
      serverNow: serverNow.toISOString(),
      ...(outcome === undefined ? {} : { outcome }),
    };
    return addressed(offer.agent, envelope(change, type, { ...data }));
  };
  if (change.operation === 'create') return make('offer.new');
  if (change.operation === 'delete') return make('offer.ended', 'withdrawn');
  const outcome = outcomes[Number(change.after?.statuscode)];
  return outcome === undefined ? null : make('offer.ended', outcome);
}

function offerFromWire(id: string, columns: { readonly [column: string]: unknown }): Offer {
  const text = (column: string): string => {
    const value = columns[column];
    return value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : '';
  };
  return {
    offer: id,
    conversation: text('_wirechief_conversationid_value'),
    agent: text('_wirechief_agentid_value'),
    session: text('_wirechief_sessionid_value'),
    expiresAt: text('wirechief_expireson'),
  };
}

function addressed(agent: string | null, event: PushEvent): AddressedEvent {
  return { agent, event, text: `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n` };
}

function envelope(change: Change, type: PushEvent['type'], data: PushEvent['data']): PushEvent {
  return {
    seq: change.seq,
    at: change.at.toISOString(),
    type,
    table: change.table,
    id: change.id,
    ...(change.version === null ? {} : { etag: `W/"${change.version}"` }),
    by: change.actor,
    cause: change.cause,
    ...(change.conversation === null ? {} : { conversation: change.conversation }),
    transaction: change.transaction,
    data,
  };
}
