/** Offer and answer for one audio stream of G.711. Refusals: 400 (no SDP), 488 (nothing we can take).
 *  Source: RFC 3264, RFC 3551, RFC 4733. */
import { randomInt } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { RtpRemote } from '../media/media.ts';
import { SipRefusal } from '../sip/refusal.ts';
import { type Direction, parseSdp, type Sdp, type SdpMedia } from './sdp.ts';

/** The audio codecs served. */
export type Codec = RtpRemote['codec'];

/** Our end. `port` is the RTP port. `direction` is what we want, sendrecv unless given. Within one call `sessionId`
 *  stays and `version` counts up with each new description (RFC 3264 §8). */
export interface LocalMedia {
  readonly address: string;
  readonly port: number;
  readonly direction?: Direction;
  readonly sessionId?: string;
  readonly version?: number;
}

/** Our answer, and what the offer says about the peer. */
export interface Answer {
  readonly sdp: string;
  readonly remote: RtpRemote;
}

/** A session id for a new call. */
export const newSessionId = (): string => String(randomInt(1, 2 ** 31));

const dtmfOfOurs = 101;
const staticType: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 8 };
const isCodec = (name: string): name is Codec => name === 'PCMU' || name === 'PCMA';
const isUnspecified = (address: string): boolean => address === '0.0.0.0' || address === '::';

const unacceptable = (code: number, why: string): SipRefusal =>
  new SipRefusal(488, 'Not Acceptable Here', { Warning: `${code} wirechief "${why}"` });

const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly';
const receives = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'recvonly';

function directionOf(send: boolean, receive: boolean): Direction {
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}

/** What we may do, given what the peer does and what we want. An address of zeros is the old way to hold. */
function ourDirection(media: SdpMedia, wanted: Direction): Direction {
  const held = media.address !== null && isUnspecified(media.address);
  return directionOf(
    receives(media.direction) && sends(wanted) && !held,
    sends(media.direction) && receives(wanted),
  );
}

interface Choice {
  readonly codec: Codec;
  readonly payloadType: number;
  readonly dtmf: number | null;
}

/** The first G.711 format in the peer's order, and its telephone-event at the same clock; null when none. */
function choose(media: SdpMedia): Choice | null {
  let dtmf: number | null = null;
  let codec: Omit<Choice, 'dtmf'> | null = null;
  for (const format of media.formats) {
    const payload = media.payloads.get(Number(format));
    if (payload === undefined || payload.rate !== 8000) continue;
    if (isCodec(payload.name)) codec ??= { codec: payload.name, payloadType: Number(format) };
    else if (payload.name === 'TELEPHONE-EVENT') dtmf ??= Number(format);
  }
  return codec === null ? null : { ...codec, dtmf };
}

/** Is this an audio stream that we can take part in? */
const isUsable = (media: SdpMedia): boolean =>
  media.kind === 'audio' &&
  media.port !== 0 &&
  media.protocol.toUpperCase() === 'RTP/AVP' &&
  media.address !== null &&
  choose(media) !== null;

function pick(sdp: Sdp): { readonly index: number; readonly media: SdpMedia; readonly choice: Choice } {
  const index = sdp.media.findIndex(isUsable);
  const media = sdp.media[index];
  const choice = media === undefined ? null : choose(media);
  if (media === undefined || choice === null) {
    const audio = sdp.media.some(({ kind }) => kind === 'audio');
    throw audio
      ? unacceptable(305, 'PCMU or PCMA over RTP/AVP is needed')
      : unacceptable(304, 'an audio stream is needed');
  }
  return { index, media, choice };
}

function sessionLines(local: LocalMedia): string[] {
  const family = isIPv6(local.address) ? 'IP6' : 'IP4';
  return [
    'v=0',
    `o=- ${local.sessionId ?? newSessionId()} ${local.version ?? 1} IN ${family} ${local.address}`,
    's=-',
    `c=IN ${family} ${local.address}`,
    't=0 0',
  ];
}

function audioLines(
  port: number,
  codecs: readonly Omit<Choice, 'dtmf'>[],
  dtmf: number | null,
  direction: Direction,
) {
  const types = [...codecs.map(({ payloadType }) => payloadType), ...(dtmf === null ? [] : [dtmf])];
  return [
    `m=audio ${port} RTP/AVP ${types.join(' ')}`,
    ...codecs.map(({ codec, payloadType }) => `a=rtpmap:${payloadType} ${codec}/8000`),
    ...(dtmf === null ? [] : [`a=rtpmap:${dtmf} telephone-event/8000`, `a=fmtp:${dtmf} 0-15`]),
    'a=ptime:20',
    `a=${direction}`,
  ];
}

const joined = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;

function remoteOf(media: SdpMedia, choice: Choice, direction: Direction): RtpRemote {
  return { address: media.address ?? '', port: media.port, ...choice, direction };
}

/** Our offer: PCMU and PCMA in this order unless said otherwise, with telephone-event. */
export function offerFor(local: LocalMedia, codecs: readonly Codec[] = ['PCMU', 'PCMA']): string {
  const offered = codecs.map((codec) => ({ codec, payloadType: staticType[codec] }));
  return joined([
    ...sessionLines(local),
    ...audioLines(local.port, offered, dtmfOfOurs, local.direction ?? 'sendrecv'),
  ]);
}

/** Answers an offer: the first audio stream with G.711, in the offer's own order of codecs; every other stream is
 *  refused with port 0. `remote.direction` is ours. */
export function answerFor(offer: string, local: LocalMedia): Answer {
  const sdp = parseSdp(offer);
  const { index, media, choice } = pick(sdp);
  const direction = ourDirection(media, local.direction ?? 'sendrecv');
  const lines = sdp.media.flatMap((other, at) =>
    at === index
      ? audioLines(local.port, [choice], choice.dtmf, direction)
      : [`m=${other.kind} 0 ${other.protocol} ${other.formats.join(' ')}`],
  );
  return { sdp: joined([...sessionLines(local), ...lines]), remote: remoteOf(media, choice, direction) };
}

/** Reads the peer's answer to an offer of ours; `offered` is the direction that we offered. */
export function remoteOfAnswer(answer: string, offered: Direction = 'sendrecv'): RtpRemote {
  const { media, choice } = pick(parseSdp(answer));
  return remoteOf(media, choice, ourDirection(media, offered));
}
