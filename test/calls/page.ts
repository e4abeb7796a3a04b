/** A page without a browser: speaks the softphone's WebSocket contract, has a werift peer connection for its
 *  microphone and loudspeaker, sends a pitch of its own and judges what it hears. */
import { createSocket } from 'node:dgram';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift';
import { WebSocket } from 'ws';
import type { SoftphoneCall, SoftphoneEvent, SoftphoneRequest } from '../../src/tables/softphone.ts';
import { type Codec, decode, encode, payloadTypeOf } from '../phone/codec.ts';
import { Ear } from '../phone/ear.ts';
import { onBeat } from '../phone/pace.ts';
import { toneFrame } from '../phone/sound.ts';

const codecOf = (codec: Codec) =>
  new RTCRtpCodecParameters({
    mimeType: `audio/${codec}`,
    payloadType: payloadTypeOf[codec],
    clockRate: 8000,
    channels: 1,
  });

let stun: Promise<number> | undefined;

/** Port of a STUN server that refuses at once: werift asks a public one when it is given none. */
function deafStun(): Promise<number> {
  stun ??= new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.on('message', (request, from) => {
      const refusal = Buffer.from(request.subarray(0, 20));
      refusal.writeUInt16BE(0x0111, 0);
      refusal.writeUInt16BE(0, 2);
      socket.send(refusal, from.port, from.address);
    });
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port)).unref();
  });
  return stun;
}

/** A connected page. */
export class TestPage {
  /** The pitch that its microphone hears; null is silence. */
  hertz: number | null;
  readonly ear = new Ear(15_000);
  /** What the server said, with the moment by performance.now(). */
  readonly events: { readonly event: SoftphoneEvent; readonly at: number }[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #codec: Codec;
  #peer: RTCPeerConnection | null = null;
  #hangUpMicrophone = (): void => {};

  private constructor(socket: WebSocket, codec: Codec, hertz: number | null) {
    this.#socket = socket;
    this.#codec = codec;
    this.hertz = hertz;
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('message', (data) => {
      const event: SoftphoneEvent = JSON.parse(data.toString());
      this.events.push({ event, at: performance.now() });
      if (event.type === 'offer') void this.#answer(event.sdp);
    });
  }

  /** Opens the page and says hello. `origin`: http address of the server. */
  static async open(
    origin: string,
    hello: Extract<SoftphoneRequest, { readonly type: 'hello' }>,
    options: { readonly codec?: Codec; readonly hertz?: number | null } = {},
  ): Promise<TestPage> {
    const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/softphone`);
    const page = new TestPage(socket, options.codec ?? 'PCMU', options.hertz ?? null);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    page.say(hello);
    return page;
  }

  say(request: SoftphoneRequest): void {
    this.#socket.send(JSON.stringify(request));
  }

  /** The last state of its call that the page was told. */
  get call(): SoftphoneCall | undefined {
    return this.#last((event) => (event.type === 'call' ? event.call : undefined));
  }

  /** Whether the last word on its sound was that it is up. */
  get ready(): boolean {
    return (
      this.#last((event) =>
        event.type === 'ready' ? true : event.type === 'lost' || event.type === 'offer' ? false : undefined,
      ) === true
    );
  }

  /** Takes the page away; its microphone and connection with it. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
    await this.#dropPeer();
  }

  /** Takes the page away without a word, as a lost network does. */
  async vanish(): Promise<void> {
    this.#socket.terminate();
    await this.#dropPeer();
  }

  /** Loses the sound and keeps the socket. */
  async #dropPeer(): Promise<void> {
    this.#hangUpMicrophone();
    const peer = this.#peer;
    this.#peer = null;
    await peer?.close();
  }

  async #answer(offer: string): Promise<void> {
    await this.#dropPeer();
    const peer = new RTCPeerConnection({
      codecs: { audio: [codecOf(this.#codec)], video: [] },
      iceServers: [{ urls: `stun:127.0.0.1:${await deafStun()}` }],
      iceUseIpv4: false,
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
    });
    this.#peer = peer;
    const microphone = new MediaStreamTrack({ kind: 'audio' });
    peer.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(({ header, payload }) => {
        if (header.payloadType === payloadTypeOf[this.#codec])
          this.ear.hear(decode(this.#codec, payload), performance.now());
      });
    });
    await peer.setRemoteDescription({ type: 'offer', sdp: offer });
    const [transceiver] = peer.getTransceivers();
    await transceiver?.sender.replaceTrack(microphone);
    transceiver?.setDirection('sendrecv');
    await peer.setLocalDescription(await peer.createAnswer());
    if (this.#peer !== peer) return;
    this.say({ type: 'answer', sdp: peer.localDescription?.sdp ?? '' });
    this.#speak(microphone);
  }

  #speak(microphone: MediaStreamTrack): void {
    let sequence = 0;
    let timestamp = 0;
    this.#hangUpMicrophone = onBeat(() => {
      const payload = encode(this.#codec, toneFrame(this.hertz, timestamp));
      const header = new RtpHeader({
        payloadType: payloadTypeOf[this.#codec],
        sequenceNumber: sequence & 0xffff,
        timestamp: timestamp >>> 0,
        ssrc: 1,
      });
      sequence += 1;
      timestamp += 160;
      microphone.writeRtp(new RtpPacket(header, payload));
    });
  }

  #last<T>(pick: (event: SoftphoneEvent) => T | undefined): T | undefined {
    for (const { event } of this.events.toReversed()) {
      const value = pick(event);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}
