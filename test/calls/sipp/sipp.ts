/** Debian's sipp as a caller: plays one scenario of this folder once. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../server/server.ts';

/** Is sipp installed here? */
export const isSippHere = spawnSync('sipp', ['-v']).error === undefined;

/** May sipp play packets of a capture file? It uses raw sockets for them. */
export const mayPlayPackets = process.getuid?.() === 0;

/** What to dial and how. `ear`: the port where sound is to be sent. */
export interface SippOptions {
  readonly scenario: string;
  readonly number: string;
  readonly sipPort: number;
  readonly transport?: 'udp' | 'tcp';
  readonly payload?: number;
  readonly ear?: number;
}

/** A call under way. `done`: the scenario was played to its end; rejects with what sipp says went wrong. */
export interface SippCall {
  readonly callId: string;
  readonly done: Promise<void>;
  /** Lets the scenario go on from where it waits for OPTIONS. */
  cue(): Promise<void>;
  /** Ends sipp, wherever it is. */
  stop(): void;
}

/** Starts the scenario. */
export async function callBySipp(options: SippOptions): Promise<SippCall> {
  const { scenario, number, sipPort, transport = 'udp', payload = 0, ear = 9 } = options;
  const callId = `sipp-${randomUUID()}`;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-sipp-'));
  const errors = join(folder, 'errors');
  const words = [
    ...[`127.0.0.1:${sipPort}`, '-sf', join(import.meta.dirname, `${scenario}.xml`), '-s', number, '-m', '1'],
    ...['-t', transport === 'tcp' ? 't1' : 'u1', '-i', '127.0.0.1', '-p', String(port)],
    ...['-mi', '127.0.0.1', '-mp', String(await freePort()), '-cid_str', callId],
    ...['-key', 'ear', String(ear), '-key', 'payload', String(payload)],
    ...['-nostdin', '-timeout', '40s', '-timeout_error', '-trace_err', '-error_file', errors],
  ];
  const child = spawn('sipp', words, { cwd: folder, env: { ...process.env, TERM: 'dumb' }, stdio: 'ignore' });
  const done = ended(child)
    .then((code) => {
      if (code === 0) return;
      const why = existsSync(errors) ? readFileSync(errors, 'utf8') : 'no word';
      throw new Error(`sipp ended ${scenario} with ${code}: ${why}`);
    })
    .finally(() => rmSync(folder, { recursive: true, force: true }));
  // A failure before anyone awaits `done` is told when somebody does.
  done.catch(() => undefined);
  let cues = 0;
  return {
    callId,
    done,
    cue: () => sendCue(transport, port, callId, ++cues),
    stop: () => child.kill(),
  };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

/** Says OPTIONS to sipp's own port. */
async function sendCue(transport: 'udp' | 'tcp', port: number, callId: string, cue: number): Promise<void> {
  const text = [
    `OPTIONS sip:sipp@127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/${transport.toUpperCase()} 127.0.0.1:9;branch=z9hG4bK-cue-${cue}`,
    'From: <sip:test@127.0.0.1>;tag=test',
    'To: <sip:sipp@127.0.0.1>',
    `Call-ID: ${callId}`,
    `CSeq: ${cue} OPTIONS`,
    'Max-Forwards: 70',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
  await new Promise<void>((resolve, reject) => {
    if (transport === 'tcp') {
      const socket = connect(port, '127.0.0.1').once('error', reject);
      socket.end(text, resolve);
      return;
    }
    const socket = createSocket('udp4').once('error', reject);
    socket.send(text, port, '127.0.0.1', () => socket.close(() => resolve()));
  });
}
