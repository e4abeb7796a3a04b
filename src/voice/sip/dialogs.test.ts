/** The rules of dialogs, message by message against a live stack whose clock is turned by the test.
 *  voice.md §1: CSeq order, glare, 2xx until ACK then BYE, merged requests, target refresh, route sets, forks. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialogText, RawPeer } from '../../../test/phone/raw-peer.ts';
import { waitFor } from '../../../test/phone/wait.ts';
import { answerFor, offerFor } from '../sdp/index.ts';
import { type SimulatedClock, simulatedClock } from './clock.ts';
import type { IncomingCall, SipStack } from './sip.ts';
import { startSip } from './stack.ts';

let clock: SimulatedClock;
let stack: SipStack;
let peer: RawPeer;
let calls: IncomingCall[];
let notes: string[];
const local = { address: '127.0.0.1', port: 40_000, sessionId: '1' };
const sdp = offerFor({ address: '127.0.0.1', port: 50_000, sessionId: '9' });

beforeEach(async () => {
  clock = simulatedClock();
  calls = [];
  notes = [];
  stack = await startSip(
    {
      host: '127.0.0.1',
      port: 0,
      trunks: ['127.0.0.1'],
      credentials: {},
      realm: 'test',
      log: (line) => {
        if (line.includes('fault')) notes.push(line);
      },
    },
    clock,
  );
  stack.onInvite = (call) => {
    calls.push(call);
    call.onEnded = (reason) => notes.push(`ended ${reason}`);
    call.onCancel = () => notes.push('cancel');
    call.onOffer = (offer) => (offer === null ? offerFor(local) : answerFor(offer, local).sdp);
    call.onAnswer = () => notes.push('late answer');
  };
  peer = await RawPeer.open(stack.port);
});
afterEach(async () => {
  peer.agree();
  await stack.close();
  await peer.close();
  expect(notes.filter((note) => note.includes('fault'))).toEqual([]);
});

const callee = '<sip:+4570000001@127.0.0.1>';

async function arrived(count = 1): Promise<IncomingCall> {
  await waitFor('a call', () => calls.length === count);
  const call = calls[count - 1];
  if (call === undefined) throw new Error('unreachable');
  return call;
}

/** A call that is answered and acknowledged; gives the To of the dialog. */
async function talking(more: readonly string[] = []): Promise<{ call: IncomingCall; to: string }> {
  await peer.send(dialogText('INVITE', 1, callee, more, sdp));
  const call = await arrived();
  const confirmed = call.answer(answerFor(sdp, local).sdp);
  const to = (await peer.next('200 INVITE')).headers.get('to') ?? '';
  await peer.send(dialogText('ACK', 1, to));
  await confirmed;
  return { call, to };
}

/** The next messages must be none: asks something else and sees only its answer. */
async function quiet(): Promise<void> {
  await peer.send(dialogText('OPTIONS', 99, callee));
  await peer.next('200 OPTIONS');
  expect(peer.seen()).toBe('');
}

describe('the answer to an INVITE', () => {
  it('is repeated until its ACK comes', async () => {
    await peer.send(dialogText('INVITE', 1, callee, [], sdp));
    const call = await arrived();
    const confirmed = call.answer(sdp);
    const first = await peer.next('200 INVITE');
    for (const ms of [500, 1000, 2000, 4000, 4000]) {
      clock.advance(ms);
      expect((await peer.next('200 INVITE')).headers.get('to')).toBe(first.headers.get('to'));
    }
    await peer.send(dialogText('ACK', 1, first.headers.get('to') ?? ''));
    expect(await confirmed).toBeNull();
    clock.advance(8_000);
    await quiet();
  });

  it('without ACK is given up after 32 s with BYE', async () => {
    await peer.send(dialogText('INVITE', 1, callee, [], sdp));
    const confirmed = (await arrived()).answer(sdp);
    const failure = expect(confirmed).rejects.toThrow('never acknowledged');
    clock.advance(31_999);
    expect(peer.seen()).not.toContain('BYE');
    clock.advance(1);
    await failure;
    await peer.reply(await peer.next('BYE'), '200 OK');
    expect(notes).toEqual(['ended no ACK']);
  });

  it('must be acknowledged before our BYE leaves (RFC 3261 §15)', async () => {
    await peer.send(dialogText('INVITE', 1, callee, [], sdp));
    const call = await arrived();
    const confirmed = call.answer(sdp);
    const to = (await peer.next('200 INVITE')).headers.get('to') ?? '';
    call.bye('changed our mind');
    await quiet();
    await peer.send(dialogText('ACK', 1, to));
    await confirmed;
    const bye = await peer.next('BYE');
    expect(bye.headers.get('reason')).toBe('SIP;cause=200;text="changed our mind"');
    await peer.reply(bye, '200 OK');
  });

  it('of a late offer must come with SDP in the ACK', async () => {
    await peer.send(dialogText('INVITE', 1, callee));
    const call = await arrived();
    expect(call.offer).toBeNull();
    const confirmed = call.answer(sdp);
    const failure = expect(confirmed).rejects.toThrow('no SDP answer');
    const to = (await peer.next('200 INVITE')).headers.get('to') ?? '';
    await peer.send(dialogText('ACK', 1, to));
    await failure;
    await peer.reply(await peer.next('BYE'), '200 OK');
  });
});

