import type { QueryClient } from '@tanstack/react-query';
import type { PushEvent } from '../../tables/push.ts';
import { staleKeys } from './stale.ts';

const gatherMs = 60;

/** Makes a function that marks cached reads stale. One call writes a dozen rows at once: they are gathered for 60 ms so
 *  that each screen reads once per commit, not once per row. */
export function pushToCache(cache: QueryClient): (event: PushEvent) => void {
  let gathered = new Map<string, readonly string[]>();
  const flush = () => {
    const stale = gathered;
    gathered = new Map();
    for (const queryKey of stale.values()) cache.invalidateQueries({ queryKey }).catch(reportError);
  };
  return (event) => {
    if (gathered.size === 0) setTimeout(flush, gatherMs);
    for (const key of staleKeys(event)) gathered.set(key.join(), key);
  };
}
