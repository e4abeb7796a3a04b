/** Messages in the manner of RFC 4475, each with the answer it must get. voice.md §1 and §9. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendDatagram, sendStream } from '../../../test/phone/raw.ts';
import { invite, malformed, outOfPlace, plain, silent, valid } from '../../../test/phone/torture.ts';
import type { SipStack } from './sip.ts';
import { startSip } from './stack.ts';

let stack: SipStack;
let calls = 0;
const faults: string[] = [];

beforeAll(async () => {
  stack = await startSip({
    host: '127.0.0.1',
    port: 0,
    trunks: ['127.0.0.1'],
    credentials: {},
    realm: 'torture',
    log: (line) => {
      if (line.includes('fault')) faults.push(line);
    },
  });
  stack.onInvite = (call) => {
    calls += 1;
    call.reject(486, 'Busy Here');
  };
});
afterAll(async () => {
  await stack.close();
  expect(faults).toEqual([]);
});

const statusOf = (text: string): string => /^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 'nothing';
const isFinal = (text: string): boolean => /SIP\/2\.0 [2-6]/.test(text);

describe.each([
  ['valid messages', valid],
  ['malformed messages', malformed],
  ['messages out of place', outOfPlace],
  ['messages that get no answer', silent],
])('%s', (_, cases) => {
  it.each(cases)('%s', async (_name, message, status) => {
    const { text } = await sendDatagram(message(), stack, isFinal, status === 'nothing' ? 60 : 1_000);
    expect(statusOf(text)).toBe(String(status));
  });
});

describe('answers say what would be right', () => {
  it('405 and 501 name the method, 420 the option, 415 the type', async () => {
    const answer = async (message: string): Promise<string> =>
      (await sendDatagram(message, stack, isFinal)).text;
    expect(await answer(plain('REFER'))).toMatch(/405 Method Not Allowed: REFER[\s\S]*Allow: INVITE, ACK/);
    expect(await answer(plain('DANCE'))).toMatch(/501 Not Implemented: DANCE/);
    expect(await answer(invite({}, ['Require: 100rel']))).toMatch(/\r\nUnsupported: 100rel\r\n/);
    expect(await answer(invite({}, [], 'x'))).toMatch(/\r\nAccept: application\/sdp\r\n/);
    const options = await answer(plain('OPTIONS'));
    for (const header of ['Allow: INVITE', 'Accept: application/sdp', 'Supported:'])
      expect(options).toContain(header);
  });

  it('answers carry received and rport, asked for or not, and copy what the client sent', async () => {
    const bare = invite({ Via: 'Via: SIP/2.0/UDP client.example.com;branch=z9hG4bKnorport' });
    const { text } = await sendDatagram(bare, stack, isFinal);
    expect(text).toMatch(
      /Via: SIP\/2\.0\/UDP client\.example\.com;branch=z9hG4bKnorport;received=127\.0\.0\.1;rport=\d+\r\n/,
    );
    expect(text).toMatch(/\r\nFrom: "Ann" <sip:ann@example\.com>;tag=a73\r\n/);
    expect(text).toMatch(/\r\nTo: <sip:\+4570000001@127\.0\.0\.1>;tag=\w+\r\n/);
  });

  it('a refused request that is sent again gets the same tag', async () => {
    const message = plain('REFER');
    const tag = async (): Promise<string | undefined> =>
      /\r\nTo: [^\r]*tag=(\w+)/.exec((await sendDatagram(message, stack)).text)?.[1];
    expect(await tag()).toBe(await tag());
  });
});

describe('over TCP', () => {
  const stream = (message: string): string =>
    message.replaceAll('SIP/2.0/UDP', 'SIP/2.0/TCP').replaceAll('{port}', '5060');

  it('serves requests one behind the other in one connection', async () => {
    const both = stream(plain('OPTIONS')) + stream(plain('REGISTER'));
    const { text } = await sendStream([both], stack, (seen) => / 405 /.test(seen), 1_000);
    expect(text).toMatch(/SIP\/2\.0 200[\s\S]*SIP\/2\.0 405/);
  });

  it('answers a double line end with one', async () => {
    expect((await sendStream(['\r\n\r\n'], stack)).text).toBe('\r\n');
  });

  it.each([
    ['negative', 'Content-Length: -1'],
    ['no number', 'Content-Length: ten'],
    ['beyond 64 kB', 'Content-Length: 70000'],
  ])('refuses a Content-Length that is %s and closes the connection', async (_, line) => {
    const { text, closed } = await sendStream(
      [stream(plain('OPTIONS', { 'Content-Length': line }))],
      stack,
      () => false,
      1_000,
    );
    expect(statusOf(text)).toBe('400');
    expect(closed).toBe(true);
  });

  it('closes a connection whose message has no Content-Length', async () => {
    const { closed } = await sendStream(
      [stream(plain('OPTIONS', { 'Content-Length': null }))],
      stack,
      () => false,
      1_000,
    );
    expect(closed).toBe(true);
  });
});

it('every INVITE that was in order reached the handler', () => {
  // OPTIONS is no call, and the bare Via below was one more.
  expect(calls).toBe(valid.length);
});
