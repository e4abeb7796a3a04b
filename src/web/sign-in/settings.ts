/** Where and as whom the pages sign people in, as the server tells it: the built-in issuer, or one of one's own. */
import { isRecord, text } from '../kit/record.ts';

/** Addresses are absolute. `issuer`: null for the built-in one. */
export interface SignInSettings {
  readonly issuer: string | null;
  readonly clientId: string;
  readonly scope: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly endSessionEndpoint: string | null;
}

/** Nobody can sign in here, or not now; the message says why and what to do. */
export class SignInUnavailable extends Error {
  override readonly name = 'SignInUnavailable';
}

let known: Promise<SignInSettings> | null = null;

/** The settings, asked for once. Throws SignInUnavailable. */
export function signInSettings(): Promise<SignInSettings> {
  known ??= read().catch((error: unknown) => {
    known = null;
    throw error;
  });
  return known;
}

async function read(): Promise<SignInSettings> {
  const response = await fetch('/sign-in/settings', { headers: { accept: 'application/json' } }).catch(() => {
    throw new SignInUnavailable('The server could not be reached.');
  });
  const body: unknown = await response.json().catch(() => null);
  return parseSettings(response.status, body);
}

/** Reads the server's answer. Throws SignInUnavailable. */
export function parseSettings(status: number, body: unknown): SignInSettings {
  const answer = isRecord(body) ? body : {};
  const error = isRecord(answer.error) ? answer.error : {};
  if (status !== 200) throw new SignInUnavailable(text(error, 'message') ?? `The server answered ${status}.`);
  const [clientId, scope, authorization, token] = [
    'clientId',
    'scope',
    'authorizationEndpoint',
    'tokenEndpoint',
  ].map((name) => text(answer, name));
  if (!clientId || !scope || !authorization || !token) {
    throw new SignInUnavailable(text(answer, 'reason') ?? 'The server does not say where to sign in.');
  }
  const absolute = (address: string) => new URL(address, location.origin).href;
  const endSession = text(answer, 'endSessionEndpoint');
  return {
    issuer: text(answer, 'issuer'),
    clientId,
    scope,
    authorizationEndpoint: absolute(authorization),
    tokenEndpoint: absolute(token),
    endSessionEndpoint: endSession === null ? null : absolute(endSession),
  };
}
