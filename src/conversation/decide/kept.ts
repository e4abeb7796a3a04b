/** A recording or transcript is complete: its files are put to its rows. Source: behaviour.md §3.8. */
import { msdyn_ocrecording, msdyn_transcript } from '../../tables/dataverse/index.ts';
import type { KeepingReady, TranscriptLine } from '../events.ts';
import type { Context } from './context.ts';
import { keepsAfter } from './keeping.ts';
import { storeMessage } from './voicemail.ts';

/** Stores it, whatever has become of the conversation meanwhile. What was begun for no row of ours is thrown away. */
export function keepingReady(context: Context, event: KeepingReady): void {
  const { draft, call } = context;
  if (event.kind === 'message') storeMessage(context, event);
  if (event.kind === 'message' || call.kept === null) return;
  if (call.kept.recording && event.audio !== null)
    draft.file({
      table: msdyn_ocrecording,
      row: event.keeping,
      column: 'msdyn_recording',
      name: 'recording.wav',
      type: 'audio/wav',
      bytes: event.audio,
    });
  const file = { table: msdyn_transcript, row: event.keeping } as const;
  draft.file({
    ...file,
    column: 'msdyn_voicetranscript',
    name: 'transcript.json',
    type: 'application/json',
    bytes: utf8(JSON.stringify(event.lines.map(toJson))),
  });
  draft.file({
    ...file,
    column: 'msdyn_voicetranscript_formatted',
    name: 'transcript.txt',
    type: 'text/plain',
    bytes: utf8(event.lines.map(toText).join('\n')),
  });
}

/** The same while the call goes on, which may go on being kept. */
export function keepingReadyInCall(context: Context, event: KeepingReady): void {
  keepingReady(context, event);
  keepsAfter(context, event);
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A line as it is kept: who, what, and when, milliseconds from the beginning. */
function toJson({ speaker, text, atMs, durationMs }: TranscriptLine): Readonly<Record<string, unknown>> {
  return {
    speaker: speaker === null ? 'customer' : 'representative',
    agentId: speaker,
    text,
    atMs,
    durationMs,
  };
}

function toText({ speaker, text, atMs }: TranscriptLine): string {
  const seconds = Math.floor(atMs / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const time = clock.map((part) => String(part).padStart(2, '0')).join(':');
  return `${time} ${speaker === null ? 'Customer' : 'Representative'}: ${text}`;
}
