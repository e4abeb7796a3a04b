import { describe, expect, it } from 'vitest';
import { webRtcPlaces } from './webrtc-carrier.ts';
import { readable, termsOfAnswer, withAdvertised } from './webrtc-sdp.ts';

const offer = [
  'v=0',
  'a=candidate:1 1 udp 2116026367 10.0.0.5 4000 typ host',
  'a=end-of-candidates',
  '',
].join('\r\n');
const answer = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 8 0 126',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:secret',
  'a=fingerprint:sha-256 00',
  'a=rtpmap:126 telephone-event/8000',
  '',
].join('\r\n');

describe('SDP of pages (voice.md §8)', () => {
  it('offers our ports under the advertised address too, below the real ones', () => {
    const lines = withAdvertised(offer, '203.0.113.9').split('\r\n');
    expect(lines[2]).toBe('a=candidate:1f 1 udp 1000000 203.0.113.9 4000 typ host');
    expect(lines[1]).toBe('a=candidate:1 1 udp 2116026367 10.0.0.5 4000 typ host');
    expect(withAdvertised(offer, null)).toBe(offer);
  });

  it('reads the law and the payload type of keys', () => {
    expect(termsOfAnswer(answer)).toEqual({
      codec: 'PCMA',
      payloadType: 8,
      dtmf: 126,
      direction: 'sendrecv',
    });
    expect(termsOfAnswer(answer.replace('8 0 126', '0 8'))).toMatchObject({ codec: 'PCMU', dtmf: null });
  });

  it.each([
    ['it has no audio', 'v=0'],
    ['it refuses audio', answer.replace('audio 9', 'audio 0')],
    ['it has no fingerprint', answer.replace('a=fingerprint', 'a=finger')],
    ['it takes neither PCMU nor PCMA', answer.replace('8 0 126', '111 126')],
  ])('refuses an answer: %s', (why, text) => {
    expect(() => termsOfAnswer(text)).toThrow(why);
  });

  it('takes out the rtcp line that werift cannot read, and no other', () => {
    expect(readable('a=rtcp:9\r\na=rtcp-mux\r\na=rtcp:9 IN IP4 0.0.0.0\r\n')).toBe(
      'a=rtcp-mux\r\na=rtcp:9 IN IP4 0.0.0.0\r\n',
    );
  });

  it('offers the host it is bound to, or for a wildcard the machine, never twice', () => {
    expect(webRtcPlaces('127.0.0.1', '127.0.0.1')).toEqual({
      addresses: ['127.0.0.1'],
      bindTo: '127.0.0.1',
      advertised: null,
    });
    expect(webRtcPlaces('10.0.0.5', '203.0.113.9')).toMatchObject({
      bindTo: '10.0.0.5',
      advertised: '203.0.113.9',
    });
    const all = webRtcPlaces('0.0.0.0', '127.0.0.1');
    expect(all.bindTo).toBeNull();
    expect(all.advertised).toBeNull();
    expect(all.addresses[0]).toBe('127.0.0.1');
  });
});
