/** The softphone of a page without a browser, as lean as it goes: a WebSocket, a werift peer connection, a tone made
 *  beforehand, an ear. */
import { once } from 'node:events';
import { RTCPeerConnection, RTCRtpCodecParameters, RtpHeader } from 'werift';
import { WebSocket } from 'ws';
import type { SoftphoneCall, SoftphoneEvent, SoftphoneRequest } from '../../src/tables/softphone.ts';
import { decode, encode, payloadTypeOf } from '../phone/codec.ts';
import { Ear } from '../phone/ear.ts';
import { onBeat } from '../phone/pace.ts';
import { toneFrame } from '../phone/sound.ts';
import { waitFor } from '../phone/wait.ts';

const frameSamples = 160;
const framesPerSecond = 50;
const payloadType = payloadTypeOf.PCMU;

/** A page with its sound. `hertz`, a whole number: the pitch of its microphone. */
export class SoftphonePage {
  readonly hertz: number;
  readonly ear = new Ear(4_000);
  /** What the page shows. */
  call: SoftphoneCall = { state: 'idle' };
  /** Whether the server said that sound flows both ways. */
  ready = false;
  /** Times the server said that the sound was lost. */
  losses = 0;
  readonly #socket: WebSocket;
  readonly #tone: readonly Buffer[];
  #peer: RTCPeerConnection | null = null;
  #hush = (): void => {};

  private constructor(socket: WebSocket, hertz: number) {
    this.#socket = socket;
    this.hertz = hertz;
    // A whole number of hertz fits into one second, which then joins on to itself.
    this.#tone = Array.from({ length: framesPerSecond }, (_, index) =>
      encode('PCMU', toneFrame(hertz, index * frameSamples)),
    );
    socket.on('message', (data) => this.#take(JSON.parse(data.toString())));
  }

  /** Opens the page; resolves when its sound is up. */
  static async open(
    origin: string,
    hello: Extract<SoftphoneRequest, { readonly type: 'hello' }>,
    hertz: number,
  ): Promise<SoftphonePage> {
    const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/softphone`);
    const page = new SoftphonePage(socket, hertz);
    await once(socket, 'open');
    page.say(hello);
    await waitFor('the sound of a page', () => page.ready, { timeoutMs: 20_000 });
    return page;
  }

  say(request: SoftphoneRequest): void {
    this.#socket.send(JSON.stringify(request));
  }

  async close(): Promise<void> {
    this.#hush();
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
    await this.#peer?.close();
  }

  #take(event: SoftphoneEvent): void {
    if (event.type === 'call') this.call = event.call;
    else if (event.type === 'ready') this.ready = true;
    else if (event.type === 'lost') {
      this.ready = false;
      this.losses += 1;
    } else if (event.type === 'offer') void this.#answer(event.sdp);
  }

  async #answer(offer: string): Promise<void> {
    this.#hush();
    await this.#peer?.close();
    const peer = new RTCPeerConnection({
      codecs: {
        audio: [
          new RTCRtpCodecParameters({ mimeType: 'audio/PCMU', payloadType, clockRate: 8000, channels: 1 }),
        ],
        video: [],
      },
      iceServers: [],
      iceUseIpv4: false,
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
    });
    this.#peer = peer;
    await peer.setRemoteDescription({ type: 'offer', sdp: offer });
    // Without a STUN server of its own werift would ask a public one.
    for (const { connection } of peer.iceTransports) delete connection.stunServer;
    const [transceiver] = peer.getTransceivers();
    transceiver?.setDirection('sendrecv');
    await peer.setLocalDescription(await peer.createAnswer());
    peer.dtlsTransports[0]?.onRtp.subscribe(({ header, payload }) => {
      if (header.payloadType === payloadType) this.ear.hear(decode('PCMU', payload), performance.now());
    });
    this.say({ type: 'answer', sdp: peer.localDescription?.sdp ?? '' });
    this.#hum(peer, transceiver?.sender.ssrc ?? 1);
  }

  #hum(peer: RTCPeerConnection, ssrc: number): void {
    let sent = 0;
    this.#hush = onBeat(() => {
      const [transport] = peer.dtlsTransports;
      const payload = this.#tone[sent % framesPerSecond];
      if (transport?.state !== 'connected' || payload === undefined) return;
      const header = new RtpHeader({
        payloadType,
        sequenceNumber: sent & 0xffff,
        timestamp: sent * frameSamples,
        ssrc,
      });
      sent += 1;
      // A packet that cannot be sent is one the other end will not hear.
      transport.sendRtp(payload, header).catch(() => undefined);
    });
  }
}
