/** Whole calls between the test phone and the stack, on real sockets. voice.md §1, §9. */
import { afterEach, describe, expect, it } from 'vitest';
import { createPhone, type Phone, type PhoneOptions } from '../../../test/phone/phone.ts';
import { waitFor } from '../../../test/phone/wait.ts';
import { answerFor, offerFor, remoteOfAnswer } from '../sdp/index.ts';
import type { IncomingCall, OutgoingCall, SipConfig, SipStack } from './sip.ts';
import { startSip } from './stack.ts';

const opened: { close(): Promise<void> }[] = [];
const lines: string[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  expect(lines.splice(0).filter((line) => line.includes('fault'))).toEqual([]);
});

const ours = { address: '127.0.0.1', port: 40_000 };

async function stackWith(config: Partial<SipConfig> = {}): Promise<SipStack> {
  const stack = await startSip({
    host: '127.0.0.1',
    port: 0,
    trunks: ['127.0.0.1'],
    credentials: {},
    realm: 'wirechief',
    log: (line) => lines.push(line),
    ...config,
  });
  opened.push(stack);
  return stack;
}

async function phoneWith(options: PhoneOptions = {}): Promise<Phone> {
  const phone = await createPhone(options);
  opened.push(phone);
  return phone;
}

/** Answers every call with the usual SDP and notes what happens to it. */
function answering(stack: SipStack): { readonly calls: IncomingCall[]; readonly notes: string[] } {
  const calls: IncomingCall[] = [];
  const notes: string[] = [];
  stack.onInvite = (call) => {
    calls.push(call);
    call.onEnded = (reason) => notes.push(`ended ${reason}`);
    call.onCancel = () => notes.push('cancel');
    call.onInfo = (type, body) => notes.push(`info ${type} ${body.split('\r\n', 1)[0]}`);
    call.onOffer = (offer) => {
      if (offer === null) return offerFor(ours);
      const { sdp, remote } = answerFor(offer, ours);
      notes.push(`offer ${remote.direction}`);
      return sdp;
    };
    call.onAnswer = (sdp) => notes.push(`late answer ${remoteOfAnswer(sdp).codec}`);
    call.ring();
    const sdp = call.offer === null ? offerFor(ours) : answerFor(call.offer, ours).sdp;
    call.answer(sdp).then(
      (late) => notes.push(late === null ? 'confirmed' : `confirmed ${remoteOfAnswer(late).codec}`),
      (error: Error) => notes.push(`unconfirmed: ${error.message}`),
    );
  };
  return { calls, notes };
}

const numbered = (stack: SipStack, number = '+4570000001'): string => `sip:${number}@127.0.0.1:${stack.port}`;

describe.each(['udp', 'tcp'] as const)('a call towards us over %s', (transport) => {
  it('is answered, takes keys by INFO, is held and resumed, and ends by the caller', async () => {
    const stack = await stackWith();
    const { calls, notes } = answering(stack);
    const phone = await phoneWith({ transport, codec: 'PCMA' });
    await phone.dial(numbered(stack), { from: '+4512345678', display: 'Ann "A" Bell' });
    expect(calls[0]).toMatchObject({
      from: '+4512345678',
      fromDisplay: 'Ann "A" Bell',
      to: '+4570000001',
      remote: { address: '127.0.0.1', transport },
    });
    expect(phone.line.seen).toEqual(['INVITE 180', 'INVITE 200']);
    await phone.sendKeys('1#', 'info');
    await phone.hold();
    await phone.resume();
    await phone.renegotiate('inactive', 'UPDATE');
    expect(phone.farDirection).toBe('inactive');
    await phone.hangUp([['Reason', 'Q.850;cause=16;text="Normal call clearing"']]);
    await waitFor('the end', () => notes.some((note) => note.startsWith('ended')));
    expect(notes).toEqual([
      'confirmed',
      'info application/dtmf-relay Signal=1',
      'info application/dtmf-relay Signal=#',
      'offer recvonly',
      'offer sendrecv',
      'offer inactive',
      'ended Normal call clearing',
    ]);
  });

  it('may be ended by us', async () => {
    const stack = await stackWith();
    const { calls, notes } = answering(stack);
    const phone = await phoneWith({ transport });
    await phone.dial(numbered(stack), { from: 'ann' });
    calls[0]?.bye('agent hung up');
    await phone.waitForState('ended');
    expect(phone.endedBy).toBe('BYE');
    expect(notes.filter((note) => note.startsWith('ended'))).toEqual([]);
  });

  it('takes our offer in the 200 when it has none of its own, and its answer in the ACK', async () => {
    const stack = await stackWith();
    const { calls, notes } = answering(stack);
    const phone = await phoneWith({ transport, codec: 'PCMA' });
    await phone.dial(numbered(stack), { from: 'ann', offerless: true });
    await waitFor('the late answer', () => notes.includes('confirmed PCMA'));
    expect(calls[0]?.offer).toBeNull();
  });

  it('can be given up by the caller while it rings', async () => {
    const stack = await stackWith();
    const notes: string[] = [];
    stack.onInvite = (call) => {
      call.onCancel = () => notes.push('cancel');
      call.ring();
    };
    const phone = await phoneWith({ transport });
    const outcome = phone.dial(numbered(stack), { from: 'ann' });
    await phone.waitForState('ringing');
    await phone.cancel();
    await expect(outcome).rejects.toMatchObject({ status: 487 });
    expect(notes).toEqual(['cancel']);
  });

  it('can be refused with a reason and headers', async () => {
    const stack = await stackWith();
    stack.onInvite = (call) => call.reject(480, 'Nobody There', { 'Retry-After': '120' });
    const phone = await phoneWith({ transport });
    await expect(phone.dial(numbered(stack), { from: 'ann' })).rejects.toThrow('480 Nobody There');
  });
});

