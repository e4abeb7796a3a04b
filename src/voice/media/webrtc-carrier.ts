/** WebRTC for a page's leg, by werift (voice.md §2, §8).
 *
 *  We are an ICE-lite agent: the server is reachable at the addresses it offers, the page does all the checking. That
 *  spares timers and multicast DNS, and werift 0.24 as a full agent would ask a public STUN server. So the page's
 *  candidates are not needed. Liveness is what arrives: audio, or the page's connectivity checks (every 2.5 s or so).
 *  Packets are read from the DTLS transport, not from the receiver's track, which drops any SSRC that is not in the
 *  SDP; and written to it, because the sender knows one payload type only. */

import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { RTCDtlsTransport, RTCPeerConnection, RTCPeerConnectionConfig } from 'werift';
import { Refusal } from '../../tables/refusals.ts';
import type { Carrier, Terms } from './leg.ts';
import type { RtpPacket } from './rtp-packet.ts';
import { readable, termsOfAnswer, withAdvertised } from './webrtc-sdp.ts';

type Werift = typeof import('werift');
type StunFilter = NonNullable<RTCPeerConnectionConfig['iceFilterStunResponse']>;

/** Payload type of keys in our offer. */
const dtmfType = 101;
/** A host with many networks (containers) offers this many at most. */
const mostAddresses = 4;

/** Where pages reach this machine. `bindTo`: null for every interface. `advertised`: one more address to offer. */
export interface WebRtcPlaces {
  readonly addresses: readonly string[];
  readonly bindTo: string | null;
  readonly advertised: string | null;
}

/** The addresses to offer: the host itself, or for a wildcard the loopback and the networks of the machine. */
export function webRtcPlaces(host: string, advertise: string): WebRtcPlaces {
  const isWildcard = host === '0.0.0.0' || host === '::';
  const networks = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  const addresses = isWildcard ? ['127.0.0.1', ...networks.slice(0, mostAddresses - 1)] : [host];
  const isKnown = addresses.includes(advertise) || advertise === '' || advertise === '0.0.0.0';
  return { addresses, bindTo: isWildcard ? null : host, advertised: isKnown ? null : advertise };
}

/** What the carrier tells its leg. */
export interface WebRtcListener {
  receive(packet: RtpPacket): void;
  alive(): void;
  failed(reason: string): void;
}

let loading: Promise<Werift> | null = null;
// Loaded with the first page: it costs 30 MB that a telephone-only server need not pay.
const load = (): Promise<Werift> => {
  loading ??= import('werift');
  return loading;
};

/** The peer connection of one leg. */
export class WebRtcCarrier implements Carrier {
  readonly #werift: Werift;
  readonly #peer: RTCPeerConnection;
  readonly #transport: RTCDtlsTransport;
  readonly #listener: WebRtcListener;
  #isClosed = false;
  /** Our SSRC, as the offer says. */
  readonly ssrc: number;
  readonly offer: string;

