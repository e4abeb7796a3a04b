/** The media engine itself, as it runs in the child process: legs, rooms and the one clock (voice.md §3.3, §4). */
import { isIP } from 'node:net';
import { Refusal } from '../../tables/refusals.ts';
import { FrameClock } from './frame-clock.ts';
import { Leg } from './leg.ts';
import type {
  GainMatrix,
  Layer,
  LegStats,
  MediaConfig,
  MediaEngine,
  MediaEvent,
  RecordOptions,
  RecordReport,
  RtpRemote,
  Source,
  Take,
} from './media.ts';
import { openSource } from './player.ts';
import { Recorder } from './recorder.ts';
import { Rooms } from './rooms.ts';
import { PortPairs, RtpCarrier } from './rtp-carrier.ts';
import { WebRtcCarrier, type WebRtcPlaces, webRtcPlaces } from './webrtc-carrier.ts';

const defaultLostAfterMs = 30_000;
/** A page's checks come every few seconds; this long without any, and it is gone. */
const mostPageSilenceMs = 10_000;
const framesBetweenWatches = 10;
const framesBetweenReports = 250;

const layers: readonly Layer[] = ['music', 'prompt'];
const playKey = (leg: string, layer: Layer): string => `${layer} ${leg}`;

interface RtpLeg {
  readonly leg: Leg;
  readonly kind: 'rtp';
  readonly carrier: RtpCarrier;
}
interface WebRtcLeg {
  readonly leg: Leg;
  readonly kind: 'webrtc';
  readonly carrier: WebRtcCarrier;
}

/** The engine in this process. `MediaEngine` documents the commands. */
export class MediaHost implements MediaEngine {
  onEvent: (event: MediaEvent) => void = () => {};
  readonly #log: (line: string) => void;
  readonly #lostAfterMs: number;
  readonly #pairs: PortPairs;
  readonly #places: WebRtcPlaces;
  readonly #webRtcPorts: readonly [number, number] | null;
  readonly #legs = new Map<string, RtpLeg | WebRtcLeg>();
  /** Ids of legs being opened or open: a second of the same name would take the first one's place unnoticed. */
  readonly #names = new Set<string>();
  readonly #rooms = new Rooms();
  readonly #clock = new FrameClock((deadlineMs) => this.#tick(deadlineMs));
  readonly #recorders = new Map<string, Recorder>();
  /** The last play asked for on each layer of each leg; a file that loads slower than a later play starts must not replace it. */
  readonly #plays = new Map<string, object>();
  #opening: Promise<unknown> = Promise.resolve();
  #frames = 0;

  constructor(config: MediaConfig) {
    this.#log = config.log;
    this.#lostAfterMs = config.lostAfterMs ?? defaultLostAfterMs;
    this.#pairs = new PortPairs(config.host, config.rtpPorts);
    this.#places = webRtcPlaces(config.host, config.advertise);
    this.#webRtcPorts = config.webRtcPorts ?? null;
  }

