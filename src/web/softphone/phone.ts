/** The phone of a page: signalling, sound and state in one, without any framework. It lives above the router: screens
 *  come and go, the call does not. Source: ui.md §4. */
import type { SoftphoneEvent, SoftphoneRequest } from '../../tables/softphone.ts';
import { learnServerTime } from '../kit/clock.ts';
import { createStore, type Store } from '../kit/store.ts';
import { answerOffer, type MediaPath, play } from './media-path.ts';
import { microphoneStream, openMicrophone } from './microphone.ts';
import { openPhoneSocket, type PhoneSocket } from './phone-socket.ts';
import { isInCall, type PhoneAction, type PhoneState, phoneOff, reducePhone } from './phone-state.ts';

/** How the page introduces itself, and where the far party is heard. */
export interface PhoneOptions {
  readonly hello: () => Promise<SoftphoneRequest>;
  readonly audio: HTMLAudioElement;
}

/** The page's phone. */
export interface Phone {
  readonly state: Store<PhoneState>;
  /** Opens microphone and line; does nothing when they are open. False when the microphone cannot be had: the state's
   *  `problem` says why. */
  readonly start: () => Promise<boolean>;
  readonly stop: () => void;
  readonly setMuted: (isMuted: boolean) => void;
  readonly pressKey: (digit: string) => void;
  readonly dial: (number: string, from?: string) => void;
  readonly hangUp: () => void;
  /** Forgets how the last call ended and what last went wrong. */
  readonly clear: () => void;
  /** To be called from a click when the browser refused to play. */
  readonly unsilence: () => void;
}

const measureEveryMs = 2000;

/** Makes a phone that is off. */
export function createPhone({ hello, audio }: PhoneOptions): Phone {
  const state = createStore<PhoneState>(phoneOff);
  const apply: Apply = (event) => {
    state.set(reducePhone(state.get(), event));
    line.path()?.setMuted(state.get().isMuted);
  };
  const line = createLine({ hello, audio, apply, isMuted: () => state.get().isMuted });
  keepMeasured(state, apply, line.path);
  followMicrophone(state, apply, line.path);
  guardReload(state);
  return {
    state,
    start: async () => {
      if (line.isOpen()) return true;
      const microphone = await openMicrophone().catch((error: unknown) => apply(troubleOf(error)));
      if (!microphone) return false;
      if (!line.isOpen()) {
        apply({ type: 'started' });
        line.open();
      }
      return true;
    },
    stop: () => {
      line.close();
      apply({ type: 'stopped' });
    },
    setMuted: (isMuted) => {
      apply({ type: 'muted', isMuted });
      line.send({ type: 'mute', muted: isMuted });
    },
    pressKey: (digit) => line.send({ type: 'key', digit }),
    dial: (number, from) => line.send({ type: 'dial', number, ...(from === undefined ? {} : { from }) }),
    hangUp: () => line.send({ type: 'hangup' }),
    clear: () => apply({ type: 'cleared' }),
    unsilence: () => {
      play(audio).then((isPlaying) => apply({ type: 'silenced', isSilenced: !isPlaying }), reportError);
    },
  };
}

type Apply = (event: SoftphoneEvent | PhoneAction) => void;

interface Line {
  readonly isOpen: () => boolean;
  readonly open: () => void;
  readonly close: () => void;
  readonly send: (request: SoftphoneRequest) => void;
  readonly path: () => MediaPath | null;
}

interface LineOptions extends PhoneOptions {
  readonly apply: Apply;
  readonly isMuted: () => boolean;
}

/** Signalling and sound together: each offer of the server makes a new media path, the newest counts. */
function createLine({ hello, audio, apply, isMuted }: LineOptions): Line {
  let socket: PhoneSocket | null = null;
  let path: MediaPath | null = null;
  let offers = 0;
  const send = (request: SoftphoneRequest) => socket?.send(request);
  const drop = () => {
    offers += 1;
    path?.close();
    path = null;
  };
  const answer = async (sdp: string) => {
    drop();
    const mine = offers;
    const answered = await answerOffer({
      sdp,
      microphone: await openMicrophone(),
      isMuted: isMuted(),
      audio,
      send,
      onFailed: () => mine === offers && socket?.restart(),
      onSilenced: (isSilenced) => apply({ type: 'silenced', isSilenced }),
    });
    if (mine !== offers) return answered.close();
    path = answered;
    path.setMuted(isMuted());
  };
  const close = () => {
    drop();
    socket?.close();
    socket = null;
    audio.srcObject = null;
  };
  const hear = (event: SoftphoneEvent) => {
    if (event.type === 'welcome') learnServerTime(event.serverNow);
    if (event.type === 'offer') answer(event.sdp).catch((error: unknown) => apply(troubleOf(error)));
    if (event.type === 'replaced') close();
    apply(event);
  };
  return {
    isOpen: () => socket !== null,
    open: () => {
      socket = openPhoneSocket(hello, {
        onOpen: () => apply({ type: 'socketOpen' }),
        onEvent: hear,
        onGone: () => apply({ type: 'socketGone' }),
      });
    },
    close,
    send,
    path: () => path,
  };
}

function troubleOf(error: unknown): PhoneAction {
  return { type: 'trouble', message: error instanceof Error ? error.message : String(error) };
}

function keepMeasured(state: Store<PhoneState>, apply: Apply, path: () => MediaPath | null): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const measure = async () => {
    const roundTripMs = (await path()?.roundTripMs()) ?? null;
    if (state.get().link === 'ready' && roundTripMs !== state.get().roundTripMs) {
      apply({ type: 'measured', roundTripMs });
    }
  };
  state.subscribe(() => {
    const isReady = state.get().link === 'ready';
    if (isReady && timer === undefined)
      timer = setInterval(() => measure().catch(reportError), measureEveryMs);
    if (isReady || timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
  });
}

/** A headset pulled out and put back: the new microphone goes into the running connection. */
function followMicrophone(state: Store<PhoneState>, apply: Apply, path: () => MediaPath | null): void {
  const isOn = () => state.get().link !== 'off' && state.get().link !== 'replaced';
  const reopen = () => {
    if (!isOn() || microphoneStream.get() !== null) return;
    openMicrophone().catch((error: unknown) => apply(troubleOf(error)));
  };
  microphoneStream.subscribe(() => {
    if (!isOn()) return;
    const stream = microphoneStream.get();
    if (stream === null) {
      apply({ type: 'trouble', message: 'The microphone was unplugged.' });
      reopen();
      return;
    }
    path()
      ?.setMicrophone(stream)
      .catch((error: unknown) => apply(troubleOf(error)));
  });
  navigator.mediaDevices?.addEventListener('devicechange', reopen);
}

function guardReload(state: Store<PhoneState>): void {
  globalThis.addEventListener('beforeunload', (event) => {
    if (isInCall(state.get().call)) event.preventDefault();
  });
}
