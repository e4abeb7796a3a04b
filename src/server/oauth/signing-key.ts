/** The key that signs our tokens: ES256, kept in the data folder (0600) or, where servers share a database, in it. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Store } from '../../store/index.ts';
import { systemUserId } from '../../tables/index.ts';
import { codeOf } from '../errors.ts';
import { insertMeta, readMeta } from '../meta.ts';

/** A key ready for use. `publicJwk`: what /discovery/v2.0/keys shows. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** Makes a new key as text (a private JWK). */
async function newKeyText(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return JSON.stringify({ ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' });
}

/** Reads a key from its text. Throws when the text is not one. */
async function parseKey(text: string): Promise<SigningKey> {
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
    if (codeOf(error) !== 'ENOENT') throw error;
    text = await newKeyText();
    mkdirSync(dirname(path), { recursive: true });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, path);
  }
  chmodSync(path, 0o600);
  return parseKey(text);
}

const metaName = 'signing-key';

/** The key that servers on one database share; made at the first call. */
export async function keyFromStore(store: Store): Promise<SigningKey> {
  const present = await readMeta(store, metaName);
  if (present !== null) return parseKey(present);
  const text = await newKeyText();
  const cause = { actor: systemUserId, cause: 'make the signing key' };
  await store.transact(cause, (transaction) => insertMeta(transaction, metaName, text));
  // Another server may have been faster: the one in the database counts.
  return parseKey((await readMeta(store, metaName)) ?? text);
}
