/** The door of the store. */
export { type EmbeddedDatabase, startEmbedded } from './embedded.ts';
export { openStore, type StoreOptions } from './open.ts';
export { StartError } from './start-error.ts';
export type * from './store.ts';
export { isGuid, newGuid } from './uuid.ts';