describe('a call towards us', () => {
  it('has no number when the caller hides', async () => {
    const stack = await stackWith();
    const { calls } = answering(stack);
    const phone = await phoneWith();
    const hidden = { from: '+4512345678', headers: [['Privacy', 'id'] as const] };
    await phone.dial(numbered(stack), hidden);
    expect(calls[0]?.from).toBeNull();
    await phone.hangUp();
    await phone.dial(numbered(stack), { from: 'anonymous' });
    expect(calls[1]?.from).toBeNull();
  });

  it('has the number that its trunk asserts, and no other peer may assert one', async () => {
    const headers = [['P-Asserted-Identity', '"Bo" <sip:+4587654321@trunk.example>'] as const];
    const account = { user: 'ann', password: 'pw' };
    for (const [trunks, from] of [
      [['127.0.0.0/8'], '+4587654321'],
      [[], '+4512345678'],
    ] as const) {
      const stack = await stackWith({ trunks, credentials: { ann: 'pw' } });
      const { calls } = answering(stack);
      const phone = await phoneWith({ account });
      await phone.dial(numbered(stack), { from: '+4512345678', headers });
      expect(calls[0]?.from).toBe(from);
    }
  });

  it('a fault in the handler ends the call with 500 and is logged', async () => {
    const stack = await stackWith();
    stack.onInvite = () => {
      throw new Error('broken handler');
    };
    const phone = await phoneWith();
    await expect(phone.dial(numbered(stack), { from: 'ann' })).rejects.toMatchObject({ status: 500 });
    expect(lines.splice(0).some((line) => line.includes('broken handler'))).toBe(true);
  });

  it('keeps its dialog when an offer is refused', async () => {
    const stack = await stackWith();
    const { calls, notes } = answering(stack);
    const phone = await phoneWith();
    await phone.dial(numbered(stack), { from: 'ann' });
    const [call] = calls;
    if (call === undefined) throw new Error('no call');
    const video =
      'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 9 RTP/AVP 31\r\n';
    expect(await phone.request('UPDATE', [], video)).toBe(488);
    expect(await phone.request('INFO', [['Content-Type', 'text/plain']], 'x')).toBe(415);
    expect(await phone.request('OPTIONS')).toBe(200);
    await phone.sendKeys('5', 'info');
    expect(notes.at(-1)).toBe('info application/dtmf-relay Signal=5');
  });

  it('answers a repeated INVITE from memory', async () => {
    const stack = await stackWith();
    const { calls } = answering(stack);
    const phone = await phoneWith();
    await phone.dial(numbered(stack), { from: 'ann' });
    phone.line.repeatInvite();
    await phone.request('OPTIONS');
    expect(calls).toHaveLength(1);
  });
});

describe('who may call', () => {
  it.each(['MD5', 'SHA-256'] as const)('answers the challenge of a stranger with %s', async (algorithm) => {
    const stack = await stackWith({ trunks: [], credentials: { bø: 'sec"ret' } });
    answering(stack);
    const phone = await phoneWith({ account: { user: 'bø', password: 'sec"ret', algorithm } });
    await phone.dial(numbered(stack), { from: 'bo' });
    expect(phone.line.seen).toEqual(['INVITE 401', 'INVITE 180', 'INVITE 200']);
  });

  it('refuses a wrong password, an unknown user and, without accounts, everybody with 403', async () => {
    const secured = await stackWith({ trunks: ['192.0.2.1'], credentials: { ann: 'right' } });
    const closed = await stackWith({ trunks: ['192.0.2.1'] });
    for (const stack of [secured, closed]) stack.onInvite = () => expect.unreachable();
    const wrong = await phoneWith({ account: { user: 'ann', password: 'wrong' } });
    await expect(wrong.dial(numbered(secured), { from: 'ann' })).rejects.toMatchObject({ status: 403 });
    const unknown = await phoneWith({ account: { user: 'eve', password: 'right' } });
    await expect(unknown.dial(numbered(secured), { from: 'ann' })).rejects.toMatchObject({ status: 403 });
    const nobody = await phoneWith();
    await expect(nobody.dial(numbered(secured), { from: 'ann' })).rejects.toMatchObject({ status: 401 });
    await expect(nobody.dial(numbered(closed), { from: 'ann' })).rejects.toMatchObject({ status: 403 });
    expect(lines.join('\n')).not.toMatch(/right|wrong|nonce|response=/);
  });
});

