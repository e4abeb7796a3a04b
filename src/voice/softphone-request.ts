/** Reads what a page says: untrusted text becomes a SoftphoneRequest here and nowhere else. */
import type { SoftphoneRequest } from '../tables/softphone.ts';
import { isKey } from './ivr/keys.ts';

/** Longest parts of a request, in characters. */
const longest = { token: 16_384, sdp: 32_768, candidate: 2048, number: 64 };

/** The request in this message, or what is wrong with it: the request named and a sentence for a person. */
export function parseRequest(
  message: string,
): { readonly request: SoftphoneRequest } | { readonly named: string; readonly wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return { named: '', wrong: 'A message is one JSON object.' };
  }
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string')
    return { named: '', wrong: 'A message is a JSON object with a type.' };
  const named = value.type.slice(0, 40);
  const request = read(value.type, new Map(Object.entries(value)));
  return typeof request === 'string' ? { named, wrong: request } : { request };
}

function read(type: string, fields: ReadonlyMap<string, unknown>): SoftphoneRequest | string {
  const text = (name: keyof typeof longest): string | null => {
    const value = fields.get(name);
    return typeof value === 'string' && value !== '' && value.length <= longest[name] ? value : null;
  };
  switch (type) {
    case 'hello':
      return readHello(fields.get('role'), text('token'));
    case 'answer': {
      const sdp = text('sdp');
      return sdp === null ? `answer needs sdp, up to ${longest.sdp} characters.` : { type, sdp };
    }
    case 'candidate': {
      const candidate = text('candidate');
      const sdpMid = fields.get('sdpMid') ?? null;
      if (candidate === null || (sdpMid !== null && typeof sdpMid !== 'string'))
        return 'candidate needs candidate, and sdpMid as text or null.';
      return { type, candidate, sdpMid };
    }
    case 'mute': {
      const muted = fields.get('muted');
      return typeof muted === 'boolean' ? { type, muted } : 'mute needs muted: true or false.';
    }
    case 'key': {
      const digit = fields.get('digit');
      return typeof digit === 'string' && isKey(digit)
        ? { type, digit }
        : 'key needs digit: one of 0-9 * # A-D.';
    }
    case 'dial': {
      const number = text('number');
      const from = fields.get('from');
      if (
        number === null ||
        (from !== undefined && (typeof from !== 'string' || from.length > longest.number))
      )
        return 'dial needs number, and from as a number or not at all.';
      return from === undefined ? { type, number } : { type, number, from };
    }
    case 'hangup':
      return { type };
    default:
      return 'This type of message is not known; see hello, answer, candidate, mute, key, dial, hangup.';
  }
}

function readHello(role: unknown, token: string | null): SoftphoneRequest | string {
  if (role === 'caller') return { type: 'hello', role };
  if (role !== 'agent') return 'hello needs role: agent or caller.';
  return token === null ? 'hello of an agent needs its access token.' : { type: 'hello', role, token };
}
