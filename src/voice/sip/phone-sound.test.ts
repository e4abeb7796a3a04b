/** The test phone itself: what it sends, another hears; what is not sent is not heard. voice.md §9. */
import { afterEach, describe, expect, it } from 'vitest';
import { decode, encode } from '../../../test/phone/codec.ts';
import { toneShareOf } from '../../../test/phone/ear.ts';
import { createPhone, type Phone, type PhoneOptions } from '../../../test/phone/phone.ts';
import { toneFrame } from '../../../test/phone/sound.ts';
import { waitFor } from '../../../test/phone/wait.ts';

const phones: Phone[] = [];
afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.close();
});
async function phoneWith(options: PhoneOptions): Promise<Phone> {
  const phone = await createPhone(options);
  phones.push(phone);
  return phone;
}

describe.each([
  ['PCMU', 'udp'],
  ['PCMA', 'tcp'],
] as const)('two phones with %s over %s', (codec, transport) => {
  it('hear each other’s pitch, keys and hold', async () => {
    const ann = await phoneWith({ codec, transport, hertz: 1000 });
    const bo = await phoneWith({ codec, transport, hertz: 440 });
    await ann.dial(bo.uri, { from: 'ann' });
    await Promise.all([ann.waitForTone(440), bo.waitForTone(1000)]);
    expect(ann.share(1000, 400)).toBeLessThan(0.05);
    await ann.sendKeys('1*#A');
    await ann.sendKeys('9', 'both');
    expect(bo.sound.keysHeard.join('')).toBe('1*#A9');
    expect(bo.infos).toEqual(['Signal=9\r\nDuration=100\r\n']);
    await ann.hold();
    expect(bo.farDirection).toBe('sendonly');
    await waitFor('silence', () => bo.share(1000, 200) === 0);
    await ann.resume();
    await bo.waitForTone(1000);
    expect(ann.stats.gaps).toBe(0);
    await bo.hangUp();
    await ann.waitForState('ended');
  });
});

it('a stranger’s sound reaches the port of the far end', async () => {
  const ann = await phoneWith({ hertz: null });
  const bo = await phoneWith({ hertz: null });
  await ann.dial(bo.uri, { from: 'ann' });
  await ann.soundFromStranger(2500, 50);
  await waitFor('2500 Hz', () => bo.share(2500, 200) > 0.5);
});

describe('the ear', () => {
  it.each(['PCMU', 'PCMA'] as const)('finds a pitch after %s, and no other', (codec) => {
    for (const hertz of [350, 440, 1000, 2500]) {
      const heard = decode(codec, encode(codec, toneFrame(hertz, 320)));
      expect(toneShareOf(heard, hertz)).toBeGreaterThan(0.9);
      expect(toneShareOf(heard, hertz + 200)).toBeLessThan(0.1);
    }
    expect(toneShareOf(decode(codec, encode(codec, toneFrame(null, 0))), 440)).toBe(0);
  });
});
