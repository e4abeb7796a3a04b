/** The parser and the framing under any bytes. voice.md §1: one pass, limits, Content-Length in bytes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer } from './framing.ts';
import { Headers } from './headers.ts';
import { formatMessage } from './message.ts';
import { parseMessage } from './parse.ts';
import { parseUri, userOf } from './uri.ts';

const good = (body = ''): Buffer =>
  formatMessage(
    'INVITE sip:+4570000001@192.0.2.1 SIP/2.0',
    Headers.of(
      ['v', 'SIP/2.0/UDP [2001:db8::1]:5062;branch=z9hG4bK1;rport'],
      ['f', '"a, \\"b\\"" <sip:a@b>;tag=1'],
      ['t', 'sip:x@192.0.2.1;q="a;b"'],
      ['i', 'id@host'],
      ['cseq', '7 INVITE'],
      ['m', '<sip:a@b:5062;transport=tcp>, <sip:c@d>'],
      ['k', 'timer, replaces'],
      ['k', '100rel'],
    ),
    Buffer.from(body, 'utf8'),
  );

describe('a message', () => {
  it('is taken apart into the parts that count', () => {
    const message = parseMessage(good('søren'));
    if (message.kind !== 'request') throw new Error(JSON.stringify(message));
    expect(message).toMatchObject({
      method: 'INVITE',
      uri: 'sip:+4570000001@192.0.2.1',
      callId: 'id@host',
      cseq: { number: 7, method: 'INVITE' },
      from: { display: 'a, "b"', uri: 'sip:a@b' },
      via: { transport: 'UDP', host: '2001:db8::1', port: 5062 },
    });
    expect(message.to.uri).toBe('sip:x@192.0.2.1');
    expect(message.to.parameters.get('q')).toBe('a;b');
    expect(message.headers.list('supported')).toEqual(['timer', 'replaces', '100rel']);
    expect(message.headers.list('Contact')).toEqual(['<sip:a@b:5062;transport=tcp>', '<sip:c@d>']);
    expect(message.body.toString('utf8')).toBe('søren');
    expect(message.headers.get('l')).toBe('6');
  });

  it('is cut off at Content-Length, which counts bytes', () => {
    const message = parseMessage(Buffer.concat([good('ø'), Buffer.from('rubbish')]));
    expect(message.kind === 'request' && message.body.toString('utf8')).toBe('ø');
  });

  it('cannot be given a line break through a header', () => {
    expect(() => Headers.of(['subject', 'a\r\nVia: evil'])).toThrow(RangeError);
    expect(() => formatMessage('SIP/2.0 200 a\r\nVia: evil', new Headers())).toThrow(RangeError);
  });
});

describe('a URI', () => {
  it.each([
    ['sip:+45%2070@h', '+45 70'],
    ['sip:+4570000001;npdi=yes@h;user=phone', '+4570000001'],
    ['tel:+45-70-00-00-01;phone-context=x', '+45-70-00-00-01'],
    ['sip:user:secret@h', 'user'],
    ['sip:a%00b@h', null],
    ['sip:h', null],
  ])('%s has the user %s', (text, user) => {
    expect(userOf(parseUri(text))).toBe(user);
  });
});

const bytes = fc.uint8Array({ maxLength: 2_000 }).map((array) => Buffer.from(array));
/** Bytes that look like SIP: good pieces in any order, some of them spoilt. */
const likeSip = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...good('v=0')
          .toString('latin1')
          .split(/(?<=\r\n)/),
      ),
      fc.constantFrom(
        '\r\n',
        '\r\n\r\n',
        ' folded\r\n',
        '\t',
        'Via: ;,;\r\n',
        'To: "x\r\n',
        'l: -1\r\n',
        '\0',
        '\n',
        '\r',
      ),
      fc.string({ maxLength: 30 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));
const mutated = fc
  .tuple(fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }), fc.nat(400))
  .map(([changes, cut]) => {
    const message = Buffer.from(good('v=0\r\n'));
    for (const [at, byte] of changes) message[at % message.length] = byte;
    return message.subarray(0, cut < 50 ? message.length - cut : message.length);
  });

describe('for any bytes', () => {
  it('parsing never throws and says what it found', () => {
    void fc.assert(
      fc.property(fc.oneof(bytes, likeSip, mutated), (input) => {
        const kinds = ['request', 'response', 'malformed', 'garbage', 'keepAlive'];
        expect(kinds).toContain(parseMessage(input).kind);
      }),
      { numRuns: 3_000 },
    );
  });

  it('parsing takes time in proportion to the length, whatever stands there', () => {
    const worst = ['"', '\\', '<', ',', ';', ' ', '\r\n ', ':', '%', '(', 'a=', ';a', ',"'].map((piece) =>
      Buffer.from(
        good()
          .toString('latin1')
          .replace(
            '7 INVITE\r\n',
            `7 INVITE\r\nX: ${piece.repeat(2_000)}\r\nFrom: ${piece.repeat(2_000)}\r\n`,
          ),
        'latin1',
      ),
    );
    const since = performance.now();
    for (let times = 0; times < 20; times += 1) for (const message of worst) parseMessage(message);
    expect((performance.now() - since) / (20 * worst.length)).toBeLessThan(5);
  });

  it('framing does not depend on how the stream is chunked', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constant(good()),
        fc.constant(good('körper')),
        likeSip,
        fc.constant(Buffer.from('\r\n\r\n')),
      ),
      { maxLength: 6 },
    );
    void fc.assert(
      fc.property(pieces, fc.array(fc.nat(60), { minLength: 1, maxLength: 40 }), (parts, sizes) => {
        const stream = Buffer.concat(parts);
        const whole = new Framer().push(stream);
        const framer = new Framer();
        const cut = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = 1 + (sizes[turn % sizes.length] ?? 0);
          cut.push(...framer.push(stream.subarray(at, at + size)));
          at += size;
        }
        const told = (frames: typeof whole): string[] =>
          frames.map((frame) => (frame.kind === 'message' ? frame.bytes.toString('latin1') : frame.kind));
        expect(told(cut)).toEqual(told(whole));
      }),
      { numRuns: 1_000 },
    );
  });

  it('framing gives back the messages that went in', () => {
    void fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 200 }), { maxLength: 8 }), (bodies) => {
        const frames = new Framer().push(Buffer.concat(bodies.map((body) => good(body))));
        expect(
          frames.map(
            (frame) => frame.kind === 'message' && frame.bytes.equals(good(bodies[frames.indexOf(frame)])),
          ),
        ).toEqual(bodies.map(() => true));
      }),
    );
  });

  it('framing holds no more than one message and never goes quadratic', () => {
    const framer = new Framer();
    const endless = Buffer.from(`INVITE sip:a SIP/2.0\r\n${'X: y\r\n'.repeat(20_000)}`);
    expect(framer.push(endless).map(({ kind }) => kind)).toEqual(['broken']);
    expect(framer.push(good())).toEqual([]);
    const since = performance.now();
    expect(new Framer().push(Buffer.from('\r\n'.repeat(500_000)))).toHaveLength(250_000);
    const slow = new Framer();
    for (let at = 0; at < 60_000; at += 1) slow.push(Buffer.from('a'));
    expect(performance.now() - since).toBeLessThan(2_000);
  });
});
