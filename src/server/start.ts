/** Puts the server together: listener, database, world, engine, voice, Web API, push stream; and takes it apart. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, type Engine } from '../conversation/index.ts';
import { lintWorld } from '../routing/index.ts';
import { openStore, type Store, startEmbedded } from '../store/index.ts';
import { Refusal } from '../tables/index.ts';
import {
  type MediaEngine,
  mediaConfigOf,
  startMedia,
  startVoice,
  type Voice,
  type VoiceConfig,
} from '../voice/index.ts';
import { createWebApi, keepPrivileges, type WebApiParts } from '../webapi/index.ts';
import { startHeartbeat } from './alive.ts';
import { joinNodes } from './among-nodes.ts';
import type { Authenticator } from './authenticator.ts';
import { createClockDesk, whyNotOnThisClock } from './clock-desk.ts';
import type { Config } from './config.ts';
import { watchConfiguration } from './configuration-watch.ts';
import type { Directory } from './directory.ts';
import { codeOf, messageOf, stackOf } from './errors.ts';
import { addressOfHost } from './host-address.ts';
import type { Services } from './http/context.ts';
import { listen } from './http/listener.ts';
import { lintInputOfStore } from './lint-rows.ts';
import { isLoopback } from './loopback.ts';
import { countryOf, numbering } from './numbers.ts';
import { openSignIn } from './open-sign-in.ts';
import { startPush } from './push/push.ts';
import { openRequestLog } from './requests/request-log.ts';
import { watchedApi } from './requests/watched-api.ts';
import { exitCodes, StartError } from './start-error.ts';
import { readWebFiles } from './web-files.ts';
import { within } from './within.ts';
import { type LoadedWorld, loadWorld } from './world/load.ts';

/** A server that serves. */
export interface Running {
  readonly port: number;
  readonly sipPort: number;
  readonly world: LoadedWorld;
  readonly store: Store;
  readonly directory: Directory;
  /** Process id of the media child; undefined while it is being started again. */
  mediaProcess(): number | undefined;
  /** Resolves with the reason, in one line, when the server cannot go on and is to be closed. */
  readonly lost: Promise<string>;
  /** Ends calls, streams and requests, then the database. What fails does not keep the rest from being ended; then it
   *  rejects. */
  close(): Promise<void>;
}

/** dist/web, seen from src/server and from dist/server alike. */
const webFolder = join(import.meta.dirname, '../../dist/web');

/** Starts a server. `log`: one line for the person who runs it. Refuses: StartError; whatever was started by then is
 *  stopped again. */
export async function start(config: Config, log: (line: string) => void): Promise<Running> {
  const started: (() => Promise<void> | void)[] = [];
  let isClosing = false;
  const close = async (): Promise<void> => {
    isClosing = true;
    await closeAll(started.splice(0).reverse());
  };
  try {
    const address = await addressOfHost(config.host);
    const listener = await listen({ config, web: readWebFiles(webFolder), log });
    started.push(() => listener.close());
    const sip = sipOf(config, address);
    // It takes the media process as long to come up as the database: both at once.
    const media = startMedia(mediaConfigOf({ sip, rtpPorts: config.rtpPorts, log }));
    started.push(() => media.then((engine) => engine.close()).catch(() => undefined));
    // A failure is heard when the voice layer starts; until then it must not count as heard by nobody.
    media.catch(() => undefined);
    const { store, ended } = await openDatabase(config, started, log);
    const onWrongClock = whyNotOnThisClock({ store, signIn: config.signIn });
    if (onWrongClock !== null) throw new StartError(onWrongClock, exitCodes.configuration);
    const world = await loadWorld(store, config.world, log);
    await keepPrivileges(store);
    const signIn = await openSignIn(config, store, log);
    const { directory, authenticator, external } = signIn;
    started.push(() => authenticator.close());
    const engine = createEngine({ store, log, countryOf });
    // Before any call can come in: what was live when a server went down is closed first.
    const among = await joinNodes({ nodes: store.nodes, engine, log });
    started.push(among.leave, () => engine.idle());
    const lost = Promise.race([ended, among.expelled]).then((reason) => (isClosing ? never : reason));
    const voice = await openVoice({ config, sip, world, store, engine, authenticator, log, media });
    started.push(() => voice.close());
    started.push(
      startHeartbeat({ nodes: store.nodes, now: () => store.clock.now(), legs: () => voice.legs(), log }),
    );
    store.startTimers();
    started.push(watchConfiguration({ store, engine, log }));
    const push = startPush(store, { log });
    started.push(() => push.close());
    const requests = openRequestLog(store);
    started.push(() => requests.close());
    const api = createWebApi({
      store,
      engine,
      onFault: (error, requestId) => log(`request ${requestId}: ${stackOf(error)}`),
      ...(external === null ? limitsOf(config) : { ...limitsOf(config), authority: external.authority }),
    });
    const services: Services = {
      ...signIn,
      api: watchedApi(api, requests),
      requests,
      clock: createClockDesk({ store, engine, signIn: config.signIn }),
      lint: async () => lintWorld(await lintInputOfStore(store, world)),
      push,
      voice,
      health: async () => {
        // Timers run and SIP listens as long as this is served; what can stop answering is asked.
        await Promise.all([store.now(), within(1000, 'the media engine', (await media).stats())]);
        return { world: world.name, sipPort: voice.sipPort, legs: voice.legs(), pages: push.count() };
      },
    };
    listener.serve(services);
    started.push(() => listener.serve(null));
    const { port } = listener;
    const mediaEngine = await media;
    const mediaProcess = () => mediaEngine.processId;
    return { port, sipPort: voice.sipPort, world, store, directory, mediaProcess, lost, close };
  } catch (error) {
    await close().catch((fault: unknown) => log(`after a start that failed: ${stackOf(fault)}`));
    throw error;
  }
}

