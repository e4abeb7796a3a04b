/** Headers that make a request mean two things at once, or its body something we do not read. */
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../../tables/index.ts';

/** Headers that count once. Whoever reads the first and whoever reads the last of two would see different requests
 *  (RFC 9110 §5.3, RFC 9112 §3.2). */
const single: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type', 'content-encoding']);

/** Why a request is refused for its headers alone; null when it is not. Refuses invalidArgument for a header given twice,
 *  unsupportedEncoding for a compressed body or an unknown charset. */
export function refusalOfHeaders({ rawHeaders, headers }: IncomingMessage): Refusal | null {
  let seen = '';
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? '';
    if (!single.has(name)) continue;
    if (seen.includes(`,${name},`))
      return new Refusal('invalidArgument', `The header ${name} is given twice.`);
    seen += `,${name},`;
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new Refusal('unsupportedEncoding', `Content-Encoding '${encoding.slice(0, 40)}'`);
  }
  const charset = charsetOf(headers['content-type']);
  if (charset !== null && !isKnown(charset)) {
    return new Refusal('unsupportedEncoding', `charset '${charset.slice(0, 40)}'`);
  }
  return null;
}

/** A body in UTF-8, whatever charset its type names (webapi.md §2: any charset is taken). */
export function inUtf8(body: Buffer, type: string | undefined): Buffer {
  const charset = charsetOf(type);
  if (charset === null || charset === 'utf-8' || charset === 'utf8') return body;
  return Buffer.from(new TextDecoder(charset).decode(body));
}

function charsetOf(type: string | undefined): string | null {
  if (type === undefined || !/charset/i.test(type)) return null;
  return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1]?.toLowerCase() ?? null;
}

function isKnown(charset: string): boolean {
  try {
    return new TextDecoder(charset).encoding !== '';
  } catch {
    return false;
  }
}
