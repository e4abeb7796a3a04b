/** Puts the voice layer together and joins it to the engine. */
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../conversation/index.ts';
import { Refusal } from '../tables/index.ts';
import { AgentPhones } from './agent-phones.ts';
import { Calls } from './calls.ts';
import { DialedLeg, type DialOrder, type Route } from './dialed-leg.ts';
import { Ears } from './ears.ts';
import { uuidv7 } from './ids.ts';
import type { Flow } from './ivr/flow.ts';
import { parseFlow } from './ivr/parse-flow.ts';
import type { Schedule } from './ivr/run-flow.ts';
import { Keepings } from './keepings.ts';
import { startMedia } from './media/index.ts';
import type { MediaConfig, MediaEngine } from './media/media.ts';
import { createMediaDesk } from './media-desk.ts';
import { createPrompts } from './prompts.ts';
import { startSip } from './sip/index.ts';
import type { SipConfig, SipStack } from './sip/sip.ts';
import { SipLeg } from './sip-leg.ts';
import { Softphones } from './softphone.ts';
import { createFlite } from './speech/index.ts';
import type { Speech } from './speech/speech.ts';
import { createTeller } from './tell.ts';
import { CommandTranscriber } from './transcription/command.ts';
import type { Transcriber } from './transcription/transcriber.ts';
import type { Voice, VoiceConfig } from './voice.ts';

/** What the voice layer is made of; each can be replaced, in a test or by another driver. */
export interface VoiceParts {
  readonly startSip: (config: SipConfig) => Promise<SipStack>;
  readonly startMedia: (config: MediaConfig) => Promise<MediaEngine>;
  readonly createSpeech: (config: Pick<VoiceConfig, 'cacheFolder' | 'log'>) => Speech;
  /** Speech to text; null for none. */
  readonly transcriber: Transcriber | null;
  /** The way to a number outside; null when there is none. */
  readonly findRoute: (number: string) => Route | null;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly schedule: Schedule;
}

const ordinary: Omit<VoiceParts, 'findRoute' | 'transcriber'> = {
  startSip,
  startMedia,
  createSpeech: createFlite,
  newId: () => uuidv7(),
  now: () => new Date(),
  schedule: (ms, fire) => {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};

/** How the media engine of a voice layer listens: for whoever starts it ahead and gives it in as a part. */
export function mediaConfigOf({
  sip,
  rtpPorts,
  log,
}: Pick<VoiceConfig, 'sip' | 'rtpPorts' | 'log'>): MediaConfig {
  return { host: sip.host, advertise: sip.advertise ?? ownAddress(sip.host), rtpPorts, log };
}

/** Starts SIP, media, speech and the softphone sockets, and attaches them to the engine. Prompts are spoken in the
 *  background; a flow that cannot run is named in the log, and its bot fails with every caller.
 *  Rejects when a socket cannot be had (a taken port), with everything already started closed again. */
export async function startVoice(
  config: VoiceConfig,
  engine: Engine,
  parts: Partial<VoiceParts> = {},
): Promise<Voice> {
  const { log } = config;
  const part = { ...ordinary, ...parts };
  const { newId, now, schedule, transcriber = transcriberOf(config) } = part;
  const started: { close(): Promise<void> }[] = [];
  try {
    const address = config.sip.advertise ?? ownAddress(config.sip.host);
    const speech = part.createSpeech(config);
    started.push(speech);
    const media = await part.startMedia(mediaConfigOf(config));
    started.push(media);
    const sip = await part.startSip({ ...config.sip, realm: 'wirechief', log });
    started.push(sip);

    const desk = createMediaDesk(media, log);
    const teller = createTeller(engine, log, schedule);
    const { tell } = teller;
    const flows = readFlows(config);
    const prompts = createPrompts(speech, flows.values(), log);
    const agents = new AgentPhones(tell);
    const folder = join(config.cacheFolder, 'kept');
    const keepings = new Keepings({ media: desk, tell, folder, transcriber, log });
    await keepings.recover();
    const { findRoute = routes(config, sip.port) } = part;
    const dialDesk = { media: desk, sip, findRoute, address, schedule };
    const dial = (order: DialOrder): DialedLeg => new DialedLeg(order, dialDesk);
    const ears = new Ears();
    const calls = new Calls(
      { media: desk, agents, ears, tell, flows, prompts, keepings, dial, schedule, now, log },
      { ...config, newId },
    );
    const { authenticate, callersWithoutSignIn } = config;
    const softphones = new Softphones(desk, schedule, {
      agents,
      calls,
      tell,
      authenticate,
      callersWithoutSignIn,
      newId,
      now,
      log,
    });
    sip.onInvite = (call) => calls.take(new SipLeg(call, desk, address));

    const voice: Voice = {
      sipPort: sip.port,
      perform: (effect) => calls.perform(effect),
      upgrade: (request, socket, head) => softphones.upgrade(request, socket, head),
      legs: () => calls.size + softphones.size,
      close: async () => {
        calls.close();
        softphones.close();
        prompts.close();
        await transcriber?.close();
        await keepings.settled();
        await teller.settled();
        await sip.close();
        await Promise.all([media.close(), speech.close()]);
      },
    };
    engine.attach(voice);
    return voice;
  } catch (error) {
    await Promise.allSettled(started.map((one) => one.close()));
    throw error;
  }
}

function readFlows({ flows, log }: VoiceConfig): Map<string, Flow> {
  const sound = new Map<string, Flow>();
  for (const [bot, { file, text }] of flows) {
    try {
      const flow = parseFlow(file, text);
      for (const warning of flow.warnings) log(warning);
      sound.set(bot, flow);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log(`this IVR flow is not used: ${error.message}`);
    }
  }
  return sound;
}

const transcriberOf = ({ transcriber: command }: VoiceConfig): Transcriber | null =>
  command === undefined ? null : new CommandTranscriber({ command });

/** Test numbers are ours, by SIP all the same; every other number is the trunk's. */
function routes({ sip, numbers }: VoiceConfig, port: number): (number: string) => Route | null {
  const own = sip.host === '0.0.0.0' || sip.host === '::' ? '127.0.0.1' : sip.host;
  const host = own.includes(':') ? `[${own}]` : own;
  return (number) => {
    if (numbers.has(number)) return { uri: `sip:${number}@${host}:${port}` };
    const { outbound } = sip;
    if (outbound === undefined) return null;
    const { address, transport, credentials } = outbound;
    return {
      uri: `sip:${number}@${address}`,
      ...(transport === undefined ? {} : { transport }),
      ...(credentials === undefined ? {} : { credentials }),
    };
  };
}

/** The address to name in SDP when we listen on all of them: the first one that other machines can reach. */
function ownAddress(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  return outside?.address ?? '127.0.0.1';
}
