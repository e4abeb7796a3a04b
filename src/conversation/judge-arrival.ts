/** What comes in: who it is for is read, then decided. Nothing is written here. */
import { decideArrival, decideMessageArrival } from './decide.ts';
import type { Decision } from './decision.ts';
import type { CallArrived } from './events.ts';
import type { Means } from './judge.ts';
import type { ConversationArrived } from './message-events.ts';
import { readArrival, readMessageArrival } from './read/arrival.ts';
import type { TimedReader } from './read/people.ts';
import type { Arrival } from './situation.ts';

/** Reads and decides. `bot`: who has it first; null when people answer at once. Refuses what `readMessageArrival` does. */
export async function judgeArrival(
  reader: TimedReader,
  event: CallArrived | ConversationArrived,
  { e164, ...means }: Means & { readonly e164: (number: string) => string | null },
): Promise<{ readonly made: Decision; readonly bot: Arrival['bot'] }> {
  const given = { ...means, now: reader.now };
  if (event.type === 'ConversationArrived') {
    const arrival = await readMessageArrival(reader, event);
    return { made: decideMessageArrival(event, arrival, given), bot: arrival.bot };
  }
  const arrival = await readArrival(reader, event, reader.now, e164);
  return { made: decideArrival(event, arrival, given), bot: arrival?.bot ?? null };
}
