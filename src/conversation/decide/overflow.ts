/** What an overflow does: before queueing, and while the work waits. Source: behaviour.md §1.7, §2.2, §3.5; rules.md §5. */
import type { ActionConfig } from '../../routing/index.ts';
import type { Guid } from '../../tables/index.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import { change, closure, sessionEvent } from '../choices.ts';
import { trigger } from '../messages.ts';
import { partValue, partyStatus, purposeValue } from '../room-facts.ts';
import type { EndedBy } from './abandoned.ts';
import { closeConversation } from './close.ts';
import type { Context } from './context.ts';
import { redirections } from './leave-wait.ts';
import { say, textOf } from './prompts.ts';
import { beginMessage } from './take-message.ts';

type Stage = 'prequeue' | 'inqueue';

const closes = {
  prequeue: closure.overflowEndConversation,
  inqueue: closure.inqueueOverflowEndConversation,
} as const;

/** Ends the conversation in `session`: the caller is told, and let go when that is said. */
export function endByOverflow(context: Context, session: Guid<'msdyn_ocsession'>, stage: Stage): void {
  const told = say(context, 'end:overflow', textOf(context, trigger.overflowEnd));
  close(
    context,
    session,
    stage,
    'overflow',
    told ? null : { reason: 'the queue overflows', cause: 'overflow' },
  );
}

/** The caller leaves a message; the conversation is over when it begins. */
export function takeMessage(context: Context, session: Guid<'msdyn_ocsession'>, stage: Stage): void {
  beginMessage(context, textOf(context, trigger.offerVoicemail) ?? undefined);
  close(context, session, stage, 'other', null);
}

function close(
  context: Context,
  session: Guid<'msdyn_ocsession'>,
  stage: Stage,
  by: EndedBy,
  release: Parameters<typeof closeConversation>[1]['release'],
): void {
  closeConversation(context, {
    session,
    closure: closes[stage],
    event: sessionEvent.sessionEnd,
    change: change.closedDueToOverflow,
    by,
    release,
  });
}

/** Calls the number; the caller hears music until somebody picks up. False: there is no number to call. */
export function callOutside(context: Context, { data: number }: ActionConfig): boolean {
  const { situation, draft } = context;
  if (number === null || situation.kind !== 'voice') {
    draft.notes.push('an overflow to a phone names no number');
    return false;
  }
  if (redirections(context).length > 0) {
    draft.notes.push('a number is being called already');
    return true;
  }
  const conversation = situation.conversation.activityid ?? '';
  const party = draft.create(wirechief_callparty, {
    wirechief_name: number,
    wirechief_conversationid: conversation,
    wirechief_phonenumber: number,
    wirechief_part: partValue.primary,
    wirechief_purpose: purposeValue.redirection,
    wirechief_isbridged: false,
    wirechief_isheld: false,
    statuscode: partyStatus.invited,
  });
  draft.effect({ type: 'CallParty', conversation, party, number, caller: situation.from });
  return true;
}
