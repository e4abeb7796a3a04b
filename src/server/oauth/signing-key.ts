/** The key that signs our tokens: ES256, kept in the data folder (0600) or, where servers share a database, in it. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';

/** A key ready for use. `publicJwk`: what /discovery/v2.0/keys shows. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** Makes a new key as text (a private JWK). */
export async function newKeyText(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return JSON.stringify({ ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' });
}

/** Reads a key from its text. Throws when the text is not one. */
export async function parseKey(text: string): Promise<SigningKey> {
  const { d, ...publicJwk }: JWK = JSON.parse(text);
  const [privateKey, publicKey] = await Promise.all([
    importJWK({ ...publicJwk, ...(d === undefined ? {} : { d }) }, 'ES256'),
    importJWK(publicJwk, 'ES256'),
  ]);
  if (d === undefined || privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) {
    throw new TypeError('not a private ES256 key');
  }
  return { id: publicJwk.kid ?? '', privateKey, publicKey, publicJwk };
}

/** The key of this file; made at the first call. A file that is not a key throws: replacing it would end every
 *  sign-in, which is for a person to decide. */
export async function keyFromFile(path: string): Promise<SigningKey> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    text = await newKeyText();
    mkdirSync(dirname(path), { recursive: true });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, path);
  }
  chmodSync(path, 0o600);
  return parseKey(text);
}
