/** RTP packets (RFC 3550 §5.1): bytes ↔ fields, and the receiver's books on a stream. */

/** An RTP packet. `sequence` 16 bits, `timestamp` and `ssrc` 32 bits unsigned. */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

const headerBytes = 12;

/** Reads a packet; null when the bytes are not RTP version 2 or lie about their lengths. The payload is a view. */
export function readRtp(bytes: Buffer): RtpPacket | null {
  const first = bytes[0];
  const second = bytes[1];
  if (bytes.length < headerBytes || first === undefined || second === undefined || first >> 6 !== 2)
    return null;
  let start = headerBytes + 4 * (first & 0x0f);
  if (first & 0x10) {
    if (bytes.length < start + 4) return null;
    start += 4 + 4 * bytes.readUInt16BE(start + 2);
  }
  const padding = first & 0x20 ? (bytes[bytes.length - 1] ?? 0) : 0;
  const end = bytes.length - padding;
  if (start > end || (first & 0x20 && padding === 0)) return null;
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    payload: bytes.subarray(start, end),
  };
}

/** Writes a packet without extension, contributors or padding. */
export function writeRtp(packet: RtpPacket): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + packet.payload.length);
  bytes[0] = 0x80;
  bytes[1] = packet.payloadType | (packet.marker ? 0x80 : 0);
  bytes.writeUInt16BE(packet.sequence, 2);
  bytes.writeUInt32BE(packet.timestamp, 4);
  bytes.writeUInt32BE(packet.ssrc, 8);
  bytes.set(packet.payload, headerBytes);
  return bytes;
}

/** `next` minus `last` of 16-bit sequence numbers, between -32768 and 32767. */
export const sequenceStep = (last: number, next: number): number => ((next - last) << 16) >> 16;

/** `next` minus `last` of 32-bit timestamps, signed. */
export const timestampStep = (last: number, next: number): number => (next - last) | 0;
