/** The wire contract of the push stream GET /events (server-sent events; `id:` is `seq`). Every event is read from the
 *  change log; there is no second source. Source: ui.md §8. */

/** One event. `seq`: position in the change log. `at`: ISO instant. `by`: systemuser id of the actor.
 *  `transaction`: changes with the same value were committed together. */
export interface PushEvent {
  readonly seq: number;
  readonly at: string;
  readonly type: 'row.created' | 'row.changed' | 'row.deleted' | 'offer.new' | 'offer.ended' | 'resync';
  readonly table?: string;
  readonly id?: string;
  readonly etag?: string;
  readonly by?: string;
  /** What brought the change about: an event's name (CallArrived) or a request (POST contacts). */
  readonly cause?: string;
  readonly conversation?: string;
  readonly transaction?: string;
  /** row.*: changed columns, named as on the Web API (`_x_value` for lookups). offer.*: an OfferData. */
  readonly data: { readonly [name: string]: unknown };
}

/** Data of `offer.new` and `offer.ended`; `outcome` only when ended. Instants are ISO by the server's clock. */
export interface OfferData {
  readonly offer: string;
  readonly conversation: string;
  readonly agent: string;
  readonly session: string;
  readonly expiresAt: string;
  readonly serverNow: string;
  readonly outcome?: 'accepted' | 'rejected' | 'expired' | 'withdrawn';
}
