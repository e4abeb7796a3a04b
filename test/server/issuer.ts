/** A small OpenID Connect issuer on loopback, for tests: discovery, keys that rotate, tokens of any kind. */
import { createServer } from 'node:http';
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';

/** What a test may change of a token. `key`: sign with this instead; `header`: put into its header. */
export interface Changed {
  readonly claims?: JWTPayload;
  readonly header?: { readonly alg?: string; readonly kid?: string };
  readonly key?: CryptoKey | Uint8Array;
}

/** The issuer. */
export interface TestIssuer {
  readonly issuer: string;
  /** How often the key set and the discovery document were fetched. */
  readonly fetched: { keys: number; discovery: number };
  /** Answers 503 from now on, or serves again. */
  breakDown(isBroken: boolean): void;
  /** A new key takes the place of the old. */
  rotate(): Promise<void>;
  /** The public key as text: what an attacker would use as a shared secret. */
  publicKeyText(): Promise<string>;
  token(changed?: Changed): Promise<string>;
  close(): Promise<void>;
}

/** The audience of its tokens. */
export const audience = 'api://wirechief';

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

async function makeKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    kid,
    privateKey,
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
  };
}

/** Starts an issuer. `says`: the issuer its discovery document names, when not its own. */
export async function startIssuer(says?: string): Promise<TestIssuer> {
  let key = await makeKey('key-1');
  let keyCount = 1;
  let isBroken = false;
  const fetched = { keys: 0, discovery: 0 };
  const server = createServer((request, response) => {
    const json = (body: object) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    if (isBroken) return void response.writeHead(503).end();
    if (request.url === '/tenant/.well-known/openid-configuration') {
      fetched.discovery += 1;
      return void json({
        issuer: says ?? issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
      });
    }
    if (request.url === '/tenant/keys') {
      fetched.keys += 1;
      return void json({ keys: [key.jwk] });
    }
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const issuer = `http://127.0.0.1:${port}/tenant`;
  return {
    issuer,
    fetched,
    breakDown: (broken) => {
      isBroken = broken;
    },
    rotate: async () => {
      keyCount += 1;
      key = await makeKey(`key-${keyCount}`);
    },
    publicKeyText: () => exportSPKI(key.publicKey),
    token: ({ claims = {}, header = {}, key: otherKey } = {}) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: issuer,
        aud: audience,
        iat: now,
        nbf: now,
        exp: now + 3600,
        sub: 'someone',
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid, ...header })
        .sign(otherKey ?? key.privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
