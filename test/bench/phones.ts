/** A crew of telephones. */
import { createPhone, type Phone } from '../phone/phone.ts';
import { serveJobs } from './crew.ts';
import { watchTones } from './tone-watch.ts';

const phones: Phone[] = [];
let stopWatching = (): number[][] => [];

const phoneOf = (index: number): Phone => {
  const phone = phones[index];
  if (phone === undefined) throw new RangeError(`there is no phone ${index}`);
  return phone;
};

const jobs = {
  /** Makes one phone for each pitch. */
  open: async (pitches: readonly number[]): Promise<void> => {
    for (const hertz of pitches) phones.push(await createPhone({ hertz }));
  },
  /** Places a call; milliseconds from the INVITE to the 200. */
  dial: async (call: {
    readonly phone: number;
    readonly uri: string;
    readonly from: string;
  }): Promise<number> => {
    const startedAt = performance.now();
    await phoneOf(call.phone).dial(call.uri, { from: call.from });
    return performance.now() - startedAt;
  },
  hangUp: async (): Promise<void> => {
    await Promise.all(phones.filter(({ state }) => state === 'talking').map((phone) => phone.hangUp()));
  },
  /** Begins to judge what each phone hears against the pitch given for it. */
  watch: async (pitches: readonly number[]): Promise<void> => {
    stopWatching = watchTones(pitches.map((hertz, index) => ({ ear: phoneOf(index).sound.ear, hertz })));
  },
  shares: async (): Promise<number[][]> => stopWatching(),
  /** How many are in a call. */
  talking: async (): Promise<number> => phones.filter(({ state }) => state === 'talking').length,
  /** Packets that never came, of all phones together. */
  gaps: async (): Promise<number> => phones.reduce((sum, { stats }) => sum + stats.gaps, 0),
};

/** What this crew does. */
export type PhoneJobs = typeof jobs;

serveJobs(jobs);
