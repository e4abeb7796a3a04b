/** One caller's leg, however it came: by SIP or from a page.
 *
 *    new ──ring──▶ ringing ──answer──▶ answered ──end | onEnded──▶ ended
 *                     └────────────end | onEnded────────────────────┘
 *
 *  Source: voice.md §5. */
import type { KeyMethod } from './ivr/keys.ts';

/** Why a leg that we do not want is refused, in SIP's words. `words`: for a person, where one may read them. */
export interface CallRefusal {
  readonly status: number;
  readonly phrase: string;
  readonly words?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a leg ended that we did not end: as in CallEnded. */
export type EndedBy = 'customer' | 'lost' | 'failure';

/** A leg. Its holder sets `onEnded`, `onKey` and `onPlayed` before anything can happen. */
export interface CallerLeg {
  /** The id that the engine knows the call by; at most 100 characters. */
  readonly id: string;
  /** The id that the media engine knows it by. */
  readonly media: string;
  readonly provider: 'sip' | 'web';
  /** E.164, or null when withheld or not a telephone number. */
  readonly from: string | null;
  /** E.164, or what was dialled if that is no telephone number. */
  readonly to: string;
  /** Makes ready for sound, so that the answer can follow at once. A refusal when this call cannot be carried. */
  prepare(): Promise<CallRefusal | null>;
  /** Tells the caller that it rings. `conversation`: for the page of a browser caller. */
  ring(conversation: string | null): void;
  /** Answers, if that was not done before; resolves when the caller listens. Rejects when the leg is over by then. */
  answer(): Promise<void>;
  /** Ends the leg and frees its sound: a hang-up when answered, the refusal otherwise. Doing it twice does nothing.
   *  `reason`: in words for the caller. */
  end(reason: string, refusal?: CallRefusal): void;
  /** Whether sound has arrived from the caller. */
  readonly heard: boolean;
  onEnded: (by: EndedBy, reason: string) => void;
  onKey: (key: string, method: KeyMethod) => void;
  onHeard: () => void;
  onPlayed: (play: string) => void;
  /** The media engine died, and the leg is there again in the next one: whatever it is to hear must be said anew. */
  onRestarted: () => void;
}

/** The refusals that voice gives by itself. */
export const callRefusals = {
  notFound: { status: 404, phrase: 'Not Found', words: 'This number is not in use' },
  forbidden: { status: 403, phrase: 'Forbidden', words: 'This call is not allowed' },
  unavailable: { status: 480, phrase: 'Temporarily Unavailable', words: 'This number takes no calls now' },
  duplicate: { status: 482, phrase: 'Loop Detected', words: 'This call is here already' },
  busy: { status: 486, phrase: 'Busy Here', words: 'The line is busy' },
  failed: { status: 500, phrase: 'Server Internal Error', words: 'A fault on our side ended the call' },
  overloaded: {
    status: 503,
    phrase: 'Service Unavailable',
    words: 'All lines are in use: try again in a moment',
    headers: { 'Retry-After': '10' },
  },
} as const satisfies Record<string, CallRefusal>;
