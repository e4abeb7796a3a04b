/** A whole voice layer on loopback with an engine on paper: real SIP, real RTP, real speech, real sockets. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallArrived, CallEffect, RoomEffect } from '../../src/conversation/index.ts';
import { startVoice, type Voice, type VoiceConfig, type VoiceParts } from '../../src/voice/index.ts';
import { startMedia } from '../../src/voice/media/index.ts';
import type { MediaEngine } from '../../src/voice/media/media.ts';
import { waitFor } from '../phone/wait.ts';
import { PaperEngine, withAgent } from './paper.ts';

const frontDesk = readFileSync(new URL('./front-desk.yaml', import.meta.url), 'utf8');

const scope = `name: Scope
start: ask
steps:
  ask: { collect: { prompt: "Type your number.", max: 8, terminator: "#", timeoutSeconds: 3, into: va_Scope }, next: thanks }
  thanks: { say: "Thank you.", next: end }
  end: { hangup: true }
`;

/** Numbers of product.md, and one whose bot collects digits. */
export const numbers = {
  frontDesk: '+4570000001',
  echo: '+4570000100',
  tone: '+4570000101',
  ring: '+4570000102',
  busy: '+4570000103',
  straight: '+4570000104',
  scope: '+4570000105',
} as const;

/** An open line. */
export interface Line {
  readonly voice: Voice;
  readonly engine: PaperEngine;
  /** HTTP address of the softphone server. */
  readonly origin: string;
  readonly log: readonly string[];
  /** Where files of calls lie. */
  readonly folder: string;
  /** Address of the SIP stack. */
  readonly host: string;
  readonly port: number;
  /** Process id of the media engine. */
  processId(): number;
  /** The arrival of the last call. */
  arrived(): CallArrived;
  /** An effect of the engine on the last call, with that call's ids filled in. `detail`: the agent, or the reason of a
   *  release. */
  act(type: Exclude<CallEffect['type'], RoomEffect['type'] | 'ReplacePage'>, detail?: string): Promise<void>;
  /** Brings the last call to caller and agent, talking or with the caller on hold. */
  join(agent: string, held?: boolean): Promise<void>;
  close(): Promise<void>;
}

let firstPort = 42_000 + (process.pid % 80) * 200;

/** Opens a line. Its engine answers the front desk with the bot `bot`, lets callers of the straight number wait,
 *  releases those of unknown numbers as the real one does, lets callers of the bot wait when it hands over, and
 *  releases those whom the bot dismisses. Token `token-ann` signs in the agent `ann`. */
export async function openLine(
  parts: Partial<VoiceParts> = {},
  changes: Partial<VoiceConfig> = {},
): Promise<Line> {
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-line-'));
  const log: string[] = [];
  const engine = new PaperEngine();
  firstPort += 100;
  let media: MediaEngine | null = null;
  const voice = await startVoice(
    {
      sip: { host: '127.0.0.1', port: 0, trunks: ['127.0.0.1'], credentials: {} },
      rtpPorts: [firstPort, firstPort + 99],
      cacheFolder: join(folder, 'speech'),
      flows: new Map([
        ['bot', { file: 'front-desk.yaml', text: frontDesk }],
        ['scope', { file: 'scope.yaml', text: scope }],
      ]),
      numbers: new Map([
        [numbers.echo, 'echo'],
        [numbers.tone, 'tone'],
        [numbers.ring, 'ring'],
        [numbers.busy, 'busy'],
      ]),
      callersWithoutSignIn: true,
      authenticate: async (token) => (token.startsWith('token-') ? token.slice(6) : null),
      log: (line) => log.push(line),
      ...changes,
    },
    engine,
    {
      startMedia: async (config) => {
        media = await startMedia(config);
        return media;
      },
      ...parts,
    },
  );
  const perform = (effect: CallEffect): void => {
    voice.perform(effect).catch((error: unknown) => log.push(`effect failed: ${String(error)}`));
  };
  engine.onRun = (event) => {
    if (event.type === 'CallArrived') {
      const { conversation, call, to } = event;
      if (to === numbers.frontDesk) perform({ type: 'StartBot', conversation, call, bot: 'bot' });
      else if (to === numbers.scope) perform({ type: 'StartBot', conversation, call, bot: 'scope' });
      else if (to === numbers.straight) perform({ type: 'PlayWaiting', conversation, call });
      else perform({ type: 'Release', conversation, call, reason: 'unknown', cause: 'unknownNumber' });
    } else if (event.type === 'BotTransferred') {
      const { call } = arrived();
      perform({ type: 'PlayWaiting', conversation: event.conversation, call });
    } else if (event.type === 'BotEnded') {
      const { conversation, call } = arrived();
      perform({ type: 'Release', conversation, call, reason: 'ended by the bot', cause: 'botEnded' });
    }
  };
  const arrived = (): CallArrived => {
    const event = engine.events.findLast((one) => one.type === 'CallArrived');
    if (event?.type !== 'CallArrived') throw new Error('no call arrived');
    return event;
  };
  const server = createServer();
  server.on('upgrade', (request, socket, head) => voice.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  return {
    voice,
    engine,
    folder,
    origin: `http://127.0.0.1:${port}`,
    log,
    host: '127.0.0.1',
    port: voice.sipPort,
    processId: () => media?.processId ?? 0,
    arrived,
    act: (type, detail = '') => {
      const { conversation, call } = arrived();
      if (type === 'Release') {
        const cause = detail === 'agentEnded' ? ({ cause: 'agentEnded' } as const) : {};
        return voice.perform({ type, conversation, call, reason: detail, ...cause } as const);
      }
      if (type === 'PlayWaiting') return voice.perform({ type, conversation, call });
      if (type === 'RingAgent' || type === 'StopRinging')
        return voice.perform({ type, conversation, agent: detail });
      return voice.perform({ type, conversation, call, bot: detail });
    },
    join: (agent, held = false) => {
      const { conversation, call } = arrived();
      return voice.perform(withAgent({ conversation, call }, agent, held));
    },
    close: async () => {
      await voice.close();
      await new Promise((resolve) => server.close(resolve));
      // A phrase that was being spoken may still be written while the engine goes.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** Waits until it holds; rejects after 15 s unless said otherwise, naming the condition. */
export const until = (holds: () => boolean, timeoutMs = 15_000): Promise<void> =>
  waitFor(String(holds), holds, { timeoutMs });
