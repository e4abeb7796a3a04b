/** Voicemail: the caller leaves a message instead of waiting. The conversation is over when the message begins; the
 *  message becomes a row of its own. Source: behaviour.md §3.4, §3.5. */
import { msdyn_ocrecording, msdyn_ocvoicemail } from '../../tables/dataverse/index.ts';
import type { Values } from '../../tables/index.ts';
import { change, closure, sessionEvent } from '../choices.ts';
import type { KeepingReady, VoicemailTaken } from '../events.ts';
import type { Conversation } from '../situation.ts';
import type { Context } from './context.ts';
import { writeControl } from './control.ts';
import { closeNow } from './end.ts';
import { beginMessage } from './take-message.ts';

/** A caller who waits is to leave a message: it begins, and the conversation is closed. */
export function takeVoicemail(context: Context, _event?: VoicemailTaken): void {
  beginMessage(context);
  closeNow(context, {
    closure: closure.inqueueOverflowEndConversation,
    event: sessionEvent.sessionEnd,
    change: change.closedDueToOverflow,
    by: 'other',
    release: null,
  });
}

/** The message is there: a voicemail with its recording and what was understood of it. An empty one leaves no row. */
export function storeMessage(context: Context, event: KeepingReady): void {
  const { situation, draft } = context;
  const { conversation, room, call, from } = situation;
  if (room.control?.wirechief_messageid !== event.keeping) return;
  const id = conversation.activityid ?? '';
  writeControl(context, { wirechief_messageid: null });
  draft.effect({
    type: 'Release',
    conversation: id,
    call,
    reason: 'the message is taken',
    cause: 'messageTaken',
  });
  if (event.audio === null || event.seconds <= 0) return;
  const voicemail = draft.create(
    msdyn_ocvoicemail,
    {
      subject: `Voicemail: ${conversation.subject ?? ''}`.slice(0, 400),
      msdyn_missedconversationid: id,
      msdyn_orgphonenumber: room.dialled,
      msdyn_sourcephonenumber: from,
      msdyn_voicemailpreview:
        event.lines
          .map(({ text }) => text)
          .join(' ')
          .slice(0, 4000) || null,
      actualdurationminutes: Math.ceil(event.seconds / 60),
      ...customerOf(conversation.regardingobjectid),
    },
    event.keeping,
  );
  const recording = draft.create(
    msdyn_ocrecording,
    {
      msdyn_name: `Voicemail ${from ?? ''}`.trim(),
      msdyn_liveworkitemid: id,
      msdyn_recordingtarget: { table: 'msdyn_ocvoicemail', id: voicemail },
    },
    event.keeping,
  );
  draft.file({
    table: msdyn_ocrecording,
    row: recording,
    column: 'msdyn_recording',
    name: 'voicemail.wav',
    type: 'audio/wav',
    bytes: event.audio,
  });
}

function customerOf(regarding: Conversation['regardingobjectid']): Values<typeof msdyn_ocvoicemail> {
  if (regarding?.table !== 'contact' && regarding?.table !== 'account') return {};
  return { msdyn_customer: { table: regarding.table, id: regarding.id } };
}
