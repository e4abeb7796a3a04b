/** RTCP (RFC 3550 §6): the sender report with our description, and what we read of the peer's. */
import type { ReportBlock } from './reception.ts';

/** Seconds between 1900 (NTP) and 1970 (Unix). */
const ntpEpoch = 2_208_988_800;

/** What we say of our own stream. */
export interface SenderState {
  readonly ssrc: number;
  readonly timestamp: number;
  readonly packets: number;
  readonly octets: number;
}

/** The peer's last sender report: middle 32 bits of its NTP time, and when it came. */
export interface LastSenderReport {
  readonly compactNtp: number;
  readonly atMs: number;
}

function reportBlock(block: ReportBlock, last: LastSenderReport | null, nowMs: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32BE(block.ssrc, 0);
  bytes[4] = block.fraction;
  bytes.writeUIntBE(Math.min(block.lost, 0x7fffff), 5, 3);
  bytes.writeUInt32BE(block.highest, 8);
  bytes.writeUInt32BE(block.jitter >>> 0, 12);
  if (last !== null) {
    bytes.writeUInt32BE(last.compactNtp, 16);
    bytes.writeUInt32BE(Math.round((nowMs - last.atMs) * 65.536) >>> 0, 20);
  }
  return bytes;
}

function withHeader(count: number, type: number, body: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + body.length);
  bytes[0] = 0x80 | count;
  bytes[1] = type;
  bytes.writeUInt16BE(body.length / 4, 2);
  body.copy(bytes, 4);
  return bytes;
}

function description(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname);
  const body = Buffer.alloc(4 * Math.ceil((4 + 2 + name.length + 1) / 4));
  body.writeUInt32BE(ssrc, 0);
  body[4] = 1;
  body[5] = name.length;
  name.copy(body, 6);
  return withHeader(1, 202, body);
}

/** A compound packet: sender report (with one block when something was received) and source description; with
 *  `goodbye` also BYE. `wallMs`: Unix time in ms for the NTP field; `nowMs`: the clock of `last.atMs`. */
export function writeReport(options: {
  readonly sender: SenderState;
  readonly block: ReportBlock | null;
  readonly last: LastSenderReport | null;
  readonly cname: string;
  readonly wallMs: number;
  readonly nowMs: number;
  readonly goodbye?: boolean;
}): Buffer {
  const { sender, block } = options;
  const own = Buffer.alloc(24);
  own.writeUInt32BE(sender.ssrc, 0);
  own.writeUInt32BE((Math.floor(options.wallMs / 1000) + ntpEpoch) >>> 0, 4);
  own.writeUInt32BE(Math.floor(((options.wallMs % 1000) / 1000) * 0x1_0000_0000), 8);
  own.writeUInt32BE(sender.timestamp, 12);
  own.writeUInt32BE(sender.packets >>> 0, 16);
  own.writeUInt32BE(sender.octets >>> 0, 20);
  const blocks = block === null ? [] : [reportBlock(block, options.last, options.nowMs)];
  const parts = [
    withHeader(blocks.length, 200, Buffer.concat([own, ...blocks])),
    description(sender.ssrc, options.cname),
  ];
  if (options.goodbye) parts.push(withHeader(1, 203, own.subarray(0, 4)));
  return Buffer.concat(parts);
}

/** The compact NTP time of the first sender report in a compound packet; null when there is none or it is malformed. */
export function readSenderReport(bytes: Buffer): number | null {
  for (let at = 0; at + 8 <= bytes.length; ) {
    if ((bytes[at] ?? 0) >> 6 !== 2) return null;
    const length = 4 * (bytes.readUInt16BE(at + 2) + 1);
    if (bytes[at + 1] === 200 && at + 28 <= bytes.length && length >= 28) return bytes.readUInt32BE(at + 10);
    at += length;
  }
  return null;
}
