/** What can happen to a conversation of a messaging channel or to a routed record. A channel reports these through `run`
 *  as voice reports its own. Ids are GUIDs. Source: behaviour.md §1.2, §1.8. */
import type { msdyn_ocliveworkitem } from '../tables/dataverse/index.ts';
import type { Guid, Reference, Row } from '../tables/index.ts';

type Conversation = Guid<'msdyn_ocliveworkitem'>;
type Agent = Guid<'systemuser'>;

/** Somebody writes, or a record is to be routed. `channel`: a value of msdyn_channel. `name`: the customer's, or their
 *  address; null where neither is known. `context`: columns of the channel's engagement context. `record`: what is
 *  routed, for records only. Refuses recordNotFound: no such workstream; invalidArgument: a channel without an
 *  engagement context, or columns it does not have. */
export interface ConversationArrived {
  readonly type: 'ConversationArrived';
  readonly conversation: Conversation;
  readonly workstream: Guid<'msdyn_liveworkstream'>;
  readonly channel: number;
  readonly customer: Reference<'account' | 'contact'> | null;
  readonly name: string | null;
  readonly context: { readonly [column: string]: unknown };
  readonly record: Row<typeof msdyn_ocliveworkitem>['regardingobjectid'];
}
/** The customer wrote. In a conversation that waits for them this is their coming back. */
export interface CustomerMessaged {
  readonly type: 'CustomerMessaged';
  readonly conversation: Conversation;
}
/** The agent wrote to the customer. Refuses conflict: it is not their conversation. */
export interface AgentMessaged {
  readonly type: 'AgentMessaged';
  readonly conversation: Conversation;
  readonly agent: Agent;
}
/** The customer ended a live chat, or their page is gone. */
export interface CustomerLeft {
  readonly type: 'CustomerLeft';
  readonly conversation: Conversation;
  readonly by: 'customer' | 'lost';
}
/** The customer's page is there again. */
export interface CustomerReturned {
  readonly type: 'CustomerReturned';
  readonly conversation: Conversation;
}
/** An agent takes a waiting conversation up again from their own work items. */
export interface AgentReopened {
  readonly type: 'AgentReopened';
  readonly conversation: Conversation;
  readonly agent: Agent;
}
/** The agent gives the work back to its queue without ending it. Refuses conflict: it is not theirs. */
export interface AgentReleased {
  readonly type: 'AgentReleased';
  readonly conversation: Conversation;
  readonly agent: Agent;
}
/** The agent's tab of the conversation got the focus or lost it, which is what active time counts. */
export interface SessionFocused {
  readonly type: 'SessionFocused';
  readonly conversation: Conversation;
  readonly agent: Agent;
  readonly focused: boolean;
}
/** The routed record was resolved, cancelled or inactivated, or is no more. */
export interface RecordEnded {
  readonly type: 'RecordEnded';
  readonly conversation: Conversation;
  readonly by: 'resolved' | 'inactivated' | 'deleted';
}

/** Every one of them. */
export type MessageEvent =
  | ConversationArrived
  | CustomerMessaged
  | AgentMessaged
  | CustomerLeft
  | CustomerReturned
  | AgentReopened
  | AgentReleased
  | SessionFocused
  | RecordEnded;
