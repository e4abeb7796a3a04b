/** Numbers that answer by themselves, for trying the line without a carrier or an engine. Source: mission row B2,
 *  product.md (numbers of the world). */
import { wordsOf } from './call-end.ts';
import { type CallerLeg, type CallRefusal, callRefusals } from './caller-leg.ts';
import type { Schedule } from './ivr/run-flow.ts';
import type { MediaDesk } from './media-desk.ts';
import type { TestNumber } from './voice.ts';

/** Test calls end by themselves: nobody pays for a forgotten one, but it holds a port. */
const longestMs = 60 * 60_000;
/** A phone that is never answered stops ringing some time; carriers give up earlier. */
const ringMs = 5 * 60_000;

/** Answers a call to a test number. `over`: to be called when it ended itself. Rejects when it cannot be answered. */
export async function runTestNumber(
  leg: CallerLeg,
  test: TestNumber,
  desk: { readonly media: MediaDesk; readonly schedule: Schedule },
  over: () => void,
): Promise<void> {
  let callOff = (): void => {};
  let gone = false;
  const end = (reason: string, refusal?: CallRefusal): void => {
    leg.end(reason, refusal);
    callOff();
    over();
  };
  const { onEnded } = leg;
  leg.onEnded = (by, reason) => {
    gone = true;
    callOff();
    onEnded(by, reason);
  };
  if (test === 'busy') return end(wordsOf(callRefusals.busy), callRefusals.busy);
  leg.ring(null);
  if (test === 'ring') {
    callOff = desk.schedule(ringMs, () => end('No answer', callRefusals.unavailable));
    return;
  }
  const unfit = await leg.prepare();
  if (gone) return;
  if (unfit !== null) return end(wordsOf(unfit), unfit);
  callOff = desk.schedule(longestMs, () => end('The test call took an hour'));
  try {
    await leg.answer();
  } catch (error) {
    if (gone) return;
    throw error;
  }
  const { engine, send } = desk.media;
  const sound = (): Promise<void> =>
    test === 'echo'
      ? engine.setEcho(leg.media, true)
      : engine.play(leg.media, 'tone', { kind: 'tone', hertz: 1000 }, { loop: true });
  leg.onRestarted = () => send(sound());
  await sound();
}
