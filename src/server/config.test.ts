import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configFile, readConfig } from './config.ts';
import { isLoopback } from './loopback.ts';
import { StartError } from './start-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirechief-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const refusal = (environment: NodeJS.ProcessEnv): string => {
  try {
    readConfig(environment, folder);
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('settings (product.md, outside face)', () => {
  test('have the published defaults', () => {
    expect(readConfig({}, folder)).toEqual({
      port: 8080,
      host: '127.0.0.1',
      sipPort: 5060,
      rtpPorts: [20_000, 20_999],
      dataFolder: join(folder, 'data'),
      databaseUrl: null,
      world: 'front-desk',
      signIn: { kind: 'development' },
      origin: null,
      serviceProtection: { isOn: false },
      trunks: [],
      sipCredentials: {},
      outbound: null,
      transcriber: null,
    });
  });

  test('name the trunk that calls go out by, its account, and a program that writes down what was said', () => {
    writeFileSync(join(folder, configFile), '{"trunkAccount": {"user": "desk", "password": "hunter2"}}');
    const environment = {
      WIRECHIEF_SIP_TRUNK: 'sip.example:5080;transport=tcp',
      WIRECHIEF_TRANSCRIBER: 'whisper-cli -m "my models/base.bin" -f {file}',
    };
    const config = readConfig(environment, folder);
    expect(config.outbound).toEqual({
      address: 'sip.example:5080',
      transport: 'tcp',
      credentials: { user: 'desk', password: 'hunter2' },
    });
    expect(config.transcriber).toEqual(['whisper-cli', '-m', 'my models/base.bin', '-f', '{file}']);
    expect(() => readConfig({ WIRECHIEF_SIP_TRUNK: 'a b' }, folder)).toThrow(/a host and maybe a port/);
    writeFileSync(join(folder, configFile), '{"trunkAccount": {"user": "desk"}}');
    expect(() => readConfig({ WIRECHIEF_SIP_TRUNK: '192.0.2.7' }, folder)).toThrow(/trunkAccount must be/);
  });

  test('come from the file, and the environment goes before it', () => {
    writeFileSync(join(folder, configFile), '{"WIRECHIEF_PORT": 9001, "WIRECHIEF_SIP_PORT": "6001"}');
    const config = readConfig({ WIRECHIEF_PORT: '9002' }, folder);
    expect([config.port, config.sipPort]).toEqual([9002, 6001]);
  });

  test('name trunks and phones in the file', () => {
    const phones = { trunks: ['192.0.2.7', '2001:db8::/32'], sipCredentials: { desk: 'hunter2' } };
    writeFileSync(join(folder, configFile), JSON.stringify({ WIRECHIEF_PORT: 9001, ...phones }));
    expect(readConfig({}, folder)).toMatchObject({ port: 9001, ...phones });
  });

  test('beyond loopback somebody must say who may sign in', () => {
    const beyond = { WIRECHIEF_HOST: '0.0.0.0' };
    const said = refusal(beyond);
    for (const way of ['WIRECHIEF_OIDC_ISSUER', 'WIRECHIEF_DEV_SIGNIN=on', 'WIRECHIEF_DEV_SIGNIN=off']) {
      expect(said).toContain(way);
    }
    const kindWith = (environment: NodeJS.ProcessEnv) => readConfig(environment, folder).signIn.kind;
    expect(kindWith({ ...beyond, WIRECHIEF_DEV_SIGNIN: 'on' })).toBe('development');
    expect(kindWith({ ...beyond, WIRECHIEF_DEV_SIGNIN: 'off' })).toBe('off');
    expect(kindWith({ WIRECHIEF_DEV_SIGNIN: 'off' })).toBe('off');
  });

  test('service protection is off, the product’s, or as told (webapi.md §16)', () => {
    const read = (text: string) =>
      readConfig({ WIRECHIEF_SERVICE_PROTECTION: text }, folder).serviceProtection;
    expect(read('on')).toEqual({ isOn: true });
    expect(read('60, 10,2')).toEqual({ isOn: true, limits: { requests: 60, timeSeconds: 10, atOnce: 2 } });
  });

  test('an issuer of one’s own puts the built-in one off', () => {
    const environment = {
      WIRECHIEF_HOST: '0.0.0.0',
      WIRECHIEF_OIDC_ISSUER: 'https://login.example/tenant/v2.0',
      WIRECHIEF_OIDC_AUDIENCE: 'api://wirechief, https://desk.example/',
      WIRECHIEF_ORIGIN: 'https://Desk.example/',
    };
    const { signIn, origin } = readConfig(environment, folder);
    expect(origin).toBe('https://desk.example');
    expect(signIn).toEqual({
      kind: 'external',
      external: {
        issuer: 'https://login.example/tenant/v2.0',
        audiences: ['api://wirechief', 'https://desk.example/'],
        pages: null,
      },
    });
  });

  test('the pages sign in there as a client of their own', () => {
    const pages = (more: object) => {
      const { signIn } = readConfig(
        {
          WIRECHIEF_OIDC_ISSUER: 'https://login.example',
          WIRECHIEF_OIDC_AUDIENCE: 'api://wirechief',
          WIRECHIEF_OIDC_CLIENT_ID: 'desk-pages',
          ...more,
        },
        folder,
      );
      return signIn.kind === 'external' ? signIn.external.pages : null;
    };
    expect(pages({})).toEqual({ clientId: 'desk-pages', scope: 'openid profile offline_access' });
    expect(pages({ WIRECHIEF_OIDC_SCOPE: 'openid api://wirechief/.default' })).toEqual({
      clientId: 'desk-pages',
      scope: 'openid api://wirechief/.default',
    });
  });

  const external = { WIRECHIEF_OIDC_ISSUER: 'https://login.example', WIRECHIEF_OIDC_AUDIENCE: 'api://x' };
  test.each([
    [{ WIRECHIEF_PORT: '80a' }, 'WIRECHIEF_PORT is "80a": it must be a port number from 1 to 65535.'],
    [{ WIRECHIEF_SIP_PORT: '65536' }, 'WIRECHIEF_SIP_PORT is "65536"'],
    [{ WIRECHIEF_RTP_PORTS: '20000' }, 'as in 20000-20999'],
    [{ WIRECHIEF_RTP_PORTS: '21000-20000' }, 'as in 20000-20999'],
    [{ WIRECHIEF_HOST: 'http://x' }, 'an address or a host name'],
    [{ WIRECHIEF_WORLD: 'Front desk' }, 'front-desk, empty'],
    [{ WIRECHIEF_DEV_SIGNIN: 'yes' }, 'must be on or off'],
    [{ WIRECHIEF_SERVICE_PROTECTION: '6000' }, 'off, on, or three numbers as in 6000,1200,52'],
    [{ WIRECHIEF_SERVICE_PROTECTION: '6000,0,52' }, 'WIRECHIEF_SERVICE_PROTECTION is "6000,0,52"'],
    [{ WIRECHIEF_OIDC_ISSUER: 'http://login.example' }, 'WIRECHIEF_OIDC_ISSUER is "http://login.example"'],
    [{ WIRECHIEF_OIDC_ISSUER: 'https://login.example' }, 'WIRECHIEF_OIDC_AUDIENCE is missing'],
    [{ WIRECHIEF_OIDC_AUDIENCE: 'api://x' }, 'WIRECHIEF_OIDC_ISSUER is not'],
    [{ WIRECHIEF_OIDC_CLIENT_ID: 'x' }, 'WIRECHIEF_OIDC_CLIENT_ID is set and WIRECHIEF_OIDC_ISSUER is not'],
    [{ ...external, WIRECHIEF_OIDC_SCOPE: 'openid' }, 'WIRECHIEF_OIDC_CLIENT_ID is not'],
    [
      { ...external, WIRECHIEF_OIDC_CLIENT_ID: 'x', WIRECHIEF_OIDC_SCOPE: 'openid  x' },
      'scopes with single spaces',
    ],
    [
      { WIRECHIEF_DEV_SIGNIN: 'on', WIRECHIEF_OIDC_ISSUER: 'https://login.example' },
      'WIRECHIEF_DEV_SIGNIN=on and WIRECHIEF_OIDC_ISSUER exclude each other',
    ],
    [{ WIRECHIEF_ORIGIN: 'https://desk.example/path' }, 'as in https://desk.example'],
    [{ DATABASE_URL: 'mysql://u:hunter2@h/d' }, 'postgres://user:password@host:5432/database'],
  ])('refuses %o', (environment, message) => {
    expect(refusal(environment)).toContain(message);
    expect(refusal(environment)).not.toContain('hunter2');
  });

  test.each([
    ['{"WIRECHIEF_PROT": 1}', 'there is no setting "WIRECHIEF_PROT"; there are WIRECHIEF_PORT'],
    ['{"WIRECHIEF_PORT": true}', 'it must be a text or a number'],
    ['{"trunks": "192.0.2.7"}', 'trunks must be a list of addresses and networks'],
    ['{"trunks": ["192.0.2.7", 4]}', 'trunks must be a list'],
    ['{"trunks": ["pbx.example"]}', 'trunk "pbx.example" is no IP address or network'],
    ['{"sipCredentials": {"desk": 1}}', 'sipCredentials must be an object'],
    ['{"sipCredentials": ["hunter2"]}', 'sipCredentials must be an object'],
    ['[1]', 'one JSON object'],
    ['{', 'is not valid JSON'],
  ])('refuses the file %s', (text, message) => {
    writeFileSync(join(folder, configFile), text);
    expect(refusal({})).toContain(message);
    expect(refusal({})).not.toContain('hunter2');
  });
});

test('loopback is known by name and address', () => {
  expect(
    ['localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]', 'a.localhost'].map(isLoopback),
  ).not.toContain(false);
  expect(
    ['0.0.0.0', '::', '10.0.0.1', 'localhost.example.com', '127.0.0.1.example.com'].map(isLoopback),
  ).not.toContain(true);
});
