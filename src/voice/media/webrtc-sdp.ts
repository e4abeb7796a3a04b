/** The little of SDP that WebRTC legs need: our candidates in the offer, what the page's answer agreed to. */
import { Refusal } from '../../tables/refusals.ts';
import type { Terms } from './leg.ts';

/** Adds our candidates once more under `advertised` (the address by which others reach this machine, when its own
 *  interfaces do not carry it). */
export function withAdvertised(offer: string, advertised: string | null): string {
  if (advertised === null) return offer;
  const lines = offer.split('\r\n');
  const last = lines.findLastIndex((line) => line.startsWith('a=candidate:'));
  const [foundation, component, transport, , , port, ...rest] = (lines[last] ?? '').split(' ');
  if (port === undefined) return offer;
  // One priority below the real ones: a page on the same machine or network is to use those.
  const copy = [`${foundation}f`, component, transport, 1_000_000, advertised, port, ...rest].join(' ');
  return lines.toSpliced(last + 1, 0, copy).join('\r\n');
}

/** Takes out what the SDP reader of werift 0.24 throws on: `a=rtcp:PORT` without an address. */
export const readable = (answer: string): string => answer.replace(/^a=rtcp:\d+[ \t]*\r?\n/gm, '');

/** What the page agreed to: G.711 of one law, and the payload type of keys. Audio may flow both ways.
 *  Refuses: invalidArgument when the text is no answer to our offer. */
export function termsOfAnswer(answer: string): Terms {
  const refuse = (why: string) => new Refusal('invalidArgument', `The SDP answer cannot be used: ${why}.`);
  const media = /^m=audio (\d+) \S+ ([\d ]+)$/m.exec(answer.replaceAll('\r', ''));
  if (media === null) throw refuse('it has no audio');
  if (media[1] === '0') throw refuse('it refuses audio');
  for (const attribute of ['ice-ufrag', 'ice-pwd', 'fingerprint']) {
    if (!answer.includes(`a=${attribute}:`)) throw refuse(`it has no ${attribute}`);
  }
  const types = (media[2] ?? '').trim().split(' ').map(Number);
  const payloadType = types.find((type) => type === 0 || type === 8);
  if (payloadType === undefined) throw refuse('it takes neither PCMU nor PCMA');
  const dtmf = types.find((type) => new RegExp(`^a=rtpmap:${type} telephone-event/8000`, 'mi').test(answer));
  return {
    codec: payloadType === 0 ? 'PCMU' : 'PCMA',
    payloadType,
    dtmf: dtmf ?? null,
    direction: 'sendrecv',
  };
}
