/** The clients that the built-in issuer knows. Outside development an issuer of one's own takes its place. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { developmentUserId, type Guid } from '../../tables/index.ts';
import { isLoopback } from '../loopback.ts';

/** A client. Confidential ones have a secret and act as `userId` by themselves; public ones act for people only. */
export type Client =
  | {
      readonly kind: 'confidential';
      readonly id: string;
      readonly secret: string;
      readonly userId: Guid<'systemuser'>;
    }
  | { readonly kind: 'public'; readonly id: string };

/** The client of scripts and programs in development: a system administrator. */
export const developmentClient = {
  kind: 'confidential',
  id: 'wirechief-dev',
  secret: 'wirechief-dev',
  userId: developmentUserId,
} as const satisfies Client;

/** The client of our own page. */
export const webClient = { kind: 'public', id: 'wirechief-web' } as const satisfies Client;

/** `applicationid` of the development client's user: tools that insist on a GUID send this one. */
const developmentApplicationId = '00000000-0000-4000-8000-000000000005';

/** The client of this id; null when there is none. */
export function findClient(id: string): Client | null {
  if (id === developmentClient.id || id.toLowerCase() === developmentApplicationId) return developmentClient;
  return id === webClient.id ? webClient : null;
}

/** Compares secrets in a time that tells nothing of where they differ. */
export function isSecretOf(client: Client, given: string): boolean {
  if (client.kind !== 'confidential') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(client.secret), digest(given));
}

/** May a code be sent there: to a page of this very server, or to a program on the person's own machine
 *  (RFC 8252 §7.3)? */
export function isRedirectAllowed(redirectUri: string, origin: string): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname, username, password, hash, origin: target } = new URL(redirectUri);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  if (username !== '' || password !== '' || hash !== '') return false;
  return target === origin || isLoopback(hostname);
}
