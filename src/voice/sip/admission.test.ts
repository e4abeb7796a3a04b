/** Who may call. voice.md §1: allow-list, digest MD5 and SHA-256 with stale nonces, strangers limited. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Admission, Admissions } from './admission.ts';
import { type SimulatedClock, simulatedClock } from './clock.ts';
import { chooseChallenge, digestResponse, formatCredentials } from './digest.ts';
import { Headers } from './headers.ts';
import { formatMessage, type SipRequest } from './message.ts';
import { parseMessage } from './parse.ts';

let clock: SimulatedClock;
let admissions: Admissions;
const config = {
  trunks: ['192.0.2.1', '198.51.100.0/24', '2001:db8::/32'],
  credentials: { ann: 'pw' },
  realm: 'w',
};

beforeEach(() => {
  clock = simulatedClock();
  admissions = new Admissions(clock, config);
});

function invite(authorization: string | null = null): SipRequest {
  const headers = Headers.of(
    ['via', 'SIP/2.0/UDP a;branch=z9hG4bK1'],
    ['from', '<sip:a@b>;tag=1'],
    ['to', '<sip:c@d>'],
    ['call-id', 'x'],
    ['cseq', '1 INVITE'],
    ['authorization', authorization],
  );
  const message = parseMessage(formatMessage('INVITE sip:c@d SIP/2.0', headers));
  if (message.kind !== 'request') throw new Error(JSON.stringify(message));
  return message;
}

const from = (address: string, authorization: string | null = null): Admission =>
  admissions.admit(invite(authorization), { transport: 'udp', address, port: 5060 });

function challenges(): readonly string[] {
  const admission = from('203.0.113.9');
  if (admission.kind !== 'refused') throw new Error(admission.kind);
  return admission.challenges;
}

function answer(offered: readonly string[], count = 1, password = 'pw', user = 'ann'): string {
  const challenge = chooseChallenge(offered);
  if (challenge === null) throw new Error('no challenge');
  return formatCredentials({ user, password }, challenge, { method: 'INVITE', uri: 'sip:c@d' }, 'abc', count);
}

describe('the allow-list', () => {
  it.each([
    ['192.0.2.1', 'trunk'],
    ['198.51.100.77', 'trunk'],
    ['2001:db8::5', 'trunk'],
    ['192.0.2.2', 'refused'],
    ['::1', 'refused'],
  ])('%s is %s', (address, kind) => {
    expect(from(address).kind).toBe(kind);
  });

  it.each(['trunk.example.com', '192.0.2.0/33', '', '192.0.2.0/x'])('does not take "%s"', (trunk) => {
    expect(() => new Admissions(clock, { ...config, trunks: [trunk] })).toThrow(`"${trunk}"`);
  });
});

describe('digest', () => {
  it('gives the values of RFC 7616 §3.9.1', () => {
    const input = {
      realm: 'http-auth@example.org',
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      method: 'GET',
      uri: '/dir/index.html',
      qop: { nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
    };
    const mufasa = { user: 'Mufasa', password: 'Circle of Life' };
    expect(digestResponse(mufasa, { algorithm: 'MD5', ...input })).toBe('8ca523f5e9506fed4657c9700eebdbec');
    expect(digestResponse(mufasa, { algorithm: 'SHA-256', ...input })).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });

  it('gives the value of RFC 2069 without qop', () => {
    const old = {
      algorithm: 'MD5',
      realm: 'r',
      nonce: 'n',
      method: 'INVITE',
      uri: 'sip:x',
      qop: null,
    } as const;
    // MD5(MD5("u:r:p") ":n:" MD5("INVITE:sip:x"))
    expect(digestResponse({ user: 'u', password: 'p' }, old)).toMatch(/^[0-9a-f]{32}$/);
    expect(
      formatCredentials(
        { user: 'u', password: 'p' },
        new Map([
          ['realm', 'r'],
          ['nonce', 'n'],
        ]),
        { method: 'INVITE', uri: 'sip:x' },
        'c',
      ),
    ).not.toContain('qop');
  });

  it('challenges with SHA-256 before MD5, and takes either', () => {
    const offered = challenges();
    expect(offered.map((one) => /algorithm=([^,]+)/.exec(one)?.[1])).toEqual(['SHA-256', 'MD5']);
    expect(from('203.0.113.9', answer(offered))).toEqual({ kind: 'user', user: 'ann' });
    expect(from('203.0.113.9', answer(challenges().slice(1)))).toEqual({ kind: 'user', user: 'ann' });
  });

  it('refuses a wrong password and an unknown user alike', () => {
    for (const wrong of [
      answer(challenges(), 1, 'no'),
      answer(challenges(), 1, '', 'eve'),
      answer(challenges(), 1, 'pw', ''),
    ]) {
      expect(from('203.0.113.9', wrong)).toMatchObject({ kind: 'refused', status: 403, challenges: [] });
    }
  });

  it('calls a nonce stale when it is old, foreign, or used before', () => {
    const offered = challenges();
    const stale = { status: 401, challenges: [expect.stringContaining('stale=true'), expect.anything()] };
    const foreign = offered.map((one) => one.replace(/nonce="./, 'nonce="z'));
    expect(from('203.0.113.9', answer(foreign))).toMatchObject(stale);
    expect(from('203.0.113.9', answer(offered)).kind).toBe('user');
    expect(from('203.0.113.9', answer(offered))).toMatchObject(stale);
    expect(from('203.0.113.9', answer(offered, 2)).kind).toBe('user');
    clock.advance(300_001);
    expect(from('203.0.113.9', answer(offered, 3))).toMatchObject(stale);
  });

  it.each(['Digest', 'Digest realm="w', 'Digest realm="w", realm="w"', 'Digest realm=w,,'])(
    'takes %s for malformed',
    (text) => {
      expect(from('203.0.113.9', text)).toMatchObject({ status: 400 });
    },
  );

  it('asks again for credentials of another realm, scheme, algorithm or without qop', () => {
    for (const text of [
      'Digest realm="other", username="ann"',
      'Basic YW5uOnB3',
      answer(challenges()).replace('algorithm=SHA-256', 'algorithm=SHA-1'),
      answer(challenges()).replace('qop=auth, ', ''),
    ]) {
      expect(from('203.0.113.9', text)).toMatchObject({ status: 401 });
    }
  });
});

describe('strangers', () => {
  const kindsOf = (count: number, authorization: () => string | null = () => null): string[] =>
    Array.from({ length: count }, () => from('203.0.113.9', authorization()).kind);
  const refusals = (kinds: readonly string[]): number => kinds.filter((kind) => kind === 'refused').length;

  it('are challenged 200 times at once and 20 times a second, then not answered; others are not touched', () => {
    expect(refusals(kindsOf(300))).toBe(200);
    expect(from('203.0.113.10').kind).toBe('refused');
    clock.advance(1_000);
    expect(refusals(kindsOf(30))).toBe(20);
  });

  it('may guess a password 20 times at once and twice a second', () => {
    const guess = answer(challenges(), 1, 'wrong');
    clock.advance(60_000);
    expect(refusals(kindsOf(50, () => guess))).toBe(20);
    clock.advance(1_000);
    expect(refusals(kindsOf(10, () => guess))).toBe(2);
  });

  it('are strangers no more after the right password', () => {
    const right = answer(challenges());
    expect(refusals(kindsOf(300))).toBe(199);
    expect(from('203.0.113.9', right).kind).toBe('user');
    expect(from('203.0.113.9').kind).toBe('refused');
  });

  it('get 403 at once where there are no accounts', () => {
    admissions = new Admissions(clock, { ...config, credentials: {} });
    expect(from('203.0.113.9')).toMatchObject({ status: 403 });
  });
});
