import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPhone, type Phone, type PhoneOptions } from '../phone/phone.ts';
import { sendDatagram } from '../phone/raw.ts';
import { type Line, numbers, openLine, until } from './line.ts';

let line: Line;
let phones: Phone[] = [];
beforeAll(async () => {
  line = await openLine();
});
afterEach(async () => {
  for (const phone of phones) {
    if (phone.state === 'talking') await phone.hangUp();
    await phone.close();
  }
  phones = [];
  await until(() => line.voice.legs() === 0);
  line.engine.events.length = 0;
});
afterAll(() => line.close());

async function phone(options: PhoneOptions = {}): Promise<Phone> {
  const made = await createPhone(options);
  phones.push(made);
  return made;
}
const uri = (number: string): string => `sip:${number}@${line.host}:${line.port}`;

describe('numbers that answer by themselves (product.md; mission row B2)', () => {
  it.each([
    ['PCMU', 'udp'],
    ['PCMA', 'udp'],
    ['PCMU', 'tcp'],
  ] as const)('echo gives a %s caller over %s its own pitch back', async (codec, transport) => {
    const caller = await phone({ codec, transport, hertz: 700 });
    await caller.dial(uri(numbers.echo), { from: '+4570123456' });
    await caller.waitForTone(700, { share: 0.9, ms: 500 });
  });

  it('tone gives 1000 Hz', async () => {
    const caller = await phone({ hertz: 440 });
    await caller.dial(uri(numbers.tone), { from: '+4570123456' });
    await caller.waitForTone(1000, { share: 0.9, ms: 500 });
    expect(caller.share(440, 500)).toBeLessThan(0.1);
  });

  it('takes the number with and without its plus', async () => {
    const caller = await phone({ hertz: 440 });
    await caller.dial(uri('4570000101'), { from: 'anonymous' });
    await caller.waitForTone(1000);
  });

  it('busy is 486', async () => {
    const caller = await phone();
    await expect(caller.dial(uri(numbers.busy), { from: '+4570123456' })).rejects.toThrow('486');
  });

  it('ring rings and is never answered; CANCEL ends it with 487', async () => {
    const caller = await phone();
    const outcome = caller.dial(uri(numbers.ring), { from: '+4570123456' });
    await caller.waitForState('ringing');
    expect(line.voice.legs()).toBe(1);
    await caller.cancel();
    await expect(outcome).rejects.toThrow('487');
  });

  it('a number that nobody has is 404', async () => {
    const caller = await phone();
    await expect(caller.dial(uri('+4599999999'), { from: '+4570123456' })).rejects.toThrow('404');
  });

  it('a caller without an offer gets ours, and its answer in the ACK counts (voice.md §1, late offer)', async () => {
    const caller = await phone({ hertz: 700, codec: 'PCMA' });
    await caller.dial(uri(numbers.echo), { from: '+4570123456', offerless: true });
    await caller.waitForTone(700, { share: 0.9, ms: 500 });
  });

  it('an offer without G.711 is 488 and no conversation', async () => {
    const sdp =
      'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 18\r\n';
    const invite = [
      `INVITE ${uri(numbers.frontDesk)} SIP/2.0`,
      'Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-488;rport',
      'From: <sip:+4570123456@127.0.0.1>;tag=a',
      `To: <${uri(numbers.frontDesk)}>`,
      'Call-ID: without-g711',
      'CSeq: 1 INVITE',
      'Contact: <sip:phone@127.0.0.1:{port}>',
      'Max-Forwards: 70',
      'Content-Type: application/sdp',
      `Content-Length: ${sdp.length}`,
      '',
      sdp,
    ].join('\r\n');
    const { text } = await sendDatagram(invite, line, (heard) => heard.includes('SIP/2.0 4'), 2000);
    expect(text).toContain('SIP/2.0 488');
    expect(line.engine.types).not.toContain('CallArrived');
  });
});
