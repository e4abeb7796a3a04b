/** A conversation enters a queue: new session, queue item, routing run, and at once the first try to find somebody.
 *  Source: behaviour.md §2.1, §3.1 rows 8 to 10, §3.3, §3.4. */
import {
  msdyn_unifiedroutingdiagnostic,
  msdyn_unifiedroutingrun,
  queueitem,
} from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import type { RouteToQueueEvaluation, RouteToQueueOutput } from '../../tables/why.ts';
import { activity, change, closure, diagnostic, routingStatus, sessionEvent, status } from '../choices.ts';
import type { Board } from '../situation.ts';
import { type Place, tryAssign } from './assign.ts';
import { beginSession } from './change.ts';
import { closeConversation } from './close.ts';
import type { Context } from './context.ts';

/** Puts the conversation into the queue of `board`, for `reason`, and tries to assign it. `declinedBy`: who has just
 *  declined it. A queue without members, or no queue at all, ends the conversation: nobody could ever take it. */
export function enterQueue(context: Context, reason: Place['reason'], declinedBy: Guid | null = null): void {
  const { situation, draft, now, board } = context;
  const { conversation } = situation;
  const queue = board?.queue.queueid ?? null;
  const session = beginSession(context, conversation, queue, reason);
  const changes = {
    statecode: 0,
    statuscode: status.open,
    msdyn_statuschangereason: change.awaitingAgentAssignment,
    msdyn_statusupdatedon: now,
    msdyn_cdsqueueid: queue,
    msdyn_lastsessionid: session,
    msdyn_activesessionparticipantid: null,
    msdyn_activeagentid: null,
    msdyn_firstwaitstartedon: conversation.msdyn_firstwaitstartedon ?? now,
    msdyn_conversationactivitystate: activity.none,
  } as const;
  // A record waits for members to come; nobody is on the line (behaviour.md §1.2).
  if (board === null || (board.members.length === 0 && situation.kind !== 'record')) {
    draft.notes.push(board ? `queue ${board.queue.name} has no members` : 'there is no queue to go to');
    draft.conversation(conversation.activityid ?? '', changes);
    endWithoutMembers(context, session);
    return;
  }
  draft.conversation(conversation.activityid ?? '', {
    ...changes,
    msdyn_queueitemid: enterItem(context, board),
  });
  const run = beginRun(context, board);
  tryAssign(context, board, { session, reason, run, startedOn: now, itsTurn: false }, declinedBy);
}

function endWithoutMembers(context: Context, session: Guid<'msdyn_ocsession'>): void {
  const { situation } = context;
  // Without a bot any end before acceptance is abandonment; after a bot only the caller's own leaving is (§1.7).
  const abandoned =
    situation.workstream.msdyn_bot_user === null && !situation.conversation.msdyn_isagentaccepted;
  closeConversation(context, {
    session,
    closure: closure.conversationClosed,
    event: sessionEvent.sessionEnd,
    change: change.autoClosedBySystem,
    abandoned,
    release: { reason: 'nobody can take the call' },
  });
}

/** The queue item is made once and stays the same while the conversation waits anew. */
function enterItem({ situation, draft, now }: Context, board: Board): Guid<'queueitem'> {
  const { conversation, workstream } = situation;
  const existing = conversation.msdyn_queueitemid;
  if (existing !== null) {
    draft.update(queueitem, existing, { workerid: null });
    return existing;
  }
  return draft.create(queueitem, {
    title: conversation.subject,
    objectid: { table: 'msdyn_ocliveworkitem', id: conversation.activityid ?? '' },
    queueid: board.queue.queueid,
    enteredon: now,
    msdyn_liveworkstreamid: workstream.msdyn_liveworkstreamid,
  });
}

/** One run for each stay in a queue; a new stay after a decline has no rules to tell of. */
function beginRun(
  { situation, draft, now, routing }: Context,
  board: Board,
): Guid<'msdyn_unifiedroutingrun'> {
  const { conversation, workstream } = situation;
  const number = (situation.routingRun?.number ?? 0) + 1;
  const target = { table: 'msdyn_ocliveworkitem', id: conversation.activityid ?? '' };
  const run = draft.create(msdyn_unifiedroutingrun, {
    msdyn_name: conversation.subject,
    msdyn_liveworkitem: conversation.activityid,
    msdyn_targetobject: target,
    msdyn_workstream: workstream.msdyn_liveworkstreamid,
    msdyn_queue: board.queue.queueid,
    msdyn_starttime: now,
    msdyn_runnumber: number,
    msdyn_routingstatus: routingStatus.routed,
  });
  if (routing) {
    const { route, input, ruleSet } = routing;
    const evaluation: RouteToQueueEvaluation = route.evaluation;
    const output: RouteToQueueOutput = {
      queue: board.queue.queueid,
      queueName: board.queue.name,
      rule: route.rule,
      fallbackReason: route.fallbackReason,
    };
    draft.create(msdyn_unifiedroutingdiagnostic, {
      msdyn_name: 'Route to queue',
      msdyn_unifiedroutingrunid: run,
      msdyn_ocliveworkitemid: conversation.activityid,
      msdyn_targetobject: target,
      msdyn_diagnosticdatatype: diagnostic.routeToQueue.data,
      msdyn_ruletype: diagnostic.routeToQueue.rule,
      msdyn_decisionrulesetid: ruleSet,
      msdyn_sequencenumber: 1,
      msdyn_startedon: now,
      msdyn_completedon: now,
      msdyn_inputdata: JSON.stringify(input),
      msdyn_evaluation: JSON.stringify(evaluation),
      msdyn_outputdata: JSON.stringify(output),
    });
  }
  return run;
}
