/** Which conversations the screens show now: the stream listens to exactly these. */
import type { QueryClient } from '@tanstack/react-query';

const settleMs = 30;

/** The ids of the conversations that mounted screens read, sorted. */
export function watchedConversations(cache: QueryClient): readonly string[] {
  const ids = new Set<string>();
  for (const query of cache.getQueryCache().findAll({ queryKey: ['conversation'], type: 'active' })) {
    const id = query.queryKey[1];
    if (typeof id === 'string') ids.add(id);
  }
  return [...ids].sort();
}

/** Calls back with the ids when a conversation comes on the screen. One that leaves it stays listened to until the
 *  next comes: each change costs a request. Returns the function that ends it. */
export function onWatched(cache: QueryClient, call: (ids: readonly string[]) => void): () => void {
  let known: ReadonlySet<string> = new Set();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    timer = undefined;
    const ids = watchedConversations(cache);
    if (ids.every((id) => known.has(id))) return;
    known = new Set(ids);
    call(ids);
  };
  const end = cache.getQueryCache().subscribe(({ type }) => {
    if (type === 'observerAdded') timer ??= setTimeout(look, settleMs);
  });
  return () => {
    clearTimeout(timer);
    end();
  };
}
