import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyListener, KeySender, keyOfEvent } from './telephone-event.ts';

interface Sent {
  readonly ssrc: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

/** The packets our sender makes for these keys, starting at a timestamp. */
function packetsOf(keys: string, from = 0xffff_ff00): Sent[] {
  const sender = new KeySender();
  for (const key of keys) sender.press(key);
  const sent: Sent[] = [];
  for (let at = from; sender.isBusy; at = (at + 160) >>> 0) {
    const frame = sender.next(at);
    if (frame !== null && frame !== 'pause') {
      sent.push({ ssrc: 1, timestamp: frame.timestamp, marker: frame.isFirst, payload: frame.payload });
    }
  }
  return sent;
}

const heardOf = (packets: readonly Sent[]): string => {
  const listener = new KeyListener();
  return packets.map((packet) => listener.hear(packet) ?? '').join('');
};

describe('keys by RFC 4733 (voice.md §4 "DTMF in")', () => {
  it('sends 100 ms, the end three times, one marker a key', () => {
    const packets = packetsOf('1');
    expect(packets.map(({ payload }) => [...payload])).toEqual([
      [1, 10, 0, 160],
      [1, 10, 1, 64],
      [1, 10, 1, 224],
      [1, 10, 2, 128],
      [1, 10, 3, 32],
      [1, 0x8a, 3, 32],
      [1, 0x8a, 3, 32],
      [1, 0x8a, 3, 32],
    ]);
    expect(packets.filter(({ marker }) => marker).length).toBe(1);
    expect(new Set(packets.map(({ timestamp }) => timestamp)).size).toBe(1);
  });

  it('hears every key once, with its first packet', () => {
    expect(heardOf(packetsOf('1'))).toBe('1');
    expect(heardOf(packetsOf('0123456789*#ABCD'))).toBe('0123456789*#ABCD');
    expect(heardOf(packetsOf('1122211'))).toBe('1122211');
  });

  it('hears each press once when packets are lost, doubled and reordered within the event', () => {
    const faults = fc.array(fc.record({ isLost: fc.boolean(), copies: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 24,
      maxLength: 24,
    });
    fc.assert(
      fc.property(faults, (rolls) => {
        const packets = packetsOf('171');
        // At least one packet of each event arrives: with none there is nothing to hear.
        const kept = packets.flatMap((packet, index) => {
          const roll = rolls[index];
          const isLost = roll?.isLost === true && index % 8 !== 4;
          return isLost ? [] : Array.from({ length: roll?.copies ?? 1 }, () => packet);
        });
        expect(heardOf(kept)).toBe('171');
      }),
    );
    const [first, second, third, ...rest] = packetsOf('42');
    if (!first || !second || !third) throw new Error('no packets');
    expect(heardOf([second, first, third, ...rest])).toBe('42');
  });

  it('does not take a late packet of the last key for a new press', () => {
    const packets = packetsOf('12');
    const late = packets[3];
    if (!late) throw new Error('no packet');
    expect(heardOf([...packets, late])).toBe('12');
  });

  it('hears on when the sender begins anew: another SSRC, or its timestamps from the start', () => {
    const before = packetsOf('1', 500_000);
    expect(heardOf([...before, ...packetsOf('1', 1000)])).toBe('11');
    expect(heardOf([...before, ...packetsOf('1', 499_000).map((packet) => ({ ...packet, ssrc: 2 }))])).toBe(
      '11',
    );
  });

  it('hears a sender that moves the timestamp with every packet once a press', () => {
    const press = (code: number, from: number): Sent[] =>
      Array.from({ length: 6 }, (_, index) => ({
        ssrc: 1,
        timestamp: from + index * 160,
        marker: index === 0,
        payload: Uint8Array.of(code, index === 5 ? 0x8a : 10, 0, 160),
      }));
    expect(heardOf([...press(5, 1000), ...press(5, 4000)])).toBe('55');
  });

  it('knows no key for flash and tones', () => {
    expect(keyOfEvent(16)).toBeNull();
    expect(
      new KeyListener().hear({ ssrc: 1, timestamp: 0, marker: true, payload: Uint8Array.of(16, 0, 0, 160) }),
    ).toBeNull();
    expect(
      new KeyListener().hear({ ssrc: 1, timestamp: 0, marker: true, payload: Uint8Array.of(1) }),
    ).toBeNull();
    expect(new KeySender().press('x')).toBe(false);
    expect(new KeySender().press('12')).toBe(false);
  });
});
