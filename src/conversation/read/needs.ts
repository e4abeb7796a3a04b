/** What a decision needs to have read besides the situation, by the event and the stage it finds. Pure. */
import type { OneConversationEvent } from '../internal-events.ts';
import type { Stage } from '../lifecycle.ts';

/** `agent`: the active agent, locked. `dispositions`: how many codes the agent gave. `variables`, `rules`, `board`: see Readings. */
export interface Needs {
  readonly agent: boolean;
  readonly variables: boolean;
  readonly rules: boolean;
  readonly board: boolean;
  readonly dispositions: boolean;
}

/** Events that leave everybody's capacity and presence as they are. */
const untouching: ReadonlySet<OneConversationEvent['type']> = new Set([
  'VariableSet',
  'MediaConnected',
  'HoldRequested',
  'UnholdRequested',
  'AgentReturned',
  'PartyHoldRequested',
  'MergeRequested',
  'KeyRequested',
  'RejoinRequested',
  'SupervisionRequested',
  'KeepingRequested',
  'CustomerAnswered',
  'KeepingReady',
  'AgentMessaged',
  'CustomerMessaged',
  'CustomerReturned',
  'SessionFocused',
]);

/** Events that may put a conversation of this stage into a queue, or take its turn there. */
const queueing: { readonly [S in Stage]?: readonly OneConversationEvent['type'][] } = {
  arrived: ['RoutingDue'],
  bot: ['BotTransferred'],
  queued: ['AssignmentDue', 'WorkAssigned', 'WorkPicked', 'WorkMoved'],
  offered: ['AgentRejected', 'OfferExpired', 'AgentLeft'],
  talking: [
    'AgentStayedAway',
    'AgentReleased',
    'SessionClosed',
    'QueueTransferRequested',
    'ExternalTransferWithdrawn',
    'PartyRefused',
  ],
  waiting: ['CustomerMessaged'],
};

/** The needs of an event at a stage. */
export function needsOf(stage: Stage, { type }: OneConversationEvent): Needs {
  const board = queueing[stage]?.includes(type) ?? false;
  const rules = board && (stage === 'arrived' || stage === 'bot');
  const assigned = stage === 'offered' || stage === 'talking' || stage === 'wrapUp';
  return {
    agent: assigned && !untouching.has(type),
    variables: rules || (stage === 'bot' && type === 'VariableSet'),
    rules,
    board,
    dispositions: (stage === 'wrapUp' || stage === 'talking') && type === 'SessionClosed',
  };
}
