import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RtpPhone, until } from '../../../test/media/rtp-phone.ts';
import { WebRtcPage } from '../../../test/media/webrtc-page.ts';
import { writeWav } from '../speech/wav.ts';
import { startMedia } from './engine.ts';
import type { MediaEngine, MediaEvent } from './media.ts';
import { sine } from './tone.ts';

const first = 37_000 + (process.pid % 50) * 100;
const log: string[] = [];
const config = {
  host: '127.0.0.1',
  advertise: '127.0.0.1',
  rtpPorts: [first, first + 39],
  webRtcPorts: [first + 40, first + 99],
  lostAfterMs: 1500,
  log: (line: string) => log.push(line),
} as const;
let engine: MediaEngine;
let events: MediaEvent[] = [];
let phone: RtpPhone;
const eventsOf = (type: MediaEvent['type'], leg: string) =>
  events.filter((event) => event.type === type && 'leg' in event && event.leg === leg);

/** An agent's page `leg` in a room with the phone `caller`, who hums 1000 Hz. */
async function callWith(leg: string) {
  const { port } = await engine.openRtp('caller');
  await engine.setRtpRemote('caller', phone.remote());
  phone.talk(port, 1000);
  await engine.setRoom('room', { caller: { [leg]: 1 }, [leg]: { caller: 1 } });
}

beforeAll(async () => {
  engine = await startMedia(config);
}, 20_000);
beforeEach(async () => {
  events = [];
  engine.onEvent = (event) => events.push(event);
  phone = await RtpPhone.open();
});
afterEach(async () => {
  await engine.closeLeg('caller');
  await engine.closeLeg('agent');
  await phone.close();
});
afterAll(() => engine.close());

describe('WebRTC legs (voice.md §2, §8)', () => {
  it.each(['PCMU', 'PCMA'] as const)('joins a page speaking %s with a phone, both ways', async (codec) => {
    const page = await WebRtcPage.open(codec);
    const { offer } = await engine.openWebRtc('agent');
    expect(offer).toMatch(/a=rtpmap:0 PCMU\/8000[\s\S]*a=rtpmap:8 PCMA\/8000[\s\S]*telephone-event\/8000/);
    const ports = [...offer.matchAll(/^a=candidate:.* 127\.0\.0\.1 (\d+) typ host/gm)].map(([, port]) =>
      Number(port),
    );
    expect(ports.length).toBe(1);
    expect(ports[0]).toBeGreaterThanOrEqual(config.webRtcPorts[0]);
    expect(ports[0]).toBeLessThanOrEqual(config.webRtcPorts[1]);
    await engine.setWebRtcAnswer('agent', await page.answer(offer));
    page.talk(440);
    await callWith('agent');
    await until('both hear each other', () => page.share(1000) > 0.9 && phone.share(440) > 0.9);
    expect(page.share(440) + phone.share(1000)).toBeLessThan(0.02);
    expect(eventsOf('up', 'agent')).toHaveLength(1);
    page.press('7');
    await until('the key is heard', () => eventsOf('digit', 'agent').length > 0);
    expect(eventsOf('digit', 'agent')).toEqual([{ type: 'digit', leg: 'agent', digit: '7' }]);
    await page.vanish();
    await until('the page is lost', () => eventsOf('lost', 'agent').length > 0);
    expect(eventsOf('lost', 'agent')).toHaveLength(1);
  });

  it('hears a page whose SSRC is not in its SDP', async () => {
    const page = await WebRtcPage.open();
    const { offer } = await engine.openWebRtc('agent');
    const answer = await page.answer(offer);
    await engine.setWebRtcAnswer('agent', answer.replace(/^a=ssrc:.*\r\n/gm, ''));
    page.talk(440, 4242);
    await callWith('agent');
    await until('the page is heard', () => phone.share(440) > 0.9);
    await page.vanish();
  });

  it('sends an idle page nothing, and sound as soon as there is some', async () => {
    const page = await WebRtcPage.open();
    const { offer } = await engine.openWebRtc('agent');
    await engine.setWebRtcAnswer('agent', await page.answer(offer));
    page.talk(440);
    await until('the leg is up', () => eventsOf('up', 'agent').length > 0);
    expect(page.heard.length).toBe(0);
    await engine.play('agent', 'tone', { kind: 'tone', hertz: 700 }, { loop: false });
    await until('the tone is heard', () => page.share(700) > 0.9);
    await page.vanish();
  });

  it('refuses an answer that answers nothing, and stays usable', async () => {
    const page = await WebRtcPage.open();
    const { offer } = await engine.openWebRtc('agent');
    const answer = await page.answer(offer);
    for (const bad of [
      '',
      'v=0',
      answer.replace('m=audio 9', 'm=audio 0'),
      answer.replace(/a=fingerprint.*\r\n/, ''),
    ]) {
      await expect(engine.setWebRtcAnswer('agent', bad)).rejects.toMatchObject({ key: 'invalidArgument' });
    }
    await engine.setWebRtcAnswer('agent', answer.replace('a=mid:', 'a=rtcp:9\r\na=mid:'));
    page.talk(440);
    await until('the leg is up', () => eventsOf('up', 'agent').length > 0);
    await engine.addCandidate('agent', 'nonsense', null);
    await page.vanish();
  });

  it('opens many legs at once, each on a port of its own', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `page${index}`);
    const offers = await Promise.all(names.map((name) => engine.openWebRtc(name)));
    const ports = offers.map(({ offer }) => /127\.0\.0\.1 (\d+) typ host/.exec(offer)?.[1]);
    expect(new Set(ports).size).toBe(10);
    await Promise.all(names.map((name) => engine.closeLeg(name)));
  });
});

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
if (chromiumPath === undefined) {
  process.stderr.write('!!! no Chromium: its media test is SKIPPED. As root: apt-get install -y chromium\n');
}

