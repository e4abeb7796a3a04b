/** The phone's own SDP: written by template, read by pattern. */
import type { Codec } from './codec.ts';
import { payloadTypeOf } from './codec.ts';
import type { Far } from './sound.ts';

/** Directions of SDP. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** Describes the phone's end: one codec and telephone-event 101. */
export function describe(
  address: string,
  port: number,
  codec: Codec,
  direction: Direction,
  version: number,
): string {
  const family = address.includes(':') ? 'IP6' : 'IP4';
  const type = payloadTypeOf[codec];
  return [
    'v=0',
    `o=phone 4711 ${version} IN ${family} ${address}`,
    's=call',
    `c=IN ${family} ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${type} 101`,
    `a=rtpmap:${type} ${codec}/8000`,
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:20',
    `a=${direction}`,
    '',
  ].join('\r\n');
}

/** Reads where the far end hears, in which of the phone's codecs, and its direction. Throws when there is none. */
export function readFar(sdp: string, codec: Codec): Far & { readonly direction: Direction } {
  const media = /^m=audio (\d+) RTP\/AVP ([\d ]+)/m.exec(sdp);
  const address = /^c=IN IP[46] (\S+)/m.exec(sdp)?.[1];
  const types = media?.[2]?.split(' ').map(Number) ?? [];
  const payloadType = payloadTypeOf[codec];
  if (media === null || address === undefined || !types.includes(payloadType)) {
    throw new Error(`no ${codec} in the server's SDP:\n${sdp}`);
  }
  const events = /^a=rtpmap:(\d+) telephone-event\/8000/im.exec(sdp)?.[1];
  const direction = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(sdp)?.[1] ?? 'sendrecv';
  return {
    address,
    port: Number(media[1]),
    codec,
    payloadType,
    events: events === undefined ? null : Number(events),
    direction: direction as Direction,
  };
}