  async openRtp(id: string, wished?: number): Promise<{ readonly port: number }> {
    return this.#reserved(id, async () => {
      const leg = this.#newLeg(id, false);
      const pair = await this.#pairs.open(wished);
      const options = { now: () => this.#clock.now(), log: this.#log };
      const carrier = new RtpCarrier(pair, leg, options);
      leg.carriedBy(carrier);
      this.#add({ leg, kind: 'rtp', carrier });
      return { port: pair.port };
    });
  }

  async setRtpRemote(id: string, remote: RtpRemote): Promise<void> {
    const entry = this.#legs.get(id);
    if (entry?.kind !== 'rtp') return;
    if (isIP(remote.address) === 0 || !(remote.port >= 0 && remote.port <= 65_535)) {
      throw new Refusal('invalidArgument', `Audio cannot be sent to ${remote.address} port ${remote.port}.`);
    }
    entry.carrier.signal({ address: remote.address, port: remote.port });
    entry.leg.agree(remote, this.#clock.now());
  }

  async openWebRtc(id: string): Promise<{ readonly offer: string }> {
    return this.#reserved(id, async () => {
      const leg = this.#newLeg(id, true);
      const listener = {
        receive: (packet: Parameters<Leg['receive']>[0]) => leg.receive(packet, this.#clock.now()),
        alive: () => leg.alive(this.#clock.now()),
        failed: (reason: string) => leg.lose(reason, this.#clock.now()),
      };
      const open = () => WebRtcCarrier.open(this.#places, this.#webRtcPorts, listener);
      // One after another: werift looks for a free port, lets it go and binds it again.
      const opened = this.#opening.then(open, open);
      this.#opening = opened;
      const carrier = await opened;
      leg.carriedBy(carrier, carrier.ssrc);
      this.#add({ leg, kind: 'webrtc', carrier });
      return { offer: carrier.offer };
    });
  }

  async setWebRtcAnswer(id: string, sdp: string): Promise<void> {
    const entry = this.#legs.get(id);
    if (entry?.kind !== 'webrtc') return;
    entry.leg.agree(await entry.carrier.answer(sdp), this.#clock.now());
  }

  /** Does nothing: as an ICE-lite agent we answer checks and send none. */
  async addCandidate(): Promise<void> {}

  async closeLeg(id: string): Promise<void> {
    const entry = this.#legs.get(id);
    if (entry === undefined) return;
    this.#legs.delete(id);
    for (const layer of layers) this.#plays.delete(playKey(id, layer));
    this.#rooms.leave(id);
    if (this.#legs.size === 0) this.#clock.stop();
    await entry.leg.close();
    this.#names.delete(id);
  }

  async setRoom(room: string, gains: GainMatrix): Promise<void> {
    this.#rooms.set(room, gains);
  }

  async play(id: string, play: string, source: Source, options: { readonly loop: boolean }): Promise<void> {
    if (!this.#legs.has(id)) return;
    const token = {};
    const layer = options.loop ? 'music' : 'prompt';
    const key = playKey(id, layer);
    this.#plays.set(key, token);
    const player = await openSource(source, options.loop);
    const entry = this.#legs.get(id);
    if (entry === undefined || this.#plays.get(key) !== token) return;
    entry.leg.plays[layer] = { id: play, player };
  }

  async stopPlay(id: string, only?: Layer): Promise<void> {
    const entry = this.#legs.get(id);
    for (const layer of only === undefined ? layers : [only]) {
      this.#plays.delete(playKey(id, layer));
      if (entry !== undefined) entry.leg.plays[layer] = null;
    }
  }

  async sendDigit(id: string, digit: string): Promise<void> {
    const entry = this.#legs.get(id);
    if (entry === undefined || entry.leg.pressKey(digit)) return;
    throw new Refusal('invalidArgument', `The key ${digit} cannot be sent to this leg.`);
  }

  async setMuted(id: string, muted: boolean): Promise<void> {
    const entry = this.#legs.get(id);
    if (entry !== undefined) entry.leg.isMuted = muted;
  }

  async setEcho(id: string, on: boolean): Promise<void> {
    const entry = this.#legs.get(id);
    if (entry !== undefined) entry.leg.isEcho = on;
  }

  async record(record: string, options: RecordOptions): Promise<void> {
    if (this.#recorders.has(record)) throw new Refusal('conflict', `There is a recording ${record} already.`);
    const full = (reason: string): void => this.onEvent({ type: 'recordFull', record, reason });
    this.#recorders.set(record, new Recorder(options, full));
  }

  async setTake(record: string, take: Take | null): Promise<void> {
    this.#recorders.get(record)?.take(take);
  }

  async stopRecord(record: string): Promise<RecordReport> {
    const recorder = this.#recorders.get(record);
    this.#recorders.delete(record);
    return (await recorder?.close()) ?? { seconds: 0 };
  }

  async stats(): Promise<LegStats[]> {
    return [...this.#legs.values()].map(({ leg }) => leg.stats());
  }

  async close(): Promise<void> {
    this.#clock.stop();
    await Promise.all([
      ...[...this.#legs.keys()].map((id) => this.closeLeg(id)),
      ...[...this.#recorders.keys()].map((id) => this.stopRecord(id)),
    ]);
  }

  async #reserved<Result>(id: string, open: () => Promise<Result>): Promise<Result> {
    if (this.#names.has(id)) throw new Refusal('conflict', `There is a leg ${id} already.`);
    this.#names.add(id);
    try {
      return await open();
    } catch (error) {
      this.#names.delete(id);
      throw error;
    }
  }

  #newLeg(id: string, isSparing: boolean): Leg {
    return new Leg(id, { isSparing, emit: (event) => this.onEvent(event), nowMs: this.#clock.now() });
  }

  #add(entry: RtpLeg | WebRtcLeg): void {
    this.#legs.set(entry.leg.id, entry);
    this.#clock.start();
  }

  /** One frame of every leg: first all are heard, then each is sent what it hears. */
  #tick(deadlineMs: number): void {
    this.#frames += 1;
    for (const { leg } of this.#legs.values()) leg.pull(deadlineMs);
    const frameOf = (speaker: string): Int16Array | null => {
      const leg = this.#legs.get(speaker)?.leg;
      return leg === undefined || leg.isMuted ? null : leg.said;
    };
    const sentTo = (leg: string): Int16Array | null => this.#legs.get(leg)?.leg.sent ?? null;
    for (const { leg } of this.#legs.values()) {
      leg.send(this.#rooms.has(leg.id), (out) => this.#rooms.mix(leg.id, frameOf, out));
    }
    for (const recorder of this.#recorders.values())
      recorder.frame(deadlineMs, { said: frameOf, sent: sentTo });
    if (this.#frames % framesBetweenWatches === 0) this.#watch(deadlineMs);
    if (this.#frames % framesBetweenReports === 0) this.#report();
  }

  #watch(nowMs: number): void {
    for (const { leg, kind } of this.#legs.values()) {
      leg.watch(nowMs, kind === 'rtp' ? this.#lostAfterMs : Math.min(this.#lostAfterMs, mostPageSilenceMs));
    }
  }

  #report(): void {
    for (const entry of this.#legs.values()) if (entry.kind === 'rtp') entry.carrier.report();
  }
}
