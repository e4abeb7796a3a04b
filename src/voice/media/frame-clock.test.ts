import { describe, expect, it } from 'vitest';
import { FrameClock, type Machine } from './frame-clock.ts';

/** A machine whose time moves only when told, late by `lag` at every timer. */
class Simulated implements Machine {
  time = 1000;
  lag = 0;
  #due: { at: number; callback: () => void }[] = [];
  readonly inputReads: number[] = [];

  now = () => this.time;
  after = (ms: number, callback: () => void) => {
    const entry = { at: this.time + ms, callback };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  };
  afterInput = (callback: () => void) => {
    this.inputReads.push(this.time);
    return this.after(0, callback);
  };

  runUntil(end: number): void {
    for (;;) {
      this.#due.sort((one, other) => one.at - other.at);
      const next = this.#due[0];
      if (!next || next.at > end) break;
      this.#due.shift();
      this.time = Math.max(this.time, next.at + this.lag);
      next.callback();
    }
    this.time = Math.max(this.time, end);
  }
}

describe('frame clock (voice.md §4 "Clock")', () => {
  it('keeps 50 frames a second although every timer is late', () => {
    const machine = new Simulated();
    machine.lag = 3;
    const deadlines: number[] = [];
    const clock = new FrameClock((deadline) => deadlines.push(deadline), machine);
    clock.start();
    clock.start();
    machine.runUntil(11_005);
    expect(deadlines.length).toBe(500);
    expect(deadlines.every((deadline, index) => deadline === 1020 + index * 20)).toBe(true);
  });

  it('catches up a short stall in one go, after reading input', () => {
    const machine = new Simulated();
    const deadlines: number[] = [];
    const clock = new FrameClock((deadline) => deadlines.push(deadline), machine);
    clock.start();
    machine.runUntil(1100);
    machine.time = 1190;
    machine.runUntil(1191);
    expect(deadlines).toEqual([1020, 1040, 1060, 1080, 1100, 1120, 1140, 1160, 1180]);
    expect(machine.inputReads).toEqual([1190]);
    expect(clock.skippedFrames).toBe(0);
  });

  it('gives up what is older than five frames and goes on in step', () => {
    const machine = new Simulated();
    const deadlines: number[] = [];
    const clock = new FrameClock((deadline) => deadlines.push(deadline), machine);
    clock.start();
    machine.runUntil(1100);
    deadlines.length = 0;
    machine.time = 2105;
    machine.runUntil(2165);
    expect(deadlines).toEqual([1120, 1140, 1160, 1180, 1200, 2120, 2140, 2160]);
    expect(clock.skippedFrames).toBe(45);
  });

  it('shows the overdue deadline as its time, and stops inside a tick', () => {
    const machine = new Simulated();
    const seen: number[] = [];
    const clock = new FrameClock(() => {
      seen.push(clock.now());
      if (seen.length === 2) clock.stop();
    }, machine);
    clock.start();
    machine.time = 1500;
    machine.runUntil(3000);
    expect(seen).toEqual([1040, 1060]);
  });
});
