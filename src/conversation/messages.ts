/** What callers are told by the system, and when. The product's rows for automated messages come first; where there is
 *  none for a trigger, one of ours is said, or nothing. Source: behaviour.md §3.1, §3.4, §3.5, §3.7. */

/** msdyn_ocsystemmessage.msdyn_systemmessageeventtype: the triggers that a caller hears of. */
export const trigger = {
  agentDisconnected: 192350013,
  position: 192350021,
  nextInLine: 192350024,
  waitMinutes: 192350030,
  waitHours: 192350031,
  waitHoursAndMinutes: 192350032,
  holiday: 192350035,
  outOfHours: 192350036,
  overflowEnd: 192350055,
  greeting: 192350056,
  offerCallback: 192350073,
  callbackResponse: 192350074,
  offerVoicemail: 192360000,
  botFailureEnd: 192360007,
  botFailureTransfer: 192360008,
  botFailureEscalate: 192360009,
} as const;

/** Said where no row is: what a caller must not be left without. */
const ours: ReadonlyMap<number, string> = new Map([
  [
    trigger.agentDisconnected,
    'The representative was disconnected and will rejoin. Please stay on the line.',
  ],
  [trigger.position, 'You are number {Position} in line.'],
  [trigger.nextInLine, 'You are next in line.'],
  [trigger.waitMinutes, 'The average wait is {Minutes} minutes.'],
  [trigger.waitHours, 'The average wait is {Hours} hours.'],
  [trigger.waitHoursAndMinutes, 'The average wait is {Hours} hours and {Minutes} minutes.'],
  [trigger.holiday, 'We are closed for a holiday. Please call again later.'],
  [trigger.outOfHours, 'We are closed at this hour. Please call again later.'],
  [trigger.overflowEnd, 'We cannot take your call now. Please call again later.'],
  [trigger.offerCallback, 'To be called back instead of waiting, press 1.'],
  [trigger.callbackResponse, 'Thank you. We will call you back.'],
  [trigger.botFailureEnd, 'Something went wrong. Please call again later.'],
  [trigger.botFailureTransfer, 'Something went wrong. We will connect you.'],
  [trigger.botFailureEscalate, 'Something went wrong. We will find somebody for you.'],
]);

/** What stands in for the slugs of a message. `variables`: by name, for `{$Name$}`; the rest by its own name. */
export interface Slugs {
  readonly variables: ReadonlyMap<string, string>;
  readonly named: { readonly [name: string]: string };
}

/** The message of a trigger; null when nothing is said. */
export function messageOf(texts: ReadonlyMap<number, string>, type: number, slugs: Slugs): string | null {
  const text = texts.get(type) ?? ours.get(type);
  return text === undefined ? null : withSlugs(text, slugs) || null;
}

/** Fills `{$Name$}` with a context variable, an unknown one with nothing (behaviour.md §3.7), and `{QueueName}` and its
 *  like. Names are case sensitive. */
export function withSlugs(text: string, { variables, named }: Slugs): string {
  return text
    .replace(/\{\$([^${}]{1,100})\$\}/g, (_, name: string) => variables.get(name) ?? '')
    .replace(/\{([A-Za-z]{1,40})\}/g, (whole, name: string) =>
      Object.hasOwn(named, name) ? (named[name] ?? '') : whole,
    );
}

/** The trigger for an average wait and its numbers, rounded to minutes; null at or below one minute
 *  (behaviour.md §3.4). */
export function waitMessage(
  seconds: number | null,
): { readonly type: number; readonly named: { readonly Hours: string; readonly Minutes: string } } | null {
  if (seconds === null || seconds <= 60) return null;
  const total = Math.round(seconds / 60);
  const hours = Math.floor(total / 60);
  const minutes = total % 60;
  const type =
    hours === 0 ? trigger.waitMinutes : minutes === 0 ? trigger.waitHours : trigger.waitHoursAndMinutes;
  return { type, named: { Hours: String(hours), Minutes: String(minutes) } };
}

/** The trigger for a place in line, counted from 1. */
export const positionMessage = (position: number): number =>
  position <= 1 ? trigger.nextInLine : trigger.position;
