import { lookup } from 'node:dns';
import { isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { SipRefusal } from './refusal.ts';
import { parseUri, type SipUri } from './uri.ts';

/** Where a message came from or goes to: address (no brackets), port, transport; for TCP also the number of the
 *  connection it came by, so that answers take the same way back. */
export interface Hop {
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
  readonly connection?: number;
}

/** 127.0.0.0/8, ::1. */
export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** Unspecified, private or link-local: an address that means nothing outside its own network. */
export const isPrivate = (address: string): boolean =>
  /^(0\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
    address,
  ) || /^(::$|fe80:|f[cd][0-9a-f]{2}:)/i.test(address);

/** "::ffff:192.0.2.1" → "192.0.2.1"; everything else as it is. */
export const plainAddress = (address: string): string =>
  /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::' || host === '';

function firstOutside(ipv6: boolean): string | null {
  const family = ipv6 ? 'IPv6' : 'IPv4';
  for (const addresses of Object.values(networkInterfaces())) {
    for (const info of addresses ?? []) {
      if (!info.internal && info.family === family && !info.address.startsWith('fe80')) return info.address;
    }
  }
  return null;
}

/** The address of ours that this peer should see in Via, Contact and SDP: loopback to loopback, else the advertised
 *  one, else the one we listen on, else the first outside address of the machine. */
export function ownAddress(
  config: { readonly host: string; readonly advertise?: string | undefined },
  peer: string,
): string {
  const listensOnLoopback = isWildcard(config.host) || isLoopback(config.host) || config.host === 'localhost';
  if (isLoopback(peer) && listensOnLoopback) return isIPv6(peer) ? '::1' : '127.0.0.1';
  if (config.advertise !== undefined && config.advertise !== '') return config.advertise;
  if (!isWildcard(config.host)) return config.host;
  return firstOutside(isIPv6(peer)) ?? '127.0.0.1';
}

function transportOf(uri: SipUri, otherwise: 'udp' | 'tcp'): 'udp' | 'tcp' {
  const named = uri.parameters.get('transport')?.toLowerCase();
  if (named === undefined) return otherwise;
  if (named === 'udp' || named === 'tcp') return named;
  throw new SipRefusal(503, `Transport ${named} Not Available`);
}

/** Finds the way to a URI: literals at once, names by address lookup. Exactly one of the callbacks is called.
 *  Refusals: 416 for a scheme that is not sip, 503 for an unknown host or transport.
 *  Source: RFC 3263 §4 without NAPTR and SRV. */
export function findHop(
  text: string,
  transport: 'udp' | 'tcp',
  found: (hop: Hop) => void,
  failed: (refusal: SipRefusal) => void,
): void {
  let hop: Omit<Hop, 'address'>;
  let host: string;
  try {
    const uri = parseUri(text);
    if (uri.scheme !== 'sip') throw new SipRefusal(416, 'Unsupported URI Scheme');
    hop = { transport: transportOf(uri, transport), port: uri.port ?? 5060 };
    host = uri.parameters.get('maddr') ?? uri.host;
  } catch (error) {
    if (!(error instanceof SipRefusal)) throw error;
    failed(error);
    return;
  }
  if (isIP(host) !== 0) found({ ...hop, address: host });
  else {
    lookup(host, (error, address) => {
      if (error === null) found({ ...hop, address });
      else failed(new SipRefusal(503, `Host ${host} Not Found`));
    });
  }
}
