/** The rules of dialogs that we begin, message by message against a live stack whose clock is turned by the test.
 *  voice.md §1: digest apart, forks, CANCEL, glare, lost dialogs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialogText, RawPeer } from '../../../test/phone/raw-peer.ts';
import { waitFor } from '../../../test/phone/wait.ts';
import { answerFor, offerFor } from '../sdp/index.ts';
import { type SimulatedClock, simulatedClock } from './clock.ts';
import type { OutgoingCall, SipStack } from './sip.ts';
import { startSip } from './stack.ts';

let clock: SimulatedClock;
let stack: SipStack;
let peer: RawPeer;
let notes: string[];
const local = { address: '127.0.0.1', port: 40_000, sessionId: '1' };
const sdp = offerFor({ address: '127.0.0.1', port: 50_000, sessionId: '9' });

beforeEach(async () => {
  clock = simulatedClock();
  notes = [];
  const log = (line: string): void => {
    if (line.includes('fault')) notes.push(line);
  };
  const config = { host: '127.0.0.1', port: 0, trunks: [], credentials: {}, realm: 'test', log };
  stack = await startSip(config, clock);
  peer = await RawPeer.open(stack.port);
});
afterEach(async () => {
  peer.agree();
  await stack.close();
  await peer.close();
  expect(notes.filter((note) => note.includes('fault'))).toEqual([]);
});

/** The next messages must be none: asks something else and sees only its answer. */
async function quiet(): Promise<void> {
  await peer.send(dialogText('OPTIONS', 99, '<sip:x@127.0.0.1>'));
  await peer.next('200 OPTIONS');
  expect(peer.seen()).toBe('');
}

describe('a call that we place', () => {
  const dial = (): OutgoingCall =>
    stack.dial(
      `sip:bo@127.0.0.1:${peer.port}`,
      { from: 'ann', sdp, headers: { 'X-Case': 'søren' } },
      {
        ringing: (status) => notes.push(`ringing ${status}`),
        answered: () => notes.push('answered'),
        failed: (status) => notes.push(`failed ${status}`),
        ended: (reason) => notes.push(`ended ${reason}`),
        offered: (offer) => (offer === null ? offerFor(local) : answerFor(offer, local).sdp),
        info: () => undefined,
      },
    );
  const contact = (): string[] => [`Contact: <sip:bo@127.0.0.1:${peer.port}>`];

  it('is acknowledged again for each repeat of its answer', async () => {
    dial();
    const invite = await peer.next('INVITE');
    await peer.reply(invite, '200 OK', contact(), sdp);
    const ack = await peer.next('ACK');
    expect(ack.headers.get('cseq')).toBe('1 ACK');
    await peer.reply(invite, '200 OK', contact(), sdp);
    await peer.next('ACK');
    expect(notes).toEqual(['answered']);
  });

  it('lets only one branch of a fork live', async () => {
    dial();
    const invite = await peer.next('INVITE');
    await peer.reply(invite, '200 OK', contact(), sdp);
    await peer.next('ACK');
    invite.headers.set('to', `${invite.headers.get('to')};tag=other`);
    await peer.reply(invite, '200 OK', contact(), sdp);
    await peer.next('ACK');
    const bye = await peer.next('BYE');
    expect(bye.to.parameters.get('tag')).toBe('other');
    await peer.reply(bye, '200 OK');
    expect(notes).toEqual(['answered']);
  });

  it('waits with CANCEL for a first response, and hangs up when the answer crosses it', async () => {
    const call = dial();
    const invite = await peer.next('INVITE');
    call.cancel();
    await quiet();
    await peer.reply(invite, '180 Ringing');
    const cancel = await peer.next('CANCEL');
    expect(cancel.via.parameters.get('branch')).toBe(invite.via.parameters.get('branch'));
    await peer.reply(cancel, '200 OK');
    await peer.reply(invite, '200 OK', contact(), sdp);
    await peer.next('ACK');
    await peer.reply(await peer.next('BYE'), '200 OK');
    await waitFor('the end', () => notes.length > 0);
    expect(notes).toEqual(['failed 487']);
  });

  it('is over 32 s after a CANCEL that nobody minds', async () => {
    const call = dial();
    await peer.reply(await peer.next('INVITE'), '180 Ringing');
    await waitFor('180', () => notes.length === 1);
    call.cancel();
    await peer.next('CANCEL');
    clock.advance(32_000);
    expect(notes).toEqual(['ringing 180', 'failed 487']);
  });

  it('tries a re-INVITE again after 491, and not after 488', async () => {
    const call = dial();
    await peer.reply(await peer.next('INVITE'), '200 OK', contact(), sdp);
    await peer.next('ACK');
    const answer = call.reinvite(sdp);
    await peer.reply(await peer.next('INVITE'), '491 Request Pending');
    await peer.next('ACK');
    await waitFor('a second try', () => {
      clock.advance(100);
      return peer.seen().includes('INVITE');
    });
    await peer.reply(await peer.next('INVITE'), '200 OK', contact(), sdp);
    await peer.next('ACK');
    expect(await answer).toBe(sdp);
    const refused = expect(call.reinvite(sdp)).rejects.toMatchObject({ status: 488 });
    await peer.reply(await peer.next('INVITE'), '488 Not Acceptable Here');
    await refused;
    expect(notes).toEqual(['answered']);
  });

  it('meets the peer’s own re-INVITE with 491', async () => {
    const call = dial();
    const invite = await peer.next('INVITE');
    await peer.reply(invite, '200 OK', contact(), sdp);
    await peer.next('ACK');
    const answer = call.reinvite(sdp);
    const ours = await peer.next('INVITE');
    await peer.send(
      dialogText('INVITE', 1, invite.headers.get('from') ?? '', [], sdp)
        .replace('From: <sip:ann@example.com>;tag=peer', `From: ${invite.headers.get('to')};tag=peer`)
        .replace('dialog-test', invite.callId),
    );
    await peer.next('491 INVITE');
    await peer.reply(ours, '200 OK', contact(), sdp);
    await answer;
  });

  it('goes by the route set backwards, and to the new Contact of a re-INVITE’s answer', async () => {
    const call = dial();
    const routes = ['<sip:far.example;lr>', `<sip:127.0.0.1:${peer.port};lr>`];
    const routed = [...contact(), `Record-Route: ${routes.join(', ')}`];
    await peer.reply(await peer.next('INVITE'), '200 OK', routed, sdp);
    expect((await peer.next('ACK')).headers.all('route')).toEqual([...routes].reverse());
    const answer = call.reinvite(sdp);
    const moved = ['Contact: <sip:bo@192.0.2.8:5070>'];
    await peer.reply(await peer.next('INVITE'), '200 OK', moved, sdp);
    const ack = await peer.next('ACK');
    expect(ack.kind === 'request' && ack.uri).toBe('sip:bo@192.0.2.8:5070');
    await answer;
  });

  it('is over when the peer no longer knows it', async () => {
    const call = dial();
    await peer.reply(await peer.next('INVITE'), '200 OK', contact(), sdp);
    await peer.next('ACK');
    const info = expect(call.info('application/dtmf', '5')).rejects.toMatchObject({ status: 481 });
    await peer.reply(await peer.next('INFO'), '481 No Such Call');
    await info;
    expect(notes).toEqual(['answered', 'ended 481 No Such Call']);
  });

  it('fails with 408 when nothing answers', async () => {
    dial();
    await peer.next('INVITE');
    clock.advance(32_000);
    expect(notes).toEqual(['failed 408']);
  });
});
