/** One stream of changes for all tabs of a person: browsers allow six connections to a server, so the tab that leads
 *  listens for the others too and hands the events on. Source: ui.md §8. */
import type { Query, QueryClient } from '@tanstack/react-query';
import type { PushEvent } from '../../tables/push.ts';
import { isRecord, text } from '../kit/record.ts';
import { createStore, type Store } from '../kit/store.ts';
import { openPush, type PushState, type PushStream, parsePushEvent } from '../push/push-stream.ts';
import { pushToCache } from '../push/push-to-cache.ts';
import { onWatched, watchedConversations } from '../push/watched.ts';
import { accessToken } from '../sign-in/session.ts';

/** The stream as one tab has it. */
export interface SharedStream {
  readonly state: Store<PushState>;
  readonly lead: () => void;
  readonly follow: () => void;
  readonly stop: () => void;
}

/** `onEvent` and `onLive` are called in the leading tab only; the cache is kept fresh in every tab. */
export interface SharedStreamOptions {
  readonly cache: QueryClient;
  readonly person: string;
  readonly onEvent: (event: PushEvent) => void;
  readonly onLive: () => void;
}

/** Reads that no change of a call makes stale. */
const fixed: ReadonlySet<unknown> = new Set(['me', 'people', 'bots', 'presences', 'template']);

/** Joins the tabs of a person. Until `lead` or `follow` is called nothing is listened to. */
export function shareStream({ cache, person, onEvent, onLive }: SharedStreamOptions): SharedStream {
  const state = createStore<PushState>({ state: 'connecting', since: Date.now() });
  const channel = new BroadcastChannel(`wirechief.push.${person}`);
  const tab = crypto.randomUUID();
  const toCache = pushToCache(cache);
  const wanted = new Map<string, readonly string[]>();
  let stream: PushStream | null = null;

  const topics = () => {
    const ids = new Set([...wanted.values()].flat());
    return ['me', ...[...ids].sort().map((id) => `conversation:${id}`)].join(',');
  };
  const want = (ids: readonly string[]) => {
    wanted.set(tab, ids);
    if (stream !== null) stream.setTopics(topics());
    else channel.postMessage({ type: 'want', tab, ids: ids.join() });
  };
  // What was read before the server listened for it may be a change behind.
  const refresh = () => {
    const predicate = ({ queryKey }: Query) => !fixed.has(queryKey[0]);
    cache.invalidateQueries({ predicate }).catch(reportError);
  };
  channel.onmessage = ({ data }) => {
    if (!isRecord(data)) return;
    if (data.type === 'event' && stream === null) {
      const event = parsePushEvent(text(data, 'event') ?? '');
      if (event !== null) toCache(event);
    } else if (data.type === 'lead' && stream === null) {
      want(watchedConversations(cache));
    } else if (data.type === 'live') {
      refresh();
    } else if (data.type === 'want') {
      wanted.set(text(data, 'tab') ?? '', text(data, 'ids')?.split(',') ?? []);
      stream?.setTopics(topics());
    }
  };
  const stopWatching = onWatched(cache, want);
  const end = () => {
    stream?.close();
    stream = null;
  };
  return {
    state,
    lead: () => {
      end();
      wanted.set(tab, watchedConversations(cache));
      const opened = openPush({
        topics: topics(),
        token: accessToken,
        onEvent: (event) => {
          channel.postMessage({ type: 'event', event: JSON.stringify(event) });
          toCache(event);
          onEvent(event);
        },
        onLive: () => {
          channel.postMessage({ type: 'live' });
          refresh();
          onLive();
        },
      });
      stream = opened;
      opened.state.subscribe(() => stream === opened && state.set(opened.state.get()));
      channel.postMessage({ type: 'lead' });
    },
    follow: () => {
      end();
      state.set({ state: 'live', since: Date.now() });
      want(watchedConversations(cache));
    },
    stop: () => {
      end();
      stopWatching();
      channel.close();
    },
  };
}
