import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FrameKind, JitterBuffer } from './jitter-buffer.ts';
import { frameSamples } from './tone.ts';

/** Bytes stand for themselves, so that a frame tells which packet it came from: packet i carries byte 1 + i % 250. */
const table = Int16Array.from({ length: 256 }, (_, code) => code * 100);
const byteOf = (packet: number) => 1 + (packet % 250);

interface Arrival {
  readonly packet: number;
  readonly atMs: number;
}
interface Heard {
  readonly kind: FrameKind;
  readonly packets: readonly number[];
  readonly atMs: number;
}

/** Runs a stream of `packetMs` packets through a buffer that is pulled every 20 ms until `untilMs`. */
function listen(
  arrivals: readonly Arrival[],
  untilMs: number,
  packetMs = 20,
  ssrcOf = (_packet: number) => 7,
): Heard[] {
  const buffer = new JitterBuffer();
  const sorted = [...arrivals].sort((one, other) => one.atMs - other.atMs);
  const frame = new Int16Array(frameSamples);
  const heard: Heard[] = [];
  let next = 0;
  for (let deadline = 7; deadline < untilMs; deadline += 20) {
    for (let arrival = sorted[next]; arrival && arrival.atMs <= deadline; arrival = sorted[next]) {
      const { packet } = arrival;
      // Timestamps start just under the 32-bit wrap, so every run crosses it.
      const timestamp = (0xffff_f000 + packet * packetMs * 8) >>> 0;
      buffer.push(
        { ssrc: ssrcOf(packet), timestamp, payload: new Uint8Array(packetMs * 8).fill(byteOf(packet)) },
        table,
        arrival.atMs,
      );
      next += 1;
    }
    const kind = buffer.pull(deadline, frame);
    const bytes = [...new Set(frame)].map((sample) => sample / 100);
    heard.push({ kind, packets: kind === 'audio' ? bytes : [], atMs: deadline });
  }
  return heard;
}

const steady = (count: number, packetMs = 20): Arrival[] =>
  Array.from({ length: count }, (_, packet) => ({ packet, atMs: packet * packetMs + 3 }));

/** Largest step back between packets heard in succession (bytes wrap at 250). */
function stepsBack(heard: readonly Heard[]): number {
  const all = heard.flatMap(({ packets }) => packets);
  return all.filter((byte, index) => {
    const step = (byte - (all[index - 1] ?? byte) + 250) % 250;
    return step > 125;
  }).length;
}

