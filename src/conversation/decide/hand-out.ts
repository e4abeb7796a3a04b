/** Waiting work that a person takes, or that a supervisor gives to a person or a queue. Capacity may go below zero.
 *  Source: behaviour.md §3.9 (supervisor assign), §4.8. */
import { Refusal } from '../../tables/index.ts';
import { change, closure, creation, sessionEvent } from '../choices.ts';
import { requireHere } from '../elsewhere.ts';
import type { WorkAssigned, WorkMoved, WorkPicked } from '../hand-events.ts';
import type { Board, Member } from '../situation.ts';
import { offerTo, type Place, placeOf } from './assign.ts';
import { beginSession, endSession } from './change.ts';
import type { Context } from './context.ts';
import { enterQueue } from './queue.ts';

/** A supervisor gives it to a person: a session of its own begins, and the person is asked. */
export function assignToPerson(context: Context, event: WorkAssigned): void {
  const { board, place, member } = found(context, event.agent);
  const reason = creation.assignToAgentBySupervisor;
  endSession(context, place.session, closure.default, sessionEvent.assignToAgentBySupervisor);
  const session = beginSession(context, context.situation.conversation, board.queue.queueid, reason);
  context.draft.conversation(event.conversation, { msdyn_lastsessionid: session });
  const how = { change: change.assignedBySupervisor, assignReason: 'SupervisorAssign' };
  offerTo(context, board, { ...place, session, reason }, member, how);
}

/** A person takes it. Work of a push workstream is theirs to take only where the workstream says so. */
export function pick(context: Context, event: WorkPicked): void {
  const { workstream } = context.situation;
  const { board, place, member } = found(context, event.agent);
  if (!board.members.some(({ agent, isMember }) => agent === event.agent && isMember))
    throw new Refusal(
      'conflict',
      `${member.name ?? 'The person'} is no member of queue ${board.queue.name}.`,
    );
  const isPush = workstream.msdyn_workdistributionmode !== 192350001;
  if (isPush && workstream.msdyn_enableselectingfrompushbasedworkstreams !== true)
    throw new Refusal(
      'conflict',
      `Workstream ${workstream.msdyn_name} hands its work out: it cannot be picked.`,
    );
  offerTo(context, board, place, member, {
    change: change.awaitingAgentAcceptance,
    assignReason: 'AgentPick',
  });
}

/** A supervisor puts it into another queue, where it is assigned anew. */
export function moveToQueue(context: Context, event: WorkMoved): void {
  const { board } = context;
  const place = placeOf(context);
  if (board === null || place === null) throw new Refusal('conflict', `There is no queue ${event.queue}.`);
  endSession(context, place.session, closure.supervisorAssignToQueue, sessionEvent.assignToQueueBySupervisor);
  enterQueue(context, creation.assignToQueueBySupervisor);
}

function found(context: Context, agent: string): { board: Board; place: Place; member: Member } {
  const { board, people, now, situation } = context;
  const place = placeOf(context);
  const member = board?.members.find((one) => one.agent === agent);
  if (!board || !place || !member?.signedIn || member.lost)
    throw new Refusal('conflict', 'The representative is not signed in.');
  requireHere(situation.load, member);
  if (situation.load.telephone && member.liveCalls > 0)
    throw new Refusal(
      'conflict',
      `${member.name ?? 'The representative'} has another call, and one softphone.`,
    );
  return { board, place, member: people.current(member, now) };
}
