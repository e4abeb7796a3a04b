/** What a decision needs to have read besides the situation, by the event and the stage it finds. Pure. */
import type { OneConversationEvent } from '../internal-events.ts';
import type { Stage } from '../lifecycle.ts';

/** `agent`: the active agent, locked. `variables`, `rules`, `board`: see Readings. */
export interface Needs {
  readonly agent: boolean;
  readonly variables: boolean;
  readonly rules: boolean;
  readonly board: boolean;
  readonly waiting: boolean;
}

/** Events that leave everybody's capacity and presence as they are. */
const untouching: ReadonlySet<OneConversationEvent['type']> = new Set([
  'VariableSet',
  'OverflowDue',
  'PromptDue',
  'PromptEnded',
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
  bot: ['BotTransferred', 'BotFailed'],
  queued: ['AssignmentDue', 'WorkAssigned', 'WorkPicked', 'WorkMoved', 'OverflowDue', 'PartyRefused'],
  offered: ['AgentRejected', 'OfferExpired', 'AgentLeft'],
  talking: [
    'AgentStayedAway',
    'AgentReleased',
    'TimeoutRuleDue',
    'SessionClosed',
    'QueueTransferRequested',
    'ExternalTransferWithdrawn',
    'PartyRefused',
    'SupervisorTransferRequested',
  ],
  waiting: ['CustomerMessaged', 'SupervisorTransferRequested'],
};

/** The needs of an event at a stage. */
export function needsOf(stage: Stage, { type }: OneConversationEvent): Needs {
  const board = queueing[stage]?.includes(type) ?? false;
  const rules = board && (stage === 'arrived' || type === 'BotTransferred');
  const told = stage === 'queued' && (type === 'PromptDue' || type === 'PromptEnded');
  const assigned = stage === 'offered' || stage === 'talking' || stage === 'wrapUp';
  return {
    agent: assigned && !untouching.has(type),
    variables:
      rules ||
      told ||
      (stage === 'queued' && type === 'OverflowDue') ||
      (stage === 'bot' && type === 'VariableSet'),
    rules,
    board,
    waiting: told || (stage === 'talking' && type === 'AgentLeft') || (board && type !== 'AssignmentDue'),
  };
}