describe('jitter buffer (voice.md §4)', () => {
  it('plays a steady stream whole and in order, at most 60 ms behind', () => {
    const heard = listen(steady(200), 4100);
    const played = heard.flatMap(({ packets }) => packets);
    expect(played.filter((byte, index) => byte !== played[index - 1]).slice(0, 190)).toEqual(
      Array.from({ length: 190 }, (_, index) => byteOf((played[0] ?? 1) - 1 + index)),
    );
    expect(stepsBack(heard)).toBe(0);
    expect(heard.findIndex(({ kind }) => kind === 'audio') * 20).toBeLessThanOrEqual(80);
    const late = heard.filter(({ kind, atMs }) => kind === 'audio' && atMs > 3000);
    for (const { packets, atMs } of late) expect(atMs - (packets[0] ?? 0) * 20).toBeLessThanOrEqual(70);
  });

  it.each([10, 20, 30, 40, 60])('takes packets of %i ms', (packetMs) => {
    const heard = listen(steady(Math.floor(4000 / packetMs), packetMs), 4000, packetMs);
    const body = heard.filter(({ atMs }) => atMs > 500 && atMs < 3900);
    expect(body.filter(({ kind }) => kind !== 'audio').length).toBe(0);
    expect(stepsBack(heard)).toBe(0);
  });

  it('never plays backwards, whatever is reordered, doubled or lost', () => {
    const network = fc.array(
      fc.record({
        delayMs: fc.integer({ min: 0, max: 150 }),
        isLost: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
        copies: fc.integer({ min: 1, max: 2 }),
      }),
      { minLength: 20, maxLength: 240 },
    );
    fc.assert(
      fc.property(network, (packets) => {
        const arrivals = packets.flatMap(({ delayMs, isLost, copies }, packet) =>
          isLost
            ? []
            : Array.from({ length: copies }, (_, copy) => ({
                packet,
                atMs: packet * 20 + delayMs + copy * 9,
              })),
        );
        const heard = listen(arrivals, packets.length * 20 + 400);
        expect(stepsBack(heard)).toBe(0);
        const played = heard.flatMap(({ packets: bytes }) => bytes);
        const counts = played.filter((byte, index) => byte === played[index - 1]).length;
        // A packet may be split over two frames, never be heard twice as a whole.
        expect(counts).toBeLessThanOrEqual(played.length / 2);
      }),
      { numRuns: 150 },
    );
  });

  it('learns jitter of 80 ms and then loses almost nothing', () => {
    const delays = [0, 35, 80, 12, 64, 3, 51, 77, 20, 8];
    const arrivals = Array.from({ length: 500 }, (_, packet) => ({
      packet,
      atMs: packet * 20 + (delays[packet % delays.length] ?? 0),
    }));
    const heard = listen(arrivals, 10_000).filter(({ atMs }) => atMs > 2000 && atMs < 9900);
    expect(heard.filter(({ kind }) => kind !== 'audio').length).toBeLessThan(heard.length * 0.02);
  });

  it.each([60, 200, 1000, 2300])('recovers from a stall of %i ms without staying behind', (stallMs) => {
    const arrivals = steady(400).map(({ packet, atMs }) => ({
      packet,
      atMs: atMs > 2000 && atMs < 2000 + stallMs ? 2000 + stallMs : atMs,
    }));
    const heard = listen(arrivals, 8000);
    const after = heard.filter(({ atMs }) => atMs > 2000 + stallMs + 200 && atMs < 7900);
    expect(after.filter(({ kind }) => kind !== 'audio').length).toBeLessThan(after.length * 0.02);
    expect(stepsBack(heard)).toBe(0);
    const last = after.at(-1);
    const packet = (last?.packets[0] ?? 0) - 1 + 250;
    expect((last?.atMs ?? 0) - packet * 20).toBeLessThanOrEqual(160);
  });

  it('fades out when the stream stops and comes back when it goes on', () => {
    const arrivals = steady(300).filter(({ packet }) => packet < 100 || packet >= 200);
    const heard = listen(arrivals, 6000);
    const gap = heard.filter(({ atMs }) => atMs > 2300 && atMs < 3900);
    expect(gap.every(({ kind }) => kind === 'silent')).toBe(true);
    const back = heard.filter(({ atMs }) => atMs > 4200 && atMs < 5900);
    expect(back.every(({ kind }) => kind === 'audio')).toBe(true);
  });

  it('follows a sender that stops its timestamps in a pause', () => {
    const arrivals = steady(200).map(({ packet, atMs }) => ({
      packet,
      atMs: packet < 100 ? atMs : atMs + 5000,
    }));
    const heard = listen(arrivals, 9000);
    const back = heard.filter(({ atMs }) => atMs > 7200 && atMs < 8950);
    expect(back.every(({ kind }) => kind === 'audio')).toBe(true);
  });

  it('follows a change of SSRC at once', () => {
    const heard = listen(steady(300), 6000, 20, (packet) => (packet < 150 ? 7 : 8));
    const after = heard.filter(({ atMs }) => atMs > 3200 && atMs < 5900);
    expect(after.every(({ kind }) => kind === 'audio')).toBe(true);
  });

  it.each([
    [-300, 'slow'],
    [300, 'fast'],
  ])('bears a sender clock wrong by %i ppm (%s), quiet speech', (ppm) => {
    const buffer = new JitterBuffer();
    const frame = new Int16Array(frameSamples);
    let packet = 0;
    let concealed = 0;
    let worst = 0;
    for (let deadline = 5; deadline < 300_000; deadline += 20) {
      for (; packet * 20 * (1 - ppm / 1e6) <= deadline; packet += 1) {
        const loud = Math.floor(packet / 25) % 2 === 0 ? 90 : 0;
        buffer.push(
          { ssrc: 1, timestamp: packet * 160, payload: new Uint8Array(160).fill(loud) },
          table,
          packet * 20 * (1 - ppm / 1e6),
        );
      }
      const kind = buffer.pull(deadline, frame);
      if (kind !== 'audio' && deadline > 1000) concealed += 1;
      worst = Math.max(worst, buffer.targetMs);
    }
    // 300 ppm of 300 s are 90 ms: four or five frames, dropped or inserted; nothing else may be missing.
    expect(concealed).toBeLessThanOrEqual(10);
    expect(buffer.late).toBeLessThanOrEqual(5);
    expect(worst).toBeLessThanOrEqual(45);
  });
});
