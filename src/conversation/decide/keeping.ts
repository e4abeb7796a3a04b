/** What is kept of a call: begun by the workstream's setting or by hand, paused by hand or by hold, ended with the call.
 *  While it is paused nothing is kept: the plan of the room says so to the voice layer. Source: behaviour.md §3.8. */
import {
  msdyn_ocrecording,
  msdyn_ocsessionparticipantevent,
  msdyn_transcript,
} from '../../tables/dataverse/index.ts';
import { Refusal, type Values } from '../../tables/index.ts';
import type { wirechief_callcontrol } from '../../tables/wirechief/wirechief_callcontrol.ts';
import type { KeepingRequested } from '../call-events.ts';
import type { KeepingReady } from '../events.ts';
import type { Keeping } from '../room.ts';
import { keepingState, type RoomFacts } from '../room-facts.ts';
import { secondsBetween } from '../stopwatch.ts';
import type { Context } from './context.ts';
import { writeControl } from './control.ts';
import { ownPart } from './own-part.ts';
import { arrange, keepingOf } from './room.ts';

type State = NonNullable<Values<typeof wirechief_callcontrol>['wirechief_keepingstate']>;

/** msdyn_ocsessionparticipantevent.msdyn_eventtype Transcription, msdyn_eventreason Agent Initiated. */
const transcription = { type: 192350002, reason: 192350000 } as const;

/** msdyn_recordingmode and msdyn_transcriptionmode. */
const automatic = 192351002;

/** The participant on whose row the switches of recording and transcription are noted. */
type Participant = string | null | undefined;

/** A representative is in the call now: what was paused while nobody was goes on, and what the setting begins begins.
 *  `participant`: theirs. Gives what is kept from now on. */
export function keepWithRepresentative(context: Context, participant: Participant): Keeping | null {
  const { control, voice } = context.situation.room;
  const current = keepingOf(control);
  if (current !== null) {
    if (control?.wirechief_keepingstate === keepingState.paused) return current;
    // What runs goes over to the new participant.
    endEvent(context);
    return run(context, current, participant);
  }
  // What was stopped by hand stays stopped.
  if (control?.wirechief_keepingstate === keepingState.stopped) return null;
  const begins = (enabled: boolean | null | undefined, mode: readonly number[] | null | undefined): boolean =>
    enabled === true && (mode ?? []).includes(automatic);
  if (begins(voice?.msdyn_recordingenabled, voice?.msdyn_recordingmode))
    return begin(context, true, participant);
  if (begins(voice?.msdyn_transcriptionenabled, voice?.msdyn_transcriptionmode))
    return begin(context, false, participant);
  return null;
}

/** The customer goes on hold: paused, where the setting says so. `always`: nobody is there, whatever the setting. */
export function pauseForHold(context: Context, always = false): Keeping | null {
  const { control, voice } = context.situation.room;
  const current = keepingOf(control);
  const pauses = always || voice?.msdyn_enablestoprecordingtranscriptiononhold === true;
  if (current === null || current.paused || !pauses) return current;
  return pause(context, current, keepingState.pausedByHold);
}

/** The customer comes off hold: what the hold paused goes on; what was paused by hand does not. */
export function resumeAfterHold(context: Context): Keeping | null {
  const { control } = context.situation.room;
  const current = keepingOf(control);
  if (current === null || control?.wirechief_keepingstate !== keepingState.pausedByHold) return current;
  return run(context, current, context.situation.participant?.msdyn_sessionparticipantid);
}

/** What was kept ended though the call goes on: interrupted, another begins and stands as it stood; full, nothing is kept
 *  any more. */
export function keepsAfter(context: Context, { keeping, early }: KeepingReady): void {
  const { room, participant } = context.situation;
  const current = keepingOf(room.control);
  if (early === undefined || current?.id !== keeping) return;
  endEvent(context);
  if (early === 'full') {
    writeControl(context, { wirechief_keepingstate: keepingState.stopped });
    arrange(context, { keeping: null });
    return;
  }
  const next = makeRows(context, current.audio);
  const goesOn = current.paused ? next : run(context, next, participant?.msdyn_sessionparticipantid);
  arrange(context, { keeping: { ...goesOn, paused: current.paused } });
}

/** The call is over, or goes where nothing may be kept of it. */
export function endKeeping(context: Context): void {
  if (keepingOf(context.situation.room.control) === null) return;
  endEvent(context);
  writeControl(context, { wirechief_keepingstate: keepingState.stopped });
}

/** A representative switches. Refuses conflict: not their call, or the wish does not fit what is kept (recording
 *  includes transcription); privilegeMissing is the Web API's; invalidArgument: the workstream does not allow it. */
