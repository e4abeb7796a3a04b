/** Messages in the manner of RFC 4475, each with the status of its answer. */

let branch = 0;

/** A good INVITE of which `{port}` is to be filled in; `change` replaces lines by their beginning, null removes one, and `more` appends lines. */
export function invite(
  change: { readonly [start: string]: string | null } = {},
  more: readonly string[] = [],
  body = '',
  method = 'INVITE',
): string {
  branch += 1;
  const lines = [
    `${method} sip:+4570000001@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKt${branch};rport`,
    'Max-Forwards: 70',
    'From: "Ann" <sip:ann@example.com>;tag=a73',
    'To: <sip:+4570000001@127.0.0.1>',
    `Call-ID: torture${branch}@example.com`,
    `CSeq: 1 ${method}`,
    'Contact: <sip:ann@127.0.0.1:{port}>',
    `Content-Length: ${Buffer.byteLength(body, 'latin1')}`,
  ];
  const changed = lines.flatMap((line) => {
    const start = Object.keys(change).find((key) => line.startsWith(key));
    const value = start === undefined ? line : change[start];
    return value === null || value === undefined ? [] : [value];
  });
  return `${[...changed, ...more].join('\r\n')}\r\n\r\n${body}`;
}

/** The same with another method. */
export const plain = (
  method: string,
  change: Parameters<typeof invite>[0] = {},
  more: readonly string[] = [],
): string => invite(change, more, '', method);

const sdp = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 0',
  '',
];
const audio = sdp.join('\r\n');

/** Name, message, status of the answer. */
export type Case = readonly [name: string, message: () => string | Buffer, status: number | 'nothing'];

/** Unusual and in order. */
export const valid: readonly Case[] = [
  ['a plain INVITE reaches the handler', () => invite(), 486],
  [
    'folding, odd spacing, compact names, unknown headers (RFC 4475 §3.1.1.1)',
    () =>
      invite(
        {
          Via: 'v:  SIP  / 2.0  / UDP\r\n   127.0.0.1:{port} ;\r\n branch = z9hG4bKwsinv ; rport , SIP / 2.0 / TCP\r\n  spindle.example.com ;branch =  z9hG4bK9ikj8',
          From: 'f  :  "A \\"quoted\\" name, with comma" <sip:ann@example.com>\r\n ;\r\n  tag\r\n =\r\n a73',
          To: 'TO :\r\n sip:+4570000001@127.0.0.1 ;   tag2  = x',
          'Max-Forwards': 'max-forwards: 0068',
          'Call-ID': 'i:wsinv.ndaksdj@127.0.0.1',
          CSeq: 'cseq: 0009\r\n  INVITE',
          Contact:
            'm:"Quoted string \\"\\"" <sip:ann@127.0.0.1:{port}> ; newparam =\r\n newvalue ;\r\n  q = 0.33',
        },
        [
          'NewFangledHeader:   newfangled value\r\n continued newfangled value',
          'UnknownHeaderWithUnusualValue: ;;,,;;,;',
        ],
      ),
    486,
  ],
  [
    'escaped characters in the user part (§3.1.1.3)',
    () => invite({ INVITE: 'INVITE sip:sips%3Auser%40example.com@127.0.0.1;other-param=summit SIP/2.0' }),
    486,
  ],
  [
    'a semicolon in the user part (§3.1.1.9)',
    () => invite({ INVITE: 'INVITE sip:user;par=u%40example.net@127.0.0.1 SIP/2.0' }),
    486,
  ],
  [
    'no space between name and bracket (§3.1.1.6)',
    () => invite({ From: 'From: caller<sip:caller@example.com>;tag=323' }),
    486,
  ],
  [
    'UTF-8 in a quoted display name',
    () => invite({ From: 'From: "J\xc3\xb8rgen" <sip:j@example.com>;tag=1' }),
    486,
  ],
  ['long values within the limits (§3.1.1.7)', () => invite({}, [`X-Long: ${'x'.repeat(8000)}`]), 486],
  ['bytes behind the message (§3.1.1.8)', () => `${invite()}INVITE rubbish`, 486],
  [
    'IPv6 in Via, From and Contact',
    () =>
      invite({
        Via: 'Via: SIP/2.0/UDP [::1]:{port};branch=z9hG4bKv6',
        From: 'From: <sip:[2001:db8::9:1]>;tag=6',
        Contact: 'Contact: <sip:ann@[2001:db8::9:1]:5060>',
      }),
    486,
  ],
  [
    'a caller older than RFC 3261: no branch, no tag (§3.3.15)',
    () => invite({ Via: 'Via: SIP/2.0/UDP 127.0.0.1:{port}', From: 'From: <sip:old@example.com>' }),
    486,
  ],
  [
    'an empty branch behind the cookie (§3.2.1)',
    () => invite({ Via: 'Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK' }),
    486,
  ],
  [
    'unknown scheme in To and From (§3.3.4)',
    () => invite({ To: 'To: isbn:2983792873', From: 'From: <https://www.example.com>;tag=3' }),
    486,
  ],
  ['a tel URI', () => invite({ INVITE: 'INVITE tel:+4570000001 SIP/2.0' }), 486],
  ['Max-Forwards 0 at an end point (§3.3.11)', () => invite({ 'Max-Forwards': 'Max-Forwards: 0' }), 486],
  [
    'a date of another zone (§3.1.2.12) is not read',
    () => invite({}, ['Date: Fri, 01 Jan 2010 16:00:00 EST']),
    486,
  ],
  ['leading line ends', () => `\r\n\r\n${invite()}`, 486],
  ['an SDP body', () => invite({}, ['Content-Type: application/sdp'], audio), 486],
  [
    'SDP within multipart',
    () =>
      invite(
        {},
        ['Content-Type: multipart/mixed;boundary=bb'],
        `--bb\r\nContent-Type: text/plain\r\n\r\nhi\r\n--bb\r\nContent-Type: application/sdp\r\n\r\n${audio}\r\n--bb--\r\n`,
      ),
    486,
  ],
  ['OPTIONS', () => plain('OPTIONS'), 200],
];

