/** Our end of the sound of a SIP leg: its RTP port, what we offer and answer, and where the peer is.
 *  Source: RFC 3264. */
import type { RtpRemote } from './media/media.ts';
import type { MediaDesk } from './media-desk.ts';
import { type Answer, answerFor, newSessionId, offerFor, remoteOfAnswer } from './sdp/index.ts';

/** One RTP port in the media engine. What peers send that cannot be used is refused as SDP does (SipRefusal). */
export class RtpEnd {
  readonly #leg: string;
  readonly #desk: MediaDesk;
  readonly #address: string;
  readonly #sessionId = newSessionId();
  #version = 0;
  #port = 0;
  #remote: RtpRemote | null = null;

  /** `leg`: its id in the media engine. `address`: ours, as the SDP names it. */
  constructor(leg: string, desk: MediaDesk, address: string) {
    this.#leg = leg;
    this.#desk = desk;
    this.#address = address;
  }

  /** Takes a port. Rejects when there is none. */
  async open(): Promise<void> {
    this.#port = (await this.#desk.engine.openRtp(this.#leg)).port;
  }

  /** Takes the same port again, after the media engine died, and sends where sound went before: the peer notices nothing
   *  but the gap. Rejects when there was none yet, or somebody else has it now. */
  async reopen(): Promise<void> {
    if (this.#port === 0) throw new Error('there was no port yet');
    await this.#desk.engine.openRtp(this.#leg, this.#port);
    if (this.#remote !== null) this.#desk.send(this.#setRemote(this.#remote));
  }

  offer(): string {
    return offerFor(this.#local());
  }

  /** The answer to the peer's offer; its sound is not connected yet. */
  answer(offer: string): Answer {
    return answerFor(offer, this.#local());
  }

  /** Connects the sound as an answer of ours says. */
  connect(answer: Answer): Promise<void> {
    return this.#setRemote(answer.remote);
  }

  /** The peer's new offer within the call, or null when it wants ours: other addresses, or hold. Sound follows after
   *  the answer. */
  renegotiate(offer: string | null): string {
    if (offer === null) return this.offer();
    const answer = this.answer(offer);
    this.#desk.send(this.connect(answer));
    return answer.sdp;
  }

  /** The peer's answer to an offer of ours; whether keys go by RTP. */
  follow(answer: string): boolean {
    const remote = remoteOfAnswer(answer);
    this.#desk.send(this.#setRemote(remote));
    return remote.dtmf !== null;
  }

  close(): void {
    this.#desk.send(this.#desk.engine.closeLeg(this.#leg));
  }

  #setRemote(remote: RtpRemote): Promise<void> {
    this.#remote = remote;
    return this.#desk.engine.setRtpRemote(this.#leg, remote);
  }

  /** Our end, one version further (RFC 3264 §8). */
  #local(): { address: string; port: number; sessionId: string; version: number } {
    this.#version++;
    return { address: this.#address, port: this.#port, sessionId: this.#sessionId, version: this.#version };
  }
}
