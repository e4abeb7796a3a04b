/** The microphone: asked for from a click only, unless this browser has already said yes. Source: ui.md §4. */
import { createStore, type Store } from '../kit/store.ts';

/** What stands in the way, or `granted`. `prompt`: the browser will ask. */
export type MicrophoneState = 'granted' | 'prompt' | 'denied' | 'missing' | 'insecure' | 'failed';

/** The open microphone, or null. */
export const microphoneStream: Store<MediaStream | null> = createStore<MediaStream | null>(null);

const rawKey = 'wirechief.rawAudio';
const checkedKey = 'wirechief.deviceCheck';

/** How the microphone is asked for. For people, the browser's echo cancelling and noise suppression are on; with the
 *  raw flag they are off, because they remove steady tones and so whatever a measurement sends. Source: voice.md §8. */
export function microphoneConstraints(isRaw: boolean): MediaTrackConstraints {
  return { echoCancellation: !isRaw, noiseSuppression: !isRaw, autoGainControl: !isRaw, channelCount: 1 };
}

/** Whether this browser is to send untreated sound (localStorage flag `wirechief.rawAudio`). */
export function isRawAudio(): boolean {
  const flag = localStorage.getItem(rawKey);
  return flag !== null && flag !== '0';
}

/** Whether a person may use a microphone here without being asked again. */
export async function microphoneState(): Promise<MicrophoneState> {
  if (!globalThis.isSecureContext || navigator.mediaDevices === undefined) return 'insecure';
  if (microphoneStream.get() !== null) return 'granted';
  const status = await navigator.permissions.query({ name: 'microphone' }).catch(() => null);
  return status?.state ?? 'prompt';
}

/** Opens the microphone, or gives the one already open. Rejects with the browser's own DOMException. */
export async function openMicrophone(): Promise<MediaStream> {
  const open = microphoneStream.get();
  if (open?.getAudioTracks().some((track) => track.readyState === 'live')) return open;
  const stream = await navigator.mediaDevices.getUserMedia({ audio: microphoneConstraints(isRawAudio()) });
  for (const track of stream.getAudioTracks()) {
    track.addEventListener('ended', () => {
      if (microphoneStream.get() === stream) microphoneStream.set(null);
    });
  }
  microphoneStream.set(stream);
  return stream;
}

/** What a failed openMicrophone means. */
export function stateOfError(error: unknown): MicrophoneState {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return globalThis.isSecureContext ? 'failed' : 'insecure';
}

/** Whether the device check was passed in this browser, and whether in this tab: a tab that passed it may open the
 *  microphone by itself after a reload even where the browser does not remember its permission. */
export function deviceCheck(): { readonly inBrowser: boolean; readonly inTab: boolean } {
  return {
    inBrowser: localStorage.getItem(checkedKey) === 'done',
    inTab: sessionStorage.getItem(checkedKey) === 'done',
  };
}

/** Notes that the device check was passed. */
export function passDeviceCheck(): void {
  localStorage.setItem(checkedKey, 'done');
  sessionStorage.setItem(checkedKey, 'done');
}