const never = new Promise<string>(() => {});

/** What the Web API holds its users to. */
const limitsOf = ({ serviceProtection: protection }: Config): Pick<WebApiParts, 'protection'> =>
  protection === undefined ? {} : { protection };

/** Ends everything, one after the other. Rejects with what failed, when all is done. */
async function closeAll(ends: readonly (() => Promise<void> | void)[]): Promise<void> {
  const faults: unknown[] = [];
  for (const end of ends) {
    try {
      await end();
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, faults.map(stackOf).join('\n'));
}

/** The store, and the reason why it is of no more use, should its database end by itself. */
async function openDatabase(
  { databaseUrl, dataFolder }: Config,
  started: (() => Promise<void> | void)[],
  log: (line: string) => void,
): Promise<{ readonly store: Store; readonly ended: Promise<string> }> {
  makeDataFolder(dataFolder);
  let url = databaseUrl;
  let ended = never;
  if (url === null) {
    const database = await startEmbedded(dataFolder);
    started.push(() => database.stop());
    url = database.url;
    ended = database.ended.then(
      () =>
        `The embedded PostgreSQL (process ${database.pid}) has ended: stopping. Nothing that was saved is lost; start again.`,
    );
  }
  const store = await openStore({
    url,
    report: (fault) => log(`database: ${stackOf(fault)}`),
    numbers: numbering,
  });
  started.push(() => store.close());
  return { store, ended };
}

function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartError(
      `The data folder ${folder} cannot be made: ${messageOf(error)}. Set WIRECHIEF_DATA to a folder of yours.`,
      exitCodes.cannotCreate,
      { cause: error },
    );
  }
}

interface VoiceNeeds {
  readonly config: Config;
  readonly sip: VoiceConfig['sip'];
  readonly world: LoadedWorld;
  readonly store: Store;
  readonly engine: Engine;
  readonly authenticator: Authenticator;
  readonly media: Promise<MediaEngine>;
  readonly log: (line: string) => void;
}

async function openVoice(needs: VoiceNeeds): Promise<Voice> {
  const { config, sip, world, store, engine, authenticator, media, log } = needs;
  const { host, sipPort, rtpPorts, dataFolder, signIn } = config;
  const { flows, testNumbers } = world;
  try {
    return await startVoice(
      {
        sip,
        rtpPorts,
        cacheFolder: join(dataFolder, 'speech'),
        flows,
        numbers: testNumbers,
        ...(config.transcriber === null ? {} : { transcriber: config.transcriber }),
        callersWithoutSignIn: signIn.kind === 'development',
        authenticate: async (token) => {
          const found = await authenticator.check(token, null);
          return found === null || found instanceof Refusal ? null : found.caller.userId;
        },
        log,
      },
      engine,
      { startMedia: () => media, now: () => store.clock.now() },
    );
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EADDRINUSE') {
      throw new StartError(
        `SIP port ${sipPort} on ${host} is taken. Stop the other program, or set WIRECHIEF_SIP_PORT to a free port.`,
        exitCodes.unavailable,
        { cause: error },
      );
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new StartError(
        `SIP cannot listen on ${host}:${sipPort} (${code}). Set WIRECHIEF_SIP_PORT and WIRECHIEF_HOST to what this machine offers.`,
        exitCodes.unavailable,
        { cause: error },
      );
    }
    throw error;
  }
}

function sipOf(config: Config, address: string): VoiceConfig['sip'] {
  const trunks = trunksOf({ ...config, host: address });
  const { sipPort: port, sipCredentials: credentials, outbound } = config;
  return { host: address, port, trunks, credentials, ...(outbound === null ? {} : { outbound }) };
}

/** Whose calls are taken without a password: those of the listed trunks; in development also this machine's and, beyond
 *  loopback, everyone's, as with the sign-in. */
function trunksOf({ host, signIn, trunks }: Config): readonly string[] {
  if (signIn.kind !== 'development') return trunks;
  return [...trunks, ...(isLoopback(host) ? ['127.0.0.0/8', '::1'] : ['0.0.0.0/0', '::/0'])];
}
