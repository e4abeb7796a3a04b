/** Who may call: the trunks' addresses freely, everyone else by digest, and strangers not too often.
 *  Source: RFC 3261 §22, RFC 8760, voice.md §1. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Clock } from './clock.ts';
import {
  type Algorithm,
  algorithmOf,
  algorithms,
  type DigestParameters,
  digestResponse,
  parseDigest,
} from './digest.ts';
import { quoted, utf8Of } from './grammar.ts';
import type { Hop } from './hop.ts';
import type { SipRequest } from './message.ts';
import { SipRefusal } from './refusal.ts';

/** The answer to "may this INVITE come in?". `silent`: not even a refusal is sent. */
export type Admission =
  | { readonly kind: 'trunk' }
  | { readonly kind: 'user'; readonly user: string }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly reason: string;
      readonly challenges: readonly string[];
    }
  | { readonly kind: 'silent' };

const nonceLifeMs = 300_000;
const strangersRemembered = 10_000;
const noncesRemembered = 10_000;
/** What an address may cost us before it is no longer answered: so much at once, then so much a second. A challenge
 *  costs 1, since every call of a phone with an account begins with one; a refusal costs 10. */
const allowance = 200;
const allowancePerSecond = 20;
const refusalCost = 10;

/** Takes addresses and networks ("192.0.2.0/24"). Throws Error on anything else, naming it. */
export function trunkList(trunks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const trunk of trunks) {
    const [address = '', bits] = trunk.split('/');
    if (isIP(address) === 0) throw new Error(`trunk "${trunk}" is no IP address or network`);
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 'ipv6' ? 128 : 32)) {
      list.addSubnet(address, Number(bits), family);
    } else throw new Error(`trunk "${trunk}" is no IP address or network`);
  }
  return list;
}

/** Drops the oldest entry when a map has grown to its bound. */
function bound(map: Map<string, unknown>, most: number): void {
  if (map.size < most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

/** Decides about INVITEs outside dialogs. */
export class Admissions {
  readonly #clock: Clock;
  readonly #trunks: BlockList;
  readonly #credentials: ReadonlyMap<string, string>;
  readonly #realm: string;
  readonly #algorithms: readonly Algorithm[];
  readonly #secret = randomBytes(32);
  readonly #allowances = new Map<string, { left: number; at: number }>();
  readonly #counts = new Map<string, number>();

  constructor(
    clock: Clock,
    config: {
      readonly trunks: readonly string[];
      readonly credentials: { readonly [user: string]: string };
      readonly realm: string;
      readonly digest?: readonly Algorithm[];
    },
  ) {
    this.#clock = clock;
    this.#trunks = trunkList(config.trunks);
    this.#credentials = new Map(Object.entries(config.credentials));
    this.#realm = config.realm;
    this.#algorithms = config.digest ?? algorithms;
  }

  /** Is this the address of a trunk? */
  isTrunk(address: string): boolean {
    return this.#trunks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }

  /** May this INVITE come in? */
  admit(request: SipRequest, hop: Hop): Admission {
    if (this.isTrunk(hop.address)) return { kind: 'trunk' };
    const decision = this.#credentials.size === 0 ? refused(403, 'Forbidden') : this.#check(request);
    if (decision.kind === 'user') this.#allowances.delete(hop.address);
    if (decision.kind !== 'refused') return decision;
    const cost = decision.challenges.length > 0 ? 1 : refusalCost;
    return this.#maySpend(hop.address, cost) ? decision : { kind: 'silent' };
  }

  #check(request: SipRequest): Admission {
    for (const value of request.headers.all('authorization')) {
      try {
        const answer = parseDigest(value, 'Authorization');
        if (answer?.get('realm') === this.#realm) return this.#verify(answer, request);
      } catch (error) {
        if (error instanceof SipRefusal) return refused(error.status, error.message);
        throw error;
      }
    }
    return refused(401, 'Unauthorized', this.#challenges(false));
  }

  #verify(answer: DigestParameters, request: SipRequest): Admission {
    const algorithm = algorithmOf(answer);
    const user = utf8Of(answer.get('username') ?? '');
    const nonce = answer.get('nonce') ?? '';
    const nc = answer.get('nc') ?? '';
    const cnonce = answer.get('cnonce') ?? '';
    if (
      algorithm === null ||
      !this.#algorithms.includes(algorithm) ||
      answer.get('qop')?.toLowerCase() !== 'auth' ||
      !/^[0-9a-f]{8}$/i.test(nc)
    ) {
      return refused(401, 'Unauthorized', this.#challenges(false));
    }
    const age = this.#ageOf(nonce);
    if (age === null) return refused(401, 'Unauthorized', this.#challenges(true));
    const input = {
      algorithm,
      realm: this.#realm,
      nonce,
      method: request.method,
      uri: answer.get('uri') ?? '',
    };
    const password = this.#credentials.get(user);
    // An unknown user costs the same time as a wrong password, so names cannot be fished for.
    const expected = digestResponse({ user, password: password ?? '' }, { ...input, qop: { cnonce, nc } });
    const given = (answer.get('response') ?? '').toLowerCase();
    const right =
      given.length === expected.length &&
      timingSafeEqual(Buffer.from(given, 'latin1'), Buffer.from(expected));
    if (!right || password === undefined) return refused(403, 'Forbidden');
    const count = Number.parseInt(nc, 16);
    if (age > nonceLifeMs || count <= (this.#counts.get(nonce) ?? 0)) {
      return refused(401, 'Unauthorized', this.#challenges(true));
    }
    bound(this.#counts, noncesRemembered);
    this.#counts.set(nonce, count);
    return { kind: 'user', user };
  }

  #challenges(stale: boolean): string[] {
    const nonce = this.#nonce();
    return this.#algorithms.map(
      (algorithm) =>
        `Digest realm=${quoted(this.#realm)}, nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale ? ', stale=true' : ''}`,
    );
  }

  /** Time, some randomness and a seal over both: nothing needs to be kept until the nonce comes back. */
  #nonce(): string {
    const body = `${Math.floor(this.#clock.now()).toString(36)}.${randomBytes(9).toString('base64url')}`;
    return `${body}.${this.#seal(body)}`;
  }

  #seal(body: string): string {
    return createHmac('sha256', this.#secret).update(body).digest('base64url').slice(0, 22);
  }

  /** Age of a nonce of ours in milliseconds; null when it is not ours. */
  #ageOf(nonce: string): number | null {
    const cut = nonce.lastIndexOf('.');
    const body = nonce.slice(0, Math.max(cut, 0));
    if (cut < 0 || nonce.slice(cut + 1) !== this.#seal(body)) return null;
    return this.#clock.now() - Number.parseInt(body, 36);
  }

  #maySpend(address: string, cost: number): boolean {
    const now = this.#clock.now();
    const known = this.#allowances.get(address) ?? { left: allowance, at: now };
    const left = Math.min(allowance, known.left + ((now - known.at) / 1000) * allowancePerSecond);
    const enough = left >= cost;
    this.#allowances.delete(address);
    bound(this.#allowances, strangersRemembered);
    this.#allowances.set(address, { left: enough ? left - cost : left, at: now });
    return enough;
  }
}

const refused = (status: number, reason: string, challenges: readonly string[] = []): Admission => ({
  kind: 'refused',
  status,
  reason,
  challenges,
});
