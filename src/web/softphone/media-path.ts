/** The phone's sound: one WebRTC connection, offered by the server, answered here with the microphone.
 *  Source: voice.md §3.6. */
import type { SoftphoneRequest } from '../../tables/softphone.ts';

/** An answered connection. */
export interface MediaPath {
  readonly setMuted: (isMuted: boolean) => void;
  /** Changes to another microphone without renegotiating. */
  readonly setMicrophone: (stream: MediaStream) => Promise<void>;
  /** The round-trip time to the server, or null while unknown. Unit: milliseconds. */
  readonly roundTripMs: () => Promise<number | null>;
  readonly close: () => void;
}

/** What answering needs. `onSilenced`: whether the browser refuses to play without a click. */
export interface MediaPathOptions {
  readonly sdp: string;
  readonly microphone: MediaStream;
  readonly isMuted: boolean;
  readonly audio: HTMLAudioElement;
  readonly send: (request: SoftphoneRequest) => void;
  readonly onFailed: () => void;
  readonly onSilenced: (isSilenced: boolean) => void;
}

/** Answers the server's offer. Rejects when the browser cannot use it. */
export async function answerOffer(options: MediaPathOptions): Promise<MediaPath> {
  const { audio, microphone, send } = options;
  const peer = new RTCPeerConnection();
  peer.ontrack = ({ streams, track }) => {
    audio.srcObject = streams[0] ?? new MediaStream([track]);
    play(audio).then((isPlaying) => options.onSilenced(!isPlaying), reportError);
  };
  peer.onicecandidate = ({ candidate }) => {
    if (candidate !== null && candidate.candidate !== '') {
      send({ type: 'candidate', candidate: candidate.candidate, sdpMid: candidate.sdpMid });
    }
  };
  peer.onconnectionstatechange = () => {
    if (peer.connectionState === 'failed') options.onFailed();
  };
  // Muting is by own copy of the track: the device check's level meter keeps hearing the original.
  let own = copyOf(microphone, options.isMuted);
  try {
    await peer.setRemoteDescription({ type: 'offer', sdp: options.sdp });
    const sender = peer.addTrack(own, new MediaStream([own]));
    await peer.setLocalDescription(await peer.createAnswer());
    send({ type: 'answer', sdp: peer.localDescription?.sdp ?? '' });
    return {
      setMuted: (isMuted) => {
        own.enabled = !isMuted;
      },
      setMicrophone: async (stream) => {
        const next = copyOf(stream, !own.enabled);
        await sender.replaceTrack(next);
        own.stop();
        own = next;
      },
      roundTripMs: async () => roundTripOf(await peer.getStats()),
      close: () => {
        peer.close();
        own.stop();
      },
    };
  } catch (error) {
    peer.close();
    own.stop();
    throw error;
  }
}

function copyOf(stream: MediaStream, isMuted: boolean): MediaStreamTrack {
  const track = stream.getAudioTracks()[0];
  if (track === undefined) throw new Error('The microphone gives no sound track.');
  const copy = track.clone();
  copy.enabled = !isMuted;
  return copy;
}

/** Plays the element; false when the browser wants a click first. */
export async function play(audio: HTMLAudioElement): Promise<boolean> {
  try {
    await audio.play();
    return true;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return false;
    // A newer stream took this one's place before it began: that one reports for itself.
    if (error instanceof DOMException && error.name === 'AbortError') return true;
    throw error;
  }
}

function roundTripOf(report: RTCStatsReport): number | null {
  let best: number | null = null;
  report.forEach((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('type' in entry) || entry.type !== 'candidate-pair')
      return;
    if (!('state' in entry) || entry.state !== 'succeeded' || !('currentRoundTripTime' in entry)) return;
    const { currentRoundTripTime: seconds } = entry;
    if (typeof seconds === 'number') best = Math.round(seconds * 1000);
  });
  return best;
}
