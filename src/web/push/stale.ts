/** Which of the page's cached reads a change makes stale. */
import type { PushEvent } from '../../tables/push.ts';

/** The first parts of the cache keys that every screen uses. */
export const keys = {
  status: ['status'],
  work: ['work'],
  recent: ['recent'],
  offers: ['offers'],
  conversation: (id: string) => ['conversation', id],
  contact: (id: string) => ['contact', id],
} as const;

/** The keys to read again after the event; every key of the page after a resync (`[]` matches all). */
export function staleKeys(event: PushEvent): readonly (readonly string[])[] {
  if (event.type === 'resync') return [[]];
  const stale: (readonly string[])[] = [];
  if (event.type === 'offer.new' || event.type === 'offer.ended') stale.push(keys.work, keys.recent);
  // Capacity changes whenever work is taken or done with: the list of work goes with it.
  if (event.table === 'msdyn_agentstatus') stale.push(keys.status, keys.work);
  if (event.table === 'contact' && event.id !== undefined) stale.push(keys.contact(event.id));
  const conversation = event.conversation ?? (event.table === 'msdyn_ocliveworkitem' ? event.id : undefined);
  if (conversation !== undefined) stale.push(keys.conversation(conversation));
  if (event.table === 'msdyn_ocliveworkitem') stale.push(keys.work, keys.recent);
  return stale;
}
