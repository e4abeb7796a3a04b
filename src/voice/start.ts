/** Puts the voice layer together and joins it to the engine. */
import { networkInterfaces } from 'node:os';
import type { Engine } from '../conversation/index.ts';
import { Refusal } from '../tables/index.ts';
import { AgentPhones } from './agent-phones.ts';
import { Calls } from './calls.ts';
import { uuidv7 } from './ids.ts';
import type { Flow } from './ivr/flow.ts';
import { parseFlow } from './ivr/parse-flow.ts';
import type { Schedule } from './ivr/run-flow.ts';
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
import type { Voice, VoiceConfig } from './voice.ts';

/** What the voice layer is made of; each can be replaced, in a test or by another driver. */
export interface VoiceParts {
  readonly startSip: (config: SipConfig) => Promise<SipStack>;
  readonly startMedia: (config: MediaConfig) => Promise<MediaEngine>;
  readonly createSpeech: (config: Pick<VoiceConfig, 'cacheFolder' | 'log'>) => Speech;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly schedule: Schedule;
}

const ordinary: VoiceParts = {
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
 *  background; a flow that cannot run is named in the log and its callers go to a human.
 *  Rejects when a socket cannot be had (a taken port), with everything already started closed again. */
export async function startVoice(
  config: VoiceConfig,
  engine: Engine,
  parts: Partial<VoiceParts> = {},
): Promise<Voice> {
  const { log } = config;
  const part = { ...ordinary, ...parts };
  const { newId, now, schedule } = part;
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
    const calls = new Calls(
      { media: desk, agents, tell, flows, prompts, schedule, now, log },
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

/** The address to name in SDP when we listen on all of them: the first one that other machines can reach. */
function ownAddress(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  return outside?.address ?? '127.0.0.1';
}
