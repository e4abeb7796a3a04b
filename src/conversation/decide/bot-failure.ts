/** The bot failed: the caller is told, and goes where the workstream says. Source: behaviour.md §2.2, §3.6. */
import { change, closure, creation, sessionEvent } from '../choices.ts';
import type { BotFailed } from '../events.ts';
import { trigger } from '../messages.ts';
import { beginSession, endParticipation, endSession } from './change.ts';
import { closeConversation } from './close.ts';
import type { Context } from './context.ts';
import { callOutside } from './overflow.ts';
import { say, textOf } from './prompts.ts';
import { enterQueue } from './queue.ts';

const closes = {
  end: closure.botCallFailureEndConversation,
  phone: closure.botCallFailureExternalTransfer,
  promptAndEscalate: closure.botCallFailurePromptAndEscalate,
  escalate: closure.botCallFailureEscalate,
} as const;

/** Ends the bot's session with the reason of its fallback, and carries that out. A transfer without a number escalates:
 *  the caller must not be left alone. */
export function botFails(context: Context, event: BotFailed): void {
  const { situation, draft, failure, board } = context;
  const { participant, session, conversation, call } = situation;
  const id = conversation.activityid ?? '';
  draft.notes.push(`the bot failed: ${event.reason}`);
  const wished = failure?.action ?? 'escalate';
  const action = wished === 'phone' && failure?.number == null ? 'promptAndEscalate' : wished;
  if (participant) endParticipation(context, participant, null);
  if (action === 'end') {
    const told = say(context, 'end:bot', textOf(context, trigger.botFailureEnd));
    closeConversation(context, {
      session: session?.activityid ?? null,
      closure: closes.end,
      event: sessionEvent.sessionEnd,
      change: change.closedDueToFailure,
      by: 'other',
      release: told ? null : { reason: 'the bot failed', cause: 'botFailed' },
    });
    return;
  }
  if (session?.activityid) endSession(context, session.activityid, closes[action], sessionEvent.sessionEnd);
  draft.effect({ type: 'PlayWaiting', conversation: id, call });
  if (action === 'phone') {
    say(context, 'bot-failed', textOf(context, trigger.botFailureTransfer));
    callOutside(context, { action: 'phone', data: failure?.number ?? null });
    const next = beginSession(
      context,
      conversation,
      board?.queue.queueid ?? null,
      creation.botCallFailureExternalTransfer,
    );
    draft.conversation(id, {
      msdyn_lastsessionid: next,
      msdyn_activesessionparticipantid: null,
      msdyn_cdsqueueid: board?.queue.queueid ?? null,
      msdyn_firstwaitstartedon: context.now,
    });
    return;
  }
  if (action === 'promptAndEscalate') say(context, 'bot-failed', textOf(context, trigger.botFailureEscalate));
  enterQueue(
    context,
    action === 'escalate' ? creation.botCallFailureEscalate : creation.botCallFailurePromptAndEscalate,
  );
}
