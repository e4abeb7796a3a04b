/** The media engine: what call control and the tests use of it. */
export { startMedia } from './engine.ts';
export type {
  GainMatrix,
  LegStats,
  MediaConfig,
  MediaEngine,
  MediaEvent,
  RecordOptions,
  RtpRemote,
  Source,
} from './media.ts';
export { pitchesOf } from './music.ts';
export { loudness, pitchAmplitude, pitchShare, sine } from './tone.ts';
