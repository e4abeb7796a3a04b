/** The built screens: which files there are, and what a path answers. Only files found at the start are served, so a
 *  path can never lead out of the folder. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Answer } from './answer.ts';
import { codeOf } from './errors.ts';

/** The screens. */
export interface WebFiles {
  /** The answer for a path; null when it is neither a file nor a screen. */
  answer(path: string, request: WebRequest): Promise<Answer | null>;
}

/** What of a request matters here. */
export interface WebRequest {
  readonly accept: string | undefined;
  readonly acceptEncoding: string | undefined;
  readonly ifNoneMatch: string | undefined;
  /** The address beyond this server that a screen may ask, as a source of the Content-Security-Policy; null: none. */
  readonly connectTo: () => Promise<string | null>;
}

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Sent with every file. `connectTo`: where else a screen may connect. Styles are made at run time by the component library, hence 'unsafe-inline' for them alone. */
const securityHeaders = (connectTo: string | null) => ({
  'content-security-policy': [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' blob: data:",
    "worker-src 'self' blob:",
    `connect-src 'self'${connectTo === null ? '' : ` ${connectTo}`}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
});

/** First segments of the screens' addresses (ui.md §2). */
const screens = /^\/(?:(?:demo|explorer|workspace|conversations|requests)(?:\/.*)?)?$/;

interface WebFile {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly compressed: boolean;
}

/** Reads which files `folder` holds (dist/web). Without the folder every screen answers how to build it. */
export function readWebFiles(folder: string): WebFiles {
  const files = findFiles(folder);
  const index = files.get('/index.html');
  return {
    answer: async (path, request) => {
      const file = files.get(path);
      if (file !== undefined && path !== '/index.html') {
        return serve(file, request, { status: 200, isForEver: path.startsWith('/assets/'), connectTo: null });
      }
      const isScreen = screens.test(path);
      const isPage = request.accept?.includes('text/html') === true && extname(path) === '';
      if (!isScreen && !isPage) return null;
      // An unknown address opened by a person gets the page too, which says that there is no such screen.
      if (index === undefined) return isScreen ? notBuilt : null;
      const connectTo = await request.connectTo();
      return serve(index, request, { status: isScreen ? 200 : 404, isForEver: false, connectTo });
    },
  };
}

const notBuilt: Answer = {
  status: 503,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: 'The screens are not built. Run: npm run build\n',
};

function findFiles(folder: string): Map<string, WebFile> {
  const files = new Map<string, WebFile>();
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return files;
    throw error;
  }
  const all = new Set(names);
  for (const path of names) {
    if (path.endsWith('.gz') && all.has(path.slice(0, -3))) continue;
    const etag = `"${createHash('sha256').update(readFileSync(path)).digest('base64url').slice(0, 22)}"`;
    files.set(`/${relative(folder, path).split(sep).join('/')}`, {
      path,
      type: types[extname(path)] ?? 'application/octet-stream',
      etag,
      compressed: all.has(`${path}.gz`),
    });
  }
  return files;
}

/** How a file is served. */
interface Serving {
  readonly status: number;
  readonly isForEver: boolean;
  readonly connectTo: string | null;
}

async function serve(
  file: WebFile,
  request: WebRequest,
  { status, isForEver, connectTo }: Serving,
): Promise<Answer> {
  // The policy is part of what a browser keeps, so another one makes another page.
  const mark =
    connectTo === null ? '' : createHash('sha256').update(connectTo).digest('base64url').slice(0, 8);
  const etag = file.etag.replace(/"$/, `${mark}"`);
  const headers = {
    ...securityHeaders(connectTo),
    etag,
    // Some addresses answer a screen to a browser and JSON to a program.
    vary: 'accept, accept-encoding',
    'cache-control': isForEver ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (request.ifNoneMatch?.includes(etag) === true) return { status: 304, headers, body: null };
  const isCompressed = file.compressed && request.acceptEncoding?.includes('gzip') === true;
  return {
    status,
    headers: {
      ...headers,
      'content-type': file.type,
      ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
    },
    body: await readFile(isCompressed ? `${file.path}.gz` : file.path),
  };
}