/** Not in order. */
export const malformed: readonly Case[] = [
  [
    'extraneous separators (§3.1.2.1)',
    () => invite({ Via: 'Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKa;;,;,,' }),
    400,
  ],
  ['separators behind a Contact', () => invite({ Contact: 'Contact: "Joe" <sip:joe@example.org>;;;;' }), 400],
  [
    'Content-Length larger than the message (§3.1.2.2)',
    () => invite({ 'Content-Length': 'Content-Length: 9999' }),
    400,
  ],
  ['negative Content-Length (§3.1.2.3)', () => invite({ 'Content-Length': 'Content-Length: -999' }), 400],
  ['Content-Length twice (§3.3.9)', () => invite({}, ['Content-Length: 0']), 400],
  ['values beyond their range (§3.1.2.4)', () => invite({ CSeq: 'CSeq: 36893488147419103232 INVITE' }), 400],
  ['CSeq beyond 2³¹', () => invite({ CSeq: 'CSeq: 2147483648 INVITE' }), 400],
  ['Max-Forwards beyond 255', () => invite({ 'Max-Forwards': 'Max-Forwards: 300' }), 400],
  [
    'an unterminated quote (§3.1.2.6)',
    () => invite({ To: 'To: "Mr. J. User <sip:j.user@example.com>' }),
    400,
  ],
  [
    'request URI in brackets (§3.1.2.7)',
    () => invite({ INVITE: 'INVITE <sip:user@example.com> SIP/2.0' }),
    400,
  ],
  [
    'white space in the request URI (§3.1.2.8)',
    () => invite({ INVITE: 'INVITE sip:user@example.com; lr SIP/2.0' }),
    400,
  ],
  [
    'two spaces in the request line (§3.1.2.9)',
    () => invite({ INVITE: 'INVITE  sip:user@example.com  SIP/2.0' }),
    400,
  ],
  [
    'a space behind the version (§3.1.2.10)',
    () => invite({ INVITE: 'INVITE sip:user@example.com SIP/2.0  ' }),
    400,
  ],
  [
    'headers in the request URI (§3.1.2.11)',
    () => invite({ INVITE: 'INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0' }),
    400,
  ],
  [
    'a Contact with "?" outside brackets (§3.1.2.13)',
    () => invite({ Contact: 'Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E' }),
    400,
  ],
  [
    'spaces within the brackets (§3.1.2.14)',
    () => invite({ To: 'To: "Watson" < sip:t.watson@example.org >' }),
    400,
  ],
  [
    'a comma in an unquoted name (§3.1.2.15)',
    () => invite({ From: 'From: Bell, Alexander <sip:a.g.bell@example.com>;tag=43' }),
    400,
  ],
  ['version 7 (§3.1.2.16)', () => invite({ INVITE: 'INVITE sip:t.watson@example.org SIP/7.0' }), 505],
  ['CSeq of another method (§3.1.2.17)', () => invite({ CSeq: 'CSeq: 8 OPTIONS' }), 400],
  ['no From, To or Call-ID (§3.3.1)', () => invite({ From: null, To: null, 'Call-ID': null }), 400],
  ['no CSeq', () => invite({ CSeq: null }), 400],
  [
    'headers that may stand once standing twice (§3.3.8)',
    () => invite({}, ['CSeq: 5 INVITE', 'Call-ID: other']),
    400,
  ],
  ['no Contact in an INVITE', () => invite({ Contact: null }), 400],
  ['a header without colon', () => invite({}, ['ThisIsNoHeader']), 400],
  ['a header name with a space', () => invite({}, ['Bad Name: x']), 400],
  ['a NUL in a header', () => invite({}, ['X-Nul: a\0b']), 400],
  ['a bare line feed', () => invite().replace('\r\nMax', '\nMax'), 400],
  ['a bare carriage return', () => invite({}, ['X: a\rb']), 400],
  ['a head that does not end', () => invite().slice(0, -4), 400],
  ['a line beyond 8 kB', () => invite({}, [`X-Long: ${'x'.repeat(8200)}`]), 400],
  [
    'folds that add up beyond 8 kB',
    () => invite({}, [`X-Long: x${'\r\n yyyyyyyyyyyyyyyy'.repeat(600)}`]),
    400,
  ],
  [
    'more than 256 headers',
    () =>
      invite(
        {},
        Array.from({ length: 300 }, (_, at) => `X-${at}: y`),
      ),
    400,
  ],
  ['port 0 in the request URI', () => invite({ INVITE: 'INVITE sip:user@example.com:0 SIP/2.0' }), 400],
  [
    'a broken escape in the request URI',
    () => invite({ INVITE: 'INVITE sip:us%zzer@example.com SIP/2.0' }),
    400,
  ],
  ['a broken IPv6 literal', () => invite({ INVITE: 'INVITE sip:user@[::1::2] SIP/2.0' }), 400],
  ['an empty tag', () => invite({ From: 'From: <sip:ann@example.com>;tag=' }), 400],
  ['tag twice', () => invite({ From: 'From: <sip:ann@example.com>;tag=1;tag=2' }), 400],
  [
    'a Via that names another version',
    () => invite({ Via: 'Via: SIP/3.0/UDP 127.0.0.1:{port};branch=z9hG4bKx' }),
    400,
  ],
];

