/** Speech to text by a program of the user's own, such as whisper.cpp or Vosk: it gets a WAV and prints what it
 *  understood. Nothing leaves the machine unless that program sends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillWavHeader, wavHeaderBytes } from '../speech/wav.ts';
import { readLines } from './read-lines.ts';
import type { SpokenLine, Transcriber, Transcription } from './transcriber.ts';

/** What engines of today want. */
const rate = 16_000;
const mostOutput = 16 * 1024 * 1024;

/** How to run it. `command`: program and arguments; `{file}` among them is the path of the WAV (16 kHz mono PCM16), which
 *  else comes on standard input. `timeoutMs`: how long it may take for one speaker of one call. */
export interface CommandOptions {
  readonly command: readonly string[];
  readonly timeoutMs?: number;
}

/** Splits a command line at blanks; double quotes keep a part together. */
export const splitCommand = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/** Runs the program for each speaker, one at a time: it takes all the processor it can get, and calls come first. */
export class CommandTranscriber implements Transcriber {
  readonly #options: CommandOptions;
  #last: Promise<unknown> = Promise.resolve();
  #running: ChildProcess | null = null;
  #isClosed = false;

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  open(): Transcription {
    const parts: Int16Array[] = [];
    return {
      feed: (frame) => void parts.push(frame.slice()),
      end: () => {
        const turn = this.#last.then(() => this.#transcribe(parts));
        this.#last = turn.catch(() => undefined);
        return turn;
      },
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#running?.kill('SIGKILL');
    await this.#last;
  }

  async #transcribe(parts: readonly Int16Array[]): Promise<readonly SpokenLine[]> {
    const folder = await mkdtemp(join(tmpdir(), 'wirechief-words-'));
    try {
      const path = join(folder, 'speech.wav');
      await writeSpeech(path, parts);
      const durationMs = parts.reduce((sum, { length }) => sum + length / 8, 0);
      return readLines(await this.#run(path), durationMs);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #run(path: string): Promise<string> {
    const { command, timeoutMs = 3_600_000 } = this.#options;
    const [program = '', ...given] = command;
    const takesFile = given.some((argument) => argument.includes('{file}'));
    const input = takesFile ? null : await open(path, 'r');
    try {
      // The server may have stopped while the file was written.
      if (this.#isClosed) throw new Error('the server was stopped');
      const child = spawn(
        program,
        given.map((argument) => argument.replaceAll('{file}', path)),
        {
          stdio: [input === null ? 'ignore' : input.fd, 'pipe', 'pipe'],
          timeout: timeoutMs,
          killSignal: 'SIGKILL',
        },
      );
      this.#running = child;
      return await outputOf(child, program);
    } finally {
      this.#running = null;
      await input?.close();
    }
  }
}

/** What it printed. Rejects when it cannot be started, fails, is killed, or prints without end. */
function outputOf(child: ChildProcess, program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    let complaint = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > mostOutput) child.kill('SIGKILL');
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-300);
    });
    child.once('error', (error) => reject(new Error(`${program} cannot be run: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ended with ${signal ?? `code ${code}`}: ${complaint.trim()}`));
    });
  });
}

/** Writes frames of 8 kHz as a WAV of 16 kHz; between two samples stands their mean. */
async function writeSpeech(path: string, parts: readonly Int16Array[]): Promise<void> {
  const samples = parts.reduce((sum, { length }) => sum + length, 0);
  const bytes = Buffer.alloc(wavHeaderBytes + 4 * samples);
  fillWavHeader(bytes, { rate, channels: 1, dataBytes: 4 * samples });
  let at = wavHeaderBytes;
  let before = 0;
  for (const part of parts)
    for (const sample of part) {
      bytes.writeInt16LE((before + sample) >> 1, at);
      bytes.writeInt16LE(sample, at + 2);
      before = sample;
      at += 4;
    }
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}