  private constructor(
    werift: Werift,
    peer: RTCPeerConnection,
    offered: { readonly transport: RTCDtlsTransport; readonly ssrc: number; readonly offer: string },
    listener: WebRtcListener,
  ) {
    this.#werift = werift;
    this.#peer = peer;
    this.#transport = offered.transport;
    this.#listener = listener;
    this.ssrc = offered.ssrc;
    this.offer = offered.offer;
    this.#transport.onRtp.subscribe(({ header, payload }) => {
      const { payloadType, marker, sequenceNumber: sequence, timestamp, ssrc } = header;
      listener.receive({ payloadType, marker, sequence, timestamp, ssrc, payload });
    });
    peer.connectionStateChange.subscribe((state) => {
      if (!this.#isClosed && (state === 'failed' || state === 'closed')) listener.failed(`WebRTC ${state}`);
    });
  }

  /** Makes a peer connection and its offer, with every candidate in it. */
  static async open(
    places: WebRtcPlaces,
    ports: readonly [first: number, last: number] | null,
    listener: WebRtcListener,
  ): Promise<WebRtcCarrier> {
    const werift = await load();
    const holder: { peer: RTCPeerConnection | null } = { peer: null };
    const filter: StunFilter = (message, [address, port], protocol) => {
      const isOurs = holder.peer !== null && isFromPeer(holder.peer, message.getAttributeValue('USERNAME'));
      if (!isOurs || holder.peer === null) return false;
      listener.alive();
      const isNomination = message.attributesKeys.includes('USE-CANDIDATE');
      if (isNomination) followNomination(holder.peer, address, port, protocol);
      return true;
    };
    const peer = new werift.RTCPeerConnection(configuration(werift, places, ports, filter));
    holder.peer = peer;
    const transceiver = peer.addTransceiver('audio', { direction: 'sendrecv' });
    await peer.setLocalDescription(await peer.createOffer());
    const offer = peer.localDescription?.sdp;
    const transport = peer.dtlsTransports[0];
    if (offer === undefined || transport === undefined || !offer.includes('a=candidate:')) {
      await peer.close();
      throw new Refusal('unavailable', 'No WebRTC port could be opened.');
    }
    const offered = {
      transport,
      ssrc: transceiver.sender.ssrc,
      offer: withAdvertised(offer, places.advertised),
    };
    return new WebRtcCarrier(werift, peer, offered, listener);
  }

  /** Takes the page's answer; what was agreed. Refuses: invalidArgument when it does not answer our offer. */
  async answer(sdp: string): Promise<Terms> {
    const text = readable(sdp);
    const terms = termsOfAnswer(text);
    try {
      await this.#peer.setRemoteDescription({ type: 'answer', sdp: text });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Refusal('invalidArgument', `The SDP answer cannot be used: ${why}.`);
    }
    return terms;
  }

  send(packet: RtpPacket): void {
    if (this.#isClosed || this.#transport.state !== 'connected') return;
    const { payloadType, marker, sequence, timestamp, ssrc } = packet;
    const header = new this.#werift.RtpHeader({
      payloadType,
      marker,
      sequenceNumber: sequence,
      timestamp,
      ssrc,
    });
    const payload = Buffer.from(packet.payload.buffer, packet.payload.byteOffset, packet.payload.length);
    this.#transport.sendRtp(payload, header).catch((error: Error) => this.#listener.failed(error.message));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#peer.close();
  }
}

function configuration(
  { RTCRtpCodecParameters }: Werift,
  places: WebRtcPlaces,
  ports: readonly [number, number] | null,
  filter: StunFilter,
): RTCPeerConnectionConfig {
  const codec = (mimeType: string, payloadType: number, parameters?: string) =>
    new RTCRtpCodecParameters({
      mimeType,
      payloadType,
      clockRate: 8000,
      channels: 1,
      ...(parameters === undefined ? {} : { parameters }),
    });
  const { bindTo } = places;
  return {
    iceLite: true,
    iceServers: [],
    bundlePolicy: 'max-bundle',
    // Without these two werift offers every interface of the machine, whatever it is bound to.
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [...places.addresses],
    iceInterfaceAddresses: bindTo === null ? undefined : isIPv6(bindTo) ? { udp6: bindTo } : { udp4: bindTo },
    icePortRange: ports === null ? undefined : [ports[0], ports[1]],
    iceFilterStunResponse: filter,
    codecs: {
      audio: [
        codec('audio/PCMU', 0),
        codec('audio/PCMA', 8),
        codec('audio/telephone-event', dtmfType, '0-15'),
      ],
      video: [],
    },
  };
}

/** Does the check carry the two user names of this connection? Werift 0.24 does not verify the integrity of incoming
 *  checks; half of the name is known to the page only. */
function isFromPeer(peer: RTCPeerConnection, username: unknown): boolean {
  const connection = peer.iceTransports[0]?.connection;
  if (connection === undefined || typeof username !== 'string') return false;
  const [ours, theirs] = username.split(':');
  const isTheirs = connection.remoteUsername === '' || theirs === connection.remoteUsername;
  return ours === connection.localUsername && isTheirs;
}

/** Werift as a lite agent stays on the first pair nominated; a page may change its mind and then hears nothing. */
function followNomination(peer: RTCPeerConnection, address: string, port: number, protocol: unknown): void {
  const connection = peer.iceTransports[0]?.connection;
  const nominated = connection?.nominated;
  if (connection === undefined || nominated === undefined) return;
  const [remoteAddress, remotePort] = nominated.remoteAddr;
  if (nominated.protocol === protocol && remoteAddress === address && remotePort === port) return;
  connection.resetNominatedPair();
}