/** In order, and not to be served. */
export const outOfPlace: readonly Case[] = [
  ['an unknown method (§3.1.1.2)', () => plain("!interesting-Method0123456789_*+`.%indeed'~"), 501],
  ['REGISTER', () => plain('REGISTER'), 405],
  ['REFER', () => plain('REFER'), 405],
  [
    'an unknown scheme (§3.3.2)',
    () => invite({ INVITE: 'INVITE nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0' }),
    416,
  ],
  [
    'another unknown scheme (§3.3.3)',
    () => invite({ INVITE: 'INVITE soap.beep://192.0.2.103:3002 SIP/2.0' }),
    416,
  ],
  [
    'an unknown Require (§3.3.5)',
    () => invite({}, ['Require: nothingSupportsThis, nothingSupportsThisEither']),
    420,
  ],
  [
    'an unknown body type (§3.3.6)',
    () => invite({}, ['Content-Type: application/unknownformat'], '<audio/>'),
    415,
  ],
  ['a body without type', () => invite({}, [], 'hello'), 415],
  [
    'a packed body',
    () => invite({}, ['Content-Type: application/sdp', 'Content-Encoding: gzip'], audio),
    415,
  ],
  ['BYE outside a dialog', () => plain('BYE'), 481],
  ['BYE of an unknown dialog', () => plain('BYE', { To: 'To: <sip:x@127.0.0.1>;tag=zzz' }), 481],
  ['INFO of an unknown dialog', () => plain('INFO', { To: 'To: <sip:x@127.0.0.1>;tag=zzz' }), 481],
  ['a re-INVITE of an unknown dialog', () => invite({ To: 'To: <sip:x@127.0.0.1>;tag=zzz' }), 481],
  ['CANCEL of nothing', () => plain('CANCEL'), 481],
];

/** Never answered. */
export const silent: readonly Case[] = [
  ['a malformed ACK', () => plain('ACK', { From: null }), 'nothing'],
  ['an ACK of nothing', () => plain('ACK'), 'nothing'],
  ['a response to nothing', () => invite({ INVITE: 'SIP/2.0 200 OK' }), 'nothing'],
  [
    'a response with a status beyond reason (§3.1.2.19)',
    () => invite({ INVITE: 'SIP/2.0 4294967301 better not break the receiver' }),
    'nothing',
  ],
  ['HTTP', () => 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', 'nothing'],
  ['zeros', () => Buffer.alloc(1000), 'nothing'],
  ['a request without Via', () => invite({ Via: null }), 'nothing'],
];
