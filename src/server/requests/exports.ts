/** A logged request as something to run: a curl command, and a test. */
import type { LoggedRequest } from './request-log.ts';

/** Headers that belong to the connection or to the one who asked, not to the request. */
const left =
  /^(host|connection|content-length|accept-encoding|user-agent|origin|referer|sec-.*|if-none-match|transfer-encoding|expect)$/;

/** The headers to send again, without the secret ones. */
function headersOf({ headers }: LoggedRequest): [name: string, value: string][] {
  return Object.entries(headers).filter(([name, value]) => !left.test(name) && value !== '***');
}

const inShell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Whether what was kept of the body is all of it: text that is neither cut off nor hidden. */
function isWhole({ body, bodyBytes }: LoggedRequest): boolean {
  return (
    bodyBytes === 0 || (body !== null && Buffer.byteLength(body) === bodyBytes && !body.includes('"***"'))
  );
}

const notWhole = 'The body was not kept whole (too long, no text, or it held secrets): put it in.';

/** The request as a shell command. The token comes from the variable TOKEN, the server from WIRECHIEF_URL (else `origin`). */
export function toCurl(request: LoggedRequest, origin: string): string {
  const lines = [
    `curl -gi -X ${request.method} "\${WIRECHIEF_URL:-${origin}}"${inShell(request.url)}`,
    '-H "Authorization: Bearer $TOKEN"',
    ...headersOf(request).map(([name, value]) => `-H ${inShell(`${name}: ${value}`)}`),
    ...(request.body === null ? [] : [`--data-binary ${inShell(request.body)}`]),
  ];
  return `${isWhole(request) ? '' : `# ${notWhole}\n`}${lines.join(' \\\n  ')}\n`;
}

/** The request as a Vitest file: sends it to WIRECHIEF_URL with TOKEN and expects the status and the shape of the body. */
export function toTest(request: LoggedRequest, origin: string): string {
  const shape = shapeOf(request);
  const headers = Object.fromEntries(headersOf(request));
  return `/** ${request.method} ${request.url.replaceAll('*/', '* /')}, as asked at ${request.at.toISOString()}. Run with TOKEN, and WIRECHIEF_URL if not ${origin}. */
import { expect, test } from 'vitest';

const baseUrl = process.env.WIRECHIEF_URL ?? ${JSON.stringify(origin)};

/** What a value is made of, down to its columns; a list by its first element. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).sort().map(([name, part]) => [name, shapeOf(part)]));
}

test(${JSON.stringify(`${request.method} ${request.url.slice(0, 120)}`)}, async () => {${isWhole(request) ? '' : `\n  // ${notWhole}`}
  const response = await fetch(baseUrl + ${JSON.stringify(request.url)}, {
    method: ${JSON.stringify(request.method)},
    redirect: 'manual',
    headers: { authorization: \`Bearer \${process.env.TOKEN}\`, ...${JSON.stringify(headers)} },${request.body === null ? '' : `\n    body: ${JSON.stringify(request.body)},`}
  });
  expect(response.status).toBe(${request.status ?? 200});${shape === null ? '' : `\n  expect(shapeOf(await response.json())).toEqual(${JSON.stringify(shape, null, 2).replaceAll('\n', '\n  ')});`}
});
`;
}

/** The shape of a JSON answer; null when it is none, or was not kept whole. */
function shapeOf({ answer, answerBytes }: LoggedRequest): unknown {
  if (answer === null || Buffer.byteLength(answer) !== answerBytes) return null;
  try {
    return shape(JSON.parse(answer));
  } catch {
    return null;
  }
}

function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort()
      .map(([name, part]) => [name, shape(part)]),
  );
}
