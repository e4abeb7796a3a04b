/** The door of the store. */

export { isBrief } from './brief-reads.ts';
export type { Clock } from './clock.ts';
export { type ClockChange, type ClockSetting, fastest, lastInstant } from './clock-setting.ts';
export { type EmbeddedDatabase, startEmbedded } from './embedded.ts';
export type { E164, Numbering } from './numbers.ts';
export { openStore, type StoreOptions } from './open.ts';
export { SimulatedClock, type SimulatedClockOptions } from './simulated-clock.ts';
export { StartError } from './start-error.ts';
export type * from './store.ts';
export type { ClockMove, MoveOptions, StoreClock } from './store-clock.ts';
export { isGuid, newGuid } from './uuid.ts';
