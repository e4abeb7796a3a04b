import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Latch, type Place } from './latch.ts';

const phone: Place = { address: '192.0.2.10', port: 4000 };
const nat: Place = { address: '198.51.100.7', port: 61_000 };
const stranger: Place = { address: '203.0.113.5', port: 5555 };

/** A stream from one place; each call is its next packet. */
function stream(latch: Latch, place: Place, ssrc = 1) {
  let sequence = 65_533;
  return (nowMs: number) => {
    sequence = (sequence + 1) & 0xffff;
    return latch.accepts(place, { ssrc, sequence }, nowMs);
  };
}

describe('symmetric latching (voice.md §1 "NAT"; bad input: RTP from a stranger)', () => {
  it('hears nobody before the far end is known', () => {
    const latch = new Latch();
    expect(stream(latch, phone)(0)).toBe(false);
    expect(latch.destination).toBeNull();
  });

  it('hears the signalled place from its first packet, and then nobody else', () => {
    const latch = new Latch();
    latch.signal(phone);
    expect(stream(latch, phone)(0)).toBe(true);
    const other = stream(latch, stranger);
    expect(Array.from({ length: 500 }, (_, index) => other(index * 20)).some(Boolean)).toBe(false);
    expect(latch.destination).toEqual(phone);
  });

  it('takes a phone behind a NAT after five packets in order, and sends there', () => {
    const latch = new Latch();
    latch.signal(phone);
    const behind = stream(latch, nat);
    expect(Array.from({ length: 6 }, (_, index) => behind(index * 20))).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(latch.destination).toEqual(nat);
    expect(stream(latch, stranger, 9)(200)).toBe(false);
  });

  it('gives the leg back to the signalled place for good', () => {
    const latch = new Latch();
    latch.signal(phone);
    const wrong = stream(latch, stranger);
    for (let index = 0; index < 10; index += 1) wrong(index * 20);
    expect(latch.destination).toEqual(stranger);
    expect(stream(latch, phone)(300)).toBe(true);
    expect(latch.destination).toEqual(phone);
    expect(wrong(320)).toBe(false);
  });

  it('does not add up packets of several strangers, nor of one that is out of order', () => {
    const packet = fc.record({ who: fc.constantFrom(nat, stranger), sequence: fc.nat(3), ssrc: fc.nat(1) });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
        const latch = new Latch();
        latch.signal(phone);
        // Sequence numbers 0 to 3 allow runs of four at most.
        expect(packets.some(({ who, ...rest }, index) => latch.accepts(who, rest, index * 20))).toBe(false);
      }),
    );
  });

  it('lets a latched source change its port after three seconds of silence, not its address', () => {
    const latch = new Latch();
    latch.signal(phone);
    const behind = stream(latch, nat);
    for (let index = 0; index < 6; index += 1) behind(index * 20);
    const moved = stream(latch, { ...nat, port: 61_001 });
    const other = stream(latch, stranger);
    expect(Array.from({ length: 6 }, (_, index) => moved(1000 + index * 20)).some(Boolean)).toBe(false);
    expect(Array.from({ length: 6 }, (_, index) => other(5000 + index * 20)).some(Boolean)).toBe(false);
    expect(Array.from({ length: 6 }, (_, index) => moved(6000 + index * 20)).at(-1)).toBe(true);
    expect(latch.destination?.port).toBe(61_001);
  });

  it('keeps the latch over a re-INVITE to the same place, drops it for another', () => {
    const latch = new Latch();
    latch.signal(phone);
    const behind = stream(latch, nat);
    for (let index = 0; index < 6; index += 1) behind(index * 20);
    latch.signal({ ...phone });
    expect(latch.destination).toEqual(nat);
    latch.signal({ ...phone, port: 4002 });
    expect(latch.destination).toEqual({ ...phone, port: 4002 });
    latch.signal({ address: '0.0.0.0', port: 4002 });
    expect(latch.destination).toBeNull();
  });
});
