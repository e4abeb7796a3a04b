import { useSyncExternalStore } from 'react';
import type { Store } from './store.ts';

/** The store's value, kept up to date in a component. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
