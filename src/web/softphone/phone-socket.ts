/** The phone's signalling: one WebSocket at /softphone, opened again after a loss. Source: tables/softphone.ts. */
import type { SoftphoneCall, SoftphoneEvent, SoftphoneRequest } from '../../tables/softphone.ts';
import { isRecord, text, type WebRecord } from '../kit/record.ts';

/** What the socket tells the phone. */
export interface PhoneSocketEvents {
  readonly onOpen: () => void;
  readonly onEvent: (event: SoftphoneEvent) => void;
  readonly onGone: () => void;
}

/** A socket that is kept open. `send` drops what cannot be sent: the server starts each socket from its own state. */
export interface PhoneSocket {
  readonly send: (request: SoftphoneRequest) => void;
  /** Closes the present socket and opens a new one: the way out of a media path that failed. */
  readonly restart: () => void;
  readonly close: () => void;
}

const shortestWaitMs = 500;
const longestWaitMs = 10_000;

/** Opens the socket and says hello; `hello` is asked anew each time, because tokens end. */
export function openPhoneSocket(
  hello: () => Promise<SoftphoneRequest>,
  events: PhoneSocketEvents,
): PhoneSocket {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let isClosed = false;

  const connect = () => {
    const current = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/softphone`);
    socket = current;
    // The handler stands before anything waits: the server's first offer may be the first thing to come.
    current.onmessage = (message) => {
      const event = parseSoftphoneEvent(message.data);
      if (event === null || current !== socket) return;
      if (event.type === 'welcome' || event.type === 'ready') attempt = 0;
      events.onEvent(event);
    };
    current.onopen = () => {
      events.onOpen();
      hello().then(
        (request) => current.readyState === WebSocket.OPEN && current.send(JSON.stringify(request)),
        () => current.close(),
      );
    };
    current.onclose = () => {
      if (current !== socket || isClosed) return;
      socket = null;
      events.onGone();
      const waitMs = Math.min(longestWaitMs, shortestWaitMs * 2 ** attempt) * (1 - Math.random() / 4);
      attempt += 1;
      timer = setTimeout(connect, waitMs);
    };
  };
  connect();
  return {
    send: (request) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
    },
    restart: () => socket?.close(),
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      socket?.close();
      socket = null;
    },
  };
}

/** Reads one message of the server; null for what is not one. */
export function parseSoftphoneEvent(data: unknown): SoftphoneEvent | null {
  if (typeof data !== 'string') return null;
  const value: unknown = JSON.parse(data);
  if (!isRecord(value)) return null;
  switch (value.type) {
    case 'welcome':
      return { type: 'welcome', serverNow: text(value, 'serverNow') ?? '' };
    case 'offer':
      return { type: 'offer', sdp: text(value, 'sdp') ?? '' };
    case 'ready':
    case 'lost':
    case 'replaced':
      return { type: value.type };
    case 'refused':
      return {
        type: 'refused',
        request: text(value, 'request') ?? '',
        message: text(value, 'message') ?? 'The phone refused.',
      };
    case 'call':
      return isRecord(value.call) ? parseCall(value.call) : null;
    default:
      return null;
  }
}

const callStates: readonly SoftphoneCall['state'][] = [
  'idle',
  'ringing',
  'dialling',
  'connected',
  'held',
  'ended',
];

function parseCall(value: WebRecord): SoftphoneEvent | null {
  const state = callStates.find((known) => known === value.state);
  if (state === undefined) return null;
  const [conversation, since, reason] = ['conversation', 'since', 'reason'].map((name) => text(value, name));
  return {
    type: 'call',
    call: {
      state,
      ...(conversation ? { conversation } : {}),
      ...(since ? { since } : {}),
      ...(reason ? { reason } : {}),
      ...(typeof value.muted === 'boolean' ? { muted: value.muted } : {}),
    },
  };
}
