/** A crew of pages: agents who accept what rings, or callers of the demo page. */
import { waitFor } from '../phone/wait.ts';
import { serveJobs } from './crew.ts';
import { act } from './people.ts';
import { SoftphonePage } from './softphone-page.ts';
import { watchTones } from './tone-watch.ts';

interface Seat {
  readonly page: SoftphonePage;
  readonly token: string;
}

let seats: Seat[] = [];
let origin = '';
let stopWatching = (): number[][] => [];

const jobs = {
  /** Opens one page for each pitch: of agents when there are tokens, else of callers. */
  open: async (wanted: {
    readonly origin: string;
    readonly pitches: readonly number[];
    readonly tokens?: readonly string[];
  }): Promise<void> => {
    ({ origin } = wanted);
    for (const [index, hertz] of wanted.pitches.entries()) {
      const token = wanted.tokens?.[index];
      const hello =
        token === undefined
          ? ({ type: 'hello', role: 'caller' } as const)
          : ({ type: 'hello', role: 'agent', token } as const);
      seats.push({ page: await SoftphonePage.open(origin, hello, hertz), token: token ?? '' });
    }
  },
  /** Every page calls this number; resolves when all are connected. */
  dial: async (number: string): Promise<void> => {
    for (const { page } of seats) {
      page.say({ type: 'dial', number });
      await waitFor('a connected page', () => page.call.state === 'connected', { timeoutMs: 15_000 });
    }
  },
  /** Waits until a page rings and accepts; which page it was. */
  accept: async (): Promise<number> => {
    const ringing = (): number => seats.findIndex(({ page }) => page.call.state === 'ringing');
    await waitFor('a ringing page', () => ringing() >= 0, { timeoutMs: 15_000 });
    const index = ringing();
    const { page, token } = seats[index] ?? { page: null, token: '' };
    await act(origin, token, page?.call.conversation ?? '', 'CCaaS_AcceptCall');
    await waitFor('a connected page', () => page?.call.state === 'connected', { timeoutMs: 15_000 });
    return index;
  },
  /** Begins to judge what each page hears against the pitch given for it. */
  watch: async (pitches: readonly number[]): Promise<void> => {
    stopWatching = watchTones(
      seats.map(({ page }, index) => ({ ear: page.ear, hertz: pitches[index] ?? Number.NaN })),
    );
  },
  shares: async (): Promise<number[][]> => stopWatching(),
  /** How many are in a call, and how often a page lost its sound. */
  state: async (): Promise<{ readonly connected: number; readonly losses: number }> => ({
    connected: seats.filter(({ page }) => page.call.state === 'connected').length,
    losses: seats.reduce((sum, { page }) => sum + page.losses, 0),
  }),
  close: async (): Promise<void> => {
    await Promise.all(seats.map(({ page }) => page.close()));
    seats = [];
  },
};

/** What this crew does. */
export type PageJobs = typeof jobs;

serveJobs(jobs);
