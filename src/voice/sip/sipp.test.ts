/** sipp, a SIP tool of others, against the stack. voice.md §9, second tier: needs Debian's sip-tester. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerFor } from '../sdp/index.ts';
import type { SipStack } from './sip.ts';
import { startSip } from './stack.ts';

const present = spawnSync('sipp', ['-v']).error === undefined;
if (!present) {
  process.stderr.write('\nSKIPPED: the sipp tests. Install it with: apt-get install -y sip-tester\n\n');
}

let stack: SipStack;
let folder: string;
const ends: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wirechief-sipp-'));
  const log = (line: string): void => {
    if (line.includes('fault')) ends.push(line);
  };
  const config = {
    host: '127.0.0.1',
    port: 0,
    trunks: [],
    credentials: { ann: 'secret' },
    realm: 'wirechief',
    digest: ['MD5'] as const,
    log,
  };
  stack = await startSip(config);
  stack.onInvite = (call) => {
    call.onEnded = (reason) => ends.push(reason);
    call.onOffer = (offer) => answerFor(offer ?? '', { address: '127.0.0.1', port: 40_000 }).sdp;
    call.ring();
    call
      .answer(answerFor(call.offer ?? '', { address: '127.0.0.1', port: 40_000 }).sdp)
      .catch((error: Error) => {
        ends.push(error.message);
      });
  };
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

const head = (
  method: string,
  cseq: number,
  to = '',
) => `      ${method} sip:+4570000001@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: sipp <sip:ann@[local_ip]:[local_port]>;tag=[call_number]
      To: <sip:+4570000001@[remote_ip]:[remote_port]>${to}
      Call-ID: [call_id]
      CSeq: ${cseq} ${method}
      Contact: sip:ann@[local_ip]:[local_port]
      Max-Forwards: 70`;
const body = (direction: string) => `
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0
      a=${direction}
`;
const empty = `
      Content-Length: 0
`;
const send = (text: string, retransmit = true) =>
  `  <send${retransmit ? ' retrans="500"' : ''}><![CDATA[\n${text}\n    ]]></send>\n`;
const tagged = '[peer_tag_param]';

/** INVITE, challenge, INVITE, 200, hold by re-INVITE, key by INFO, BYE. */
const scenario = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="call">
${send(head('INVITE', 1) + body('sendrecv'))}
  <recv response="401" auth="true"></recv>
${send(head('ACK', 1, tagged) + empty, false)}
${send(`${head('INVITE', 2)}\n      [authentication username=ann password=secret]${body('sendrecv')}`)}
  <recv response="100" optional="true"></recv>
  <recv response="180" optional="true"></recv>
  <recv response="200" rtd="true"></recv>
${send(head('ACK', 2, tagged) + empty, false)}
${send(head('INVITE', 3, tagged) + body('sendonly'))}
  <recv response="100" optional="true"></recv>
  <recv response="200"><action><ereg regexp="a=recvonly" search_in="body" check_it="true" assign_to="1"/></action></recv>
${send(head('ACK', 3, tagged) + empty, false)}
${send(`${head('INFO', 4, tagged)}\n      Content-Type: application/dtmf-relay\n      Content-Length: [len]\n\n      Signal=1\n`)}
  <recv response="200"></recv>
${send(head('BYE', 5, tagged) + empty)}
  <recv response="200"></recv>
  <Reference variables="1"/>
</scenario>
`;

function sipp(arguments_: readonly string[]): Promise<{ code: number; output: string }> {
  const all = [
    `127.0.0.1:${stack.port}`,
    '-i',
    '127.0.0.1',
    '-nostdin',
    '-timeout',
    '15s',
    '-timeout_error',
    ...arguments_,
  ];
  return new Promise((resolve) => {
    execFile('sipp', all, { cwd: folder, env: { ...process.env, TERM: 'dumb' } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout.slice(-2_000) + stderr });
    });
  });
}

describe.skipIf(!present)('sipp', () => {
  it.each(['u1', 't1'])('calls with digest, hold, INFO and BYE over %s, 20 calls', async (transport) => {
    ends.length = 0;
    const file = join(folder, `call-${transport}.xml`);
    writeFileSync(file, scenario);
    const { code, output } = await sipp(['-sf', file, '-t', transport, '-m', '20', '-r', '40', '-l', '20']);
    expect(code, output).toBe(0);
    expect(ends).toEqual(Array.from({ length: 20 }, () => 'BYE'));
  });

  it('is called by us and hangs up', async () => {
    const port = 5900 + (stack.port % 90);
    const callee = sipp(['-sn', 'uas', '-m', '1', '-p', String(port)]);
    const sdp =
      'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n';
    const outcome = await new Promise<string>((resolve) => {
      stack.dial(
        `sip:x@127.0.0.1:${port}`,
        { from: '+4570000001', sdp },
        {
          ringing: () => undefined,
          answered: (_sdp, call) => {
            call.bye();
            resolve('answered');
          },
          failed: (status, reason) => resolve(`${status} ${reason}`),
          ended: resolve,
          offered: () => sdp,
          info: () => undefined,
        },
      );
    });
    const { code, output } = await callee;
    expect(outcome).toBe('answered');
    expect(code, output).toBe(0);
  });
});
