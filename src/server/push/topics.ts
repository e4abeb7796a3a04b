/** Which events a page wants: `?topics=me,conversation:<id>` (ui.md §8). */
import { Refusal } from '../../tables/index.ts';
import type { AddressedEvent } from './events.ts';

/** Says whether an event is wanted. */
export type Topics = (addressed: AddressedEvent) => boolean;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Parses the topics. `me`: the caller's offers and presence. Without topics everything is wanted.
 *  Refuses: notImplemented for topics that are to come, invalidArgument for unknown ones. */
export function parseTopics(text: string | null, userId: string): Topics {
  const names = (text ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  if (names.length === 0) return () => true;
  const wantsMe = names.includes('me');
  const conversations = new Set(names.filter((name) => name !== 'me').map(conversationOf));
  return ({ event, agent }) => {
    if (wantsMe && agent === userId) return true;
    if (event.conversation !== undefined && conversations.has(event.conversation)) return true;
    return event.table === 'msdyn_ocliveworkitem' && conversations.has(event.id ?? '');
  };
}

function conversationOf(name: string): string {
  const [kind, ...rest] = name.split(':');
  if (kind === 'queue' || kind === 'ops') {
    throw new Refusal('notImplemented', `The topic ${kind} is not there yet; use me or conversation:<id>.`);
  }
  const id = rest.join(':').toLowerCase();
  if (kind !== 'conversation' || !guid.test(id)) {
    throw new Refusal('invalidArgument', `There is no topic "${name}"; use me or conversation:<id>.`);
  }
  return id;
}
