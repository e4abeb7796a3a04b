/** Bad peers: any bytes, floods, slow and silent connections. The stack stays up and small.
 *  Bad input; voice.md §1. */
import { connect, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendDatagram } from '../../../test/phone/raw.ts';
import { RawPeer } from '../../../test/phone/raw-peer.ts';
import { invite, malformed, outOfPlace, plain, silent, valid } from '../../../test/phone/torture.ts';
import { waitFor } from '../../../test/phone/wait.ts';
import { type SimulatedClock, simulatedClock } from './clock.ts';
import type { SipStack } from './sip.ts';
import { startSip } from './stack.ts';

let clock: SimulatedClock;
let stack: SipStack;
const faults: string[] = [];

beforeAll(async () => {
  clock = simulatedClock();
  const log = (line: string): void => {
    if (line.includes('fault')) faults.push(line);
  };
  const config = { host: '127.0.0.1', port: 0, trunks: ['127.0.0.1'], credentials: {}, realm: 'test', log };
  stack = await startSip(config, clock);
  stack.onInvite = (call) => call.reject(486, 'Busy Here');
});
afterAll(async () => {
  await stack.close();
  expect(faults).toEqual([]);
});

/** Answers still, though a datagram may be lost in the crowd. */
async function alive(): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { text } = await sendDatagram(plain('OPTIONS'), stack, (seen) => / 200 OK/.test(seen), 1_000);
    if (text.includes('SIP/2.0 200 OK')) return;
    expect(tries, 'tries without answer').toBeLessThan(5);
  }
}

const messages = [...valid, ...malformed, ...outOfPlace, ...silent].map(([, message]) => {
  const made = message();
  return typeof made === 'string' ? Buffer.from(made.replaceAll('{port}', '9'), 'latin1') : made;
});
const mutated = fc
  .tuple(fc.constantFrom(...messages), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat(9))
  .map(([message, changes, cut]) => {
    const spoilt = Buffer.from(message);
    for (const [at, byte] of changes) spoilt[at % spoilt.length] = byte;
    return cut === 0 ? spoilt.subarray(0, spoilt.length >> 1) : spoilt;
  });

it('random and spoilt messages leave no fault behind, over UDP and TCP', async () => {
  const peer = await RawPeer.open(stack.port);
  peer.agree();
  for (const bytes of fc.sample(fc.oneof(mutated, fc.uint8Array().map(Buffer.from)), 2_000))
    await peer.send(bytes);
  for (const bytes of fc.sample(mutated, 100)) {
    const socket = connect(stack.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(bytes);
    await new Promise((resolve) => socket.on('close', resolve).resume());
  }
  await alive();
  await peer.close();
  expect(faults).toEqual([]);
});

it('a flood of refused messages costs no memory', async () => {
  const peer = await RawPeer.open(stack.port);
  peer.agree();
  const flood = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) {
      await peer.send(plain('REGISTER'));
      await peer.send(invite({ From: 'From: broken' }));
      if (at % 20 === 0) await new Promise(setImmediate);
    }
    await alive();
  };
  await flood(500);
  const timers = clock.pending();
  await flood(2_000);
  expect(clock.pending()).toBe(timers);
  await peer.close();
});

const open = async (): Promise<Socket> => {
  const socket = connect(stack.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
};
const closed = (sockets: readonly Socket[]): Promise<void> =>
  waitFor('closing', () => sockets.every((socket) => socket.closed));

it('connections that say nothing, or never finish a message, are closed', async () => {
  const mute = (await open()).resume();
  const slow = (await open()).resume();
  slow.write('OPTIONS sip:x@127.0.0.1 SIP/2.0\r\n');
  const pinging = (await open()).resume();
  pinging.write('\r\n\r\n');
  await new Promise((resolve) => pinging.once('data', resolve));
  // In small steps: when the server reads a connection's first bytes is not for the test to say.
  const since = clock.now();
  await waitFor('the slow one', () => {
    if (clock.now() < since + 30_000) clock.advance(100);
    return slow.closed;
  });
  expect(mute.closed).toBe(false);
  clock.advance(32_000);
  await closed([mute]);
  expect(pinging.closed).toBe(false);
  // Bytes that trickle in do not move the deadline.
  await waitFor('the trickling one', () => {
    if (!pinging.destroyed) pinging.write('X');
    clock.advance(20);
    return pinging.closed;
  });
});

it('one address may hold 256 connections, and then is served again', async () => {
  const sockets = await Promise.all(Array.from({ length: 256 }, open));
  const extra = (await open()).resume();
  await closed([extra]);
  for (const socket of sockets) socket.destroy();
  await waitFor('a free place', () => sockets.every((socket) => socket.closed));
  await alive();
  let again = (await open()).resume();
  await waitFor('an answer', () => {
    if (again.closed)
      again = connect(stack.port, '127.0.0.1')
        .on('error', () => undefined)
        .resume();
    if (again.bytesWritten === 0 && !again.connecting) again.write('\r\n\r\n');
    return again.bytesRead === 2;
  });
  again.destroy();
});
