/** The settings of product.md: the environment first, then wirechief.config.json in the working folder, then the
 *  default. A wrong value is refused with the name of the setting and what would be right. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { type OutboundTrunk, splitCommand, trunkList } from '../voice/index.ts';
import { parseProtection, type ServiceProtection } from './config-protection.ts';
import { parseOrigin, parseSignIn } from './config-sign-in.ts';
import { codeOf, messageOf } from './errors.ts';
import type { SignIn } from './oauth/sign-in.ts';
import { exitCodes, StartError, wrong } from './start-error.ts';

/** What the server runs with. Folders are absolute; ports 0 mean "any free one" (tests). */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly sipPort: number;
  readonly rtpPorts: readonly [first: number, last: number];
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  /** `empty`, the name of a world that comes along, or the absolute folder of one of the user's own. */
  readonly world: string;
  /** Who issues tokens. In development people and the development client sign in without a secret of their own. */
  readonly signIn: SignIn;
  /** The origin by which others reach the server, as https://desk.example; null: by whatever name they use. */
  readonly origin: string | null;
  /** How much each user may ask of the Web API; nothing is refused when left out. */
  readonly serviceProtection?: ServiceProtection;
  /** Addresses and networks whose calls are taken without a password. */
  readonly trunks: readonly string[];
  /** User → password of phones that call from elsewhere. */
  readonly sipCredentials: { readonly [user: string]: string };
  /** The trunk that calls go out by; null: nobody outside can be called. */
  readonly outbound: OutboundTrunk | null;
  /** The speech-to-text program and its arguments; null for none. */
  readonly transcriber: readonly string[] | null;
}

/** Name → what it is when nothing is set. */
export const settings = {
  WIRECHIEF_PORT: '8080',
  WIRECHIEF_HOST: '127.0.0.1',
  WIRECHIEF_SIP_PORT: '5060',
  WIRECHIEF_RTP_PORTS: '20000-20999',
  WIRECHIEF_DATA: './data',
  DATABASE_URL: '',
  WIRECHIEF_WORLD: 'front-desk',
  WIRECHIEF_DEV_SIGNIN: '',
  WIRECHIEF_OIDC_ISSUER: '',
  WIRECHIEF_OIDC_AUDIENCE: '',
  WIRECHIEF_OIDC_CLIENT_ID: '',
  WIRECHIEF_OIDC_SCOPE: '',
  WIRECHIEF_ORIGIN: '',
  WIRECHIEF_SERVICE_PROTECTION: 'off',
  WIRECHIEF_SIP_TRUNK: '',
  WIRECHIEF_TRANSCRIBER: '',
} as const;
/** The name of a setting. */
export type Setting = keyof typeof settings;
/** Settings of the file alone: lists do not fit into a line of the environment, passwords do not belong there. */
const structured = ['trunks', 'sipCredentials', 'trunkAccount'] as const;

/** The file of settings, beside the environment. */
export const configFile = 'wirechief.config.json';

/** Reads and checks the settings.
 *  Shape: environment, working folder → Config. Refuses: StartError (configuration) naming setting and remedy. */
export function readConfig(environment: NodeJS.ProcessEnv, folder: string): Config {
  const file = readConfigFile(folder);
  const value = (name: Setting): string =>
    environment[name]?.trim() || file.texts.get(name)?.trim() || settings[name];
  const host = parseHost(value('WIRECHIEF_HOST'));
  return {
    port: parsePort('WIRECHIEF_PORT', value('WIRECHIEF_PORT')),
    host,
    sipPort: parsePort('WIRECHIEF_SIP_PORT', value('WIRECHIEF_SIP_PORT')),
    rtpPorts: parsePortRange('WIRECHIEF_RTP_PORTS', value('WIRECHIEF_RTP_PORTS')),
    dataFolder: resolve(folder, value('WIRECHIEF_DATA')),
    databaseUrl: parseDatabaseUrl(value('DATABASE_URL')),
    world: parseWorld(value('WIRECHIEF_WORLD'), folder),
    signIn: parseSignIn(value, host),
    origin: parseOrigin(value('WIRECHIEF_ORIGIN')),
    serviceProtection: parseProtection(value('WIRECHIEF_SERVICE_PROTECTION')),
    trunks: parseTrunks(file.trunks ?? []),
    sipCredentials: parseCredentials(file.sipCredentials ?? {}),
    outbound: parseOutbound(value('WIRECHIEF_SIP_TRUNK'), file.trunkAccount),
    transcriber: parseTranscriber(value('WIRECHIEF_TRANSCRIBER')),
  };
}

/** The file as read; the structured settings are yet to be checked. */
interface ConfigFile {
  readonly texts: ReadonlyMap<string, string>;
  readonly trunks?: unknown;
  readonly sipCredentials?: unknown;
  readonly trunkAccount?: unknown;
}

