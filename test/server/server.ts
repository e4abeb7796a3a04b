/** Starts the built server as its users do, in its own process, on free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The program as it is built. */
export const program = join(root, 'dist/server/main.js');

/** A running server under test. `output` is what it printed so far. */
export interface TestServer {
  readonly origin: string;
  readonly sipPort: number;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Milliseconds from spawn to the first 200 of /healthz. */
  readonly readyMs: number;
  /** An access token of the development client. */
  token(): Promise<string>;
  /** One Web API request with that token; path after /api/data/v9.2/. */
  api(
    path: string,
    options?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Response>;
  /** SIGTERM, then waits for the exit; removes the data folder unless `keep`. */
  stop(options?: { keep?: boolean }): Promise<number | null>;
}

/** What to start with: environment beside the ports, and a data folder to reuse. */
export interface ServerOptions {
  readonly env?: Record<string, string>;
  readonly dataFolder?: string;
  readonly ports?: { readonly http: number; readonly sip: number; readonly rtp: string };
}

/** A TCP and UDP port that nobody has now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer().once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
      });
    });
    const isFree = await new Promise<boolean>((resolve) => {
      const socket = createSocket('udp4').once('error', () => resolve(false));
      socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

let nextRtpBlock = 20_000 + (process.pid % 40) * 1000;

/** A block of RTP ports no other test of this process uses. */
export function rtpBlock(): string {
  const first = nextRtpBlock;
  nextRtpBlock = first + 200 > 60_000 ? 20_000 : first + 200;
  return `${first}-${first + 199}`;
}

/** Waits until `condition` gives a value other than undefined, null or false, asking every `everyMs`. */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  deadlineMs = 15_000,
  everyMs = 25,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      throw new Error(`waited ${deadlineMs} ms in vain for ${what}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Starts the server and resolves when /healthz answers 200. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  if (!existsSync(program)) throw new Error('dist/ is missing: run npm run build first');
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'wirechief-data-'));
  const ports = options.ports ?? { http: await freePort(), sip: await freePort(), rtp: rtpBlock() };
  const origin = `http://127.0.0.1:${ports.http}`;
  const started = performance.now();
  const child = spawn(process.execPath, [program], {
    cwd: root,
    env: {
      ...process.env,
      WIRECHIEF_PORT: String(ports.http),
      WIRECHIEF_SIP_PORT: String(ports.sip),
      WIRECHIEF_RTP_PORTS: ports.rtp,
      WIRECHIEF_DATA: dataFolder,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  await waitFor(
    '/healthz',
    async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${output}`);
      return (await fetch(`${origin}/healthz`)).status === 200;
    },
    60_000,
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`the server did not become ready:\n${output}`, { cause: error });
  });
  const readyMs = performance.now() - started;
  let token: Promise<string> | undefined;
  const server: TestServer = {
    origin,
    sipPort: ports.sip,
    dataFolder,
    process: child,
    output: () => output,
    readyMs,
    token: () => (token ??= fetchToken(origin)),
    api: async (path, { method = 'GET', body, headers = {} } = {}) =>
      fetch(`${origin}/api/data/v9.2/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await server.token()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    stop: async ({ keep = false } = {}) => {
      child.kill('SIGTERM');
      const code = await exited;
      if (!keep) removeData(dataFolder);
      return code;
    },
  };
  return server;
}

/** Removes the data folder and, when it was made as root, the database it points to. */
export function removeData(dataFolder: string): void {
  const note = join(dataFolder, 'postgres-home');
  if (existsSync(note)) rmSync(readFileSync(note, 'utf8').trim(), { recursive: true, force: true });
  rmSync(dataFolder, { recursive: true, force: true });
}

/** An access token by client credentials, as the README tells. */
async function fetchToken(origin: string): Promise<string> {
  const response = await fetch(`${origin}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'wirechief-dev',
      client_secret: 'wirechief-dev',
      scope: `${origin}/.default`,
    }),
  });
  const { access_token: accessToken } = (await response.json()) as { access_token?: string };
  if (accessToken === undefined) throw new Error(`no token: ${response.status}`);
  return accessToken;
}
