import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reception } from './reception.ts';
import { readSenderReport, writeReport } from './rtcp.ts';
import { type RtpPacket, readRtp, sequenceStep, timestampStep, writeRtp } from './rtp-packet.ts';

const packets = fc.record({
  payloadType: fc.nat(127),
  marker: fc.boolean(),
  sequence: fc.nat(0xffff),
  timestamp: fc.nat(0xffff_ffff),
  ssrc: fc.nat(0xffff_ffff),
  payload: fc.uint8Array({ maxLength: 200 }),
});

const plain = (packet: RtpPacket | null) => packet && { ...packet, payload: [...packet.payload] };

describe('RTP packets (RFC 3550 §5.1)', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        expect(plain(readRtp(writeRtp(packet)))).toEqual(plain(packet));
      }),
    );
  });

  it('skips contributors, extension and padding', () => {
    const body = Buffer.from([7, 8, 9]);
    const bytes = Buffer.concat([
      Buffer.from([0x80 | 0x20 | 0x10 | 2, 0x80 | 8, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7]),
      Buffer.alloc(8, 1),
      Buffer.from([0xbe, 0xde, 0, 1, 0x10, 1, 0, 0]),
      body,
      Buffer.from([0, 0, 3]),
    ]);
    expect(plain(readRtp(bytes))).toEqual({
      payloadType: 8,
      marker: true,
      sequence: 5,
      timestamp: 6,
      ssrc: 7,
      payload: [7, 8, 9],
    });
  });

  it('takes no bytes it cannot trust, and never throws', () => {
    expect(readRtp(Buffer.alloc(11, 0x80))).toBeNull();
    expect(readRtp(Buffer.alloc(12, 0x00))).toBeNull();
    expect(readRtp(Buffer.concat([Buffer.from([0x8f]), Buffer.alloc(20)]))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const packet = readRtp(Buffer.from(bytes));
        expect(packet === null || packet.payload.length <= bytes.length - 12).toBe(true);
      }),
    );
  });

  it('counts over the wrap', () => {
    expect(sequenceStep(65_535, 0)).toBe(1);
    expect(sequenceStep(0, 65_535)).toBe(-1);
    expect(timestampStep(0xffff_ff60, 0)).toBe(160);
  });
});

describe('reception (RFC 3550 §6.4.1, appendix A)', () => {
  const at = (index: number): RtpPacket => ({
    payloadType: 0,
    marker: false,
    sequence: (65_500 + index) & 0xffff,
    timestamp: (index * 160) >>> 0,
    ssrc: 5,
    payload: new Uint8Array(160),
  });

  it('counts loss over the wrap, and once for packets out of order', () => {
    const reception = new Reception();
    const order = [...Array(100).keys()].filter((index) => index % 10 !== 3);
    [order[4], order[5]] = [order[5] ?? 0, order[4] ?? 0];
    for (const index of order) reception.note(at(index), index * 20);
    expect(reception.lost).toBe(10);
    expect(reception.report()).toMatchObject({ ssrc: 5, lost: 10, fraction: 25, highest: 65_500 + 99 });
    expect(reception.report()?.fraction).toBe(0);
  });

  it('keeps the totals over a change of SSRC and takes a jump for a restart', () => {
    const reception = new Reception();
    for (const index of [0, 2, 3]) reception.note(at(index), index * 20);
    for (const index of [0, 1, 3]) reception.note({ ...at(index), ssrc: 6 }, 100 + index * 20);
    reception.note({ ...at(20_000), ssrc: 6 }, 200);
    expect(reception.lost).toBe(2);
    expect(reception.packets).toBe(7);
  });

  it('measures jitter: none for an even stream, about the swing for an uneven one', () => {
    const even = new Reception();
    const uneven = new Reception();
    for (let index = 0; index < 500; index += 1) {
      even.note(at(index), 1000 + index * 20);
      uneven.note(at(index), 1000 + index * 20 + (index % 2) * 10);
    }
    expect(even.jitterMs).toBeLessThan(0.1);
    expect(uneven.jitterMs).toBeGreaterThan(9);
    expect(uneven.jitterMs).toBeLessThan(11);
  });
});

describe('RTCP (RFC 3550 §6)', () => {
  const sender = { ssrc: 0xdead_beef, timestamp: 4711, packets: 3, octets: 480 };
  const block = { ssrc: 9, fraction: 64, lost: 2, highest: 70_000, jitter: 12 };

  it('writes a sender report with one block and our name', () => {
    const last = { compactNtp: 0x1234_5678, atMs: 1000 };
    const bytes = writeReport({ sender, block, last, cname: 'wirechief', wallMs: 0, nowMs: 1500 });
    expect(bytes.readUInt16BE(0)).toBe(0x81c8);
    expect(bytes.readUInt16BE(2)).toBe(12);
    expect(bytes.readUInt32BE(4)).toBe(0xdead_beef);
    expect(bytes.readUInt32BE(8)).toBe(2_208_988_800);
    expect(bytes.readUInt32BE(28)).toBe(9);
    expect(bytes.readUInt32BE(32)).toBe(0x4000_0002);
    expect(bytes.readUInt32BE(44)).toBe(0x1234_5678);
    expect(bytes.readUInt32BE(48)).toBe(32_768);
    expect(bytes.readUInt16BE(52)).toBe(0x81ca);
    expect(bytes.length % 4).toBe(0);
    expect(bytes.includes('wirechief')).toBe(true);
  });

  it('says goodbye, and reads the time of a sender report', () => {
    const options = { sender, block: null, last: null, cname: 'x', wallMs: 1_700_000_000_500, nowMs: 0 };
    const bytes = writeReport({ ...options, goodbye: true });
    expect(bytes.readUInt16BE(bytes.length - 8)).toBe(0x81cb);
    // Middle 32 bits of the NTP time: low half of the seconds, high half of the fraction.
    const seconds = (1_700_000_000 + 2_208_988_800) % 0x1_0000_0000;
    expect(readSenderReport(bytes)).toBe((((seconds & 0xffff) << 16) | 0x8000) >>> 0);
  });

  it('never throws on bytes of strangers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const time = readSenderReport(Buffer.from(bytes));
        expect(time === null || Number.isInteger(time)).toBe(true);
      }),
    );
  });
});
