/** The door of the engine. */
export { isOvertaken, untilAvailable } from './busy.ts';
export type { CallControl, CallEffect, ReleaseCause, RoomEffect } from './call-control.ts';
export type * from './call-events.ts';
export type * from './caller-events.ts';
export { checkDefinition, isChecked } from './check-definition.ts';
export type { Engine, EngineOptions } from './engine.ts';
export type * from './events.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { hears, type Keeping, type Part, type Party, type Presence, type RoomPlan } from './room.ts';
export { createEngine } from './run.ts';
export { secondsBetween } from './stopwatch.ts';