export function switchKeeping(context: Context, { agent, wish }: KeepingRequested): void {
  const participant = ownPart(context, agent);
  const { control, voice } = context.situation.room;
  const current = keepingOf(control);
  allow(voice, wish, current);
  const id = participant.msdyn_sessionparticipantid;
  const next = (): Keeping | null => {
    switch (wish) {
      case 'startRecording':
        return begin(context, true, id);
      case 'startTranscription':
        return begin(context, false, id);
      case 'pauseRecording':
        return current && pause(context, current, keepingState.paused);
      case 'resumeRecording':
        return current === null ? begin(context, true, id) : run(context, current, id);
      case 'stopTranscription':
        endKeeping(context);
        return null;
    }
  };
  if (isSo(wish, current)) return;
  arrange(context, { keeping: next() });
}

/** Asked for what is so already: nothing to do. */
function isSo(wish: KeepingRequested['wish'], current: Keeping | null): boolean {
  switch (wish) {
    case 'startRecording':
    case 'startTranscription':
      return current !== null;
    case 'pauseRecording':
      return current?.paused === true;
    case 'resumeRecording':
      return current?.paused === false;
    case 'stopTranscription':
      return current === null;
  }
}

function allow(voice: RoomFacts['voice'], wish: KeepingRequested['wish'], current: Keeping | null): void {
  const refuse = (message: string): never => {
    throw new Refusal('conflict', message);
  };
  const records = wish.endsWith('Recording');
  if (records && voice?.msdyn_recordingenabled !== true)
    refuse('The workstream of this call does not record: Recording Enabled is off in its voice settings.');
  if (wish === 'startTranscription' && voice?.msdyn_transcriptionenabled !== true)
    refuse(
      'The workstream of this call does not transcribe: Transcription Enabled is off in its voice settings.',
    );
  const controls = records
    ? voice?.msdyn_agentrecordingcontrolsenabled
    : voice?.msdyn_agenttranscriptioncontrolsenabled;
  if ((wish === 'pauseRecording' || wish === 'stopTranscription') && controls !== true)
    refuse('The voice settings of this call give representatives no control of it.');
  if (records && current !== null && !current.audio)
    refuse(
      'The call is transcribed without a recording; a recording includes its transcription: stop that first.',
    );
  if (!records && current?.audio === true)
    refuse('The call is recorded, which includes its transcription: pause the recording.');
  if (wish === 'pauseRecording' && current === null) refuse('Nothing is recorded.');
}

const begin = (context: Context, audio: boolean, participant: Participant): Keeping =>
  run(context, makeRows(context, audio), participant);

function makeRows(context: Context, audio: boolean): Keeping {
  const { situation, draft } = context;
  const { conversation } = situation;
  const id = conversation.activityid ?? '';
  const name = conversation.subject?.slice(0, 100) ?? null;
  const keeping = draft.create(msdyn_transcript, { msdyn_name: name, msdyn_liveworkitemidid: id });
  // Both rows carry one id: the voice layer knows what it keeps by it.
  if (audio)
    draft.create(
      msdyn_ocrecording,
      {
        msdyn_name: name,
        msdyn_liveworkitemid: id,
        msdyn_recordingtarget: { table: 'msdyn_ocliveworkitem', id },
      },
      keeping,
    );
  writeControl(context, { wirechief_transcriptid: keeping, wirechief_isrecording: audio });
  return { id: keeping, audio, transcript: true, paused: false };
}

function run(context: Context, keeping: Keeping, participant: Participant): Keeping {
  const { situation, draft, now } = context;
  writeControl(context, { wirechief_keepingstate: keepingState.running });
  draft.create(msdyn_ocsessionparticipantevent, {
    msdyn_name: 'Transcription',
    msdyn_sessionid: situation.session?.activityid ?? null,
    msdyn_sessionparticipantid: participant ?? null,
    msdyn_eventtype: transcription.type,
    msdyn_eventreason: transcription.reason,
    msdyn_eventstarttime: now,
  });
  return { ...keeping, paused: false };
}

function pause(context: Context, keeping: Keeping, state: State): Keeping {
  endEvent(context);
  writeControl(context, { wirechief_keepingstate: state });
  return { ...keeping, paused: true };
}

function endEvent({ situation, draft, now }: Context): void {
  const event = situation.room.transcriptionEvent;
  if (event === null) return;
  draft.update(msdyn_ocsessionparticipantevent, event.id, {
    msdyn_eventendtime: now,
    msdyn_eventduration: event.startedOn === null ? 0 : secondsBetween(event.startedOn, now),
  });
}
