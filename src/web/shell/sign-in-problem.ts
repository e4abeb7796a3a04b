import { createStore, type Store } from '../kit/store.ts';

/** Why the sign-in that this page load finishes came to nothing, in words, or null. */
export const signInProblem: Store<string | null> = createStore<string | null>(null);
