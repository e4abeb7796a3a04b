/** People say who a caller is. Source: behaviour.md §3.2 (linked, changed and unlinked by hand), §9; mission row S0.8. */
import type { Guid, Reference } from '../tables/index.ts';

/** Who asks. `supervises`: they may at any time, others only while they are active in the conversation; who supervises is
 *  the Web API's to say. */
interface Asked {
  readonly conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly agent: Guid<'systemuser'>;
  readonly supervises: boolean;
}

/** The caller is this customer. `incident`: the case it is about, null to leave it. `adoptHistory`: earlier conversations
 *  of the number that have no customer become theirs too. Refuses recordNotFound, conflict. */
export interface CallerLinked extends Asked {
  readonly type: 'CallerLinked';
  readonly customer: Reference<'account' | 'contact'>;
  readonly incident: Guid<'incident'> | null;
  readonly adoptHistory: boolean;
}

/** The caller is somebody new: a contact of the caller's number is made, or the provisional one gets its name. Refuses
 *  recordNotFound; conflict: the caller is known. */
export interface CallerCreated extends Asked {
  readonly type: 'CallerCreated';
  readonly firstName: string | null;
  readonly lastName: string;
  readonly adoptHistory: boolean;
}

/** The newest link of the conversation is taken back with all that it tied; without one the customer is taken off. Refuses
 *  recordNotFound, conflict. */
export interface CallerUnlinked extends Asked {
  readonly type: 'CallerUnlinked';
}

/** Every one of them. */
export type CallerEvent = CallerLinked | CallerCreated | CallerUnlinked;
