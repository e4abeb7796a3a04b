/** The bot's part: it sets context variables and hands over to a human. Source: behaviour.md §3.1 rows 6 to 9, §3.7. */
import { msdyn_ocliveworkitemcontextitem } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { closure, creation, sessionEvent } from '../choices.ts';
import type { BotTransferred, VariableSet } from '../events.ts';
import type { ContextVariable } from '../situation.ts';
import { endParticipation, endSession } from './change.ts';
import type { Context } from './context.ts';
import { enterQueue } from './queue.ts';

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

/** Names are case sensitive, values at most 4,000 characters, numbers are numbers. */
export function faultOf(variable: ContextVariable | undefined, name: string, value: string): string | null {
  if (!variable) return `The workstream has no context variable '${name}'.`;
  if (value.length > 4000) return `The value of '${name}' is longer than 4000 characters.`;
  const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
  return variable.msdyn_datatype === 192350001 && !isNumber
    ? `'${name}' is a number; '${value}' is none.`
    : null;
}

/** Writes the conversation's item for a variable; gives why it cannot be set, or null. */
export function writeVariable(
  { situation, draft, variables }: Context,
  name: string,
  value: string,
): string | null {
  const variable = variables.find(({ msdyn_name }) => msdyn_name === name);
  const fault = faultOf(variable, name, value);
  if (fault !== null || !variable) return fault;
  const there =
    variable.item ??
    draft.made(msdyn_ocliveworkitemcontextitem).find(({ values }) => values.msdyn_name === name)?.id;
  if (there) draft.update(msdyn_ocliveworkitemcontextitem, there, { msdyn_value: value });
  else
    draft.create(msdyn_ocliveworkitemcontextitem, {
      msdyn_name: name,
      msdyn_value: value,
      msdyn_datatype: variable.msdyn_datatype,
      msdyn_isdisplayable: variable.msdyn_isdisplayable,
      msdyn_ocliveworkitemid: situation.conversation.activityid,
      msdyn_ocliveworkstreamcontextvariableid: variable.msdyn_ocliveworkstreamcontextvariableid,
    });
  return null;
}