describe('while a call rings', () => {
  it('180 is repeated every minute', async () => {
    await peer.send(dialogText('INVITE', 1, callee, [], sdp));
    (await arrived()).ring();
    await peer.next('180 INVITE');
    clock.advance(60_000);
    await peer.next('180 INVITE');
    clock.advance(60_000);
    await peer.next('180 INVITE');
  });

  it('the time the caller allows in Expires ends it with 487', async () => {
    await peer.send(dialogText('INVITE', 1, callee, ['Expires: 15'], sdp));
    (await arrived()).ring();
    await peer.next('180 INVITE');
    clock.advance(15_000);
    await peer.next('487 INVITE');
    expect(notes).toEqual(['cancel']);
  });

  it('the same INVITE by another way is 482', async () => {
    const invite = dialogText('INVITE', 1, callee, [], sdp);
    await peer.send(invite);
    await arrived();
    await peer.send(invite.replace('z9hG4bKd', 'z9hG4bKother'));
    await peer.next('482 INVITE');
    expect(calls).toHaveLength(1);
  });

  it('BYE from the caller ends it', async () => {
    await peer.send(dialogText('INVITE', 1, callee, [], sdp));
    (await arrived()).ring();
    const to = (await peer.next('180 INVITE')).headers.get('to') ?? '';
    await peer.send(dialogText('BYE', 2, to));
    await peer.next('200 BYE');
    await peer.next('487 INVITE');
    expect(notes).toEqual(['cancel']);
  });

  it('a second offer has to wait', async () => {
    await peer.send(dialogText('INVITE', 1, callee, [], sdp));
    (await arrived()).ring();
    const to = (await peer.next('180 INVITE')).headers.get('to') ?? '';
    await peer.send(dialogText('UPDATE', 2, to, [], sdp));
    expect((await peer.next('500 UPDATE')).headers.get('retry-after')).toMatch(/^\d$/);
  });

  it('CANCEL that comes after the answer changes nothing', async () => {
    const invite = dialogText('INVITE', 1, callee, [], sdp);
    await peer.send(invite);
    const call = await arrived();
    const confirmed = call.answer(sdp);
    const to = (await peer.next('200 INVITE')).headers.get('to') ?? '';
    const branch = /branch=(\S+)/.exec(invite)?.[1] ?? '';
    await peer.send(dialogText('CANCEL', 1, callee).replace(/branch=\S+/, `branch=${branch}`));
    await peer.next('200 CANCEL');
    await peer.send(dialogText('ACK', 1, to));
    await confirmed;
    expect(notes).toEqual([]);
  });
});

describe('inside a dialog', () => {
  it('an old CSeq is 500, a repeated request gets its former answer', async () => {
    const { to } = await talking();
    const update = dialogText('UPDATE', 7, to);
    await peer.send(update);
    await peer.next('200 UPDATE');
    await peer.send(update);
    await peer.next('200 UPDATE');
    await peer.send(dialogText('INFO', 3, to));
    await peer.next('500 INFO');
  });

  it('a wrong tag is 481, and BYE ends it once', async () => {
    const { to } = await talking();
    await peer.send(dialogText('BYE', 2, `${callee};tag=wrong`));
    await peer.next('481 BYE');
    await peer.send(dialogText('BYE', 2, to));
    await peer.next('200 BYE');
    expect(notes).toEqual(['ended BYE']);
    await peer.send(dialogText('BYE', 3, to));
    await peer.next('481 BYE');
  });

  it('our requests follow the route set, and the new Contact of the peer', async () => {
    const proxies = ['Record-Route: <sip:127.0.0.1:{port};lr>, <sip:second.example;lr>'];
    const { call, to } = await talking(proxies);
    await peer.send(
      dialogText('UPDATE', 2, to).replace('sip:ann@127.0.0.1:{port}', 'sip:moved@192.0.2.77:5070'),
    );
    await peer.next('200 UPDATE');
    call.bye();
    const bye = await peer.next('BYE');
    expect(bye.kind === 'request' && bye.uri).toBe('sip:moved@192.0.2.77:5070');
    expect(bye.headers.all('route')).toEqual([`<sip:127.0.0.1:${peer.port};lr>`, '<sip:second.example;lr>']);
    await peer.reply(bye, '200 OK');
  });

  it('a strict router becomes the request URI (RFC 3261 §12.2.1.1)', async () => {
    const { call } = await talking(['Record-Route: <sip:127.0.0.1:{port}>']);
    call.bye();
    const bye = await peer.next('BYE');
    expect(bye.kind === 'request' && bye.uri).toBe(`sip:127.0.0.1:${peer.port}`);
    expect(bye.headers.all('route')).toEqual([`<sip:ann@127.0.0.1:${peer.port}>`]);
    await peer.reply(bye, '200 OK');
  });

  it('a re-INVITE without offer gets ours, is glare for others meanwhile, and its ACK brings the answer', async () => {
    const { to } = await talking();
    await peer.send(dialogText('INVITE', 2, to));
    expect((await peer.next('200 INVITE')).body.toString()).toContain('m=audio 40000 RTP/AVP 0 8 101');
    await peer.send(dialogText('INVITE', 3, to, [], sdp));
    await peer.next('491 INVITE');
    await peer.send(dialogText('ACK', 3, to));
    await peer.send(
      dialogText('ACK', 2, to, [], answerFor(offerFor(local), { address: '127.0.0.1', port: 5000 }).sdp),
    );
    await waitFor('the answer', () => notes.includes('late answer'));
  });

  it('a peer behind a NAT is reached where it speaks from, whatever its Contact says', async () => {
    await peer.send(
      dialogText('INVITE', 1, callee, [], sdp).replace('sip:ann@127.0.0.1:{port}', 'sip:ann@0.0.0.0:5060'),
    );
    const call = await arrived();
    const confirmed = call.answer(sdp);
    const to = (await peer.next('200 INVITE')).headers.get('to') ?? '';
    await peer.send(dialogText('ACK', 1, to));
    await confirmed;
    call.bye();
    await peer.reply(await peer.next('BYE'), '200 OK');
  });
});