/** Answers the offer in the page with its (fake) microphone and listens to what comes back. */
const answerInPage = `async (sdp) => {
  const peer = (window.peer = new RTCPeerConnection());
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: raw });
  for (const track of microphone.getTracks()) peer.addTrack(track, microphone);
  peer.ontrack = ({ streams: [stream] }) => {
    const player = new Audio();
    player.srcObject = stream;
    player.play();
    const context = new AudioContext();
    window.ear = context.createAnalyser();
    window.ear.fftSize = 16384;
    context.createMediaStreamSource(stream).connect(window.ear);
  };
  await peer.setRemoteDescription({ type: 'offer', sdp });
  await peer.setLocalDescription(await peer.createAnswer());
  return peer.localDescription.sdp;
}`;

/** Loudest pitch in the page's ear, Hz; 0 while there is none above -50 dB. */
const pitchInPage = `() => {
  if (!window.ear) return 0;
  const bins = new Float32Array(window.ear.frequencyBinCount);
  window.ear.getFloatFrequencyData(bins);
  const best = bins.indexOf(Math.max(...bins));
  return bins[best] < -50 ? 0 : (best * window.ear.context.sampleRate) / window.ear.fftSize;
}`;

/** A Chromium page on an own origin whose microphone hums 440 Hz. */
async function openChromium() {
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-media-'));
  const microphone = join(folder, 'microphone.wav');
  writeFileSync(microphone, writeWav({ rate: 48_000, samples: sine(440, 96_000, -10, 48_000) }));
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      '--headless=new',
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphone}`,
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
    ],
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const close = async () => {
    await browser.close();
    server.close();
    rmSync(folder, { recursive: true });
  };
  return { page, close };
}

const answerOf = (page: Page, offer: string): Promise<string> =>
  page.evaluate(`(${answerInPage})(${JSON.stringify(offer)})`);
const pitchOf = (page: Page): Promise<number> => page.evaluate(`(${pitchInPage})()`);

describe.skipIf(chromiumPath === undefined)('Chromium (mission row "two-way sound"; voice.md §8, §9)', () => {
  const lan = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', lan ?? '127.0.0.1'],
  ])(
    'hears the phone and is heard, engine on %s',
    async (host, advertise) => {
      const browser = await openChromium();
      await engine.close();
      engine = await startMedia({ ...config, host, advertise });
      engine.onEvent = (event) => events.push(event);
      try {
        const { offer } = await engine.openWebRtc('agent');
        const only =
          host === '0.0.0.0' && lan ? offer.replace(/^a=candidate.* 127\.0\.0\.1 .*\r\n/gm, '') : offer;
        await engine.setWebRtcAnswer('agent', await answerOf(browser.page, only));
        await callWith('agent');
        await until('440 Hz of the page are at the phone', () => phone.share(440) > 0.9);
        await until(
          '1000 Hz of the phone are in the page',
          async () => Math.abs((await pitchOf(browser.page)) - 1000) < 6,
        );
        await browser.page.evaluate("window.peer.getSenders()[0].dtmf.insertDTMF('5')");
        await until('its key is heard', () => eventsOf('digit', 'agent').length > 0);
        expect(eventsOf('digit', 'agent')).toEqual([{ type: 'digit', leg: 'agent', digit: '5' }]);
        await browser.page.close();
        await until('the closed page is lost', () => eventsOf('lost', 'agent').length > 0);
      } finally {
        await browser.close();
      }
    },
    40_000,
  );
});
