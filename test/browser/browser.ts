/** Real Chromium for the tests: a page with a microphone of one pitch, and an ear that finds pitches. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Chromium is, or undefined when this machine has none (the tests that need it are then skipped loudly). */
export const chromiumPath = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => (process.env.PATH ?? '').split(':').map((folder) => join(folder, name)))
  .find((path) => existsSync(path));

if (chromiumPath === undefined) {
  console.warn('!!! no Chromium: browser tests are SKIPPED. As root: apt-get install -y chromium');
}

/** A browser of one person. */
export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** A WAV of one pitch at 48 kHz, 2 s: what Chromium plays, looped, as its microphone. */
function toneFile(hertz: number): Buffer {
  const rate = 48_000;
  const samples = Buffer.alloc(rate * 4);
  for (let index = 0; index < rate * 2; index += 1) {
    samples.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hertz * index) / rate)), index * 2);
  }
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

/** Opens a browser whose microphone hums at `hertz`; raw audio, so that no filter destroys the tone. */
export async function openBrowser(hertz: number): Promise<Person> {
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-chromium-'));
  const tone = join(folder, 'tone.wav');
  writeFileSync(tone, toneFile(hertz));
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: chromiumPath ?? '',
    headless: true,
    viewport: { width: 1440, height: 860 },
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${tone}`,
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
    ],
  });
  await context.addInitScript(() => localStorage.setItem('wirechief.rawAudio', '1'));
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    page,
    context,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The share (0 to 1) that a pitch has of what the page's loudspeaker plays, over the last two thirds of a second. */
export function toneShare(page: Page, hertz: number): Promise<number> {
  return page.evaluate(async (pitch) => {
    const holder = globalThis as typeof globalThis & {
      wirechiefEar?: { stream: MediaStream; context: AudioContext; analyser: AnalyserNode };
    };
    const stream = document.querySelector('audio')?.srcObject;
    if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return 0;
    if (holder.wirechiefEar?.stream !== stream) {
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      analyser.fftSize = 32_768;
      context.createMediaStreamSource(stream).connect(analyser);
      holder.wirechiefEar = { stream, context, analyser };
    }
    const { analyser, context } = holder.wirechiefEar;
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    const omega = (2 * Math.PI * pitch) / context.sampleRate;
    let real = 0;
    let imaginary = 0;
    let energy = 0;
    samples.forEach((sample, index) => {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / samples.length);
      real += sample * window * Math.cos(omega * index);
      imaginary += sample * window * Math.sin(omega * index);
      energy += (sample * window) ** 2;
    });
    if (energy < 1e-3) return 0;
    // A pure tone under a Hann window gives |X|² = A²N²/16 and an energy of 0.1875·A²N: hence the 3.
    return Math.min(1, (3 * (real ** 2 + imaginary ** 2)) / (energy * samples.length));
  }, hertz);
}
