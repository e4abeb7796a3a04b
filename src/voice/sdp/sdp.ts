/** SDP text ↔ its lines, as far as audio calls need them. Refusals: 400 for what is no SDP.
 *  Source: RFC 4566, RFC 3605 (a=rtcp). */
import { isIP } from 'node:net';
import { SipRefusal } from '../sip/refusal.ts';

/** Who sends, seen from the one who wrote the description. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What a payload type means: encoding name in upper case, clock rate in hertz. */
export interface PayloadFormat {
  readonly name: string;
  readonly rate: number;
}

/** One m= section. `address` is its own c= or the session's, null when neither stands; `direction` its own, the
 *  session's, or sendrecv. `formats` in their order; for RTP they are payload types, and `payloads` says what they
 *  mean, static types without rtpmap included. `rtcpPort`: port of RTCP, null when rtcp-mux or not said. */
export interface SdpMedia {
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly address: string | null;
  readonly direction: Direction;
  readonly payloads: ReadonlyMap<number, PayloadFormat>;
  readonly ptimeMs: number | null;
  readonly rtcpPort: number | null;
}

/** A session description. */
export interface Sdp {
  readonly sessionId: string;
  readonly version: string;
  readonly media: readonly SdpMedia[];
}

/** Bounds: characters of the whole, m= sections, formats of one section. */
export const sdpLimits = { characters: 32_768, media: 32, formats: 64 } as const;

const directions: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];
const isDirection = (text: string): text is Direction => directions.includes(text);

// RFC 3551 §6: the static audio types that a peer may name without rtpmap.
const staticPayloads: readonly (readonly [number, PayloadFormat])[] = [
  [0, { name: 'PCMU', rate: 8000 }],
  [3, { name: 'GSM', rate: 8000 }],
  [8, { name: 'PCMA', rate: 8000 }],
  [9, { name: 'G722', rate: 8000 }],
  [18, { name: 'G729', rate: 8000 }],
];

function bad(what: string): never {
  throw new SipRefusal(400, `Bad SDP: ${what}`);
}

interface Line {
  readonly type: string;
  readonly value: string;
}

function readLines(text: string): Line[] {
  if (text.length > sdpLimits.characters) bad('too long');
  if (text.includes('\0')) bad('NUL');
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line) => {
    const type = line[0] ?? '';
    if (line[1] !== '=' || type < 'a' || type > 'z') bad('line');
    return { type, value: line.slice(2) };
  });
}

/** The address of a c= line: literal or host name; a multicast suffix is no address to call. */
function readConnection(value: string): string {
  const [network, family, address = '', ...rest] = value.split(' ');
  const wanted = family === 'IP4' ? 4 : family === 'IP6' ? 6 : -1;
  if (network !== 'IN' || wanted < 0 || rest.length > 0) bad('c=');
  const kind = isIP(address);
  if (
    kind === 0
      ? !/^[A-Za-z0-9][A-Za-z0-9.-]{0,254}$/.test(address) || /^[0-9.]+$/.test(address)
      : kind !== wanted
  ) {
    bad('c=');
  }
  return address;
}

interface Section {
  kind: string;
  port: number;
  protocol: string;
  formats: string[];
  address: string | null;
  direction: Direction;
  payloads: Map<number, PayloadFormat>;
  ptimeMs: number | null;
  rtcpPort: number | null;
}

function readMedia(value: string, session: Pick<Section, 'address' | 'direction'>): Section {
  const [kind = '', portText = '', protocol = '', ...formats] = value.split(' ');
  if (!/^[a-z0-9-]{1,32}$/i.test(kind) || !/^[A-Za-z0-9/._-]{1,40}$/.test(protocol)) bad('m=');
  // "port/count" is a range of ports; the first is meant.
  if (!/^\d{1,5}(\/\d{1,5})?$/.test(portText)) bad('m= port');
  const port = Number.parseInt(portText, 10);
  if (port > 65_535) bad('m= port');
  if (formats.length === 0 || formats.length > sdpLimits.formats) bad('m= formats');
  if (formats.some((format) => !/^[\x21-\x7e]{1,40}$/.test(format))) bad('m= formats');
  const payloads = new Map(staticPayloads.filter(([type]) => formats.includes(String(type))));
  return { kind, port, protocol, formats, ...session, payloads, ptimeMs: null, rtcpPort: null };
}

function readAttribute(value: string, section: Section): void {
  const colon = value.indexOf(':');
  const name = colon < 0 ? value : value.slice(0, colon);
  const rest = colon < 0 ? '' : value.slice(colon + 1);
  if (isDirection(name)) section.direction = name;
  else if (name === 'rtpmap') {
    const match = /^(\d{1,3}) +([A-Za-z0-9._-]{1,40})\/(\d{1,7})(\/\d{1,2})?$/.exec(rest.trim());
    if (match === null || Number(match[1]) > 127) bad('rtpmap');
    section.payloads.set(Number(match[1]), { name: (match[2] ?? '').toUpperCase(), rate: Number(match[3]) });
  } else if (name === 'ptime') {
    if (!/^\d{1,4}(\.\d+)?$/.test(rest)) bad('ptime');
    section.ptimeMs = Number(rest);
  } else if (name === 'rtcp') {
    const port = Number(/^(\d{1,5})( |$)/.exec(rest)?.[1]);
    if (!(port >= 0 && port <= 65_535)) bad('rtcp');
    section.rtcpPort = port;
  }
}

/** Text → description. Refuses 400. */
export function parseSdp(text: string): Sdp {
  const lines = readLines(text);
  if (lines[0]?.type !== 'v' || lines[0].value !== '0') bad('v=');
  const origin = lines[1]?.type === 'o' ? lines[1].value.split(' ') : [];
  const [, sessionId = '', version = ''] = origin;
  if (origin.length !== 6 || !/^\d{1,20}$/.test(sessionId) || !/^\d{1,20}$/.test(version)) bad('o=');
  if (lines[2]?.type !== 's') bad('s=');
  const session: Pick<Section, 'address' | 'direction'> = { address: null, direction: 'sendrecv' };
  const media: Section[] = [];
  for (const { type, value } of lines.slice(3)) {
    const section = media.at(-1);
    if (type === 'm') {
      if (media.length === sdpLimits.media) bad('too many m= lines');
      media.push(readMedia(value, session));
    } else if (type === 'c') (section ?? session).address = readConnection(value);
    else if (type === 'a' && section !== undefined) readAttribute(value, section);
    else if (type === 'a' && isDirection(value)) session.direction = value;
    else if (type === 'v' || type === 'o' || type === 's') bad(`repeated ${type}=`);
  }
  return { sessionId, version, media };
}
