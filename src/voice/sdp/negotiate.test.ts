/** Offer and answer. voice.md §4 (hold by the peer), §9; RFC 3264. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SipRefusal } from '../sip/refusal.ts';
import { answerFor, offerFor, remoteOfAnswer } from './negotiate.ts';
import { parseSdp } from './sdp.ts';

const ours = { address: '192.0.2.9', port: 20_000, sessionId: '5', version: 2 };
const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-'];
const offer = (...lines: string[]): string => `${[...head, ...lines].join('\r\n')}\r\n`;
const connected = (...lines: string[]): string => offer('c=IN IP4 192.0.2.1', 't=0 0', ...lines);

function refusal(text: string): string {
  try {
    answerFor(text, ours);
  } catch (error) {
    if (error instanceof SipRefusal) return `${error.status} ${error.headers.Warning ?? error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('an offer', () => {
  it('is answered with the first G.711 codec in its own order, telephone-event and 20 ms', () => {
    const { sdp, remote } = answerFor(
      connected('m=audio 4000 RTP/AVP 18 8 0 96', 'a=rtpmap:96 telephone-event/8000', 'a=ptime:30'),
      ours,
    );
    expect(remote).toEqual({
      address: '192.0.2.1',
      port: 4000,
      codec: 'PCMA',
      payloadType: 8,
      dtmf: 96,
      direction: 'sendrecv',
    });
    expect(sdp.split('\r\n')).toEqual([
      'v=0',
      'o=- 5 2 IN IP4 192.0.2.9',
      's=-',
      'c=IN IP4 192.0.2.9',
      't=0 0',
      'm=audio 20000 RTP/AVP 8 96',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:96 telephone-event/8000',
      'a=fmtp:96 0-15',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ]);
  });

  it('may name no rtpmap for static types, and G.711 under a dynamic one', () => {
    expect(answerFor(connected('m=audio 4000 RTP/AVP 0'), ours).remote).toMatchObject({
      codec: 'PCMU',
      dtmf: null,
    });
    const dynamic = connected('m=audio 4000 RTP/AVP 97', 'a=rtpmap:97 pcmu/8000/1');
    expect(answerFor(dynamic, ours).remote).toMatchObject({ codec: 'PCMU', payloadType: 97 });
    expect(answerFor(dynamic, ours).sdp).toContain('m=audio 20000 RTP/AVP 97\r\na=rtpmap:97 PCMU/8000');
  });

  it('takes telephone-event at 8 kHz only', () => {
    const wide = connected(
      'm=audio 4000 RTP/AVP 0 96 97',
      'a=rtpmap:96 telephone-event/48000',
      'a=rtpmap:97 telephone-event/8000',
    );
    expect(answerFor(wide, ours).remote.dtmf).toBe(97);
  });

  it('may give the address for the session or for the stream', () => {
    const both = offer('c=IN IP4 192.0.2.1', 't=0 0', 'm=audio 4000 RTP/AVP 0', 'c=IN IP4 198.51.100.7');
    expect(answerFor(both, ours).remote.address).toBe('198.51.100.7');
    const own = offer('t=0 0', 'm=audio 4000 RTP/AVP 0', 'c=IN IP6 2001:db8::7');
    expect(answerFor(own, ours).remote.address).toBe('2001:db8::7');
    expect(refusal(offer('t=0 0', 'm=audio 4000 RTP/AVP 0'))).toMatch(/^488/);
  });

  it('keeps its other streams, refused with port 0, in their place', () => {
    const many = connected(
      'm=video 5000 RTP/AVP 31 34',
      'm=audio 0 RTP/AVP 0',
      'm=audio 6000 RTP/SAVP 0',
      'm=audio 4000 RTP/AVP 0',
      'm=audio 4002 RTP/AVP 8',
      'm=image 9 udptl t38',
    );
    const { sdp, remote } = answerFor(many, ours);
    expect(remote.port).toBe(4000);
    expect(sdp.split('\r\n').filter((line) => line.startsWith('m='))).toEqual([
      'm=video 0 RTP/AVP 31 34',
      'm=audio 0 RTP/AVP 0',
      'm=audio 0 RTP/SAVP 0',
      'm=audio 20000 RTP/AVP 0',
      'm=audio 0 RTP/AVP 8',
      'm=image 0 udptl t38',
    ]);
  });

  it.each([
    ['sendrecv', 'sendrecv', 'sendrecv'],
    ['sendonly', 'sendrecv', 'recvonly'],
    ['recvonly', 'sendrecv', 'sendonly'],
    ['inactive', 'sendrecv', 'inactive'],
    ['sendrecv', 'sendonly', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
    ['sendrecv', 'inactive', 'inactive'],
  ] as const)('of %s, when we want %s, is answered %s', (offered, wanted, answered) => {
    const { sdp, remote } = answerFor(connected('m=audio 4000 RTP/AVP 0', `a=${offered}`), {
      ...ours,
      direction: wanted,
    });
    expect(remote.direction).toBe(answered);
    expect(sdp).toContain(`a=${answered}\r\n`);
  });

  it('takes the direction of the session where the stream has none', () => {
    expect(answerFor(connected('a=sendonly', 'm=audio 4000 RTP/AVP 0'), ours).remote.direction).toBe(
      'recvonly',
    );
  });

  it('with an address of zeros is the old way to hold', () => {
    const held = offer('c=IN IP4 0.0.0.0', 't=0 0', 'm=audio 4000 RTP/AVP 0');
    expect(answerFor(held, ours).remote.direction).toBe('recvonly');
  });

  it('without G.711 or without audio is refused 488, and what is no SDP 400', () => {
    expect(refusal(connected('m=audio 4000 RTP/AVP 18'))).toBe(
      '488 305 wirechief "PCMU or PCMA over RTP/AVP is needed"',
    );
    expect(refusal(connected('m=video 4000 RTP/AVP 31'))).toBe(
      '488 304 wirechief "an audio stream is needed"',
    );
    expect(refusal(connected())).toMatch(/^488/);
    for (const [text, what] of [
      ['', 'v='],
      ['hello', 'line'],
      ['v=1', 'v='],
      [offer('c=IN IP4 300.1.1.1'), 'c='],
      [offer('c=IN IP4 2001:db8::1'), 'c='],
      [offer('c=IN IP4 224.2.1.1/127'), 'c='],
      [connected('m=audio 70000 RTP/AVP 0'), 'm= port'],
      [connected('m=audio -1 RTP/AVP 0'), 'm= port'],
      [connected('m=audio 4000 RTP/AVP'), 'm= formats'],
      [connected(`m=audio 4000 RTP/AVP${' 0'.repeat(65)}`), 'm= formats'],
      [connected('m=audio 4000 RTP/AVP 96', 'a=rtpmap:96'), 'rtpmap'],
      [connected(...Array.from({ length: 33 }, () => 'm=audio 4000 RTP/AVP 0')), 'too many m= lines'],
      [connected('i=x'.repeat(20_000)), 'too long'],
      [connected('v=0'), 'repeated v='],
    ] as const) {
      expect(refusal(text)).toBe(`400 Bad SDP: ${what}`);
    }
  });
});

describe('our own offer', () => {
  it('has PCMU before PCMA, and its answer tells the far end', () => {
    const own = offerFor({ ...ours, direction: 'sendonly' });
    expect(own).toContain('m=audio 20000 RTP/AVP 0 8 101\r\n');
    const { sdp } = answerFor(own, { address: '192.0.2.4', port: 5000 });
    expect(remoteOfAnswer(sdp, 'sendonly')).toEqual({
      address: '192.0.2.4',
      port: 5000,
      codec: 'PCMU',
      payloadType: 0,
      dtmf: 101,
      direction: 'sendonly',
    });
  });
});

const directions = fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive');
const addresses = fc.oneof(fc.ipV4(), fc.ipV6());

describe('for any two ends', () => {
  it('both agree on codec, keys and who sends', () => {
    void fc.assert(
      fc.property(
        addresses,
        addresses,
        directions,
        directions,
        fc.boolean(),
        (one, other, mine, theirs, alaw) => {
          fc.pre(one !== '0.0.0.0' && other !== '0.0.0.0' && !/^[0:]+$/.test(one) && !/^[0:]+$/.test(other));
          const text = offerFor({ address: one, port: 4000, direction: mine }, alaw ? ['PCMA'] : undefined);
          const { sdp, remote } = answerFor(text, { address: other, port: 5000, direction: theirs });
          const back = remoteOfAnswer(sdp, mine);
          expect([remote.address, back.address]).toEqual([one, other]);
          expect([back.codec, back.dtmf]).toEqual([remote.codec, remote.dtmf]);
          const mirrored = {
            sendrecv: 'sendrecv',
            sendonly: 'recvonly',
            recvonly: 'sendonly',
            inactive: 'inactive',
          } as const;
          expect(back.direction).toBe(mirrored[remote.direction]);
        },
      ),
    );
  });

  it('reading any text refuses or accepts, and never fails otherwise', () => {
    const lines = fc.array(
      fc.oneof(
        fc.constantFrom(...connected('m=audio 4000 RTP/AVP 0 8', 'a=sendonly', 'a=rtcp:4001').split('\r\n')),
        fc.string(),
      ),
    );
    void fc.assert(
      fc.property(
        fc.oneof(
          lines.map((all) => all.join('\r\n')),
          lines.map((all) => [...head, ...all].join('\n')),
        ),
        (text) => {
          try {
            expect(Array.isArray(parseSdp(text).media)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(SipRefusal);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
