/** Every timer of RFC 3261 §17 (table 4) and the accepted state of RFC 6026, on a simulated clock. voice.md §1. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedClock, simulatedClock } from './clock.ts';
import { Headers } from './headers.ts';
import type { Hop } from './hop.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { parseMessage } from './parse.ts';
import { Transactions } from './transactions.ts';

let clock: SimulatedClock;
let transactions: Transactions;
/** What went out: time and first line. */
let sent: string[];
let sendError: Error | null;

beforeEach(() => {
  clock = simulatedClock();
  sent = [];
  sendError = null;
  transactions = new Transactions({
    clock,
    send: (bytes, _hop, failed) => {
      const line = bytes.toString('latin1').split('\r\n', 1)[0] ?? '';
      sent.push(
        `${clock.now()} ${line
          .replace(/ sip:\S+/, '')
          .replace(' SIP/2.0', '')
          .replace('SIP/2.0 ', '')}`,
      );
      if (sendError !== null) failed?.(sendError);
    },
  });
});

const hop = (transport: 'udp' | 'tcp'): Hop => ({ transport, address: '192.0.2.1', port: 5060 });

function request(method: string, { branch = 'z9hG4bKa', cseq = 1, sentBy = '192.0.2.1' } = {}): SipRequest {
  const message = parseMessage(
    Buffer.from(
      [
        `${method} sip:x@192.0.2.2 SIP/2.0`,
        `Via: SIP/2.0/UDP ${sentBy};branch=${branch}`,
        'From: <sip:a@b>;tag=f',
        'To: <sip:x@192.0.2.2>',
        'Call-ID: c',
        `CSeq: ${cseq} ${method}`,
        '',
        '',
      ].join('\r\n'),
    ),
  );
  if (message.kind !== 'request') throw new Error(JSON.stringify(message));
  return message;
}

function response(status: number, method: string, toTag = 't'): SipResponse {
  const message = parseMessage(
    Buffer.from(
      [
        `SIP/2.0 ${status} X`,
        'Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKc',
        'From: <sip:x@192.0.2.2>;tag=f',
        `To: <sip:a@b>;tag=${toTag}`,
        'Call-ID: c',
        `CSeq: 1 ${method}`,
        '',
        '',
      ].join('\r\n'),
    ),
  );
  if (message.kind !== 'response') throw new Error(JSON.stringify(message));
  return message;
}

function client(method: string, transport: 'udp' | 'tcp'): string[] {
  const told: string[] = [];
  const headers = Headers.of(
    ['via', 'SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKc'],
    ['from', '<sip:x@192.0.2.2>;tag=f'],
    ['to', '<sip:a@b>'],
    ['call-id', 'c'],
    ['cseq', `1 ${method}`],
    ['route', '<sip:proxy;lr>'],
  );
  const note = (kind: string) => (status: number) => told.push(`${clock.now()} ${kind} ${status}`);
  transactions.send({ method, uri: 'sip:a@b', headers, body: Buffer.alloc(0) }, 'z9hG4bKc', hop(transport), {
    provisional: (r) => note('provisional')(r.status),
    final: (r) => note('final')(r.status),
    failed: note('failed'),
  });
  return told;
}

const times = (line: string): number[] =>
  sent.filter((one) => one.endsWith(` ${line}`)).map((one) => Number(one.split(' ', 1)[0]));

