/** A page without a browser, made of werift: answers an offer of the media engine, hums a pitch, has an ear. */
import { createSocket, type Socket } from 'node:dgram';
import { RTCPeerConnection, RTCRtpCodecParameters, RtpHeader } from 'werift';
import { codecs, encodeFrame } from '../../src/voice/media/g711.ts';
import { KeySender } from '../../src/voice/media/telephone-event.ts';
import { frameSamples, loudness, pitchShare, sine } from '../../src/voice/media/tone.ts';

/** Answers binding requests, so that werift asks no public STUN server while it gathers. */
async function startStun(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (request, from) => {
    const reply = Buffer.alloc(32);
    reply.writeUInt16BE(0x0101, 0);
    reply.writeUInt16BE(12, 2);
    request.copy(reply, 4, 4, 20);
    reply.writeUInt16BE(0x0020, 20);
    reply.writeUInt16BE(8, 22);
    reply[25] = 1;
    reply.writeUInt16BE(from.port ^ 0x2112, 26);
    from.address.split('.').forEach((byte, index) => {
      reply[28 + index] = Number(byte) ^ (request[4 + index] ?? 0);
    });
    socket.send(reply, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

const codecOf = (mimeType: string, payloadType: number) =>
  new RTCRtpCodecParameters({ mimeType, payloadType, clockRate: 8000, channels: 1 });

/** The page. */
export class WebRtcPage {
  readonly #stun: Socket;
  readonly #peer: RTCPeerConnection;
  readonly #codec: 'PCMU' | 'PCMA';
  readonly #sender = new KeySender();
  #timer: NodeJS.Timeout | null = null;
  #heard: number[] = [];
  #ssrc = 0;

  private constructor(stun: Socket, codec: 'PCMU' | 'PCMA') {
    this.#stun = stun;
    this.#codec = codec;
    const law = codecOf(`audio/${codec}`, codecs[codec].payloadType);
    this.#peer = new RTCPeerConnection({
      codecs: { audio: [law, codecOf('audio/telephone-event', 101)], video: [] },
      iceServers: [{ urls: `stun:127.0.0.1:${stun.address().port}` }],
      iceUseIpv4: false,
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
    });
  }

  static async open(codec: 'PCMU' | 'PCMA' = 'PCMU'): Promise<WebRtcPage> {
    return new WebRtcPage(await startStun(), codec);
  }

  /** Takes the engine's offer; the answer. */
  async answer(offer: string): Promise<string> {
    await this.#peer.setRemoteDescription({ type: 'offer', sdp: offer });
    const [transceiver] = this.#peer.getTransceivers();
    transceiver?.setDirection('sendrecv');
    this.#ssrc = transceiver?.sender.ssrc ?? 0;
    await this.#peer.setLocalDescription(await this.#peer.createAnswer());
    const { decode } = codecs[this.#codec];
    this.#peer.dtlsTransports[0]?.onRtp.subscribe(({ payload }) => {
      for (const code of payload) this.#heard.push(decode[code] ?? 0);
      if (this.#heard.length > 64_000) this.#heard = this.#heard.slice(-32_000);
    });
    return this.#peer.localDescription?.sdp ?? '';
  }

  /** Hums from now on. `ssrc`: another than its SDP says, as some peers do. */
  talk(hertz: number, ssrc = this.#ssrc): void {
    const tone = sine(hertz, 8000, -10);
    const startedAt = performance.now();
    let sent = 0;
    const tick = (): void => {
      for (; startedAt + sent * 20 <= performance.now(); sent += 1) {
        const timestamp = sent * frameSamples;
        const key = this.#sender.next(timestamp);
        if (key === 'pause') continue;
        const payload = key === null ? Buffer.alloc(frameSamples) : Buffer.from(key.payload);
        const from = (sent % 50) * frameSamples;
        if (key === null) encodeFrame(codecs[this.#codec], tone.subarray(from, from + frameSamples), payload);
        const header = new RtpHeader({
          payloadType: key === null ? codecs[this.#codec].payloadType : 101,
          marker: key === null ? sent === 0 : key.isFirst,
          sequenceNumber: sent & 0xffff,
          timestamp: key === null ? timestamp : key.timestamp,
          ssrc,
        });
        const [transport] = this.#peer.dtlsTransports;
        if (transport?.state === 'connected') void transport.sendRtp(payload, header);
      }
    };
    this.#timer ??= setInterval(tick, 5);
  }

  press(key: string): void {
    this.#sender.press(key);
  }

  /** Share of the last `ms` that is the pitch. */
  share(hertz: number, ms = 400): number {
    return this.#heard.length < ms * 8 ? 0 : pitchShare(this.#heard.slice(-ms * 8), hertz);
  }

  /** Root mean square of the last `ms`. */
  level(ms = 400): number {
    return loudness(this.#heard.slice(-ms * 8));
  }

  /** The last four to eight seconds it heard, oldest first. */
  get heard(): readonly number[] {
    return this.#heard;
  }

  /** Goes away without a word. */
  async vanish(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#peer.close();
    if (this.#stun.listenerCount('message') > 0) {
      this.#stun.removeAllListeners('message');
      this.#stun.close();
    }
  }
}
