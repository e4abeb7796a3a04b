/** Whose RTP a leg believes, and where it sends (symmetric RTP, voice.md §1 "NAT").
 *
 *  The far end is the address and port of its SDP. A phone behind a NAT sends from elsewhere, so a differing source is
 *  taken ("latched") when, with nothing yet from the signalled one, it sends `probation` packets of one SSRC in order.
 *  From then on only it and the signalled address are heard; the signalled one takes the leg back for good with its
 *  first packet. After `holdMs` without a packet the latched source may change its port (the NAT forgot it), not its
 *  address. Everyone else is a stranger. */

/** An address and port of UDP. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** Packets in order that a differing source must send before it is believed: 100 ms of speech. */
const probation = 5;

/** Silence after which the latched source may come from another port, ms. */
const holdMs = 3000;

const same = (one: Place | null, other: Place): boolean =>
  one !== null && one.port === other.port && one.address === other.address;

/** The judge of one leg's sources. Times are ms of any monotonic clock. */
export class Latch {
  #signalled: Place | null = null;
  #latched: Place | null = null;
  #isSettled = false;
  #lastMs = 0;
  #candidate: (Place & { readonly ssrc: number; readonly sequence: number; readonly seen: number }) | null =
    null;

  /** Sets the far end as the SDP says. The same place again (re-INVITE) changes nothing. */
  signal(place: Place): void {
    if (same(this.#signalled, place)) return;
    this.#signalled = place;
    this.#latched = null;
    this.#isSettled = false;
    this.#candidate = null;
  }

  /** Where to send: the latched source, else the signalled place; null when none is known or it is a hold (port 0). */
  get destination(): Place | null {
    const place = this.#latched ?? this.#signalled;
    return place === null || place.port === 0 || place.address === '0.0.0.0' ? null : place;
  }

  /** May this packet be heard? */
  accepts(
    source: Place,
    packet: { readonly ssrc: number; readonly sequence: number },
    nowMs: number,
  ): boolean {
    if (this.#signalled === null) return false;
    if (same(this.#signalled, source)) {
      this.#isSettled = true;
      this.#latched = null;
      this.#lastMs = nowMs;
      return true;
    }
    if (this.#isSettled) return false;
    if (same(this.#latched, source)) {
      this.#lastMs = nowMs;
      return true;
    }
    if (this.#latched !== null) {
      const mayMove = nowMs - this.#lastMs >= holdMs && this.#latched.address === source.address;
      if (!mayMove) return false;
    }
    return this.#considers(source, packet, nowMs);
  }

  #considers(source: Place, packet: { ssrc: number; sequence: number }, nowMs: number): boolean {
    const earlier = this.#candidate;
    const goesOn =
      same(earlier, source) &&
      earlier?.ssrc === packet.ssrc &&
      ((earlier.sequence + 1) & 0xffff) === packet.sequence;
    const seen = goesOn && earlier !== null ? earlier.seen + 1 : 1;
    const place = { address: source.address, port: source.port };
    this.#candidate = { ...place, ssrc: packet.ssrc, sequence: packet.sequence, seen };
    if (seen < probation) return false;
    this.#latched = place;
    this.#candidate = null;
    this.#lastMs = nowMs;
    return true;
  }
}