describe('INVITE client', () => {
  it('timer A doubles over UDP until timer B gives up at 64·T1', () => {
    const told = client('INVITE', 'udp');
    clock.advance(40_000);
    expect(times('INVITE')).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(told).toEqual(['32000 failed 408']);
    expect([transactions.size, clock.pending()]).toEqual([0, 0]);
  });

  it('does not repeat over TCP, and timer B runs all the same', () => {
    const told = client('INVITE', 'tcp');
    clock.advance(40_000);
    expect(times('INVITE')).toEqual([0]);
    expect(told).toEqual(['32000 failed 408']);
  });

  it('stops timers A and B on a provisional response, however long it rings', () => {
    const told = client('INVITE', 'udp');
    clock.advance(700);
    transactions.receive(response(180, 'INVITE'));
    clock.advance(600_000);
    expect(times('INVITE')).toEqual([0, 500]);
    expect(told).toEqual(['700 provisional 180']);
  });

  it.each([
    ['udp', 32_000],
    ['tcp', 0],
  ] as const)('over %s acknowledges a refusal, and repeats of it until timer D at %i ms', (transport, d) => {
    const told = client('INVITE', transport);
    transactions.receive(response(486, 'INVITE'));
    transactions.receive(response(486, 'INVITE'));
    expect(told).toEqual(['0 final 486']);
    expect(times('ACK')).toHaveLength(d === 0 ? 1 : 2);
    clock.advance(Math.max(0, d - 1));
    expect(transactions.size).toBe(d === 0 ? 0 : 1);
    clock.advance(1);
    expect([transactions.size, clock.pending()]).toEqual([0, 0]);
  });

  it('passes up every 2xx for 64·T1 (accepted, timer M) and acknowledges none itself', () => {
    const told = client('INVITE', 'udp');
    transactions.receive(response(200, 'INVITE'));
    clock.advance(31_999);
    transactions.receive(response(200, 'INVITE', 'fork'));
    transactions.receive(response(486, 'INVITE'));
    clock.advance(1);
    expect(transactions.receive(response(200, 'INVITE'))).toBe(false);
    expect(told).toEqual(['0 final 200', '31999 final 200']);
    expect(times('ACK')).toEqual([]);
  });

  it('fails with 503 when it cannot be sent', () => {
    sendError = new Error('unreachable');
    expect(client('INVITE', 'udp')).toEqual(['0 failed 503']);
    expect(transactions.size).toBe(0);
  });
});

describe('other clients', () => {
  it('timer E doubles up to T2 until timer F gives up at 64·T1', () => {
    const told = client('BYE', 'udp');
    clock.advance(40_000);
    expect(times('BYE')).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(told).toEqual(['32000 failed 408']);
    expect(clock.pending()).toBe(0);
  });

  it('timer E runs at T2 after a provisional response, and timer F is not put off', () => {
    const told = client('BYE', 'udp');
    clock.advance(600);
    transactions.receive(response(100, 'BYE'));
    clock.advance(40_000);
    expect(times('BYE')).toEqual([0, 500, 4600, 8600, 12_600, 16_600, 20_600, 24_600, 28_600]);
    expect(told).toEqual(['600 provisional 100', '32000 failed 408']);
  });

  it.each([
    ['udp', 5_000],
    ['tcp', 0],
  ] as const)('over %s absorbs repeats of the final response until timer K at %i ms', (transport, k) => {
    const told = client('BYE', transport);
    transactions.receive(response(200, 'BYE'));
    clock.advance(Math.max(0, k - 1));
    expect(transactions.receive(response(200, 'BYE'))).toBe(k > 0);
    clock.advance(1);
    expect(transactions.receive(response(200, 'BYE'))).toBe(false);
    expect(told).toEqual(['0 final 200']);
  });
});

