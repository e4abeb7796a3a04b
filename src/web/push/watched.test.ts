import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { onWatched } from './watched.ts';

test('a conversation is listened to when a screen reads it, once, whatever else is read of it', async () => {
  vi.useFakeTimers();
  const cache = new QueryClient();
  const seen: (readonly string[])[] = [];
  const end = onWatched(cache, (ids) => seen.push(ids));
  const show = (...queryKey: string[]) =>
    new QueryObserver(cache, { queryKey, queryFn: () => 1, staleTime: Number.POSITIVE_INFINITY }).subscribe(
      () => {},
    );
  const hide = show('conversation', 'b', 'row');
  show('conversation', 'b', 'sessions');
  show('recent');
  await vi.advanceTimersByTimeAsync(100);
  show('conversation', 'a', 'row');
  await vi.advanceTimersByTimeAsync(100);
  hide();
  show('conversation', 'a', 'engagement');
  await vi.advanceTimersByTimeAsync(100);
  end();
  expect(seen).toEqual([['b'], ['a', 'b']]);
  cache.clear();
  vi.useRealTimers();
});
