/** What runs as long as somebody is signed in, above all screens: the phone, the stream of changes, the offers.
 *  Source: ui.md §4, §8. */
import type { QueryClient } from '@tanstack/react-query';
import type { PushEvent } from '../../tables/push.ts';
import { learnServerTime, serverNow } from '../kit/clock.ts';
import { createStore, type Store } from '../kit/store.ts';
import { readList, runAction } from '../kit/web-api.ts';
import {
  noOffers,
  type Offers,
  offerOfEvent,
  offerOfRow,
  parseOfferData,
  reduceOffers,
} from '../offers/offers.ts';
import type { PushState } from '../push/push-stream.ts';
import { accessToken } from '../sign-in/session.ts';
import { createPhone, type Phone } from '../softphone/phone.ts';
import { claimTab } from './one-tab.ts';
import { shareStream } from './shared-stream.ts';

/** Where the phone and the stream are: in this tab, in another, or not settled yet. */
export type TabPlace = 'here' | 'elsewhere' | 'unknown';

/** The running parts. */
export interface Live {
  readonly phone: Phone;
  readonly offers: Store<Offers>;
  readonly push: Store<PushState>;
  readonly place: Store<TabPlace>;
  readonly takeOver: () => void;
  /** Connects the phone now if this tab has it, else as soon as it gets it. */
  readonly connectPhone: () => void;
  /** Answers an offer; true when the server took the answer. */
  readonly answer: (offer: string, answer: 'accept' | 'reject') => Promise<boolean>;
  readonly stop: () => void;
}

const actions = { accept: 'CCaaS_AcceptCall', reject: 'wirechief_RejectCall' } as const;

/** Starts everything for the agent. */
export function startLive(cache: QueryClient, agent: string, audio: HTMLAudioElement): Live {
  const offers = createStore<Offers>(noOffers);
  const place = createStore<TabPlace>('unknown');
  const phone = createPhone({
    audio,
    hello: async () => ({ type: 'hello', role: 'agent', token: await accessToken() }),
  });
  const readAgain = () => {
    readOffers(offers, agent).catch(reportError);
  };
  const stream = shareStream({
    cache,
    person: agent,
    onLive: readAgain,
    onEvent: (event) => {
      if (event.type.startsWith('offer.')) takeOffer(offers, event, agent);
      if (event.type === 'resync') readAgain();
    },
  });
  let isPhoneWanted = false;
  const startPhone = () => {
    if (isPhoneWanted && place.get() === 'here') phone.start().catch(reportError);
  };
  const claim = claimTab(agent, {
    onHeld: () => {
      place.set('here');
      startPhone();
      stream.lead();
    },
    onElsewhere: () => {
      place.set('elsewhere');
      phone.stop();
      offers.set(noOffers);
      stream.follow();
    },
  });
  return {
    phone,
    offers,
    push: stream.state,
    place,
    takeOver: claim.takeOver,
    connectPhone: () => {
      isPhoneWanted = true;
      startPhone();
    },
    answer: (offer, answer) => answerOffer(offers, offer, answer),
    stop: () => {
      claim.release();
      stream.stop();
      phone.stop();
    },
  };
}

function takeOffer(offers: Store<Offers>, event: PushEvent, agent: string): void {
  const data = parseOfferData(event);
  if (data === null || data.agent !== agent) return;
  if (event.type === 'offer.new') {
    learnServerTime(data.serverNow);
    offers.set(reduceOffers(offers.get(), { type: 'offered', offer: offerOfEvent(data) }));
  } else {
    offers.set(reduceOffers(offers.get(), { type: 'ended', id: data.offer }));
  }
}

/** Reads the pending offers: at the start, and after a gap in the stream. */
async function readOffers(offers: Store<Offers>, agent: string): Promise<void> {
  const askedAt = serverNow();
  const columns = '_wirechief_conversationid_value,_wirechief_sessionid_value,createdon,wirechief_expireson';
  const filter = `_wirechief_agentid_value eq ${agent} and statuscode eq 1`;
  const rows = await readList(`wirechief_offers?$select=${columns}&$filter=${filter}`);
  const listed = rows.map(offerOfRow).filter((offer) => offer !== null);
  offers.set(reduceOffers(offers.get(), { type: 'listed', offers: listed, askedAt }));
}

async function answerOffer(offers: Store<Offers>, id: string, answer: 'accept' | 'reject'): Promise<boolean> {
  const offer = offers.get().open.find((open) => open.id === id);
  if (offer === undefined || offer.answering !== null) return false;
  offers.set(reduceOffers(offers.get(), { type: 'answered', id, answer }));
  try {
    await runAction(`msdyn_ocliveworkitems(${offer.conversation})/Microsoft.Dynamics.CRM.${actions[answer]}`);
    offers.set(reduceOffers(offers.get(), { type: 'ended', id }));
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    offers.set(reduceOffers(offers.get(), { type: 'refused', id, message }));
    return false;
  }
}
