/** The bot's part: it sets context variables and hands over to a human. Source: behaviour.md §3.1 rows 6 to 9, §3.7. */
import { Refusal } from '../../tables/index.ts';
import { closure, creation, sessionEvent } from '../choices.ts';
import type { BotTransferred, VariableSet } from '../events.ts';
import { endParticipation, endSession } from './change.ts';
import type { Context } from './context.ts';
import { enterQueue } from './queue.ts';
import { writeVariable } from './variables.ts';

/** Sets one variable. Refuses invalidArgument: the workstream has no such variable, or it cannot hold the value. */
export function setVariable(context: Context, event: VariableSet): void {
  const fault = writeVariable(context, event.name, event.value);
  if (fault !== null) throw new Refusal('invalidArgument', fault);
}

/** Hands over: the variables, session 1 ends, the rules choose a queue, session 2 begins there. A variable that cannot
 *  be set is left out and noted: a caller must not be stuck in the bot for it. */
export function transfer(context: Context, event: BotTransferred): void {
  const { situation, draft } = context;
  const { participant, session, conversation, call } = situation;
  for (const [name, value] of Object.entries(event.variables)) {
    const fault = writeVariable(context, name, value);
    if (fault !== null) draft.notes.push(fault);
  }
  if (participant) endParticipation(context, participant, null);
  if (session?.activityid)
    endSession(context, session.activityid, closure.botTransferToAgent, sessionEvent.botTransferSession);
  draft.effect({ type: 'PlayWaiting', conversation: conversation.activityid ?? '', call });
  enterQueue(context, creation.botTransferSession);
}