function readConfigFile(folder: string): ConfigFile {
  const path = join(folder, configFile);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { texts: new Map() };
    throw new StartError(`${configFile} cannot be read: ${messageOf(error)}.`, exitCodes.configuration);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new StartError(`${configFile} is not valid JSON: ${messageOf(error)}.`, exitCodes.configuration);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new StartError(`${configFile} must hold one JSON object of settings.`, exitCodes.configuration);
  }
  const { trunks, sipCredentials, trunkAccount, ...others }: Record<string, unknown> = { ...parsed };
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(others)) {
    if (!(name in settings)) {
      const known = [...Object.keys(settings), ...structured].join(', ');
      throw new StartError(
        `${configFile}: there is no setting "${name}"; there are ${known}.`,
        exitCodes.configuration,
      );
    }
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw wrong(`${configFile}: ${name}`, JSON.stringify(value), 'a text or a number');
    }
    texts.set(name, String(value));
  }
  return { texts, trunks, sipCredentials, trunkAccount };
}

function parseTrunks(given: unknown): readonly string[] {
  const right = 'a list of addresses and networks, as in ["192.0.2.7", "198.51.100.0/24"]';
  const list: readonly unknown[] = Array.isArray(given) ? given : [null];
  const trunks = list.filter((one) => typeof one === 'string');
  if (trunks.length !== list.length) throw wrongInFile('trunks', right);
  try {
    trunkList(trunks);
  } catch (error) {
    throw new StartError(`${configFile}: ${messageOf(error)}.`, exitCodes.configuration, { cause: error });
  }
  return trunks;
}

function parseCredentials(given: unknown): { readonly [user: string]: string } {
  const right = 'an object of user names and passwords, as in {"desk-phone": "its password"}';
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongInFile('sipCredentials', right);
  }
  const credentials: Record<string, string> = {};
  for (const [user, password] of Object.entries(given)) {
    if (user === '' || typeof password !== 'string' || password === '') {
      throw wrongInFile('sipCredentials', right);
    }
    credentials[user] = password;
  }
  return credentials;
}

/** `host`, `host:port`, and `;transport=tcp` after it where the trunk wants that. */
function parseOutbound(text: string, account: unknown): OutboundTrunk | null {
  const [, address, transport = 'udp'] = /^([a-z0-9.:[\]-]+?)(?:;transport=(udp|tcp))?$/i.exec(text) ?? [];
  if (text !== '' && (address === undefined || !URL.canParse(`sip://${address}`)))
    throw wrong('WIRECHIEF_SIP_TRUNK', text, 'a host and maybe a port, as in sip.example:5060;transport=tcp');
  const credentials = account === undefined ? undefined : parseAccount(account);
  if (address === undefined) return null;
  return {
    address,
    transport: transport.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
    ...(credentials === undefined ? {} : { credentials }),
  };
}

function parseAccount(given: unknown): { readonly user: string; readonly password: string } {
  const fields = new Map(Object.entries(typeof given === 'object' && given !== null ? given : {}));
  const [user, password] = [fields.get('user'), fields.get('password')];
  if (typeof user !== 'string' || typeof password !== 'string' || user === '' || fields.size !== 2)
    throw wrongInFile('trunkAccount', 'an object as in {"user": "the account", "password": "its password"}');
  return { user, password };
}

function parseTranscriber(text: string): readonly string[] | null {
  const command = splitCommand(text);
  return command.length === 0 ? null : command;
}

/** The value is not repeated: it may hold passwords. */
function wrongInFile(name: (typeof structured)[number], right: string): StartError {
  return new StartError(`${configFile}: ${name} must be ${right}.`, exitCodes.configuration);
}

function parsePort(name: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 0 && port <= 65_535)) throw wrong(name, text, 'a port number from 1 to 65535');
  return port;
}

/** RTP uses even ports, RTCP the next one; two calls at least must fit. */
function parsePortRange(name: string, text: string): readonly [number, number] {
  const [, first, last] = /^(\d{1,5})\s*-\s*(\d{1,5})$/.exec(text) ?? [];
  const range = [Number(first), Number(last)] as const;
  if (first === undefined || range[0] < 1024 || range[1] > 65_535 || range[1] - range[0] < 3) {
    throw wrong(name, text, 'two port numbers between 1024 and 65535, as in 20000-20999');
  }
  return range;
}

function parseHost(text: string): string {
  const bare = text.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 0 && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(bare)) {
    throw wrong('WIRECHIEF_HOST', text, 'an address or a host name, as in 127.0.0.1 or 0.0.0.0');
  }
  return bare;
}

function parseDatabaseUrl(text: string): string | null {
  if (text === '') return null;
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    // The value is not repeated: it may hold a password.
    throw new StartError(
      'DATABASE_URL is not an address of PostgreSQL: it must look like postgres://user:password@host:5432/database.',
      exitCodes.configuration,
    );
  }
  return text;
}

function parseWorld(text: string, folder: string): string {
  if (/^[a-z0-9-]+$/.test(text)) return text;
  if (/[/\\]/.test(text)) return resolve(folder, text);
  throw wrong('WIRECHIEF_WORLD', text, 'front-desk, empty, or the path of a folder with a world.yaml in it');
}
