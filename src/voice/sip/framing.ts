import { maxMessageBytes } from './limits.ts';
import { contentLength, readHead } from './parse.ts';
import { SipRefusal } from './refusal.ts';

/** What a stream holds, in order. `ping` is a double line end outside a message, to be answered with one (RFC 5626 §3.5.1).
 *  `broken`: the stream cannot be read on and must be closed; `head` is what was read of the offending message. */
export type Frame =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  | { readonly kind: 'ping' }
  | { readonly kind: 'broken'; readonly reason: string; readonly head: Buffer };

const headEnd = Buffer.from('\r\n\r\n');

/** Cuts a byte stream into messages by Content-Length. How the bytes are chunked makes no difference. Holds at most
 *  one message (64 kB); after `broken` it yields nothing more.
 *  Source: RFC 3261 §18.3, voice.md §1. */
export class Framer {
  #held: Buffer = Buffer.allocUnsafe(2048);
  #start = 0;
  #end = 0;
  #searchedTo = 0;
  #needed: number | null = null;
  #lineEnds = 0;
  #broken = false;

  /** Is a message begun and not complete? */
  get partial(): boolean {
    return this.#end > this.#start;
  }

  /** Takes the next chunk, gives the frames it completes. */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    // In pieces, so that a large chunk of many messages never makes the held buffer grow beyond two messages.
    for (let at = 0; at < chunk.length && !this.#broken; at += maxMessageBytes) {
      this.#append(chunk.subarray(at, at + maxMessageBytes));
      for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    }
    return frames;
  }

  #append(chunk: Buffer): void {
    const length = this.#end - this.#start;
    if (this.#end + chunk.length > this.#held.length) {
      const enough = length + chunk.length <= this.#held.length;
      const target = enough
        ? this.#held
        : Buffer.allocUnsafe(Math.max(length + chunk.length, this.#held.length * 2));
      this.#held.copy(target, 0, this.#start, this.#end);
      this.#held = target;
      this.#searchedTo -= this.#start;
      this.#start = 0;
      this.#end = length;
    }
    chunk.copy(this.#held, this.#end);
    this.#end += chunk.length;
  }

  #drop(count: number): void {
    this.#start += count;
    this.#searchedTo = this.#start;
    this.#needed = null;
  }

  #next(): Frame | null {
    if (this.#broken) return null;
    if (this.#needed === null) {
      const frame = this.#readLineEnds() ?? this.#readHead();
      if (frame !== null) return frame;
    }
    if (this.#needed === null || this.#end - this.#start < this.#needed) return null;
    const bytes = Buffer.from(this.#held.subarray(this.#start, this.#start + this.#needed));
    this.#drop(this.#needed);
    return { kind: 'message', bytes };
  }

  #readLineEnds(): Frame | null {
    while (
      this.#end - this.#start >= 2 &&
      this.#held[this.#start] === 0x0d &&
      this.#held[this.#start + 1] === 0x0a
    ) {
      this.#drop(2);
      this.#lineEnds += 1;
      if (this.#lineEnds === 2) {
        this.#lineEnds = 0;
        return { kind: 'ping' };
      }
    }
    const left = this.#end - this.#start;
    if (left > 1 || (left === 1 && this.#held[this.#start] !== 0x0d)) this.#lineEnds = 0;
    return null;
  }

  #break(reason: string): Frame {
    this.#broken = true;
    const head = Buffer.from(this.#held.subarray(this.#start, this.#end).subarray(0, maxMessageBytes));
    this.#held = Buffer.alloc(0);
    this.#start = 0;
    this.#end = 0;
    return { kind: 'broken', reason, head };
  }

  #readHead(): Frame | null {
    const found = this.#held.indexOf(headEnd, Math.max(this.#start, this.#searchedTo - 3));
    this.#searchedTo = this.#end;
    // The buffer behind #end holds bytes of earlier messages: a hit that reaches beyond it is none.
    if (found < 0 || found + headEnd.length > this.#end) {
      return this.#end - this.#start > maxMessageBytes ? this.#break('head too large') : null;
    }
    const headLength = found + headEnd.length - this.#start;
    const head = readHead(this.#held.subarray(this.#start, this.#start + headLength));
    try {
      const length = contentLength(head.headers);
      if (length === null) return this.#break('no Content-Length');
      if (head.problem !== null || head.bodyAt !== headLength) return this.#break('malformed head');
      if (headLength + length > maxMessageBytes) return this.#break('message too large');
      this.#needed = headLength + length;
      return null;
    } catch (error) {
      if (error instanceof SipRefusal) return this.#break('bad Content-Length');
      throw error;
    }
  }
}
