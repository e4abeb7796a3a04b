/** The door of the engine. */
export type { CallControl, CallEffect } from './call-control.ts';
export type { Engine } from './engine.ts';
export type * from './events.ts';
