/** What a caller is told while waiting, and what follows from the keys they press. Source: behaviour.md §3.4. */
import type { PromptEnded } from '../events.ts';
import type { PromptDue } from '../internal-events.ts';
import { messageOf, positionMessage, trigger, waitMessage } from '../messages.ts';
import { after, type Context, timerKey } from './context.ts';
import { callbackWaits } from './dial-back.ts';

/** How often the place in line is told anew, and when a callback is offered first and again. */
const everyMs = { position: 10_000, firstOffer: 30_000, offer: 120_000 } as const;

/** The text of a trigger with the conversation's own values; null: nothing is said. */
export function textOf(
  context: Context,
  type: number,
  named: { readonly [name: string]: string } = {},
): string | null {
  const { waiting, variables, routing } = context;
  const values = new Map(
    variables.flatMap(({ msdyn_name, value }) => (msdyn_name && value ? [[msdyn_name, value] as const] : [])),
  );
  for (const [name, value] of Object.entries(routing?.input.variables ?? {})) values.set(name, value);
  const slugs = {
    variables: values,
    named: { QueueName: waiting?.queueName ?? '', AgentName: '', ...named },
  };
  return messageOf(waiting?.texts ?? new Map(), type, slugs);
}

/** Says something once; `id` tells which prompt it is. Gives whether there was anything to say. */
export function say(context: Context, id: string, text: string | null, keys?: readonly string[]): boolean {
  const { situation, draft } = context;
  if (text === null || situation.kind !== 'voice') return false;
  const conversation = situation.conversation.activityid ?? '';
  draft.effect({
    type: 'Say',
    conversation,
    call: situation.call,
    id,
    text,
    ...(keys ? { keys, waitMs: 5_000 } : {}),
  });
  return true;
}

/** A queue is entered: how long the average wait is, once, and the place in line from now on. */
export function announceWait(context: Context, session: string): void {
  const { situation, waiting, draft, now } = context;
  if (situation.kind !== 'voice' || waiting === null) return;
  const told = waitMessage(waiting.averageWait);
  if (told) say(context, `wait:${session}`, textOf(context, told.type, told.named));
  const conversation = situation.conversation.activityid ?? '';
  if (waiting.position) {
    const event = { type: 'PromptDue', conversation, prompt: 'position', turn: 1 } as const;
    draft.setTimer(timerKey.prompt(conversation, 'position'), now, event);
  }
}

/** From now on the caller is asked from time to time whether to be called back. Who withholds their number is not. */
export function offerCallbacks({ situation, draft, now }: Context): void {
  if (situation.from === null) return;
  const conversation = situation.conversation.activityid ?? '';
  const event = { type: 'PromptDue', conversation, prompt: 'callback', turn: 1 } as const;
  draft.setTimer(timerKey.prompt(conversation, 'callback'), after(now, everyMs.firstOffer), event);
}

/** It is time to say something to somebody who waits. */
export function prompt(context: Context, event: PromptDue): void {
  const { situation, draft, now, place } = context;
  if (callbackWaits(context)) return;
  const next = { ...event, turn: event.turn + 1 };
  const key = timerKey.prompt(event.conversation, event.prompt);
  if (event.prompt === 'callback') {
    say(context, `callback:${event.turn}`, textOf(context, trigger.offerCallback), ['1']);
    draft.setTimer(key, after(now, everyMs.offer), next);
    return;
  }
  // The same place again is the same prompt, which is said once.
  const session = situation.session?.activityid ?? '';
  if (place !== null)
    say(
      context,
      `position:${session}:${place}`,
      textOf(context, positionMessage(place), { Position: String(place) }),
    );
  draft.setTimer(key, after(now, everyMs.position), next);
}

/** While an agent is asked nothing is said; the caller may come back to waiting. */
export function promptLater({ draft, now }: Context, event: PromptDue): void {
  draft.setTimer(timerKey.prompt(event.conversation, event.prompt), after(now, everyMs.position), event);
}

/** The last thing the caller was told is said: the line is let go. */
export function lastWordSaid({ situation, draft }: Context, event: PromptEnded): void {
  const cause = lastWords.get(event.prompt);
  if (cause === undefined) return;
  const { conversation, call } = situation;
  draft.effect({
    type: 'Release',
    conversation: conversation.activityid ?? '',
    call,
    reason: event.prompt,
    cause,
  });
}

/** The prompts after which nothing comes, and why the line ends then. */
export const lastWords = new Map([
  ['end:overflow', 'overflow'],
  ['end:hours', 'outOfHours'],
  ['end:bot', 'botFailed'],
] as const satisfies readonly (readonly [string, string])[]) as ReadonlyMap<
  string,
  'overflow' | 'outOfHours' | 'botFailed'
>;
