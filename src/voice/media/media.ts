/** What call control sees of the media engine: commands down, events up. The engine itself runs in a child process
 *  (one monotonic 20 ms schedule, 8 kHz 16-bit frames); this is the same interface on both sides of the pipe. */

import { Refusal } from '../../tables/refusals.ts';

/** What may be played in a loop: the two tunes, and the tone of ringing at the other end. */
export type MusicName = 'wait' | 'hold' | 'ringing';

/** Audio to play: a WAV (8 kHz mono PCM16) on disk, a steady tone, or music. */
export type Source =
  | { readonly kind: 'file'; readonly path: string }
  /** `ms`: how long; without it, until stopped. */
  | { readonly kind: 'tone'; readonly hertz: number; readonly dBm0?: number; readonly ms?: number }
  | { readonly kind: 'music'; readonly name: MusicName };

/** The far end of an RTP leg as the SDP says. `direction` is ours. `dtmf`: payload type of telephone-event or null. */
export interface RtpRemote {
  readonly address: string;
  readonly port: number;
  readonly codec: 'PCMU' | 'PCMA';
  readonly payloadType: number;
  readonly dtmf: number | null;
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
}

/** Who hears whom in a room: gains[listener][speaker], 0 to 1; nobody hears itself; what is absent is 0. */
export type GainMatrix = { readonly [listener: string]: { readonly [speaker: string]: number } };

/** What is played to a leg: music until it is stopped, and over it a prompt, after which the music goes on. */
export type Layer = 'music' | 'prompt';

/** Files to keep sound in. `path`: a WAV of 8 kHz PCM16, of two channels (left what the customer says, right what the
 *  customer hears) or one (what the customer says); null for none. `speech`: what the names of the files begin with that
 *  hold each speaker apart (`<speech>.<name>.wav`, the customer's named `customer`); null for none. `mostBytes`: when
 *  to stop; 512 MB when left out. */
export interface RecordOptions {
  readonly path: string | null;
  readonly channels: 1 | 2;
  readonly speech: string | null;
  readonly mostBytes?: number;
}

/** What a recording takes now. `afterPause`: what was said until now must not be in it. */
export interface Take {
  readonly customer: string;
  readonly speakers: readonly { readonly leg: string; readonly name: string }[];
  readonly afterPause?: boolean;
}

/** An ended recording: how much time it holds. */
export interface RecordReport {
  readonly seconds: number;
}

/** Counters of one leg since it was made. */
export interface LegStats {
  readonly leg: string;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly lost: number;
  readonly jitterMs: number;
}

/** What the media engine reports. `leg` is the id its maker chose. */
export type MediaEvent =
  | { readonly type: 'digit'; readonly leg: string; readonly digit: string }
  /** First audio arrived on the leg (RTP latched, or DTLS up and audio flowing). */
  | { readonly type: 'up'; readonly leg: string }
  /** No audio for the configured time (30 s), or ICE/DTLS failed or closed. */
  | { readonly type: 'lost'; readonly leg: string; readonly reason: string }
  /** A `play` ended by itself. */
  | { readonly type: 'played'; readonly leg: string; readonly play: string }
  | {
      readonly type: 'candidate';
      readonly leg: string;
      readonly candidate: string;
      readonly sdpMid: string | null;
    }
  /** A recording cannot go on: it has its size, or the disk failed. What was kept is there. */
  | { readonly type: 'recordFull'; readonly record: string; readonly reason: string }
  /** The child process died; every leg is gone. A new one is already starting. */
  | { readonly type: 'restarted' };

/** What was asked of a process that died before it was done. */
export class MediaInterrupted extends Refusal {
  constructor() {
    super('unavailable', 'The media engine was interrupted.');
  }
}

/** The media engine. Commands to a leg that is gone do nothing. */
export interface MediaEngine {
  /** Process id of the child it runs in; undefined while there is none. */
  readonly processId?: number | undefined;
  onEvent: (event: MediaEvent) => void;
  /** Opens an RTP port pair for a SIP leg; the port to put in the SDP. `port`: this one and no other, which the leg had
   *  before the process died. Rejects when the range is used up, or the port is another's. */
  openRtp(leg: string, port?: number): Promise<{ readonly port: number }>;
  /** Sets or changes the far end (answer, re-INVITE). */
  setRtpRemote(leg: string, remote: RtpRemote): Promise<void>;
  /** Makes a WebRTC leg; our SDP offer (PCMU and PCMA, telephone-event), ICE gathered in full. */
  openWebRtc(leg: string): Promise<{ readonly offer: string }>;
  setWebRtcAnswer(leg: string, sdp: string): Promise<void>;
  addCandidate(leg: string, candidate: string, sdpMid: string | null): Promise<void>;
  closeLeg(leg: string): Promise<void>;
  /** Puts these legs into the room and nobody else; a leg is in at most one room. Empty gains end the room. */
  setRoom(room: string, gains: GainMatrix): Promise<void>;
  /** Plays to the leg over whatever its room sends: looped as its music, else as its prompt, replacing an earlier one of
   *  the same layer; `play` is an id of the caller's choice. */
  play(leg: string, play: string, source: Source, options: { readonly loop: boolean }): Promise<void>;
  /** Stops one layer, or both. */
  stopPlay(leg: string, layer?: Layer): Promise<void>;
  /** Sends a key to the leg (RFC 4733). */
  sendDigit(leg: string, digit: string): Promise<void>;
  /** A muted leg is heard by nobody. */
  setMuted(leg: string, muted: boolean): Promise<void>;
  /** Sends the leg its own audio back (the echo number), or stops. */
  setEcho(leg: string, on: boolean): Promise<void>;
  /** Opens the files of a recording, paused. `record`: an id of the caller's choice. */
  record(record: string, options: RecordOptions): Promise<void>;
  /** What the recording takes from the next frame on; null: nothing, it is paused. */
  setTake(record: string, take: Take | null): Promise<void>;
  /** Ends the recording; resolves when its files are whole. Of one that is not there: 0 seconds. */
  stopRecord(record: string): Promise<RecordReport>;
  stats(): Promise<LegStats[]>;
  close(): Promise<void>;
}

/** How the media engine listens. `host`: address for RTP sockets; `advertise`: address put into SDP and candidates. */
export interface MediaConfig {
  readonly host: string;
  readonly advertise: string;
  readonly rtpPorts: readonly [first: number, last: number];
  /** Ports of WebRTC legs, apart from `rtpPorts`; any free ones when left out. */
  readonly webRtcPorts?: readonly [first: number, last: number];
  /** Silence of the far end after which a leg is lost; 30 s when left out. A page is lost after 10 s at most. */
  readonly lostAfterMs?: number;
  readonly log: (line: string) => void;
}
