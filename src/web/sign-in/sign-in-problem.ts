import { createStore, type Store } from '../kit/store.ts';

/** Why nobody is signed in, in words for the sign-in page, or null when there is nothing to say. */
export const signInProblem: Store<string | null> = createStore<string | null>(null);
