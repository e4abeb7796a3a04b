/** Work in a queue that people hand out themselves. Source: behaviour.md §3.9, §4.8. */
import type { Guid } from '../tables/index.ts';
import type { OneConversationEvent } from './internal-events.ts';

type Conversation = Guid<'msdyn_ocliveworkitem'>;
type Agent = Guid<'systemuser'>;

/** A supervisor gives waiting work to a person, whatever their capacity and presence. Who may is the Web API's to say.
 *  Refuses conflict: it does not wait, or the person cannot be reached. */
export interface WorkAssigned {
  readonly type: 'WorkAssigned';
  readonly conversation: Conversation;
  readonly agent: Agent;
  readonly request?: string;
}
/** A person takes waiting work from the open work items, beyond their capacity too. Refuses conflict: it does not wait,
 *  they are no member of its queue, its workstream hands it out itself, or they cannot be reached. */
export interface WorkPicked {
  readonly type: 'WorkPicked';
  readonly conversation: Conversation;
  readonly agent: Agent;
  readonly request?: string;
}
/** A supervisor puts waiting work into a queue. Refuses conflict: it does not wait, or there is no such queue. */
export interface WorkMoved {
  readonly type: 'WorkMoved';
  readonly conversation: Conversation;
  readonly queue: Guid<'queue'>;
  readonly request?: string;
}

/** Every one of them. */
export type HandEvent = WorkAssigned | WorkPicked | WorkMoved;

/** Whom the event names, member of the queue or not; null: nobody. */
export const namedBy = (event: OneConversationEvent): Agent | null =>
  event.type === 'SupervisorTransferRequested'
    ? event.to
    : isHandEvent(event) && event.type !== 'WorkMoved'
      ? event.agent
      : null;

/** The queue the event names; null: none. */
export const queueNamedBy = (event: { readonly type: string }): Guid<'queue'> | null =>
  isHandEvent(event) && event.type === 'WorkMoved' ? event.queue : null;

const types: ReadonlySet<string> = new Set(['WorkAssigned', 'WorkPicked', 'WorkMoved']);
const isHandEvent = (event: { readonly type: string }): event is HandEvent => types.has(event.type);