describe('INVITE server', () => {
  it('answers 100 after 200 ms, and repeats of the INVITE with the last provisional response', () => {
    const server = transactions.serve(request('INVITE'), hop('udp'));
    clock.advance(199);
    expect(sent).toEqual([]);
    clock.advance(1);
    server.respond(180, 'Ringing');
    transactions.serverOf(request('INVITE'))?.receive(request('INVITE'));
    expect(sent).toEqual(['200 100 Trying', '200 180 Ringing', '200 180 Ringing']);
  });

  it('timer G repeats a refusal over UDP, doubling up to T2, until timer H at 64·T1 without ACK', () => {
    let unconfirmed = 0;
    const server = transactions.serve(request('INVITE'), hop('udp'), () => {
      unconfirmed += 1;
    });
    server.respond(486, 'Busy Here');
    clock.advance(40_000);
    expect(times('486 Busy Here')).toEqual([
      0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect([unconfirmed, transactions.size, clock.pending()]).toEqual([1, 0, 0]);
  });

  it('does not repeat a refusal over TCP by itself', () => {
    transactions.serve(request('INVITE'), hop('tcp')).respond(486, 'Busy Here');
    clock.advance(40_000);
    expect(times('486 Busy Here')).toEqual([0]);
  });

  it.each([
    ['udp', 5_000],
    ['tcp', 0],
  ] as const)('over %s is confirmed by the ACK and gone with timer I after %i ms', (transport, i) => {
    const server = transactions.serve(request('INVITE'), hop(transport));
    server.respond(486, 'Busy Here');
    const ack = request('ACK');
    transactions.serverOf(ack)?.receive(ack);
    clock.advance(Math.max(0, i - 1));
    transactions.serverOf(ack)?.receive(ack);
    expect(transactions.size).toBe(i === 0 ? 0 : 1);
    clock.advance(1);
    expect([transactions.size, clock.pending()]).toEqual([0, 0]);
    expect(times('486 Busy Here')).toEqual([0]);
  });

  it('absorbs repeats of the INVITE for 64·T1 after a 2xx (accepted, timer L)', () => {
    const server = transactions.serve(request('INVITE'), hop('udp'));
    server.respond(200, 'OK');
    clock.advance(31_999);
    const again = request('INVITE');
    expect(transactions.serverOf(again)).toBe(server);
    server.receive(again);
    server.repeatAccepted();
    expect(times('200 OK')).toEqual([0, 31_999]);
    clock.advance(1);
    expect(transactions.serverOf(again)).toBeNull();
  });

  it('a second final response is not sent', () => {
    const server = transactions.serve(request('INVITE'), hop('udp'));
    server.respond(487, 'Request Terminated');
    server.respond(200, 'OK');
    expect(sent).toEqual(['0 487 Request Terminated']);
  });
});

describe('other servers', () => {
  it.each([
    ['udp', 32_000],
    ['tcp', 0],
  ] as const)('over %s repeat their answer until timer J at %i ms', (transport, j) => {
    const server = transactions.serve(request('BYE'), hop(transport));
    const again = request('BYE');
    server.receive(again);
    expect(sent).toEqual([]);
    server.respond(200, 'OK');
    clock.advance(Math.max(0, j - 1));
    transactions.serverOf(again)?.receive(again);
    expect(times('200 OK')).toHaveLength(j === 0 ? 1 : 2);
    clock.advance(1);
    expect([transactions.size, clock.pending()]).toEqual([0, 0]);
  });
});

describe('finding the transaction (RFC 3261 §17.2.3)', () => {
  it('tells requests apart by branch, sent-by and method', () => {
    const server = transactions.serve(request('INVITE'), hop('udp'));
    expect(transactions.serverOf(request('INVITE'))).toBe(server);
    expect(transactions.serverOf(request('ACK'))).toBe(server);
    expect(transactions.cancelledBy(request('CANCEL'))).toBe(server);
    expect(transactions.serverOf(request('BYE'))).toBeNull();
    expect(transactions.serverOf(request('INVITE', { branch: 'z9hG4bKb' }))).toBeNull();
    expect(transactions.serverOf(request('INVITE', { sentBy: '192.0.2.9' }))).toBeNull();
  });

  it('knows callers without a branch by their headers', () => {
    const server = transactions.serve(request('INVITE', { branch: 'old' }), hop('udp'));
    expect(transactions.serverOf(request('INVITE', { branch: 'old' }))).toBe(server);
    expect(transactions.serverOf(request('INVITE', { branch: 'old', cseq: 2 }))).toBeNull();
  });

  it('notices a request that came by two ways, until its transaction is gone', () => {
    transactions.serve(request('INVITE'), hop('udp')).respond(486, 'Busy Here');
    expect(transactions.isMerged(request('INVITE', { branch: 'z9hG4bKb' }))).toBe(true);
    expect(transactions.isMerged(request('INVITE'))).toBe(false);
    expect(transactions.isMerged(request('INVITE', { branch: 'z9hG4bKb', cseq: 2 }))).toBe(false);
    clock.advance(32_000);
    expect(transactions.isMerged(request('INVITE', { branch: 'z9hG4bKb' }))).toBe(false);
  });
});
