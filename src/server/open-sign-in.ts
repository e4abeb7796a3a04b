/** Puts sign-in together: the issuer that counts, who its tokens stand for, and the built-in one's endpoints. */
import { join } from 'node:path';
import type { Store } from '../store/index.ts';
import { type Authenticator, createAuthenticator, verifyOwn } from './authenticator.ts';
import type { Config } from './config.ts';
import { createDirectory, type Directory } from './directory.ts';
import { stackOf } from './errors.ts';
import { createExternalIssuer, type ExternalIssuer } from './oauth/external-issuer.ts';
import { createFamilies } from './oauth/families.ts';
import { keyFromFile, keyFromStore } from './oauth/signing-key.ts';
import { createTokenEndpoint, type TokenEndpoint, type TokenIssuer } from './oauth/token.ts';
import { createTokens, lifetimeSeconds } from './oauth/tokens.ts';

/** Everything of sign-in. `external`: null while the built-in issuer counts, or none. */
export interface OpenSignIn {
  readonly directory: Directory;
  readonly authenticator: Authenticator;
  readonly issuer: TokenIssuer;
  readonly tokenEndpoint: TokenEndpoint;
  readonly external: ExternalIssuer | null;
}

/** Opens sign-in on a store. `log`: one line for the person who runs the server. */
export async function openSignIn(
  config: Config,
  store: Store,
  log: (line: string) => void,
): Promise<OpenSignIn> {
  const { signIn, databaseUrl, dataFolder } = config;
  const key = await (databaseUrl === null
    ? keyFromFile(join(dataFolder, 'signing-key.json'))
    : keyFromStore(store));
  const tokens = createTokens(key);
  const directory = createDirectory(store);
  const external = externalOf(config, log);
  const authenticator = createAuthenticator({
    verify: external?.verify ?? verifyOwn(tokens),
    isOwnIssuer: external === null,
    directory,
    store,
  });
  const issuer = { tokens, directory, signIn, families: createFamilies(store, lifetimeSeconds.refresh) };
  return { directory, authenticator, issuer, tokenEndpoint: createTokenEndpoint(issuer), external };
}

/** The issuer of one's own, asked at once so that a wrong address is told at the start and not at the first token. It may
 *  be away for the moment, so that is no reason not to start. */
function externalOf({ signIn }: Config, log: (line: string) => void): ExternalIssuer | null {
  if (signIn.kind !== 'external') return null;
  const external = createExternalIssuer(signIn.external);
  external.discover().catch((error: unknown) => log(`sign-in: ${stackOf(error)}`));
  return external;
}
