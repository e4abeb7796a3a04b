import { expect, test } from 'vitest';
import { addressOfHost } from './host-address.ts';

test('a name becomes an address that may stand in SDP (RFC 8866 §5.7), an address stays', async () => {
  expect(await addressOfHost('localhost')).toBe('127.0.0.1');
  expect(await addressOfHost('0.0.0.0')).toBe('0.0.0.0');
  expect(await addressOfHost('::1')).toBe('::1');
});

test('an unknown name is refused in one line that names the setting', async () => {
  await expect(addressOfHost('no-such-host.invalid')).rejects.toThrow(
    /^WIRECHIEF_HOST is "no-such-host\.invalid", which has no address \(.+\): set it to an address/,
  );
});
