/** The door of offer and answer. */
export {
  type Answer,
  answerFor,
  type Codec,
  type LocalMedia,
  newSessionId,
  offerFor,
  remoteOfAnswer,
} from './negotiate.ts';
export { type Direction, parseSdp, type Sdp, type SdpMedia } from './sdp.ts';
