/** What of a request is kept: nothing that lets somebody in. */

/** How much of a body is kept, in bytes. */
export const maxBodyBytes = 65_536;

const hidden = '***';
const secretName = /auth|cookie|secret|password|passwd|token|ticket|api-?_?key|sas|credential/i;
const secretWord = /secret|password|passwd|token|ticket|api-?_?key|authorization|cookie|credential/i;
/** A part of each secret word, behind one of it that begins with a rare letter where there is one: looking for these in a
 *  text costs a twentieth of what the expression does. */
const secretParts = [
  ['secret', 'secret'],
  ['passw', 'passw'],
  ['ken', 'token'],
  ['ket', 'ticket'],
  ['key', 'key'],
  ['zation', 'authorization'],
  ['kie', 'cookie'],
  ['credential', 'credential'],
] as const;

/** The headers as they came, with the values of those that carry secrets hidden. */
export function safeHeaders(headers: {
  readonly [name: string]: string | string[] | undefined;
}): Record<string, string> {
  const safe: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    safe[name] = isSecretName(name) ? hidden : typeof value === 'string' ? value : value.join(', ');
  }
  return safe;
}

/** The names met so far, and whether they are secret. Clients may send any name, so only so many are kept. */
const secretNames = new Map<string, boolean>();
const namesKept = 500;

function isSecretName(name: string): boolean {
  const known = secretNames.get(name);
  if (known !== undefined) return known;
  const secret = secretName.test(name);
  if (secretNames.size < namesKept) secretNames.set(name, secret);
  return secret;
}

/** The URL as it came, with query values that carry secrets hidden; `$skiptoken` and `$deltatoken` carry none. */
export function safeUrl(url: string): string {
  return url.replace(/([?&])([^=&#]*)=([^&#]*)/g, (whole, mark: string, name: string) =>
    !/^(\$|%24)/.test(name) && (secretWord.test(name) || name === 'code')
      ? `${mark}${name}=${hidden}`
      : whole,
  );
}

/** A JSON property whose name speaks of a secret, or a header line of a batch part. The value may be cut off. */
const property =
  /("[^"\n]{0,200}(?:secret|password|passwd|token|ticket|api_?key|credential)[^"\n]{0,200}"\s*:\s*)("(?:[^"\\]|\\[\s\S])*(?:"|$)|[^\s",}\]]+)/gi;
const headerLine =
  /^((?:proxy-)?authorization|cookie|set-cookie|x-[\w-]*(?:token|key|secret)[\w-]*)[ \t]*:[^\r\n]*/gim;

/** A body as it is kept: at most 64 kB of text, values of secrets hidden. Null when there is none or it is no text. */
export function safeBody(body: string | Buffer | null, type: string | undefined): string | null {
  if (body === null || !isText(type)) return null;
  const text =
    typeof body === 'string'
      ? body.slice(0, maxBodyBytes)
      : body.toString('utf8', 0, Math.min(body.length, maxBodyBytes));
  const lower = text.toLowerCase();
  if (!secretParts.some(([rare, part]) => lower.includes(rare) && lower.includes(part))) return text;
  return text.replace(property, `$1"${hidden}"`).replace(headerLine, `$1: ${hidden}`);
}

function isText(type: string | undefined): boolean {
  return type === undefined || /json|xml|text|multipart\/mixed/i.test(type);
}