describe.each(['udp', 'tcp'] as const)('a call that we place over %s', (transport) => {
  const noted = () => {
    const notes: string[] = [];
    let call: OutgoingCall | null = null;
    return {
      notes,
      get call(): OutgoingCall {
        if (call === null) throw new Error('not answered');
        return call;
      },
      handlers: {
        ringing: (status: number) => notes.push(`ringing ${status}`),
        answered: (sdp: string, answered: OutgoingCall) => {
          call = answered;
          notes.push(`answered ${remoteOfAnswer(sdp).codec}`);
        },
        failed: (status: number, reason: string) => notes.push(`failed ${status} ${reason}`),
        ended: (reason: string) => notes.push(`ended ${reason}`),
        offered: (sdp: string | null) => {
          if (sdp === null) return offerFor(ours);
          const { sdp: answer, remote } = answerFor(sdp, ours);
          notes.push(`offered ${remote.direction}`);
          return answer;
        },
        info: (type: string, body: string) => notes.push(`info ${type} ${body}`),
      },
    };
  };

  it('rings, is answered, holds the peer, is held by it, and is ended by the peer', async () => {
    const stack = await stackWith();
    const phone = await phoneWith({ transport });
    const side = noted();
    stack.dial(phone.uri, { from: '+4570000001', sdp: offerFor(ours), transport }, side.handlers);
    await waitFor('an answer', () => side.notes.length === 2);
    expect(side.notes).toEqual(['ringing 180', 'answered PCMU']);
    const answer = await side.call.reinvite(offerFor({ ...ours, direction: 'sendonly' }));
    expect(remoteOfAnswer(answer, 'sendonly').direction).toBe('sendonly');
    await side.call.info('application/dtmf-relay', 'Signal=7');
    expect(phone.infos).toEqual(['Signal=7']);
    await phone.hold();
    await phone.hangUp();
    await waitFor('the end', () => side.notes.length === 4);
    expect(side.notes.slice(2)).toEqual(['offered recvonly', 'ended BYE']);
  });

  it('is given up while it rings', async () => {
    const stack = await stackWith();
    const phone = await phoneWith({ transport, ring: 'ring' });
    const side = noted();
    const call = stack.dial(phone.uri, { from: 'x', sdp: offerFor(ours), transport }, side.handlers);
    await phone.waitForState('ringing');
    await waitFor('180', () => side.notes.length > 0);
    call.cancel();
    await waitFor('the end', () => side.notes.length === 2);
    expect(side.notes).toEqual(['ringing 180', 'failed 487 Request Terminated']);
    expect(phone.endedBy).toBe('CANCEL');
  });

  it('meets a busy phone, an unknown host, and a closed port', async () => {
    const stack = await stackWith();
    const phone = await phoneWith({ transport, ring: 'busy' });
    const dial = async (target: string): Promise<string> => {
      const side = noted();
      stack.dial(target, { from: 'x', sdp: offerFor(ours), transport }, side.handlers);
      await waitFor('the end', () => side.notes.some((note) => note.startsWith('failed')));
      return side.notes.at(-1) ?? '';
    };
    expect(await dial(phone.uri)).toBe('failed 486 Busy Here');
    expect(await dial('sip:x@does-not-exist.invalid')).toMatch(/^failed 503/);
    expect(await dial('mailto:x@example.com')).toMatch(/^failed 416/);
    if (transport === 'tcp') expect(await dial('sip:x@127.0.0.1:1')).toMatch(/^failed 503/);
  });
});

it('a stack that closes refuses new calls, ends live ones with BYE, and frees its port', async () => {
  const stack = await stackWith();
  answering(stack);
  const live = await phoneWith();
  const ringing = await phoneWith();
  await live.dial(numbered(stack), { from: 'ann' });
  stack.onInvite = (call) => call.ring();
  const refused = ringing.dial(numbered(stack), { from: 'bo' });
  await ringing.waitForState('ringing');
  await stack.close();
  await live.waitForState('ended');
  await expect(refused).rejects.toMatchObject({ status: 503 });
  const next = await stackWith({ port: stack.port });
  expect(next.port).toBe(stack.port);
  await expect(stackWith({ port: next.port })).rejects.toThrow(
    `SIP port ${next.port}/UDP on 127.0.0.1 is taken by another program; stop it or choose another port`,
  );
  await expect(stackWith({ trunks: ['trunk.example'] })).rejects.toThrow(
    'trunk "trunk.example" is no IP address',
  );
});

it('25 phones call at once, and the way from INVITE to 200 takes less than 5 ms (median)', async () => {
  const stack = await stackWith();
  answering(stack);
  const phones = await Promise.all(Array.from({ length: 25 }, () => phoneWith()));
  await Promise.all(phones.map((phone, at) => phone.dial(numbered(stack), { from: `+451234567${at}` })));
  await Promise.all(phones.map((phone) => phone.hangUp()));
  const times: number[] = [];
  for (const phone of phones) {
    const since = performance.now();
    await phone.dial(numbered(stack), { from: 'ann' });
    times.push(performance.now() - since);
  }
  times.sort((a, b) => a - b);
  expect(times[12]).toBeLessThan(5);
});
